//! The tokens of a language as far as they hide brackets: comments, strings, regular expressions, preprocessor lines. Constant data, one
//! [`Lexis`] a language, and where each such token ends. Knows no syntax.

/// How a language is written, as far as one must know it to see which brackets are brackets.
pub(super) struct Lexis {
    /// What makes the rest of a line a comment.
    pub line_comments: &'static [&'static str],
    /// `/* … */`.
    pub block_comments: Blocks,
    /// Strings, the first that fits counts.
    pub quotes: &'static [Quote],
    /// Other tokens.
    pub extras: &'static [Extra],
    /// What a member or statement ends with.
    pub ends: &'static [u8],
    /// What one may begin with beside a letter.
    pub begins: &'static [u8],
    /// Words before a brace whose block holds definitions side by side.
    pub containers: &'static [&'static str],
}

/// Comments over several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    Flat,
    Nested,
}

/// A kind of string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// Ends on its line; a backslash escapes.
    Line(u8),
    /// May go on for lines; a backslash escapes.
    Lines(u8),
    /// Nothing is escaped.
    Raw(u8),
    /// `"""`; whether a backslash escapes.
    Triple(bool),
    /// `r##"…"##`, `##"…"##`: with this letter in front, if any.
    Hashed(Option<u8>),
    /// `@"a ""quoted"" word"`.
    Doubled,
    /// `R"x(…)x"`.
    Delimited,
    /// `'a'`, where `'a` is something else.
    Character,
    /// `` `a ${b}` ``.
    Template,
}

/// Tokens that few languages have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    /// `#if … #else … #endif`, `#define …`.
    Directives,
    /// `/a"b/`.
    Regex,
    /// `<<<END`, and `?>`, after which all is text.
    Heredoc,
}

/// Where a token ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// It is none of this kind.
    Other,
    /// Behind its last byte.
    At(usize),
    /// Nowhere that one could be sure of.
    Unknown,
}

/// The C family without its peculiarities.
pub(super) const BRACES: Lexis = Lexis {
    line_comments: &["//"],
    block_comments: Blocks::Flat,
    quotes: &[Quote::Line(b'"'), Quote::Line(b'\'')],
    extras: &[],
    ends: b";}",
    begins: b"_",
    containers: &[],
};

/// Whether a word carries on what seemed to have ended.
#[rustfmt::skip]
pub(super) fn is_continuing(word: &[u8]) -> bool {
    matches!(
        word,
        b"and" | b"as" | b"catch" | b"else" | b"elseif" | b"extends" | b"finally" | b"from" | b"get" | b"implements" | b"in"
            | b"instanceof" | b"is" | b"of" | b"or" | b"satisfies" | b"set" | b"when" | b"where" | b"while" | b"with" | b"xor"
    )
}

/// After these words a slash begins a regular expression.
const BEFORE_REGEX: &[&str] = &["await", "case", "delete", "do", "else", "in", "new", "of", "return", "throw", "typeof", "void", "yield"];

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The word that begins here.
pub(super) fn word_at(text: &[u8], at: usize) -> &[u8] {
    let rest = &text[at.min(text.len())..];
    &rest[..rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len())]
}

/// The word that ends here.
fn word_before(text: &[u8], at: usize) -> &[u8] {
    let length = text[..at].iter().rev().take_while(|b| is_word(**b)).count();
    &text[at - length..at]
}

/// Where a pattern begins, from `at` on.
pub(super) fn find(text: &[u8], at: usize, pattern: &[u8]) -> Option<usize> {
    let rest = text.get(at..)?;
    let found = if let [byte] = pattern { memchr::memchr(*byte, rest) } else { memchr::memmem::find(rest, pattern) };
    found.map(|found| at + found)
}

impl Lexis {
    /// Which bytes may begin a token or are brackets.
    pub(super) fn marked(&self) -> [bool; 256] {
        let mut marked = [false; 256];
        let quotes = self.quotes.iter().map(Quote::byte);
        let comments = self.line_comments.iter().map(|comment| comment.as_bytes()[0]);
        let heredoc = if self.has(Extra::Heredoc) { &b"<?"[..] } else { b"" };
        for byte in b"\n(){}[]/".iter().chain(heredoc).copied().chain(quotes).chain(comments) {
            marked[usize::from(byte)] = true;
        }
        marked
    }

