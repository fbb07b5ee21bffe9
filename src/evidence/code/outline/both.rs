//! The outlines of both sides of a change at once: what is the same at their beginning is gone through once, and so is what is the same
//! at their end, where both sides come there with the same brackets open.

use memchr::memchr;

use super::super::lexis::{Lexis, find_back};
use super::{Block, Changed, Outliner, is_code, settled};

/// The outlines of two texts; nothing where one of them is not certain. The changes of both end at `ends`.
pub(in super::super) fn both(lexis: &Lexis, base: Changed<'_>, head: Changed<'_>, ends: [usize; 2]) -> Option<[Vec<Block>; 2]> {
    let start = common_start(base, head);
    let [base_stop, head_stop] = common_end(base.text, head.text, ends);
    let mut in_base = Outliner::new(lexis, base)?;
    in_base.run(start)?;
    let mut in_head = if in_base.at == start && is_code(lexis, head.text) { in_base.over(head) } else { Outliner::new(lexis, head)? };
    in_base.run(base_stop)?;
    in_head.run(head_stop)?;
    if (in_base.at, in_head.at) != (base_stop, head_stop) || !in_base.is_like(&in_head) {
        return Some([settled(in_base.finish()?), settled(in_head.finish()?)]);
    }
    let there = in_base.clone();
    let base = in_base.finish()?;
    let head = in_head.finish_like(&there, &base);
    Some([settled(base), settled(head)])
}

/// Where the line above all changes begins, if both sides begin alike. That line is not gone through yet: a token may look one byte
/// behind its own.
fn common_start<'a>(base: Changed<'a>, head: Changed<'a>) -> usize {
    let starts = [base, head].map(|side| side.starts.first().copied().unwrap_or(0));
    let above = |side: Changed<'a>| side.text.get(..starts[0].min(starts[1])).unwrap_or(&[]);
    match above(base) {
        same @ [_, ..] if same == above(head) => find_back(same, same.len() - 1),
        _ => 0,
    }
}

/// Where on each side the second line behind all changes begins, if both end alike; otherwise the ends of both.
fn common_end(base: &[u8], head: &[u8], ends: [usize; 2]) -> [usize; 2] {
    let (below, other) = (base.get(ends[0]..).unwrap_or(&[]), head.get(ends[1]..).unwrap_or(&[]));
    let rest = memchr(b'\n', below).filter(|_| below == other).map_or(0, |end| below.len() - end - 1);
    [base.len() - rest, head.len() - rest]
}

impl<'a> Outliner<'a> {
    /// The same on another text that has begun in the same way.
    fn over(&self, Changed { text, starts }: Changed<'a>) -> Self {
        Self { text, changes: starts, ..self.clone() }
    }

    /// Whether two outliners make the same of the same lines, behind all changes.
    fn is_like(&self, other: &Self) -> bool {
        let mut frames = self.frames.iter().zip(&other.frames);
        self.changes.is_empty()
            && other.changes.is_empty()
            && !self.over
            && !other.over
            && self.last == other.last
            && self.pending.is_some() == other.pending.is_some()
            && self.frames.len() == other.frames.len()
            && frames.all(|(a, b)| {
                let as_block = a.block.is_none() || (a.indent, a.unsure) == (b.indent, b.unsure);
                (a.bracket, a.before, a.block.is_some()) == (b.bracket, b.before, b.block.is_some()) && as_block
            })
    }

    /// The blocks, given those of the other side, which stood `there` where this side stands now.
    fn finish_like(mut self, there: &Self, other: &[Block]) -> Vec<Block> {
        let (here, mut blocks) = (self.at, std::mem::take(&mut self.blocks));
        // what is noted of lines before, is what was pending
        let moved = |at: usize| at.checked_sub(there.at).map_or(self.pending.unwrap_or(here), |behind| here + behind);
        for (at, (frame, its)) in self.frames.iter().zip(&there.frames).enumerate() {
            let (Some(block), Some(its)) = (frame.block.map(|at| &mut blocks[at]), its.block.map(|at| &other[at])) else { continue };
            block.items.extend_from_slice(self.marks_of(at));
            block.items.extend(its.items[there.marks_of(at).len()..].iter().copied().map(moved));
            (block.close, block.unsure) = (moved(its.close), its.unsure);
        }
        blocks
    }

    /// The marks of an open frame.
    fn marks_of(&self, frame: usize) -> &[usize] {
        let end = self.frames.get(frame + 1).map_or(self.marks.len(), |next| next.first);
        &self.marks[self.frames[frame].first..end]
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline;
    use super::*;
    use crate::evidence::code::grammar_rows::PARSED;
    use crate::evidence::code::language::LanguageReader;

    /// Holds what is read of both sides at once against what is read of each alone, with lines `at..` of a text replaced.
    fn hold(lexis: &Lexis, lines: &[&str], at: usize, gone: usize, new: &str) {
        let gone = gone.min(lines.len() - at);
        let (above, below) = (lines[..at].concat(), lines[at + gone..].concat());
        let (base, head) = (lines.concat(), [&above, new, &below].concat());
        let starts = [above.len()];
        let side = |text| Changed { text, starts: &starts };
        let ends = [above.len() + lines[at..at + gone].concat().len(), above.len() + new.len()];
        let alone = [&base, &head].map(|text| outline(lexis, text.as_bytes(), &starts));
        let at_once = both(lexis, side(base.as_bytes()), side(head.as_bytes()), ends);
        let alone = match alone {
            [Some(base), Some(head)] => Some([base, head]),
            _ => None,
        };
        assert_eq!(at_once, alone, "{base}\nwith {new:?} for {gone} from line {}", at + 1);
    }

    #[test]
    fn both_at_once_read_as_each_alone() {
        let new = ["", "x\n", "'\n", "  }\n", "{\n", "/*\n", "int a; }\n\nint b;\n", "// c\n", "#if X\n"];
        for language in &PARSED {
            let LanguageReader::Tree(_, grammar) = &language.reader else { continue };
            let Some(lexis) = grammar.lexis else { continue };
            let path = format!("{}/tests/fixtures/code/{}.case", env!("CARGO_MANIFEST_DIR"), language.name);
            let text = std::fs::read_to_string(path).expect("a case");
            let head = text.split_once("=== head\n").expect("a head").1.split_once("=== changes\n").expect("changes").0;
            let lines: Vec<&str> = head.split_inclusive('\n').collect();
            for at in 0..lines.len() {
                new.iter().for_each(|new| hold(lexis, &lines, at, usize::from(!new.is_empty()) + at % 2, new));
            }
        }
    }

    #[test]
    fn what_is_alike_is_gone_through_once() {
        let (base, head) = ("a {\n}\nb {\n  c;\n}\nd {\n}\ne;\n", "a {\n}\nb {\n  x;\n  y;\n}\nd {\n}\ne;\n");
        let [base, head] = [base, head].map(|text| Changed { text: text.as_bytes(), starts: &[10] });
        assert_eq!(common_start(base, head), 6);
        assert_eq!(common_end(base.text, head.text, [15, 20]), [17, 22]);
    }
}
