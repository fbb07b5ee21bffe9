//! Files of instructions: Dockerfile by stage, and the manifests that have a language of their own (go.mod, requirements, Gemfile).

use std::ops::Range;

use super::lines::lines;
use super::node::{Node, Outline};

type Entries = Vec<(String, Node)>;

/// Dockerfile: `stage.INSTRUCTION`; the last stage without a name needs none. ENV, ARG and LABEL by their keys.
pub(super) fn dockerfile(source: &str) -> Result<Outline, String> {
    let (instructions, comments) = instructions(source)?;
    let (mut root, mut stage, mut number): (Entries, Option<(String, u32, Entries)>, usize) = (Vec::new(), None, 0);
    for (line, keyword, arguments) in instructions {
        if keyword == "FROM" {
            close(&mut root, stage.take());
            let (image, name) = image(&arguments);
            let name = name.unwrap_or_else(|| number.to_string());
            number += 1;
            stage = Some((name, line, vec![(keyword, Node::scalar(line, image))]));
            continue;
        }
        let entries = stage.as_mut().map_or(&mut root, |(_, _, entries)| entries);
        match keyword.as_str() {
            "ENV" | "ARG" | "LABEL" => entries.extend(pairs(&keyword, &arguments, line)),
            _ => entries.push((keyword, Node::scalar(line, arguments))),
        }
    }
    match stage {
        Some((name, _, entries)) if name.parse::<usize>().is_ok() => root.extend(entries),
        stage => close(&mut root, stage),
    }
    Ok(Outline::of(root, comments))
}

fn close(root: &mut Entries, stage: Option<(String, u32, Entries)>) {
    if let Some((name, line, entries)) = stage {
        root.push((name, Node::map(line, entries)));
    }
}

/// Image and stage name of a FROM.
fn image(arguments: &str) -> (String, Option<String>) {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    match words.as_slice() {
        [image @ .., keyword, name] if keyword.eq_ignore_ascii_case("as") => (image.join(" "), Some((*name).to_owned())),
        words => (words.join(" "), None),
    }
}

/// Keyed instructions: `ENV A=1 B="x y"`, and the old `ENV A 1`.
fn pairs(keyword: &str, arguments: &str, line: u32) -> Entries {
    let words = quoted_words(arguments);
    if words.first().is_some_and(|w| !w.contains('=')) {
        let (key, value) = arguments.split_once(char::is_whitespace).unwrap_or((arguments, ""));
        return vec![(format!("{keyword} {key}"), Node::scalar(line, value.trim()))];
    }
    let pair = |word: &str| {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        (format!("{keyword} {key}"), Node::noted(line, value, super::node::unquoted(value)))
    };
    words.into_iter().map(pair).collect()
}

/// Words split at blanks outside of quotes.
fn quoted_words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote) = (Vec::new(), None, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => {
                words.extend(start.take().map(|from: usize| &text[from..at]));
                continue;
            }
            _ => {}
        }
        start.get_or_insert(at);
    }
    words.extend(start.map(|from| &text[from..]));
    words
}

/// Line, keyword in capitals and arguments of an instruction.
type Instruction = (u32, String, String);

fn instructions(source: &str) -> Result<(Vec<Instruction>, Vec<Range<usize>>), String> {
    let (mut out, mut comments) = (Vec::new(), Vec::new());
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = line.text.trim();
        if body.is_empty() {
            continue;
        }
        if body.starts_with('#') {
            comments.push(line.start..line.start + line.text.len());
            continue;
        }
        let mut whole = body.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            whole.truncate(whole.trim_end().len());
            let Some(next) = lines.next() else { break };
            match next.text.trim() {
                comment if comment.starts_with('#') => {
                    comments.push(next.start..next.start + next.text.len());
                    whole.push('\\');
                }
                more => {
                    whole.push(' ');
                    whole.push_str(more);
                }
            }
        }
        for end in here_documents(&whole) {
            for next in lines.by_ref() {
                whole.push('\n');
                whole.push_str(next.text);
                if next.text.trim() == end {
                    break;
                }
            }
        }
        let (keyword, arguments) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        if !keyword.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(format!("no instruction at line {}", line.number));
        }
        out.push((line.number, keyword.to_ascii_uppercase(), arguments.trim().to_owned()));
    }
    Ok((out, comments))
}

