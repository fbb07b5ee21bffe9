//! What is kept of a command's output: its end, and of what came before the lines that could be a test runner's totals. Its memory does
//! not grow with the output. What the lines mean is not known here.

use std::collections::VecDeque;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// Bytes of the output's end that are kept.
const TAIL: usize = 1 << 20;
/// Bytes of earlier lines that are kept.
const TOTALS: usize = 128 << 10;
/// Bytes of a block, and of a line that is not complete yet.
const BLOCK: usize = 64 << 10;

/// Where output came from. Each stream's lines stay whole, in the order in which they were completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output, or a terminal.
    Out,
    /// Standard error.
    Err,
}

/// Listens to output as it passes.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    /// Whole lines, oldest block first.
    blocks: VecDeque<Vec<u8>>,
    size: usize,
    /// Lines of older blocks that could be totals.
    totals: Vec<u8>,
    /// Not all of these were kept.
    gap: bool,
    /// What each stream wrote after its last line end.
    open: [Vec<u8>; 2],
}

impl Collector {
    /// Takes what was just written.
    pub fn push(&mut self, stream: Stream, bytes: &[u8]) {
        bytes.chunks(BLOCK).for_each(|piece| self.hear_piece(stream, piece));
    }

    fn hear_piece(&mut self, stream: Stream, bytes: &[u8]) {
        let index = stream as usize;
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        if whole > 0 {
            let begun = std::mem::take(&mut self.open[index]);
            self.keep(&[&begun, &bytes[..whole]]);
            self.open[index] = begun;
            self.open[index].clear();
        }
        self.open[index].extend_from_slice(&bytes[whole..]);
        if self.open[index].len() > BLOCK {
            let long = std::mem::take(&mut self.open[index]);
            self.keep(&[&long]);
        }
    }

    fn keep(&mut self, parts: &[&[u8]]) {
        let more: usize = parts.iter().map(|part| part.len()).sum();
        if self.blocks.back().is_none_or(|block| block.len() + more > BLOCK) {
            let block = self.recycled();
            self.blocks.push_back(block);
        }
        let block = self.blocks.back_mut().expect("one was just pushed where there was none");
        parts.iter().for_each(|part| block.extend_from_slice(part));
        self.size += more;
    }

    /// An empty block: an old one's memory where the limit is reached.
    fn recycled(&mut self) -> Vec<u8> {
        let mut free = None;
        while self.size > TAIL {
            let mut oldest = self.blocks.pop_front().unwrap_or_default();
            self.size = self.size.saturating_sub(oldest.len());
            self.note_totals(&oldest);
            oldest.clear();
            free = Some(oldest);
        }
        free.unwrap_or_else(|| Vec::with_capacity(BLOCK))
    }

