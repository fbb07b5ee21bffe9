//! Formats of one key a line: INI and its kin, `.env`, properties, keyword files.
//!
//! A line that the format does not explain becomes a key of its own text rather than being dropped.

use std::ops::Range;

use super::node::{Node, Outline, unquoted};

/// A line with where it stands.
pub(super) struct Line<'a> {
    /// Without its line end.
    pub(super) text: &'a str,
    /// 1-based.
    pub(super) number: u32,
    /// Byte offset of its start.
    pub(super) start: usize,
}

impl Line<'_> {
    /// From the first character that is not blank to the end.
    pub(super) fn span(&self) -> Range<usize> {
        self.start + self.text.len() - self.text.trim_start().len()..self.start + self.text.len()
    }

    /// The span of the tail that begins at `at`.
    fn tail(&self, at: usize) -> Range<usize> {
        self.start + at..self.start + self.text.len()
    }
}

/// The lines of a text.
pub(super) fn lines(source: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    source.split_inclusive('\n').zip(1..).map(move |(raw, number)| {
        let line = Line { text: raw.trim_end_matches(['\n', '\r']), number, start };
        start += raw.len();
        line
    })
}

/// What distinguishes the INI dialects.
#[derive(Clone, Copy)]
struct Dialect {
    /// Characters that begin a comment line.
    comments: &'static [char],
    /// Characters that begin a comment after a value and a blank.
    inline: &'static [char],
    /// An indented line belongs to the value above.
    indented: bool,
    /// A backslash at the end joins the next line.
    backslash: bool,
}

/// Generic INI: `;` and `#`, indented continuation as in Python's configparser.
pub(super) fn ini(source: &str) -> Result<Outline, String> {
    let dialect = Dialect { comments: &[';', '#'], inline: &[';'], indented: true, backslash: false };
    Ok(sections(source, dialect))
}

/// systemd units: no comments after values, backslash joins lines, keys repeat.
pub(super) fn systemd(source: &str) -> Result<Outline, String> {
    let dialect = Dialect { comments: &[';', '#'], inline: &[], indented: false, backslash: true };
    Ok(sections(source, dialect))
}

/// gitconfig and `.editorconfig`: keys may be indented, comments may follow values.
pub(super) fn gitconfig(source: &str) -> Result<Outline, String> {
    let dialect = Dialect { comments: &[';', '#'], inline: &[';', '#'], indented: false, backslash: true };
    Ok(sections(source, dialect))
}

fn sections(source: &str, dialect: Dialect) -> Outline {
    let mut out = Sections::default();
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = line.text.trim();
        if body.is_empty() {
            continue;
        }
        if body.starts_with(dialect.comments) {
            out.comments.push(line.span());
        } else if let Some(name) = body.strip_prefix('[').and_then(|b| b.split_once(']')) {
            out.open(section_name(body, name.0), line.number);
        } else if dialect.indented && line.text.starts_with([' ', '\t']) && out.extend(body) {
        } else {
            let (key, value) = split_key(body, &['=', ':']);
            let value = out.without_comment(&line, value, dialect.inline).to_owned();
            let value = if dialect.backslash { joined(value, &mut lines) } else { value };
            out.push(key, value, line.number);
        }
    }
    out.finish()
}

/// `[a]b]` ends at the last bracket of the line: `.editorconfig` globs hold brackets.
fn section_name<'a>(body: &'a str, first: &'a str) -> &'a str {
    match body.rfind(']') {
        Some(end) if !body[first.len() + 1..end].contains(['#', ';']) => &body[1..end],
        _ => first,
    }
}

/// Key and value around the first separator; a lone key has no value. A colon inside of a word (`//host/:_auth=x`) separates nothing
/// where an equals sign does.
fn split_key<'a>(body: &'a str, separators: &[char]) -> (&'a str, &'a str) {
    let first = body.find(separators);
    let inside = |at: usize| body[at..].starts_with(':') && !body[at + 1..].starts_with(char::is_whitespace);
    let at = first.map(|at| if inside(at) { body.find('=').unwrap_or(at) } else { at });
    match at.map(|at| (body[..at].trim_end(), body[at + 1..].trim())) {
        Some((key, value)) if !key.is_empty() => (key, value),
        _ => (body, ""),
    }
}

