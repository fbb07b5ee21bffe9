//! The marks around what `journal` wrote into a description, so that it can be written anew without touching anything else.
//!
//! ```text
//! <!-- journal:pr begin id=summary v=1 head=3f2a91c4d0b7 sum=1c291ca3.5a8f0d11 -->
//! …
//! <!-- journal:pr end id=summary -->
//! ```
//!
//! `sum` holds a CRC-32 for each paragraph: by them a paragraph that a person changed is told from one that is as it was written. It
//! guards against accidents, not against malice: who can edit the body can edit the mark. The first mark also holds, as `ticked`, a checksum
//! for each box that `journal` ticked, so that it can take back its own ticks and nobody else's.

use std::sync::LazyLock;

use regex::Regex;

/// A block between marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub id: String,
    /// Where it begins and ends, marks and the last line end included.
    pub whole: std::ops::Range<usize>,
    /// What stands between the marks.
    pub inner: std::ops::Range<usize>,
    /// The opening mark.
    pub mark: std::ops::Range<usize>,
    /// Checksums of the paragraphs as they were written.
    pub sums: Vec<u32>,
}

static BEGIN: LazyLock<Regex> = LazyLock::new(|| {
    let mark = r"journal:pr begin id=(?P<id>[a-z][a-z0-9-]*) v=1 head=[0-9a-f]* sum=(?P<sum>[0-9a-f.]*)(?: ticked=(?P<ticked>[0-9a-f.]+))?";
    Regex::new(&format!(
        r"(?m)^(?:<!-- {mark} -->|\[//\]: # \({mark2}\))[ \t]*\r?\n",
        mark2 = mark.replace("id>", "id2>").replace("sum>", "sum2>").replace("ticked>", "ticked2>")
    ))
    .expect("a test compiles it")
});

/// The text between marks; `comments` says whether the forge hides HTML comments.
pub fn wrap(id: &str, text: &str, head: &str, comments: bool) -> String {
    let text = text.trim_matches('\n');
    let head: String = head.chars().take(12).collect();
    let sums: Vec<String> = sums(text).into_iter().map(|sum| format!("{sum:08x}")).collect();
    let begin = format!("journal:pr begin id={id} v=1 head={head} sum={}", sums.join("."));
    let end = format!("journal:pr end id={id}");
    match comments {
        true => format!("<!-- {begin} -->\n{text}\n<!-- {end} -->\n"),
        // a reference definition needs a line of its own, apart from the paragraph
        false => format!("[//]: # ({begin})\n\n{text}\n\n[//]: # ({end})\n"),
    }
}

/// The wrapped text with other checksums: those of what was generated, where people's own paragraphs stand among it.
pub fn with_sums(wrapped: &str, sums: &[u32]) -> String {
    let (first, rest) = wrapped.split_once('\n').unwrap_or((wrapped, ""));
    let Some((before, after)) = first.split_once(" sum=") else { return wrapped.to_owned() };
    let tail = after.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '.');
    let sums: Vec<String> = sums.iter().map(|sum| format!("{sum:08x}")).collect();
    format!("{before} sum={}{tail}\n{rest}", sums.join("."))
}

/// Checksums of the boxes that `journal` ticked.
pub fn ticked(text: &str) -> Vec<u32> {
    let marks = BEGIN.captures_iter(text).filter_map(|found| found.name("ticked").or_else(|| found.name("ticked2")));
    marks.flat_map(|sums| sums.as_str().split('.')).filter_map(|one| u32::from_str_radix(one, 16).ok()).collect()
}

/// The text with these instead; nothing where it has no mark.
pub fn with_ticked(text: &str, ticked: &[u32]) -> String {
    let sums: Vec<String> = ticked.iter().map(|sum| format!("{sum:08x}")).collect();
    let mut first = true;
    let anew = |found: &regex::Captures<'_>| {
        let mark = &found[0];
        let ticked = found.name("ticked").or_else(|| found.name("ticked2"));
        let sum = found.name("sum").or_else(|| found.name("sum2"));
        let from = found.get(0).map_or(0, |mark| mark.start());
        let at = sum.map_or(mark.len(), |sum| sum.end() - from);
        let rest = ticked.map_or(at, |ticked| ticked.end() - from);
        let words = if std::mem::take(&mut first) && !sums.is_empty() { format!(" ticked={}", sums.join(".")) } else { String::new() };
        format!("{}{words}{}", &mark[..at], &mark[rest..])
    };
    BEGIN.replace_all(text, anew).into_owned()
}