    pub(super) fn has(&self, extra: Extra) -> bool {
        self.extras.contains(&extra)
    }

    /// A comment that begins here.
    pub(super) fn comment(&self, text: &[u8], at: usize) -> End {
        let rest = &text[at..];
        if rest.starts_with(b"/*") {
            return self.block_comment(text, at);
        }
        // `#[` is an attribute
        if rest.starts_with(b"#[") || !self.line_comments.iter().any(|comment| rest.starts_with(comment.as_bytes())) {
            return End::Other;
        }
        let end = find(text, at, b"\n").unwrap_or(text.len());
        let comment = text[at..end].trim_ascii_end();
        let goes_on =
            self.has(Extra::Directives) && comment.ends_with(b"\\") || self.has(Extra::Heredoc) && find(comment, 0, b"?>").is_some();
        if goes_on { End::Unknown } else { End::At(end) }
    }

    fn block_comment(&self, text: &[u8], at: usize) -> End {
        let (mut at, mut depth) = (at + 2, 1_usize);
        while let Some(found) = text.get(at..).and_then(|rest| rest.iter().position(|b| matches!(b, b'*' | b'/'))) {
            at += found;
            if text[at..].starts_with(b"*/") {
                depth -= 1;
                at += 1;
            } else if self.block_comments == Blocks::Nested && text[at..].starts_with(b"/*") {
                depth += 1;
                at += 1;
            }
            at += 1;
            if depth == 0 {
                return End::At(at);
            }
        }
        End::Unknown
    }

