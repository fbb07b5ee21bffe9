//! Lines that are there again: which of another version's lines a file has, and what of that is no chance.

use super::lines::{Change, Line, arrange_of, changes, count, has_word, is_telling, shared};

/// Which lines [`restore`] may bring back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum RestoreScope {
    /// All that both others have.
    All,
    /// The same, but a file that cannot be taken apart, or its mode, only where there is none: where there is another, it was changed.
    Missing,
    /// Only lines that stand once in each and have a word in them: such a line cannot be there by chance.
    Unmistakable,
}

/// `x` and those lines that `y` and `z` have and `x` lacks.
pub(super) fn restore<'a>(x: &[Line<'a>], y: &[Line<'a>], z: &[Line<'a>], scope: RestoreScope) -> Vec<Line<'a>> {
    let (mut in_z, in_x, in_y) = (shared(y, z), count(x), count(y));
    if scope == RestoreScope::Unmistakable {
        let in_third = count(z);
        for (i, line) in y.iter().enumerate() {
            in_z[i] &= is_telling(line) && in_y.get(line) == Some(&1) && in_third.get(line) == Some(&1);
        }
    }
    let hunks = changes(x, y);
    let lacking = |hunk: &Change| -> Vec<usize> { hunk.head.clone().filter(|&i| !in_x.contains_key(y[i])).collect() };
    let found = Found { file: y, there: &in_z };
    let all: Vec<usize> = hunks.iter().flat_map(lacking).collect();
    let is_there = found.is_no_chance(&all, 2);
    let (mut out, mut at, mut brought) = (Vec::with_capacity(x.len()), 0, false);
    for hunk in &hunks {
        out.extend_from_slice(&x[at..hunk.base.end]);
        at = hunk.base.end;
        let lines = lacking(hunk);
        let is_hunk_there = match found.tell(&lines) {
            true => found.is_no_chance(&lines, if x.is_empty() { 2 } else { 4 }),
            false => is_there && found.is_whole(&lines),
        };
        if is_hunk_there {
            brought |= lines.iter().any(|&i| in_z[i]);
            out.extend(lines.into_iter().filter(|&i| in_z[i]).map(|i| y[i]));
        }
    }
    out.extend_from_slice(&x[at..]);
    if brought { arrange_of(out, [x, y], z) } else { out }
}

/// What `z` has of a change, as far as that is no chance.
pub(super) struct Likely<'a> {
    /// The file after the change, but as before at those places of which little is there.
    pub(super) lines: Vec<Line<'a>>,
    /// Half of a place is there, by the length of what is new there and has a word in it, a telling line among that.
    pub(super) is_there: bool,
    /// A telling line is.
    pub(super) is_seen: bool,
    /// There is less than half of one, but not little.
    pub(super) is_doubtful: bool,
}

/// What `z` has of `x` → `y`, place by place.
pub(super) fn likely<'a>(x: &[Line<'a>], y: &[Line<'a>], z: &[Line<'a>]) -> Likely<'a> {
    let (in_x, in_z) = (count(x), count(z));
    let mut out = Likely { lines: Vec::with_capacity(y.len()), is_there: false, is_seen: false, is_doubtful: false };
    let mut at = 0;
    for change in changes(x, y) {
        out.lines.extend_from_slice(&x[at..change.base.start]);
        at = change.base.end;
        let block = &y[change.head];
        let new: Vec<Line<'_>> = block.iter().copied().filter(|line| has_word(line) && !in_x.contains_key(line)).collect();
        let (there, is_seen) =
            (|line: &&Line<'_>| in_z.contains_key(**line), |line: &Line<'_>| in_z.contains_key(line) && is_telling(line));
        let length = |line: &Line<'_>| line.iter().filter(|b| has_word(&[**b])).count();
        let (all, seen): (usize, usize) = (new.iter().map(length).sum(), new.iter().filter(there).map(length).sum());
        let tells = new.iter().any(is_seen);
        out.is_seen |= tells;
        if !tells || seen * 2 >= all {
            out.lines.extend_from_slice(block);
            out.is_there |= tells;
        } else {
            out.lines.extend_from_slice(&x[change.base]);
            out.is_doubtful |= seen * 4 >= all;
        }
    }
    out.lines.extend_from_slice(&x[at..]);
    out
}

/// `x` with the blocks that `base` → `head` adds and that stand in `z` as they are, once, if `x` has nothing of them but what stands in all
/// code: with their brackets and empty lines, of which nothing else tells where they came from.
pub(super) fn with_blocks<'a>(x: &[Line<'a>], base: &[Line<'a>], head: &[Line<'a>], z: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut out = x.to_vec();
    for change in changes(base, head) {
        let block = &head[change.head];
        let (tells, known) = (block.iter().any(|line| is_telling(line)), count(&out));
        if !tells || block.iter().any(|line| is_telling(line) && known.contains_key(line)) {
            continue;
        }
        let mut places = (0..z.len()).filter(|&at| z[at..].starts_with(block));
        if let (Some(at), None) = (places.next(), places.next()) {
            let place = counterpart(&out, z, at);
            out.splice(place..place, block.iter().copied());
        }
    }
    out
}

