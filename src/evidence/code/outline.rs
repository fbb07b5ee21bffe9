//! A text's outline without a parser: which blocks are around its changed lines, and on which lines in them something new begins. Sees
//! brackets, strings and comments, no syntax, and says nothing at all where it is not sure.

mod both;

use std::ops::Range;

pub(super) use both::both;

use super::lexis::{End, Extra, Lexis, Quote, find, is_continuing, is_word, template, word_at};

/// Headers longer than this are none.
const LONGEST_HEADER: usize = 1200;

/// A block whose content are definitions side by side, with changed lines in it; the first is the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The block around it, as an index in the same list.
    pub outer: usize,
    /// From the first code of its header to the brace behind it.
    pub header: Range<usize>,
    /// Where its last brace stands; the text's end for the text itself.
    pub close: usize,
    /// Where the lines begin on which something new begins, comments above it included; at the end, where its last one has ended.
    pub items: Vec<usize>,
    /// Something is written in it whose limits are not known.
    unsure: bool,
}

/// An open bracket.
#[derive(Clone)]
struct Frame {
    bracket: u8,
    header: usize,
    open: usize,
    /// Where its part of the marks begins.
    first: usize,
    /// How far its items are indented.
    indent: Option<usize>,
    /// Where the code of the present item begins.
    item: usize,
    /// The last byte of code at the `#if`.
    before: u8,
    /// Where changed lines begin in it, and it is a container: its place among the blocks.
    block: Option<usize>,
    /// Something is written in it whose limits are not known.
    unsure: bool,
}

/// Goes through a text once, line by line.
#[derive(Clone)]
struct Outliner<'a> {
    lexis: &'a Lexis,
    text: &'a [u8],
    marked: [bool; 256],
    at: usize,
    /// The last byte of code on the lines before.
    last: u8,
    /// Where the code that is not yet accounted for begins.
    code: usize,
    /// Where an item begins if its first code says so.
    pending: Option<usize>,
    frames: Vec<Frame>,
    marks: Vec<usize>,
    blocks: Vec<Block>,
    /// Where changed lines begin that are not reached yet.
    changes: &'a [usize],
    /// The text has ended.
    over: bool,
}

/// A text and where changed lines begin in it, in order.
#[derive(Clone, Copy)]
pub(super) struct Changed<'a> {
    pub text: &'a [u8],
    pub starts: &'a [usize],
}

/// The outline of a text around the lines that begin at `changes`; nothing where it is not certain.
#[cfg(test)]
pub(super) fn outline(lexis: &Lexis, text: &[u8], changes: &[usize]) -> Option<Vec<Block>> {
    Outliner::new(lexis, Changed { text, starts: changes })?.finish().map(settled)
}

/// The blocks without items whose limits are not known.
fn settled(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.iter_mut().filter(|block| block.unsure).for_each(|block| block.items.clear());
    blocks
}

/// Whether a text is code from its beginning.
fn is_code(lexis: &Lexis, text: &[u8]) -> bool {
    !lexis.has(Extra::Heredoc) || text.starts_with(b"<?php")
}

impl<'a> Outliner<'a> {
    fn new(lexis: &'a Lexis, Changed { text, starts }: Changed<'a>) -> Option<Self> {
        if !is_code(lexis, text) {
            return None;
        }
        let mut outliner = Self {
            lexis,
            text,
            marked: lexis.marked(),
            at: 0,
            last: b'{',
            code: 0,
            pending: None,
            frames: Vec::new(),
            marks: Vec::new(),
            blocks: vec![Block { outer: 0, header: 0..0, close: text.len(), items: Vec::new(), unsure: false }],
            changes: starts,
            over: false,
        };
        outliner.push(0, 0);
        outliner.frames[0].block = Some(0);
        Some(outliner)
    }

    /// Goes on to the first line that begins at `stop` or behind it.
    fn run(&mut self, stop: usize) -> Option<()> {
        while self.at < stop && !self.over {
            self.line()?;
        }
        Some(())
    }

    /// Goes through a line, and through those that it goes on for.
    fn line(&mut self) -> Option<()> {
        self.begin_line()?;
        while let Some(length) = self.text.get(self.at..)?.iter().position(|b| self.marked[usize::from(*b)]) {
            self.at += length;
            if self.text[self.at] == b'\n' {
                self.end_line();
                self.at += 1;
                return Some(());
            }
            self.token()?;
        }
        self.at = self.text.len();
        self.over = true;
        Some(())
    }