    /// A regular expression that begins here; `before` is the last byte of code on an earlier line.
    pub(super) fn regex(&self, text: &[u8], at: usize, before: u8) -> End {
        let line = find_back(text, at);
        let code = text[line..at].trim_ascii_end();
        let last = code.last().copied().unwrap_or(before);
        let word = word_before(code, code.len());
        let value = matches!(last, b')' | b']' | b'}' | b'"' | b'\'' | b'`') || is_word(last);
        let closes_tag = text[line..at].ends_with(b"<"); // `</div>`
        if !self.has(Extra::Regex) || closes_tag || value && !BEFORE_REGEX.iter().any(|begin| begin.as_bytes() == word) {
            return End::Other;
        }
        let (mut at, mut class) = (at + 1, false);
        loop {
            match text.get(at) {
                None | Some(b'\n') => return End::Unknown,
                Some(b'\\') => at += 1,
                Some(b'[') => class = true,
                Some(b']') => class = false,
                Some(b'/') if !class => return End::At(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    /// `<<<END` up to the line that begins with `END`.
    pub(super) fn heredoc(text: &[u8], at: usize) -> End {
        if text[at..].starts_with(b"?>") {
            return End::Unknown;
        }
        if !text[at..].starts_with(b"<<<") {
            return End::Other;
        }
        let line_end = find(text, at, b"\n").unwrap_or(text.len());
        let label = text[at + 3..line_end].trim_ascii();
        let label = label.strip_prefix(b"'").or(label.strip_prefix(b"\"")).unwrap_or(label);
        let label = word_at(label, 0);
        let mut line = line_end;
        while !label.is_empty() && line < text.len() {
            let begin = line + 1;
            let indent = text[begin..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            if word_at(text, begin + indent) == label {
                return End::At(begin + indent + label.len());
            }
            line = find(text, begin, b"\n").unwrap_or(text.len());
        }
        End::Unknown
    }
}

/// Where the line of an offset begins.
pub(super) fn find_back(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1)
}

impl Quote {
    fn byte(&self) -> u8 {
        match self {
            Self::Line(byte) | Self::Lines(byte) | Self::Raw(byte) => *byte,
            Self::Triple(_) | Self::Hashed(_) | Self::Doubled | Self::Delimited => b'"',
            Self::Character => b'\'',
            Self::Template => b'`',
        }
    }

    /// A string that begins here. A template ends at its first `${`, too.
    pub(super) fn end(self, text: &[u8], at: usize) -> End {
        if text[at] != self.byte() {
            return End::Other;
        }
        match self {
            Self::Line(byte) if byte == b'\'' && word_before(text, at).first().is_some_and(u8::is_ascii_digit) => End::At(at + 1),
            Self::Line(byte) => escaped(text, at + 1, byte, false),
            Self::Lines(byte) => escaped(text, at + 1, byte, true),
            Self::Raw(byte) => find(text, at + 1, &[byte]).map_or(End::Unknown, |end| End::At(end + 1)),
            Self::Triple(escapes) => triple(text, at, escapes),
            Self::Hashed(letter) => hashed(text, at, letter),
            Self::Doubled => doubled(text, at),
            Self::Delimited => delimited(text, at),
            Self::Character => character(text, at),
            Self::Template => template(text, at + 1),
        }
    }
}

fn escaped(text: &[u8], from: usize, close: u8, over_lines: bool) -> End {
    let mut at = from;
    loop {
        match text.get(at) {
            None => return End::Unknown,
            Some(b'\n') if !over_lines => return End::Unknown,
            Some(b'\\') => at += 1,
            Some(byte) if *byte == close => return End::At(at + 1),
            _ => {}
        }
        at += 1;
    }
}

fn run(text: &[u8], at: usize, byte: u8) -> usize {
    text.get(at..).unwrap_or(&[]).iter().take_while(|b| **b == byte).count()
}

fn triple(text: &[u8], at: usize, escapes: bool) -> End {
    match run(text, at, b'"') {
        0..3 => return End::Other,
        3 => {}
        _ => return End::Unknown, // each language has a rule of its own
    }
    let mut at = at + 3;
    while let Some(byte) = text.get(at) {
        match (byte, run(text, at, b'"')) {
            (b'\\', _) if escapes => at += 2,
            (b'"', found) if found >= 3 => return End::At(at + found),
            (_, found) => at += found.max(1),
        }
    }
    End::Unknown
}

fn hashed(text: &[u8], at: usize, letter: Option<u8>) -> End {
    let hashes = text[..at].iter().rev().take_while(|b| **b == b'#').count();
    let prefix = word_before(text, at - hashes);
    let fits = match letter {
        Some(letter) => prefix.len() <= 2 && prefix.last() == Some(&letter),
        None => hashes > 0,
    };
    if !fits {
        return End::Other;
    }
    let close = [&b"\""[..], &vec![b'#'; hashes]].concat();
    find(text, at + 1, &close).map_or(End::Unknown, |end| End::At(end + close.len()))
}

fn doubled(text: &[u8], at: usize) -> End {
    let prefix = &text[at.saturating_sub(2)..at];
    if !prefix.ends_with(b"@") && !prefix.ends_with(b"@$") {
        return End::Other;
    }
    let mut at = at + 1;
    while let Some(end) = find(text, at, b"\"") {
        if text.get(end + 1) != Some(&b'"') {
            return End::At(end + 1);
        }
        at = end + 2;
    }
    End::Unknown
}

fn delimited(text: &[u8], at: usize) -> End {
    if !matches!(word_before(text, at), b"R" | b"LR" | b"uR" | b"UR" | b"u8R") {
        return End::Other;
    }
    let Some(open) = find(text, at, b"(").filter(|open| open - at <= 17) else { return End::Unknown };
    let close = [b")", &text[at + 1..open], b"\""].concat();
    find(text, open, &close).map_or(End::Unknown, |end| End::At(end + close.len()))
}

fn character(text: &[u8], at: usize) -> End {
    match text.get(at + 1) {
        Some(b'\\') => escaped(text, at + 1, b'\'', false),
        Some(first) => {
            let width = if *first < 0x80 { 1 } else { text[at + 1..].iter().skip(1).take_while(|b| **b & 0xC0 == 0x80).count() + 1 };
            // a lifetime or a label is no string
            if text.get(at + 1 + width) == Some(&b'\'') { End::At(at + width + 2) } else { End::At(at + 1) }
        }
        None => End::Unknown,
    }
}

/// The rest of a template, up to its end or its next `${`.
pub(super) fn template(text: &[u8], from: usize) -> End {
    let mut at = from;
    loop {
        match text.get(at) {
            None => return End::Unknown,
            Some(b'\\') => at += 1,
            Some(b'`') => return End::At(at + 1),
            Some(b'$') if text.get(at + 1) == Some(&b'{') => return End::At(at + 2),
            _ => {}
        }
        at += 1;
    }
}
