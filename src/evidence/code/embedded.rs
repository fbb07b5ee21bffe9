//! Code within files of another form: the scripts of single-file components, the cells of notebooks.
//!
//! Each form gives a text that holds the code alone, every line of it at its own line of the file, so that a definition's lines are those of
//! the file. Where that cannot be done for certain there is no code. Changed lines are not handed on: what is unchanged as text may be
//! code on one side only.

use std::sync::LazyLock;

use regex::bytes::Regex;
use serde_json::Value;

use super::grammar_rows::parsed;
use super::language::{Code, Form, Language, LanguageReader, embedded};
use crate::change::{Content, FileChange, Hunk, RepoPath, Side};

/// Components: markup with `<script>` blocks.
static COMPONENT: Form = Form { code: scripts, is_encoded: false };
/// Notebooks: JSON whose code cells have their lines as strings.
static NOTEBOOK: Form = Form { code: cells, is_encoded: true };

/// Forms of files that hold code of a language with a grammar.
pub(super) static EMBEDDING: [Language; 3] =
    [embedded("vue", &["vue"], &COMPONENT), embedded("svelte", &["svelte"], &COMPONENT), embedded("jupyter", &["ipynb"], &NOTEBOOK)];

static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?is)<!--.*?(?:-->|\z)|<script\b(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>(?P<code>.*?)</script\s*>"#)
        .expect("a valid pattern")
});
static LANG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?i)\blang\s*=\s*["']?([a-z]+)"#).expect("a valid pattern"));

/// The scripts of a component, all else as spaces.
fn scripts(text: &[u8]) -> Option<Code> {
    let mut code: Vec<u8> = text.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { *byte } else { b' ' }).collect();
    let mut language = None;
    for found in BLOCK.captures_iter(text) {
        let (Some(attributes), Some(block)) = (found.name("attributes"), found.name("code")) else { continue };
        let named = LANG.captures(attributes.as_bytes()).map(|lang| lang[1].to_ascii_lowercase());
        let own = match named.as_deref() {
            None | Some(b"js" | b"javascript" | b"jsx") => "javascript",
            Some(b"ts" | b"typescript") => "typescript",
            Some(b"tsx") => "tsx",
            Some(_) => continue,
        };
        // one grammar reads them all: the wider one
        language = language.filter(|known| *known != "javascript").or(Some(own));
        code[block.range()].copy_from_slice(block.as_bytes());
    }
    Some(Code { language: parsed(language?)?, text: code })
}

/// The code cells of a notebook, each string at its line.
fn cells(text: &[u8]) -> Option<Code> {
    let notebook: Value = serde_json::from_slice(text).ok()?;
    let metadata = &notebook["metadata"];
    let named = metadata["language_info"]["name"].as_str().or(metadata["kernelspec"]["language"].as_str()).unwrap_or("python");
    let language = parsed(named)?;
    let cells = notebook["cells"].as_array()?;
    let mut written = sources(text)?.into_iter();
    let mut lines: Vec<String> = vec![String::new(); text.split(|byte| *byte == b'\n').count()];
    for cell in cells {
        let source: Vec<&str> = cell["source"].as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
        let found = written.next()?;
        // another list of that name would shift them all
        if found.iter().map(|(_, line)| line.as_str()).ne(source.iter().copied()) {
            return None;
        }
        if cell["cell_type"] == "code" && !is_of_another_language(&source) {
            for (number, line) in found {
                *lines.get_mut(number)? = code_line(&line)?;
            }
        }
    }
    written.next().is_none().then(|| Code { language, text: lines.join("\n").into_bytes() })
}

/// The lists of strings under the name `source` that stand a string a line, with the place of each line; none where one is written otherwise.
fn sources(text: &[u8]) -> Option<Vec<Vec<(usize, String)>>> {
    let mut found = Vec::new();
    let mut open: Option<Vec<(usize, String)>> = None;
    for (number, line) in std::str::from_utf8(text).ok()?.split('\n').enumerate() {
        let line = line.trim();
        match open.take() {
            Some(list) if matches!(line, "]" | "],") => found.push(list),
            Some(mut list) => {
                list.push((number, serde_json::from_str(line.strip_suffix(',').unwrap_or(line)).ok()?));
                open = Some(list);
            }
            None if line == "\"source\": [" => open = Some(Vec::new()),
            None if matches!(line, "\"source\": []" | "\"source\": [],") => found.push(Vec::new()),
            None => {}
        }
    }
    open.is_none().then_some(found)
}

/// `%%bash`: a cell that another program runs. Some magics only look on.
fn is_of_another_language(source: &[&str]) -> bool {
    let magic = source.iter().find(|line| !line.trim().is_empty()).and_then(|line| line.strip_prefix("%%"));
    let name = magic.and_then(|magic| magic.split_whitespace().next());
    name.is_some_and(|name| !matches!(name, "time" | "timeit" | "capture" | "prun"))
}

/// The line without its end; a command to the notebook is none of its language. None where it holds several lines.
fn code_line(line: &str) -> Option<String> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let is_command = line.trim_start().starts_with(['%', '!']);
    (!line.contains(['\n', '\r'])).then(|| if is_command { String::new() } else { line.to_owned() })
}