    /// The blocks, once everything is gone through.
    fn finish(&mut self) -> Option<Vec<Block>> {
        self.run(usize::MAX)?;
        self.end_line();
        self.pending = self.pending.or_else(|| self.ended().then_some(self.at));
        let [_] = self.frames.as_slice() else { return None };
        self.close_block();
        Some(std::mem::take(&mut self.blocks))
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the text's own frame stays")
    }

    fn push(&mut self, bracket: u8, header: usize) {
        let (first, before) = (self.marks.len(), self.last);
        let (open, item) = (self.at, self.at + 1);
        self.frames.push(Frame { bracket, header, open, first, indent: None, item, before, block: None, unsure: false });
    }

    fn ended(&self) -> bool {
        self.last == b'{' || self.lexis.ends.contains(&self.last)
    }

    /// Takes in the code up to here.
    fn end_line(&mut self) {
        if let Some(last) = self.text[self.code..self.at].trim_ascii_end().last() {
            self.last = *last;
        }
    }

    /// At a line's first byte, outside of strings and comments.
    fn begin_line(&mut self) -> Option<()> {
        let line = self.at;
        self.code = line;
        while self.changes.first().is_some_and(|change| *change <= line) {
            self.changes = &self.changes[1..];
            self.want();
        }
        let indent = blank(&self.text[line..]);
        let first = self.text.get(line + indent).copied().unwrap_or(b'\n');
        self.at += indent;
        if first == b'\n' {
            return Some(());
        }
        if first == b'#' && self.lexis.has(Extra::Directives) {
            return self.directive(line);
        }
        if self.changes.is_empty() && self.top().block.is_none() {
            return Some(()); // nobody asks what begins in here
        }
        let pending = self.pending.take().or_else(|| self.ended().then_some(line));
        if self.lexis.comment(self.text, self.at) != End::Other {
            self.pending = pending;
            return Some(());
        }
        match first {
            b'}' => self.pending = pending, // where the last item has ended
            b'{' => self.top().unsure |= pending.is_some(),
            _ if pending.is_some() && self.begins_item() => self.mark(pending?, indent),
            _ => {}
        }
        Some(())
    }

    fn begins_item(&self) -> bool {
        let first = self.text[self.at];
        let letter = first.is_ascii_alphabetic() || self.lexis.begins.contains(&first);
        letter && !is_continuing(word_at(self.text, self.at))
    }

    fn mark(&mut self, start: usize, indent: usize) {
        let code = self.at;
        let frame = self.top();
        if *frame.indent.get_or_insert(indent) == indent {
            frame.item = code;
            self.marks.push(start);
        }
    }

    fn token(&mut self) -> Option<()> {
        let byte = self.text[self.at];
        match byte {
            b'(' | b'[' | b'{' => {
                let header = self.top().item;
                self.push(byte, header);
            }
            b')' | b']' | b'}' => return self.close(byte),
            b'/' | b'#' => return self.comment(),
            b'<' | b'?' => return self.skip(Lexis::heredoc(self.text, self.at)),
            _ => return self.string(),
        }
        self.pending = None;
        self.at += 1;
        Some(())
    }

    fn skip(&mut self, end: End) -> Option<()> {
        self.at = match end {
            End::Other => self.at + 1,
            End::At(end) => end,
            End::Unknown => return None,
        };
        Some(())
    }