/// Joins the lines that a backslash at the end announces.
pub(super) fn joined<'a>(mut value: String, lines: &mut impl Iterator<Item = Line<'a>>) -> String {
    while value.ends_with('\\') && !value.ends_with("\\\\") {
        value.pop();
        value.truncate(value.trim_end().len());
        match lines.next() {
            Some(next) => {
                // an empty line adds nothing, not even a blank
                if !next.text.trim().is_empty() {
                    value.push(' ');
                    value.push_str(next.text.trim());
                }
            }
            None => break,
        }
    }
    value
}

/// Name, line and entries of a section.
type Section = (String, u32, Vec<(String, Node)>);

/// Entries in sections, as they are met.
#[derive(Default)]
pub(super) struct Sections {
    root: Vec<(String, Node)>,
    /// The open section.
    current: Option<Section>,
    pub(super) comments: Vec<Range<usize>>,
}

impl Sections {
    fn open(&mut self, name: &str, line: u32) {
        self.close();
        self.current = Some((name.to_owned(), line, Vec::new()));
    }

    fn close(&mut self) {
        if let Some((name, line, entries)) = self.current.take() {
            match entries.is_empty() {
                true => self.root.push((format!("[{name}]"), Node::scalar(line, ""))),
                false => self.root.push((name, Node::map(line, entries))),
            }
        }
    }

    fn entries(&mut self) -> &mut Vec<(String, Node)> {
        match &mut self.current {
            Some((_, _, entries)) => entries,
            None => &mut self.root,
        }
    }

    pub(super) fn push(&mut self, key: &str, value: impl Into<String>, line: u32) {
        self.entries().push((key.to_owned(), value_node(line, value.into())));
    }

    /// The next line that says something; comments on the way are noted.
    pub(super) fn next<'a>(&mut self, lines: &mut impl Iterator<Item = Line<'a>>, marks: &[char]) -> Option<(Line<'a>, &'a str)> {
        loop {
            let line = lines.next()?;
            let body = line.text.trim();
            if body.starts_with(marks) {
                self.comments.push(line.span());
            } else if !body.is_empty() {
                return Some((line, body));
            }
        }
    }

    /// Appends a continuation to the last value; false where there is none.
    fn extend(&mut self, more: &str) -> bool {
        let Some((_, node)) = self.entries().last_mut() else { return false };
        let super::node::Value::Scalar(scalar) = &mut node.value else {
            return false;
        };
        if !scalar.written.is_empty() {
            scalar.written.push('\n');
        }
        scalar.written.push_str(more);
        scalar.meaning = None;
        true
    }

    /// The value without a comment after it, which is noted.
    pub(super) fn without_comment<'a>(&mut self, line: &Line<'_>, value: &'a str, marks: &[char]) -> &'a str {
        let Some(at) = comment_start(value, marks) else { return value };
        let length = value.len() - at;
        self.comments.push(line.tail(line.text.trim_end().len() - length));
        value[..at].trim_end()
    }

    pub(super) fn finish(mut self) -> Outline {
        self.close();
        Outline::of(self.root, self.comments)
    }
}

/// Where a comment begins after a value: at a mark that follows a blank, outside of quotes.
fn comment_start(value: &str, marks: &[char]) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match quote {
            Some(q) if c == q && before != '\\' => quote = None,
            Some(_) => {}
            None if (c == '"' || c == '\'') && (at == 0 || before == '=') => quote = Some(c),
            None if marks.contains(&c) && before.is_whitespace() => return Some(at),
            None => {}
        }
        before = c;
    }
    None
}

/// A value that is the same with or without quotes.
pub(super) fn value_node(line: u32, written: String) -> Node {
    let plain = unquoted(&written).to_owned();
    Node::noted(line, written, plain)
}