    fn note_totals(&mut self, block: &[u8]) {
        static LIKE_TOTALS: LazyLock<Regex> = LazyLock::new(|| {
            let words = r"result:|tests run:|tests?[:,]|passed|failed|passing|failing|failures|examples?,|assertions|test summary";
            let lines = r"^ran \d|^# (?:pass|fail|tests) |^(?:fail|ok +)\t";
            Regex::new(&format!("(?im){words}|{lines}")).expect("a valid pattern")
        });
        let mut at = 0;
        while !self.gap {
            let Some(found) = LIKE_TOTALS.find_at(block, at) else { return };
            let start = block[..found.end()].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1).max(at);
            let end = block[found.end()..].iter().position(|&b| b == b'\n').map_or(block.len(), |length| found.end() + length + 1);
            self.gap = self.totals.len() + end - start > TOTALS;
            if !self.gap {
                self.totals.extend_from_slice(&block[start..end]);
            }
            at = end;
        }
    }

    /// What is kept, oldest first. `gap` stands in a line of its own where totals may have been lost.
    pub fn text(&self, gap: &str) -> String {
        let gap = if self.gap { format!("\n{gap}\n") } else { String::new() };
        let mut bytes = [self.totals.as_slice(), gap.as_bytes()].concat();
        self.blocks.iter().chain(&self.open).for_each(|part| bytes.extend_from_slice(part));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Output as a person saw it in the end: without colours and cursor movements, each line as it was last written. At most `limit` bytes of
/// its end, from the beginning of a line where there is one.
pub fn plain(output: &str, limit: usize) -> String {
    let bare = anstream::adapter::strip_str(output).to_string();
    let seen = |line: &str| line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().trim_end().to_owned();
    let text = bare.lines().map(seen).collect::<Vec<_>>().join("\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let cut = text.len().saturating_sub(limit);
    let cut = (cut..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let from = if cut == 0 { 0 } else { text[cut..].find('\n').map_or(cut, |at| cut + at + 1) };
    text[from..].trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn collected(pieces: &[(Stream, &str)]) -> Collector {
        let mut collector = Collector::default();
        pieces.iter().for_each(|(stream, text)| collector.push(*stream, text.as_bytes()));
        collector
    }

    #[test]
    fn lines_of_two_streams_stay_whole() {
        let collector = collected(&[(Stream::Out, "one "), (Stream::Err, "warning\n"), (Stream::Out, "line\ntwo"), (Stream::Err, "more")]);
        assert_eq!(collector.text("…"), "warning\none line\ntwomore");
    }

    #[test]
    fn memory_is_bounded_and_totals_outlive_the_tail() {
        let mut collector = collected(&[(Stream::Out, "test result: ok. 5 passed; 0 failed\n")]);
        let line = format!("{}\n", "x".repeat(99));
        for _ in 0..40_000 {
            collector.push(Stream::Out, line.as_bytes());
        }
        collector.push(Stream::Out, "test result: ok. 2 passed; 0 failed\n".as_bytes());
        let text = collector.text("…");
        assert!(text.starts_with("test result: ok. 5 passed") && text.ends_with("ok. 2 passed; 0 failed\n"));
        assert!(text.len() <= TAIL + TOTALS + 2 * BLOCK, "{}", text.len());
        assert!(!text.contains('…'));
        for _ in 0..40_000 {
            collector.push(Stream::Out, b"a line on something that failed to do something and was passed over, again and again\n");
        }
        assert!(collector.text("…").contains('…'), "totals that were lost are owned up to");
        let endless = vec![b'y'; 10 << 20];
        collector.push(Stream::Out, &endless);
        assert!(collector.text("…").len() <= TAIL + TOTALS + 4 * BLOCK, "{}", collector.text("…").len());
    }

    #[test]
    fn totals_of_every_runner_are_kept() {
        for totals in [
            "test result: ok. 5 passed; 0 failed",
            "Tests run: 4, Failures: 1, Errors: 0, Skipped: 0",
            "Tests:       1 failed, 2 passed, 3 total",
            "Passed!  - Failed:     0, Passed:     7, Skipped:     0, Total:     7",
            "Test summary: total: 3, failed: 0, succeeded: 3, skipped: 0",
            "OK (12 tests, 30 assertions)",
            "3 examples, 0 failures",
            "5 tests, 0 failures",
            "Ran 5 tests in 0.010s",
            "# pass 5",
            "ok  \texample.org/a\t0.2s",
            "FAIL\texample.org/b\t0.2s",
            "=== 3 passed in 0.10s ===",
            "10 runs, 20 assertions, 0 failures, 0 errors, 0 skips",
            "  12 passing (20ms)",
        ] {
            let mut collector = collected(&[(Stream::Out, &format!("{totals}\n"))]);
            let line = format!("{}\n", "x".repeat(99));
            (0..40_000).for_each(|_| collector.push(Stream::Out, line.as_bytes()));
            assert!(collector.text("…").starts_with(totals), "{totals}");
        }
    }

    #[test]
    fn what_a_person_saw() {
        for (output, seen) in [
            ("\x1b[31mred\x1b[0m\r\nnext\r\n", "red\nnext"),
            ("10%\r50%\r100%\ndone\n", "100%\ndone"),
            ("\x1b]0;title\x07text\x07\n", "text"),
        ] {
            assert_eq!(plain(output, 1000), seen);
        }
        assert_eq!(plain("first line\nsecond\nthird\n", 14), "second\nthird");
        assert_eq!(plain("größe", 3), "ße");
    }

    proptest! {
        #[test]
        fn short_output_is_kept_whole_however_it_is_cut(text in "[a-z\n]{0,400}", cuts in prop::collection::vec(0_usize..400, 0..8)) {
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|&at| at <= text.len()).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let mut collector = Collector::default();
            cuts.windows(2).for_each(|cut| collector.push(Stream::Out, &text.as_bytes()[cut[0]..cut[1]]));
            prop_assert_eq!(collector.text("…"), text);
        }
    }
}
