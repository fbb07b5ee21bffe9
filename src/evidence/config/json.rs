//! JSON with whatever people add to it: comments, trailing commas, single quotes, bare keys (JSONC, JSON5). Values stay as written.

use std::ops::Range;

use super::node::{DEPTH, Node, Outline, repeated, unquoted};
use super::yaml;

/// Reads one JSON value and what surrounds it.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    let mut reader = JsonReader { source, at: 0, line: 1, comments: Vec::new() };
    reader.skip()?;
    if reader.peek().is_none() {
        return Ok(Outline::of(Vec::new(), reader.comments));
    }
    let mut root = reader.value(0)?;
    reader.skip()?;
    if reader.peek().is_some() {
        return Err(reader.error("text after the value"));
    }
    yaml::conceal_secret_objects(&mut root);
    Ok(Outline { documents: vec![(String::new(), root)], comments: reader.comments, ..Outline::default() })
}

struct JsonReader<'a> {
    source: &'a str,
    at: usize,
    line: u32,
    comments: Vec<Range<usize>>,
}

impl<'a> JsonReader<'a> {
    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn error(&self, what: &str) -> String {
        format!("{what} at line {}", self.line)
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let end = (self.at + bytes).min(self.source.len());
        let passed = &self.source[self.at..end];
        self.line += u32::try_from(passed.matches('\n').count()).unwrap_or(0);
        self.at = end;
        passed
    }

    /// White space and comments.
    fn skip(&mut self) -> Result<(), String> {
        loop {
            let left = &self.source[self.at..];
            let blank = left.len() - left.trim_start().len();
            self.advance(blank);
            let left = &self.source[self.at..];
            let length = if left.starts_with("//") {
                left.find('\n').unwrap_or(left.len())
            } else if left.starts_with("/*") {
                left.find("*/").ok_or_else(|| self.error("comment without end"))? + 2
            } else {
                return Ok(());
            };
            self.comments.push(self.at..self.at + length);
            self.advance(length);
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        let line = self.line;
        match self.peek() {
            Some(b'{') => self.object(line, depth),
            Some(b'[') => self.array(line, depth),
            Some(b'"' | b'\'') => {
                let written = self.string()?;
                Ok(match written.contains('\\') {
                    true => Node::scalar(line, written),
                    false => Node::noted(line, written, format!("s:{}", unquoted(written))),
                })
            }
            _ => Ok(Node::scalar(line, self.word()?)),
        }
    }

    fn object(&mut self, line: u32, depth: usize) -> Result<Node, String> {
        let mut entries = Vec::new();
        self.advance(1);
        loop {
            self.skip()?;
            if self.peek() == Some(b'}') {
                self.advance(1);
                return match repeated(&entries) {
                    Some((key, node)) => Err(format!("`{key}` stands twice in one object (line {})", node.line)),
                    None => Ok(Node::map(line, entries)),
                };
            }
            let line = self.line;
            let key = match self.peek() {
                Some(b'"' | b'\'') => self.string()?,
                _ => self.word()?,
            };
            self.skip()?;
            self.expect(b':')?;
            self.skip()?;
            let mut node = self.value(depth + 1)?;
            node.line = line;
            entries.push((unquoted(key).to_owned(), node));
            self.separator(b'}')?;
        }
    }

    fn array(&mut self, line: u32, depth: usize) -> Result<Node, String> {
        let mut items = Vec::new();
        self.advance(1);
        loop {
            self.skip()?;
            if self.peek() == Some(b']') {
                self.advance(1);
                return Ok(Node::list(line, items));
            }
            items.push(self.value(depth + 1)?);
            self.separator(b']')?;
        }
    }

    /// A comma, or the closing bracket that needs none.
    fn separator(&mut self, close: u8) -> Result<(), String> {
        self.skip()?;
        match self.peek() {
            Some(b',') => self.expect(b','),
            Some(byte) if byte == close => Ok(()),
            _ => Err(self.error("comma expected")),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(self.error(&format!("`{}` expected", char::from(byte))));
        }
        self.advance(1);
        Ok(())
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let bytes = &self.source.as_bytes()[self.at..];
        let (quote, mut i) = (bytes[0], 1);
        while i < bytes.len() {
            match bytes[i] {
                b'\\' => i += 2,
                byte if byte == quote => return Ok(self.advance(i + 1)),
                b'\n' => break,
                _ => i += 1,
            }
        }
        Err(self.error("string without end"))
    }

    /// A number, a keyword or a bare key.
    fn word(&mut self) -> Result<&'a str, String> {
        let left = &self.source[self.at..];
        let length = left.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '+' | '-' | '.'))).unwrap_or(left.len());
        if length == 0 {
            return Err(self.error("value expected"));
        }
        Ok(self.advance(length))
    }
}