    fn comment(&mut self) -> Option<()> {
        let comment = self.lexis.comment(self.text, self.at);
        if comment == End::Other {
            return self.skip(self.lexis.regex(self.text, self.at, self.last));
        }
        self.end_line();
        self.skip(comment)?;
        self.code = self.at;
        // code behind a comment on its line begins nothing
        let rest = &self.text[self.at..];
        if !matches!(rest.get(blank(rest)), None | Some(b'\n')) {
            self.pending = None;
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let ends = self.lexis.quotes.iter().map(|quote| quote.end(self.text, self.at));
        let end = ends.into_iter().find(|end| *end != End::Other).unwrap_or(End::Other);
        self.skip(end)?;
        self.after_template()
    }

    /// A template that is interrupted by code goes on behind the brace that closes it.
    fn after_template(&mut self) -> Option<()> {
        if self.text[..self.at].ends_with(b"${") && has_templates(self.lexis) {
            let header = self.top().item;
            self.push(b'$', header);
        }
        Some(())
    }

    fn close(&mut self, byte: u8) -> Option<()> {
        let open = self.top().bracket;
        match (open, byte) {
            (b'(', b')') | (b'[', b']') | (b'{', b'}') => self.close_block(),
            (b'$', b'}') => {
                self.close_block();
                let end = template(self.text, self.at + 1);
                self.skip(end)?;
                return self.after_template();
            }
            _ => return None,
        }
        self.at += 1;
        Some(())
    }

    fn close_block(&mut self) {
        let frame = self.frames.pop().expect("the caller has looked at it");
        let pending = self.pending.take();
        if let Some(block) = frame.block.map(|at| &mut self.blocks[at]) {
            block.close = self.at;
            block.items.extend(self.marks[frame.first..].iter().copied().chain(pending));
            block.unsure = frame.unsure;
        }
        self.marks.truncate(frame.first);
    }

    /// Notes the containers around a changed line.
    fn want(&mut self) {
        let mut outer = 0;
        for frame in &mut self.frames {
            outer = match frame.block {
                Some(block) => block,
                None if is_container(self.lexis, self.text, frame) => {
                    let header = frame.header..frame.open + 1;
                    self.blocks.push(Block { outer, header, close: self.text.len(), items: Vec::new(), unsure: false });
                    *frame.block.insert(self.blocks.len() - 1)
                }
                None => return,
            }
        }
    }

    /// A preprocessor line; alternatives must leave the brackets as they found them.
    fn directive(&mut self, line: usize) -> Option<()> {
        let pending = self.pending.take().or_else(|| self.ended().then_some(line));
        let inside = self.top().bracket == b'#';
        let name = self.at + 1 + blank(&self.text[self.at + 1..]);
        match (word_at(self.text, name), inside) {
            (b"if" | b"ifdef" | b"ifndef", _) => self.push(b'#', line),
            (b"else" | b"elif" | b"elifdef" | b"elifndef", true) => self.last = self.top().before,
            (b"endif", true) => {
                self.pending = pending;
                self.close_block();
            }
            (b"else" | b"elif" | b"elifdef" | b"elifndef" | b"endif", false) => return None,
            _ => {}
        }
        self.skip_directive()
    }

    fn skip_directive(&mut self) -> Option<()> {
        loop {
            let end = find(self.text, self.at, b"\n").unwrap_or(self.text.len());
            let part = &self.text[self.at..end];
            if let Some(comment) = find(part, 0, b"/*") {
                let end = self.lexis.comment(self.text, self.at + comment);
                self.skip(end)?;
                continue;
            }
            self.at = end;
            self.code = end;
            if !part.trim_ascii_end().ends_with(b"\\") {
                return Some(());
            }
            self.at = (end + 1).min(self.text.len());
        }
    }
}

/// How many blanks a text begins with.
fn blank(text: &[u8]) -> usize {
    text.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count()
}

fn has_templates(lexis: &Lexis) -> bool {
    lexis.quotes.contains(&Quote::Template)
}

/// Whether a block's header says that it holds definitions side by side. Where it errs, the text is parsed as a whole.
fn is_container(lexis: &Lexis, text: &[u8], frame: &Frame) -> bool {
    if frame.bracket == b'#' {
        return true;
    }
    if frame.bracket != b'{' || frame.open.saturating_sub(frame.header) > LONGEST_HEADER {
        return false;
    }
    let header = text.get(frame.header..frame.open).unwrap_or(&[]);
    let (mut at, mut before, mut container) = (0, b';', false);
    while let Some(byte) = header.get(at) {
        let word = word_at(header, at);
        container |= is_declared(before) && lexis.containers.iter().any(|known| known.as_bytes() == word);
        if [&b"fn"[..], b"fun", b"func", b"function"].contains(&word) {
            return false;
        }
        if !byte.is_ascii_whitespace() {
            before = header[at + word.len().saturating_sub(1)];
        }
        at += word.len().max(1);
    }
    container
}

/// Whether a word after this byte may declare something: `<class T>`, `X.class`, `: class` do not.
fn is_declared(before: u8) -> bool {
    is_word(before) || matches!(before, b';' | b')' | b']' | b'>' | b'}' | b'@')
}
