//! Which language a file is in.

use super::embedded::EMBEDDING;
use super::grammar_rows::PARSED;
use super::header_rows::ROWS;
use super::language::{Language, named};
use crate::change::RepoPath;

/// Languages that are named and nothing more.
const NAMED: &[Language] = &[
    named("markdown", &["md", "markdown", "mdx"]),
    named("restructuredtext", &["rst"]),
    named("asciidoc", &["adoc", "asciidoc"]),
    named("json", &["json", "jsonc", "json5", "jsonl"]),
    named("yaml", &["yaml", "yml"]),
    named("toml", &["toml"]).files(&["Cargo.lock", "Pipfile"]),
    named("xml", &["xml", "xsd", "xsl", "xslt", "csproj", "props", "plist"]),
    named("ini", &["ini", "cfg", "properties", "conf"]).files(&[".editorconfig", ".gitconfig"]),
    named("hcl", &["tf", "tfvars", "hcl"]),
    named("dockerfile", &["dockerfile"]).files(&["Dockerfile", "Containerfile"]),
    named("makefile", &["mk", "mak"]).files(&["Makefile", "GNUmakefile", "makefile"]),
    named("cmake", &["cmake"]).files(&["CMakeLists.txt"]),
    named("haskell", &["hs", "lhs"]),
    named("ocaml", &["ml", "mli"]),
    named("fsharp", &["fs", "fsi", "fsx"]),
    named("nix", &["nix"]),
    named("viml", &["vim"]).files(&[".vimrc"]),
    named("rego", &["rego"]),
    named("prisma", &["prisma"]),
];

/// The language of a file, by its name, then by its `#!` line.
pub(super) fn find(path: &RepoPath, content: &[u8]) -> Option<&'static Language> {
    let (name, extension) = (path.file_name(), path.extension());
    let rows = || PARSED.iter().chain(ROWS).chain(&EMBEDDING).chain(NAMED);
    let named = rows().find(|row| row.file_names.contains(&&*name));
    let by_extension = || {
        let extension = extension.as_deref()?;
        rows().find(|row| row.extensions.contains(&extension) && has_marker(row, content))
    };
    let by_interpreter = || {
        let interpreter = interpreter(content)?;
        rows().find(|row| row.interpreters.contains(&interpreter))
    };
    named.or_else(by_extension).or_else(|| if extension.is_none() { by_interpreter() } else { None })
}

fn has_marker(row: &Language, content: &[u8]) -> bool {
    let head = &content[..content.len().min(64 << 10)];
    row.markers.is_empty() || row.markers.iter().any(|marker| contains(head, marker.as_bytes()))
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// `python3` of `#!/usr/bin/env -S python3 -u`.
fn interpreter(content: &[u8]) -> Option<&str> {
    let line = content.strip_prefix(b"#!")?.split(|&b| b == b'\n').next()?;
    let mut words = std::str::from_utf8(&line[..line.len().min(256)]).ok()?.split_ascii_whitespace();
    let first = words.next()?.rsplit('/').next()?;
    let program = match first {
        "env" => words.find(|word| !word.starts_with('-') && !word.contains('='))?.rsplit('/').next()?,
        other => other,
    };
    let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(if bare.is_empty() { program } else { bare })
}
