//! Parsing within bounds: what is too large, generated or takes too long is not read, and the reason is said.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use memchr::{memchr, memchr_iter};
use regex::bytes::Regex;
use rustix::time::{ClockId, clock_gettime};
use tree_sitter::{InputEdit, ParseOptions, Parser, Point, Range, Tree};

use super::lines::LineIndex;
use crate::change::Hunk;

/// Larger files are not read.
const LARGEST: usize = 4 << 20;

/// Files with longer lines than this on average were written by a program.
const AVERAGE_LINE: usize = 400;

/// Small files may have long lines.
const SMALL: usize = 16 << 10;

/// The processor time that one parse of a small text may take: on a busy machine the same text is read, only later.
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);

/// What a megabyte may take beyond that: ten times what it takes on an idle machine, for machines are not.
const PATIENCE_PER_MEGABYTE: Duration = Duration::from_millis(2000);

/// Work that is done sooner is not watched: most is, and asking the processor costs a system call.
const UNWATCHED: Duration = Duration::from_millis(10);

/// What this thread has done since a moment, or soon after.
pub(super) struct WorkMeter {
    begun: Instant,
    done: Cell<Option<Duration>>,
}

impl WorkMeter {
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), done: Cell::new(None) }
    }

    /// Whether it took longer than that. The processor is asked only where the clock gives reason to: asking it costs more.
    pub(super) fn exceeds(&self, limit: Duration) -> bool {
        let waited = self.begun.elapsed();
        if self.done.get().is_none() && waited > UNWATCHED {
            self.done.set(Some(processor_time()));
        }
        waited > limit && self.done.get().is_some_and(|done| processor_time().saturating_sub(done) > limit)
    }
}

/// How long this thread has worked.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn patience(bytes: usize) -> Duration {
    let kilobytes = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
    PATIENCE + PATIENCE_PER_MEGABYTE.saturating_mul(kilobytes) / 1024
}

/// Why a text is not worth or not safe to parse.
pub(super) fn refusal(text: &[u8]) -> Option<String> {
    if text.len() > LARGEST {
        let megabytes = text.len() as f64 / f64::from(1 << 20);
        return Some(format!("{megabytes:.1} MB, above the limit of {} MB", LARGEST >> 20));
    }
    if memchr(0, &text[..text.len().min(8 << 10)]).is_some() {
        return Some("binary".to_owned());
    }
    let minified = || text.len() / (memchr_iter(b'\n', text).count() + 1) > AVERAGE_LINE;
    (text.len() > SMALL && minified()).then(|| "minified".to_owned())
}

/// The text as it is to be parsed: of the same length, with what the grammar does not know as spaces, and a semicolon where it does not see
/// that something ends.
pub(super) fn blanked<'a>(text: &'a [u8], blanks: &[Regex]) -> Cow<'a, [u8]> {
    let found: Vec<_> = blanks.iter().flat_map(|blanks| blanks.captures_iter(text)).collect();
    let mut parsed = Cow::Borrowed(text);
    for found in found {
        if let Some(blank) = found.name("blank") {
            let blank = parsed.to_mut()[blank.range()].iter_mut().filter(|byte| !byte.is_ascii_whitespace());
            blank.for_each(|byte| *byte = b' ');
        }
        if let Some(end) = found.name("end") {
            parsed.to_mut()[end.range()].fill(b';');
        }
    }
    parsed
}

/// Parses a text; nothing where it took too long.
pub(super) fn parse(parser: &mut Parser, text: &[u8], old: Option<&Tree>) -> Option<Tree> {
    let (work, limit) = (WorkMeter::begin(), patience(text.len()));
    let mut late = |_: &tree_sitter::ParseState| match work.exceeds(limit) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut late);
    let tree = parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or(&[]), old, Some(options));
    if tree.is_none() {
        parser.reset();
    }
    tree
}

/// Parses parts of a text; positions stay those of the whole.
pub(super) fn parse_parts(parser: &mut Parser, text: &[u8], parts: &[Range]) -> Option<Tree> {
    parser.set_included_ranges(parts).ok()?;
    let tree = parse(parser, text, None);
    parser.set_included_ranges(&[]).ok()?;
    tree
}

/// What is left of a text without the gaps: lines between whole lines.
pub(super) fn between(gaps: &[std::ops::Range<usize>], text: &[u8], lines: &LineIndex<'_>) -> Vec<Range> {
    let point = |at: usize| {
        let line = lines.number(at);
        Point::new(line.saturating_sub(1) as usize, at - lines.start(line))
    };
    let starts = std::iter::once(0).chain(gaps.iter().map(|gap| gap.end));
    let ends = gaps.iter().map(|gap| gap.start).chain([text.len()]);
    let part = |(from, to)| Range { start_byte: from, end_byte: to, start_point: point(from), end_point: point(to) };
    starts.zip(ends).filter(|(from, to)| from < to).map(part).collect()
}

/// The tree of base with its positions moved to where head has them: the parser takes over what did not change.
pub(super) fn carried(base_tree: &Tree, base: &LineIndex<'_>, head: &LineIndex<'_>, hunks: &[Hunk]) -> Tree {
    let mut tree = base_tree.clone();
    for hunk in hunks.iter().rev() {
        let base_line = hunk.base_start + u32::from(hunk.base_lines == 0);
        let head_line = hunk.head_start + u32::from(hunk.head_lines == 0);
        let start = base.start(base_line);
        let added = head.start(head_line + hunk.head_lines) - head.start(head_line);
        let row = base_line.saturating_sub(1) as usize;
        tree.edit(&InputEdit {
            start_byte: start,
            old_end_byte: base.start(base_line + hunk.base_lines),
            new_end_byte: start + added,
            start_position: Point::new(row, 0),
            old_end_position: Point::new(row + hunk.base_lines as usize, 0),
            new_end_position: Point::new(row + hunk.head_lines as usize, 0),
        });
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_no_work() {
        let limit = Duration::from_millis(20);
        let work = WorkMeter::begin();
        std::thread::sleep(2 * limit);
        assert!(!work.exceeds(limit));
        while !work.exceeds(limit) {}
        assert!(work.begun.elapsed() > 3 * limit, "only what was worked counts");
    }
}