/// Every block, in order. A mark without its partner, a second block of the same name or one inside another is an error, in words.
pub fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    for found in BEGIN.captures_iter(text) {
        let mark = found.get(0).expect("a match has its whole").range();
        let id = found.name("id").or_else(|| found.name("id2")).expect("the pattern has a name").as_str();
        let sum = found.name("sum").or_else(|| found.name("sum2")).map_or("", |sum| sum.as_str());
        if blocks.last().is_some_and(|last| mark.start < last.whole.end) {
            return Err(format!("the block `{id}` of journal begins inside another one"));
        }
        if blocks.iter().any(|block| block.id == id) {
            return Err(format!("the body holds two blocks of journal named `{id}`"));
        }
        let ends = [format!("<!-- journal:pr end id={id} -->"), format!("[//]: # (journal:pr end id={id})")];
        let end = ends.iter().filter_map(|end| Some((text[mark.end..].find(end.as_str())? + mark.end, end.len()))).min();
        let (at, length) = end.ok_or_else(|| format!("the block `{id}` of journal has no end mark"))?;
        let rest = &text[at + length..];
        let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        let sums = sum.split('.').filter_map(|one| u32::from_str_radix(one, 16).ok()).collect();
        blocks.push(Block { id: id.to_owned(), whole: mark.start..at + length + line_end, inner: mark.end..at, mark, sums });
    }
    let ends = text.matches("journal:pr end id=").count();
    if ends != blocks.len() {
        return Err("an end mark of journal has no beginning".into());
    }
    Ok(blocks)
}

/// The paragraphs of a text, without line ends around them; what a fence holds is not taken apart.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
    let mut fence = None;
    for line in text.lines() {
        match fence {
            Some(open) if super::sanitise::closes_fence(line, open) => fence = None,
            Some(_) => {}
            None => fence = super::sanitise::opening(line),
        }
        match line.trim().is_empty() && fence.is_none() {
            true => paragraphs.push(Vec::new()),
            false => paragraphs.last_mut().expect("there is one").push(line.trim_end()),
        }
    }
    paragraphs.into_iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n")).collect()
}

/// A checksum of each paragraph.
pub fn sums(text: &str) -> Vec<u32> {
    paragraphs(text).iter().map(|paragraph| sum(paragraph)).collect()
}

/// The checksum of a paragraph.
pub fn sum(paragraph: &str) -> u32 {
    crc32fast::hash(paragraph.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_again() {
        for comments in [true, false] {
            let text = format!("Before\n\n{}\nAfter\n", wrap("summary", "One.\n\nTwo.\n", "3f2a91c4d0b7e8", comments));
            let found = blocks(&text).expect("sound");
            assert_eq!((found.len(), found[0].id.as_str()), (1, "summary"));
            assert_eq!(text[found[0].inner.clone()].trim(), "One.\n\nTwo.");
            assert_eq!(found[0].sums, sums("One.\r\n\r\nTwo.\r\n"));
            assert_eq!(&text[found[0].whole.end..], "\nAfter\n");
        }
    }

    #[test]
    fn ticks_are_remembered_in_the_first_mark() {
        for comments in [true, false] {
            let text = format!("{}\n{}", wrap("a", "One.", "3f", comments), wrap("b", "Two.", "3f", comments));
            let marked = with_ticked(&text, &[7, 8]);
            assert_eq!((ticked(&text), ticked(&marked)), (vec![], vec![7, 8]));
            assert_eq!(blocks(&marked).expect("sound").len(), 2);
            assert_eq!(with_ticked(&marked, &[7, 8]), marked);
            assert_eq!(with_ticked(&marked, &[]), text);
        }
        assert_eq!(with_ticked("plain\n", &[1]), "plain\n");
    }

    #[test]
    fn broken_marks_are_told() {
        let block = wrap("a", "x", "", true);
        let (begin, end) = block.split_once("x\n").expect("two marks");
        for text in [begin.to_owned(), end.to_owned(), format!("{block}{block}"), format!("{begin}{}{end}", wrap("b", "y", "", true))] {
            assert!(blocks(&text).is_err(), "{text}");
        }
        assert_eq!(blocks("plain\n"), Ok(Vec::new()));
    }

    #[test]
    fn fences_are_one_paragraph() {
        assert_eq!(paragraphs("a\nb\n\n\n```\nc\n\nd\n```\n\ne"), ["a\nb", "```\nc\n\nd\n```", "e"]);
    }
}
