//! Formats of nested blocks: nginx, Caddy, Varnish and logrotate with braces, Apache with tags. A block's key is its head, with the name it serves.

use std::ops::Range;

use super::lines::lines;
use super::node::{DEPTH, Node, Outline, unquoted};

type Entries = Vec<(String, Node)>;

/// Blocks that are open while a file is read.
struct Stack {
    /// Head, line and entries of each, the file itself first.
    open: Vec<(Vec<String>, u32, Entries)>,
    /// Directive that gives a block its name, e.g. `server_name`.
    names: &'static [(&'static str, &'static str)],
    /// `=` stands between a name and its value.
    assigns: bool,
}

impl Stack {
    fn new(names: &'static [(&'static str, &'static str)]) -> Self {
        Self { open: vec![(Vec::new(), 1, Vec::new())], names, assigns: false }
    }

    fn directive(&mut self, words: Vec<String>, line: u32) {
        let mut words = words.into_iter();
        if let (Some(key), Some((_, _, entries))) = (words.next(), self.open.last_mut()) {
            let mut value: Vec<String> = words.collect();
            let key = match value.iter().position(|word| word == "=").filter(|_| self.assigns) {
                Some(at) => [vec![key], value.drain(..=at).take(at).collect()].concat().join(" "),
                None => key,
            };
            let meaning: Vec<&str> = value.iter().map(|w| unquoted(w)).collect();
            entries.push((key, Node::noted(line, value.join(" "), meaning.join(" "))));
        }
    }

    fn open(&mut self, head: Vec<String>, line: u32) -> Result<(), String> {
        if self.open.len() > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        self.open.push((head, line, Vec::new()));
        Ok(())
    }

    /// Closes the innermost block; an error where none is open.
    fn close(&mut self, at: u32) -> Result<(), String> {
        if self.open.len() < 2 {
            return Err(format!("block end without a block at line {at}"));
        }
        if let Some((head, line, entries)) = self.open.pop() {
            let block = Node::map(line, entries);
            let label = self.label(&head, &block);
            let node = if matches!(&block.value, super::node::Value::Map(e) if e.is_empty()) { Node::scalar(line, "") } else { block };
            if let Some((_, _, outer)) = self.open.last_mut() {
                outer.push((label, node));
            }
        }
        Ok(())
    }

    fn label(&self, head: &[String], block: &Node) -> String {
        let plain = head.join(" ");
        let naming = head.first().and_then(|kind| self.names.iter().find(|(block, _)| block == kind));
        match naming.and_then(|(_, directive)| block.field(directive)) {
            Some(name) => format!("{plain}[{name}]"),
            None => plain,
        }
    }

    fn finish(mut self, comments: Vec<Range<usize>>) -> Result<Outline, String> {
        match (self.open.pop(), self.open.is_empty()) {
            (Some((_, _, root)), true) => Ok(Outline::of(root, comments)),
            (Some((head, line, _)), false) => Err(format!("block `{}` of line {line} has no end", head.join(" "))),
            (None, _) => Ok(Outline::default()),
        }
    }
}

/// nginx: directives end with `;`.
pub(super) fn nginx(source: &str) -> Result<Outline, String> {
    braces(source, Braces { names: &[("server", "server_name")], ..Braces::default() })
}

/// Caddy: directives end with their line, a site's block may have no word before its brace.
pub(super) fn caddy(source: &str) -> Result<Outline, String> {
    braces(source, Braces { by_line: true, ..Braces::default() })
}

/// Varnish: as nginx, with `name = value;` and the comments of C.
pub(super) fn varnish(source: &str) -> Result<Outline, String> {
    braces(source, Braces { of_c: true, ..Braces::default() })
}

/// What distinguishes the dialects with braces.
#[derive(Clone, Copy, Default)]
struct Braces {
    /// A directive ends with its line, and `{name}` is a word.
    by_line: bool,
    /// `//` and `/* */` begin comments, `=` stands between a name and its value.
    of_c: bool,
    /// Directives that give a block its name.
    names: &'static [(&'static str, &'static str)],
}