/// The end words of here-documents that a RUN or COPY begins.
fn here_documents(instruction: &str) -> Vec<String> {
    let keyword = instruction.split_whitespace().next().unwrap_or_default();
    if !["RUN", "COPY", "ADD"].iter().any(|k| keyword.eq_ignore_ascii_case(k)) {
        return Vec::new();
    }
    let words = instruction.split_whitespace().filter_map(|w| w.strip_prefix("<<"));
    let ends = words.map(|w| w.trim_start_matches('-').trim_matches(['"', '\'']).to_owned());
    ends.filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).collect()
}

/// go.mod: `require path` with its version; blocks are notation.
pub(super) fn go_mod(source: &str) -> Result<Outline, String> {
    let (mut root, mut comments, mut block): (Entries, _, Option<String>) = (Vec::new(), Vec::new(), None);
    for line in lines(source) {
        let (body, comment) = line.text.split_once("//").map_or((line.text, None), |(b, c)| (b, Some(c)));
        if comment.is_some() {
            comments.push(line.start + body.len()..line.start + line.text.len());
        }
        let words: Vec<&str> = body.split_whitespace().collect();
        match (words.as_slice(), &block) {
            ([], _) => {}
            ([")"], _) => block = None,
            ([keyword, "("], None) => block = Some((*keyword).to_owned()),
            (words, Some(keyword)) => root.push(go_directive(keyword, words, line.number)),
            ([keyword, words @ ..], None) => root.push(go_directive(keyword, words, line.number)),
        }
    }
    Ok(Outline::of(root, comments))
}

fn go_directive(keyword: &str, words: &[&str], line: u32) -> (String, Node) {
    match (keyword, words) {
        ("module" | "go" | "toolchain", words) => (keyword.to_owned(), Node::scalar(line, words.join(" "))),
        (_, [path, value @ ..]) => (format!("{keyword} {path}"), Node::scalar(line, value.join(" "))),
        (_, []) => (keyword.to_owned(), Node::scalar(line, "")),
    }
}

/// requirements.txt: the package is the key, its version constraint the value.
pub(super) fn requirements(source: &str) -> Result<Outline, String> {
    let (mut root, mut comments): (Entries, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = match line.text.find('#').filter(|&at| at == 0 || line.text[..at].ends_with([' ', '\t'])) {
            Some(at) => {
                comments.push(line.start + at..line.start + line.text.len());
                &line.text[..at]
            }
            None => line.text,
        };
        let mut whole = body.trim().to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            whole.push_str(lines.next().map_or("", |next| next.text.trim()));
        }
        if !whole.is_empty() {
            let name_ends = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
            let end = match whole.starts_with('-') {
                true => whole.find(char::is_whitespace),
                false => whole.find(name_ends),
            };
            let (key, value) = whole.split_at(end.unwrap_or(whole.len()));
            root.push((key.to_owned(), Node::scalar(line.number, value.trim())));
        }
    }
    Ok(Outline::of(root, comments))
}

/// Gemfile: `gem name` with its constraint; any other line by its first word.
pub(super) fn gemfile(source: &str) -> Result<Outline, String> {
    let (mut root, mut comments): (Entries, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    for line in lines(source) {
        let body = line.text.trim();
        if body.starts_with('#') {
            comments.push(line.start..line.start + line.text.len());
            continue;
        }
        let (word, rest) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
        if word.is_empty() || word == "end" {
            continue;
        }
        let entry = match (word, rest.split_once(',').unwrap_or((rest, ""))) {
            ("gem", (name, value)) => (format!("gem {}", super::node::unquoted(name.trim())), value),
            _ => (word.to_owned(), rest),
        };
        root.push((entry.0, Node::scalar(line.number, entry.1.trim())));
    }
    Ok(Outline::of(root, comments))
}