/// Where in `file` a line would stand that stands at `at` in `other`.
fn counterpart(file: &[Line<'_>], other: &[Line<'_>], at: usize) -> usize {
    let changes = changes(file, other);
    let Some(before) = changes.iter().rfind(|change| change.head.start <= at) else { return at.min(file.len()) };
    if at >= before.head.end {
        return (before.base.end + at - before.head.end).min(file.len());
    }
    // which of the same lines are said to be new is arbitrary
    let slid = file[before.base.start..].iter().zip(&other[before.head.start..at]).take_while(|(a, b)| a == b).count();
    before.base.start + if slid == at - before.head.start { slid } else { 0 }
}

/// Which lines of a file are found again in another one. A bracket or an empty line alone stands in whatever else was written there.
struct Found<'a, 'b> {
    file: &'b [Line<'a>],
    there: &'b [bool],
}

impl Found<'_, '_> {
    fn telling(&self, lines: &[usize]) -> impl Iterator<Item = usize> {
        lines.iter().copied().filter(|&i| is_telling(self.file[i]))
    }

    fn tell(&self, lines: &[usize]) -> bool {
        self.telling(lines).next().is_some()
    }

    fn is_whole(&self, lines: &[usize]) -> bool {
        lines.iter().all(|&i| self.there[i])
    }

    /// Whether what is found of these lines is there because they are: all of them, or of the telling ones at least one in so many.
    fn is_no_chance(&self, lines: &[usize], one_in: usize) -> bool {
        let telling: Vec<usize> = self.telling(lines).collect();
        let seen = telling.iter().filter(|&&i| self.there[i]).count();
        self.is_whole(lines) || seen > 0 && seen * one_in >= telling.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::tests::{file, of, show};
    use super::*;
    use crate::attribution::lines::split;

    #[test]
    fn restores_what_both_have() {
        for (x, y, z, restored) in [("a c", "a b c", "a b c OWN", "a b c"), ("a c", "a b c", "a c OWN", "a c"), ("a", "} a", "} a", "} a")]
        {
            assert_eq!(show(&restore(&of(x), &of(y), &of(z), RestoreScope::All)), restored, "{x} | {y} | {z}");
        }
        assert_eq!(show(&restore(&of("a"), &of("} a"), &of("} a"), RestoreScope::Unmistakable)), "a");
    }

    #[test]
    fn a_change_is_likely_there_where_half_of_a_place_is() {
        for (x, y, z, lines, there, doubtful) in [
            ("a", "a one two", "a one", "a one two", true, false),
            ("a", "a one two", "a", "a one two", false, false),
            ("a", "a header(n) { put(p) go(i) }", "a other(n) { go(i) }", "a", false, false),
            ("a", "a long(n) { put(p) }", "a other(n) { put(p) }", "a", false, true),
            ("a old", "a one two three", "a one", "a old", false, true),
            ("a", "one two a three", "one two a", "one two a three", true, false),
        ] {
            let found = likely(&of(x), &of(y), &of(z));
            assert_eq!((show(&found.lines).as_str(), found.is_there, found.is_doubtful), (lines, there, doubtful), "{x} | {y} | {z}");
        }
    }

    #[test]
    fn blocks_are_found_whole() {
        for (x, base, head, z, found) in [
            ("one { 1 } mid { 3 }", "one { 1 }", "one { 1 } old { 2 }", "one { 1 } mid { 3 } old { 2 }", "one { 1 } mid { 3 } old { 2 }"),
            ("one { 1 } mid { 3 }", "one { 1 }", "old { 2 } one { 1 }", "old { 2 } one { 1 } mid { 3 }", "old { 2 } one { 1 } mid { 3 }"),
            ("one { 1 }", "one { 1 }", "one { 1 } old { 2 }", "one { 1 } new { } old { 2 }", "one { 1 } old { 2 }"),
            ("one { 1 }", "one { 1 }", "one { 1 } old { 2 }", "one { 1 } old { new 2 }", "one { 1 }"),
            ("one { 1 } old", "one { 1 }", "one { 1 } old { 2 }", "one { 1 } old { 2 }", "one { 1 } old"),
            ("one { 1 }", "one { 1 }", "one { 1 } { }", "one { 1 } { }", "one { 1 }"),
        ] {
            assert_eq!(show(&with_blocks(&of(x), &of(base), &of(head), &of(z))), found, "{x} | {base} | {head} | {z}");
        }
    }

    proptest! {
        #[test]
        fn where_nothing_lacks_nothing_is_restored(x in file(), y in file()) {
            let (x, y) = (split(&x), split(&y));
            prop_assert_eq!(restore(&y, &x, &y, RestoreScope::All), y);
        }
    }
}