fn braces(source: &str, dialect: Braces) -> Result<Outline, String> {
    let by_line = dialect.by_line;
    let mut tokens = Tokens { source, dialect, at: 0, line: 1, comments: Vec::new() };
    let (mut stack, mut words, mut first) = (Stack { assigns: dialect.of_c, ..Stack::new(dialect.names) }, Vec::new(), 1);
    while let Some((line, token)) = tokens.next()? {
        match token {
            Token::Word(word) => {
                if words.is_empty() {
                    first = line;
                }
                words.push(word.to_owned());
            }
            Token::Open if words.first().is_some_and(|w: &String| w.ends_with("_by_lua_block")) => {
                words.push(tokens.raw_block()?);
                stack.directive(std::mem::take(&mut words), first);
            }
            Token::Open => {
                let head = if words.is_empty() { vec!["global".to_owned()] } else { std::mem::take(&mut words) };
                stack.open(head, if tokens.line == line { line.min(first.max(1)) } else { line })?;
            }
            Token::Close => {
                if !words.is_empty() && !by_line {
                    return Err(format!("`;` expected at line {line}"));
                }
                stack.directive(std::mem::take(&mut words), first);
                stack.close(line)?;
            }
            Token::End => stack.directive(std::mem::take(&mut words), first),
            Token::Newline if by_line && !words.last().is_some_and(|w: &String| w.ends_with(',')) => {
                stack.directive(std::mem::take(&mut words), first);
            }
            Token::Newline => {}
        }
    }
    if !words.is_empty() && !by_line {
        return Err(format!("`;` expected at line {first}"));
    }
    stack.directive(words, first);
    stack.finish(tokens.comments)
}

enum Token<'a> {
    Word(&'a str),
    Open,
    Close,
    /// `;`
    End,
    Newline,
}

