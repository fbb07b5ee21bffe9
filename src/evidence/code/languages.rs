//! Which language a file is in, and how each is read: one row a language.
//!
//! A row without a grammar gets its definitions from function-header patterns (`fallback.rs`).

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::bytes::Regex;
use tree_sitter_language::LanguageFn;

use super::embedded::{COMPONENT, Form, NOTEBOOK};
use super::grammar::{Grammar, Rule};
use super::header_rows::{Headers, ROWS};
use super::rules::{bash, c, csharp, ecma, elixir, go, java, kotlin, lua, php, python, ruby, rust, scala, swift};
use crate::change::RepoPath;

/// A language: how its files are known and how they are read.
pub(super) struct Language {
    /// Its public name (JSON), in lower case.
    pub name: &'static str,
    /// File name extensions, in lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub file_names: &'static [&'static str],
    /// Interpreters named in a `#!` line.
    pub interpreters: &'static [&'static str],
    /// Where an extension has several languages: one of these must occur in the file for this row to count.
    pub markers: &'static [&'static str],
    /// How its definitions are found.
    pub reader: LanguageReader,
}

/// How a language's definitions are found.
pub(super) enum LanguageReader {
    /// In the syntax tree.
    Tree(LanguageFn, &'static Grammar),
    /// By header lines.
    Headers(&'static Headers),
    /// In the code that a file of another form holds.
    Embedded(&'static Form),
    /// Not at all.
    Nothing,
}

const fn tree(name: &'static str, extensions: &'static [&'static str], grammar: LanguageFn, rules: &'static Grammar) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Tree(grammar, rules) }
}

/// A language that is known by its header lines only.
pub(super) const fn headers(name: &'static str, extensions: &'static [&'static str], headers: &'static Headers) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Headers(headers) }
}

const fn embedded(name: &'static str, extensions: &'static [&'static str], form: &'static Form) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Embedded(form) }
}

const fn named(name: &'static str, extensions: &'static [&'static str]) -> Language {
    Language { name, extensions, file_names: &[], interpreters: &[], markers: &[], reader: LanguageReader::Nothing }
}

impl Language {
    const fn files(mut self, names: &'static [&'static str]) -> Self {
        self.file_names = names;
        self
    }

    /// With interpreters that a `#!` line may name.
    pub(super) const fn run_by(mut self, interpreters: &'static [&'static str]) -> Self {
        self.interpreters = interpreters;
        self
    }

    /// With text that tells it from other languages of the same extension.
    pub(super) const fn marked(mut self, markers: &'static [&'static str]) -> Self {
        self.markers = markers;
        self
    }
}