/// `.env`: `export` is notation, quoted values may span lines.
pub(super) fn env(source: &str) -> Result<Outline, String> {
    let (mut out, mut lines) = (Sections::default(), lines(source));
    while let Some((line, body)) = out.next(&mut lines, &['#']) {
        let body = body.strip_prefix("export ").map_or(body, str::trim_start);
        let (key, value) = split_key(body, &['=']);
        let value = out.without_comment(&line, value, &['#']).to_owned();
        let value = closed(value, &mut lines)?;
        out.push(key, value, line.number);
    }
    Ok(out.finish())
}

/// Reads on to the closing quote of a value that opens one.
fn closed<'a>(mut value: String, lines: &mut impl Iterator<Item = Line<'a>>) -> Result<String, String> {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Ok(value);
    };
    if value[1..].contains(quote) {
        return Ok(value);
    }
    for line in lines {
        value.push('\n');
        value.push_str(line.text);
        if line.text.contains(quote) {
            return Ok(value);
        }
    }
    Err("a quoted value has no end".to_owned())
}

/// Java properties: `=`, `:` or a blank separates, a backslash at the end joins, escapes are notation.
pub(super) fn properties(source: &str) -> Result<Outline, String> {
    let mut out = Sections::default();
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = line.text.trim_start();
        if body.starts_with(['#', '!']) {
            out.comments.push(line.span());
        } else if !body.is_empty() {
            let mut whole = body.to_owned();
            while whole.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1 {
                whole.pop();
                let Some(next) = lines.next() else { break };
                whole.push_str(next.text.trim_start());
            }
            let (key, value) = split_property(&whole);
            let node = Node::noted(line.number, value, unescaped(value));
            out.root.push((unescaped(key), node));
        }
    }
    Ok(out.finish())
}

fn split_property(body: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = body.find(|c: char| {
        let separates = !escaped && (matches!(c, '=' | ':') || c.is_whitespace());
        escaped = c == '\\' && !escaped;
        separates
    });
    let (key, rest) = body.split_at(end.unwrap_or(body.len()));
    let rest = rest.trim_start();
    (key, rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start())
}

fn unescaped(text: &str) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('u') => {
                    let code: String = chars.by_ref().take(4).collect();
                    out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).or(Some('\u{fffd}')));
                }
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// `keyword value` or `keyword = value` a line: sysctl, PostgreSQL, redis.
pub(super) fn keywords(source: &str) -> Result<Outline, String> {
    Ok(context(source, &[], &[]))
}

/// The same with `Match` and `Host` opening a context: sshd and ssh.
pub(super) fn ssh(source: &str) -> Result<Outline, String> {
    Ok(context(source, &["match", "host"], &[]))
}

/// HAProxy: sections by their keyword.
pub(super) fn haproxy(source: &str) -> Result<Outline, String> {
    const SECTIONS: [&str; 13] = [
        "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "mailers", "userlist", "cache", "program", "ring",
        "http-errors",
    ];
    // what stands behind these is part of the name
    const OF_KIND: [&str; 7] = ["timeout", "option", "stats", "server", "acl", "errorfile", "user"];
    Ok(context(source, &SECTIONS, &OF_KIND))
}

fn context(source: &str, openers: &[&str], of_kind: &[&str]) -> Outline {
    let (mut out, mut lines) = (Sections::default(), lines(source));
    while let Some((line, body)) = out.next(&mut lines, &['#', ';']) {
        let body = out.without_comment(&line, body, &['#']);
        let end = |text: &str| text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        let (key, rest) = body.split_at(end(body));
        let rest = rest.trim_start();
        if openers.iter().any(|opener| key.eq_ignore_ascii_case(opener)) {
            let name = rest.strip_prefix('=').unwrap_or(rest);
            out.open(&format!("{key} {name}").split_whitespace().collect::<Vec<_>>().join(" "), line.number);
        } else if of_kind.contains(&key) {
            let (name, value) = rest.split_at(end(rest));
            out.push(format!("{key} {name}").trim_end(), value.trim_start(), line.number);
        } else {
            out.push(key, rest.strip_prefix('=').map_or(rest, str::trim_start), line.number);
        }
    }
    out.finish()
}