/// What people wrote in a file that keeps it encoded, as a change of plain lines, each at its own place in the file, with its language. Only
/// changes of these lines are in it. None of a file that is shown as it is.
pub fn decoded(change: &FileChange) -> Option<(FileChange, &'static str)> {
    let code_of = |path: &RepoPath, text: &[u8]| {
        let extension = path.extension()?;
        match EMBEDDING.iter().find(|row| row.extensions.contains(&&*extension))?.reader {
            LanguageReader::Embedded(form) if form.is_encoded => (form.code)(text),
            _ => None,
        }
    };
    let code = code_of(&change.path, change.head_blob()?)?;
    let base = change.base_blob().and_then(|text| code_of(change.base_path(), text)).map(|base| base.text).unwrap_or_default();
    let is_of_code = |hunk: &&Hunk| says(&code.text, hunk.head_start, hunk.head_lines) || says(&base, hunk.base_start, hunk.base_lines);
    let hunks = change.hunks.iter().filter(is_of_code).copied().collect();
    let plain = |side: &Option<Side>, text: Vec<u8>| side.clone().map(|side| Side { content: Content::Blob(text), ..side });
    let (base, head) = (plain(&change.base, base), plain(&change.head, code.text));
    Some((FileChange { base, head, hunks, ..change.clone() }, code.language.name))
}

/// Whether any of these lines is not blank.
fn says(text: &[u8], start: u32, count: u32) -> bool {
    let skipped = usize::try_from(start.saturating_sub(1)).unwrap_or(usize::MAX);
    let lines = text.split(|byte| *byte == b'\n').skip(skipped).take(usize::try_from(count).unwrap_or(usize::MAX));
    lines.into_iter().any(|line| !line.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::samples::evidence;

    #[test]
    fn of_a_notebook_its_code_is_shown() {
        let book = |count: u32, number: u32| {
            let cell =
                format!("{{\"cell_type\": \"code\",\n\"execution_count\": {count},\n\"source\": [\n\"a = {number}\\n\",\n\"b = 1\"\n]\n}}");
            notebook(&cell, "")
        };
        for (base, head, lines) in [(book(1, 1), book(2, 2), &["a = 2"][..]), (book(1, 1), book(2, 1), &[])] {
            let evidence = evidence(&[("a.ipynb", Some(&base), Some(&head))]);
            let (change, language) = decoded(&evidence.changes[0]).expect("a notebook");
            assert_eq!((change.added_lines(), language), (lines.iter().map(|line| line.as_bytes()).collect(), "python"));
        }
        let component = evidence(&[("a.vue", Some("<script>\na\n</script>\n"), Some("<script>\nb\n</script>\n"))]);
        assert_eq!(decoded(&component.changes[0]), None, "its own lines are shown");
    }

    fn code(form: &Form, text: &str) -> Option<(&'static str, String)> {
        let code = (form.code)(text.as_bytes())?;
        let text = String::from_utf8(code.text).expect("text");
        Some((code.language.name, text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()))
    }

    #[test]
    fn scripts_stand_where_they_stood() {
        for (text, expected) in [
            ("<template/>\n<script>\nlet a\n</script>\n<p>x</p>\n", Some(("javascript", "\n\nlet a"))),
            ("<script lang=\"ts\">let a</script>", Some(("typescript", "                  let a"))),
            ("<script setup lang='ts' generic=\"T extends Record<string, number>\">\nlet a\n</script>", Some(("typescript", "\nlet a"))),
            ("<script>\na\n</script>\n<script lang=ts setup>\nb\n</script>", Some(("typescript", "\na\n\n\nb"))),
            ("<!-- <script>\nold\n</script> -->\n<script>\nlet a\n</script>", Some(("javascript", "\n\n\n\nlet a"))),
            ("<script lang=\"coffee\">\na\n</script>", None),
            ("<template>\n</template>\n", None),
        ] {
            assert_eq!(code(&COMPONENT, text), expected.map(|(language, text)| (language, text.to_owned())), "{text}");
        }
    }

    fn notebook(cells: &str, rest: &str) -> String {
        format!("{{\n \"cells\": [\n{cells}\n ],\n \"metadata\": {{{rest}}},\n \"nbformat\": 4\n}}\n")
    }

    #[test]
    fn cells_stand_line_by_line_or_not_at_all() {
        let cell = |kind: &str, lines: &str| format!("{{\"cell_type\": \"{kind}\",\n\"source\": [\n{lines}\n]\n}}");
        let one = cell("code", "\"def f():\\n\",\n\"    return 1\"");
        for (why, text, expected) in [
            ("code", notebook(&one, ""), Some("\n\n\n\ndef f():\n    return 1")),
            ("no code", notebook(&cell("markdown", "\"# A\""), ""), Some("")),
            ("a command", notebook(&cell("code", "\"%load_ext x\\n\",\n\"a = 1\""), ""), Some("\n\n\n\n\na = 1")),
            ("another language", notebook(&cell("code", "\"%%bash\\n\",\n\"ls\""), ""), Some("")),
            ("a magic that looks on", notebook(&cell("code", "\"%%time\\n\",\n\"a = 1\""), ""), Some("\n\n\n\n\na = 1")),
            ("a kernel without a grammar", notebook(&one, "\"kernelspec\": {\"language\": \"sas\"}"), None),
            ("lines in one string", notebook("{\"cell_type\": \"code\",\n\"source\": \"a\\nb\"\n}", ""), None),
            ("all in one line", notebook("{\"cell_type\": \"code\", \"source\": [\"a\"]}", ""), None),
            ("another list of the name", notebook(&format!("{{\"outputs\": [{{\n\"source\": [\n\"x\"\n]\n}}],\n{}", &one[1..]), ""), None),
            ("no JSON", "{".to_owned(), None),
        ] {
            assert_eq!(code(&NOTEBOOK, &text).map(|(_, text)| text), expected.map(str::to_owned), "{why}: {text}");
        }
    }
}