struct Tokens<'a> {
    source: &'a str,
    dialect: Braces,
    at: usize,
    line: u32,
    comments: Vec<Range<usize>>,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<(u32, Token<'a>)>, String> {
        loop {
            let left = &self.source[self.at..];
            let line = self.line;
            let Some(c) = left.chars().next() else { return Ok(None) };
            let token = match c {
                '\n' => {
                    self.line += 1;
                    Token::Newline
                }
                '#' | '/' if let Some(length) = self.comment(left) => {
                    self.comments.push(self.at..self.at + length);
                    self.take(left, length);
                    continue;
                }
                c if c.is_whitespace() => {
                    self.at += c.len_utf8();
                    continue;
                }
                '{' if self.dialect.by_line && left.as_bytes().get(1).is_some_and(u8::is_ascii_alphanumeric) && closes(left.as_bytes()) => {
                    return Ok(Some((line, Token::Word(self.word(left)?))));
                }
                '{' => Token::Open,
                '}' => Token::Close,
                ';' => Token::End,
                _ => return Ok(Some((line, Token::Word(self.word(left)?)))),
            };
            self.at += 1;
            return Ok(Some((line, token)));
        }
    }

    /// Bytes of the comment that begins here.
    fn comment(&self, left: &str) -> Option<usize> {
        match () {
            () if left.starts_with('#') || self.dialect.of_c && left.starts_with("//") => Some(left.find('\n').unwrap_or(left.len())),
            () if self.dialect.of_c && left.starts_with("/*") => Some(left.find("*/").map_or(left.len(), |end| end + 2)),
            () => None,
        }
    }

    /// A word: quoted, or up to a blank, `;` or a brace that is not `${`, `{$` or `{placeholder}`.
    fn word(&mut self, left: &'a str) -> Result<&'a str, String> {
        let bytes = left.as_bytes();
        let quote = Some(bytes[0]).filter(|b| matches!(b, b'"' | b'\'' | b'`'));
        let (mut end, mut braces) = (usize::from(quote.is_some()), 0_usize);
        while let Some(&byte) = bytes.get(end) {
            match (quote, byte) {
                // at the end of the file it continues nothing
                (None, b'\\') if bytes[end + 1..].iter().all(u8::is_ascii_whitespace) => {}
                (_, b'\\') => end += 1,
                (Some(q), b) if b == q => {
                    end += 1;
                    return Ok(self.take(left, end));
                }
                (Some(_), _) => {}
                (None, b'{') if (end > 0 || self.dialect.by_line) && closes(&bytes[end..]) => braces += 1,
                (None, b'}') if braces > 0 => braces -= 1,
                (None, b';' | b'{' | b'}') => break,
                (None, b) if b.is_ascii_whitespace() => break,
                (None, _) => {}
            }
            end += 1;
        }
        if quote.is_some() {
            return Err(format!("quoted text of line {} has no end", self.line));
        }
        Ok(self.take(left, end))
    }

    fn take(&mut self, left: &'a str, end: usize) -> &'a str {
        let mut end = end.min(left.len());
        while !left.is_char_boundary(end) {
            end += 1;
        }
        self.at += end;
        self.line += u32::try_from(left[..end].matches('\n').count()).unwrap_or(0);
        &left[..end]
    }

    /// The text up to the brace that closes the one just read; for embedded programs.
    fn raw_block(&mut self) -> Result<String, String> {
        let left = &self.source[self.at..];
        let mut depth = 1_usize;
        let end = left.bytes().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let end = end.ok_or_else(|| format!("block of line {} has no end", self.line))?;
        let body = self.take(left, end).trim().to_owned();
        self.at += 1;
        Ok(body)
    }
}

/// Whether a brace within a word closes again before a blank: `${var}`, `/{id}`, `{2,3}`.
fn closes(bytes: &[u8]) -> bool {
    let end = bytes.iter().take(200).position(|b| *b == b'}' || b.is_ascii_whitespace() || *b == b';');
    end.is_some_and(|at| bytes[at] == b'}')
}

/// Apache: `<Section argument>` blocks and directives of one line.
pub(super) fn apache(source: &str) -> Result<Outline, String> {
    let (mut stack, mut comments) = (Stack::new(&[("VirtualHost", "ServerName")]), Vec::new());
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = line.text.trim();
        if body.starts_with('#') {
            comments.push(line.start..line.start + line.text.len());
        } else if body.starts_with("</") {
            stack.close(line.number)?;
        } else if let Some(head) = body.strip_prefix('<') {
            let head = head.strip_suffix('>').ok_or_else(|| format!("`>` expected at line {}", line.number))?;
            stack.open(words(head), line.number)?;
        } else if !body.is_empty() {
            let mut whole = body.to_owned();
            while whole.ends_with('\\') {
                whole.pop();
                match lines.next() {
                    Some(next) => whole.push_str(next.text.trim()),
                    None => break,
                }
            }
            stack.directive(words(&whole), line.number);
        }
    }
    stack.finish(comments)
}

/// logrotate: files and what is done with them, by lines; scripts end with a word.
pub(super) fn logrotate(source: &str) -> Result<Outline, String> {
    const SCRIPTS: [&str; 5] = ["prerotate", "postrotate", "firstaction", "lastaction", "preremove"];
    let (mut stack, mut comments, mut heads) = (Stack::new(&[]), Vec::new(), Vec::new());
    let mut lines = lines(source);
    while let Some(line) = lines.next() {
        let body = line.text.trim();
        let outside = stack.open.len() == 1;
        if body.starts_with('#') {
            comments.push(line.span());
        } else if body == "}" {
            stack.close(line.number)?;
        } else if let Some(head) = body.strip_suffix('{').filter(|_| outside) {
            heads.extend(words(head));
            stack.open(std::mem::take(&mut heads), line.number)?;
        } else if outside && body.starts_with(['/', '"', '~', '*']) {
            heads.extend(words(body));
        } else if SCRIPTS.contains(&body) {
            let script: Vec<&str> = lines.by_ref().map(|line| line.text.trim()).take_while(|text| *text != "endscript").collect();
            stack.directive(vec![body.to_owned(), script.join("\n")], line.number);
        } else if !body.is_empty() {
            stack.directive(words(body), line.number);
        }
    }
    stack.finish(comments)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