/// Languages with a grammar. Where several rows share an extension, those with markers come first.
pub(super) static PARSED: [Language; 19] = [
    tree("rust", &["rs"], tree_sitter_rust::LANGUAGE, &rust::RUST),
    tree("python", &["py", "pyi", "pyw"], tree_sitter_python::LANGUAGE, &python::PYTHON)
        .files(&["SConstruct", "SConscript", "wscript"])
        .run_by(&["python", "python2", "python3"]),
    tree("javascript", &["js", "jsx", "mjs", "cjs"], tree_sitter_javascript::LANGUAGE, &ecma::JAVASCRIPT)
        .files(&["Jakefile"])
        .run_by(&["node", "nodejs", "bun"]),
    tree("typescript", &["ts", "mts", "cts"], tree_sitter_typescript::LANGUAGE_TYPESCRIPT, &ecma::TYPESCRIPT)
        .run_by(&["deno", "ts-node", "tsx"]),
    tree("tsx", &["tsx"], tree_sitter_typescript::LANGUAGE_TSX, &ecma::TSX),
    tree("go", &["go"], tree_sitter_go::LANGUAGE, &go::GO),
    tree("java", &["java"], tree_sitter_java::LANGUAGE, &java::JAVA),
    tree("php", &["php", "phtml", "php3", "php4", "php5", "phps", "inc"], tree_sitter_php::LANGUAGE_PHP, &php::PHP).run_by(&["php"]),
    tree("ruby", &["rb", "rake", "gemspec", "ru", "rbw", "podspec"], tree_sitter_ruby::LANGUAGE, &ruby::RUBY)
        .files(&["Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile", "Podfile", "Brewfile", "Fastfile"])
        .run_by(&["ruby", "jruby", "rake"]),
    tree(
        "cpp",
        &["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "tpp", "inl", "cu", "cuh", "ino"],
        tree_sitter_cpp::LANGUAGE,
        &c::CPP,
    ),
    tree("cpp", &["h"], tree_sitter_cpp::LANGUAGE, &c::CPP)
        .marked(&["\nclass ", "\nnamespace ", "\ntemplate", "\npublic:", "\n public:", "\n  public:", "std::", "\nusing "]),
    tree("c", &["c", "h"], tree_sitter_c::LANGUAGE, &c::C),
    tree("csharp", &["cs", "csx"], tree_sitter_c_sharp::LANGUAGE, &csharp::CSHARP),
    tree("kotlin", &["kt", "kts"], tree_sitter_kotlin_ng::LANGUAGE, &kotlin::KOTLIN),
    tree("swift", &["swift"], tree_sitter_swift::LANGUAGE, &swift::SWIFT).run_by(&["swift"]),
    tree("scala", &["scala", "sc", "sbt"], tree_sitter_scala::LANGUAGE, &scala::SCALA).run_by(&["scala"]),
    tree("bash", &["sh", "bash", "bats", "ksh", "zsh", "ebuild"], tree_sitter_bash::LANGUAGE, &bash::BASH)
        .files(&[".bashrc", ".bash_profile", ".profile", ".zshrc", "PKGBUILD"])
        .run_by(&["sh", "bash", "dash", "ksh", "zsh", "ash"]),
    tree("lua", &["lua"], tree_sitter_lua::LANGUAGE, &lua::LUA).run_by(&["lua", "luajit"]),
    tree("elixir", &["ex", "exs"], tree_sitter_elixir::LANGUAGE, &elixir::ELIXIR).run_by(&["elixir"]),
];

/// Forms of files that hold code of a language with a grammar.
pub(super) static EMBEDDING: [Language; 3] =
    [embedded("vue", &["vue"], &COMPONENT), embedded("svelte", &["svelte"], &COMPONENT), embedded("jupyter", &["ipynb"], &NOTEBOOK)];

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

/// The language of this name that has a grammar.
pub(super) fn parsed(name: &str) -> Option<&'static Language> {
    PARSED.iter().find(|row| row.name == name)
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

/// What a node kind means in a language, by the kind's number.
#[derive(Clone, Default)]
pub(super) struct Meaning {
    pub rules: Vec<&'static Rule>,
    pub comment: bool,
    pub decorator: bool,
    pub wrapper: bool,
    pub parameters: bool,
}

/// A grammar with its node kinds looked up.
pub(super) struct Compiled {
    pub grammar: &'static Grammar,
    pub parser: tree_sitter::Language,
    pub kinds: Vec<Meaning>,
    /// What is parsed as spaces.
    pub blanks: Vec<Regex>,
}

impl Language {
    /// The looked-up grammar, made once; none where the language has no grammar.
    pub(super) fn compiled(&'static self) -> Option<&'static Compiled> {
        static CACHE: [OnceLock<Compiled>; PARSED.len()] = [const { OnceLock::new() }; PARSED.len()];
        let LanguageReader::Tree(function, grammar) = &self.reader else {
            return None;
        };
        let index = PARSED.iter().position(|row| std::ptr::eq(row, self))?;
        Some(CACHE[index].get_or_init(|| compile(*function, grammar)))
    }
}

fn compile(function: LanguageFn, grammar: &'static Grammar) -> Compiled {
    let parser = tree_sitter::Language::new(function);
    let mut meanings: HashMap<&str, Meaning> = HashMap::new();
    for rule in grammar.rules.iter().copied().flatten() {
        meanings.entry(rule.node).or_default().rules.push(rule);
    }
    let mut mark = |kinds: &[&'static str], set: fn(&mut Meaning)| {
        for kind in kinds {
            set(meanings.entry(kind).or_default());
        }
    };
    mark(grammar.comments, |m| m.comment = true);
    mark(grammar.decorators, |m| m.decorator = true);
    mark(grammar.wrappers, |m| m.wrapper = true);
    mark(grammar.parameters, |m| m.parameters = true);
    let count = u16::try_from(parser.node_kind_count()).unwrap_or(u16::MAX);
    let kind = |id: u16| parser.node_kind_for_id(id).filter(|_| parser.node_kind_is_named(id));
    let kinds = (0..count).map(|id| kind(id).and_then(|k| meanings.get(k)).cloned().unwrap_or_default()).collect();
    // a constant; a test compiles them all
    let blanks = grammar.blanks.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
    Compiled { grammar, parser, kinds, blanks }
}

impl Compiled {
    /// What a node means.
    pub(super) fn meaning(&self, node: tree_sitter::Node<'_>) -> &Meaning {
        static NOTHING: Meaning = Meaning { rules: Vec::new(), comment: false, decorator: false, wrapper: false, parameters: false };
        // an error node's kind has a number beyond the table
        self.kinds.get(usize::from(node.kind_id())).unwrap_or(&NOTHING)
    }
}
