//! Lines of a file: the three primitives from which foreign parts are put together, and the order of lines in what they put together.
//!
//! Pure, on slices of lines with their line ends. Knows no trees, no modes, no encodings: a line is bytes up to and including `\n`.
//! All differences are bounded by the algorithm itself, no clock is read.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp};

/// A line with its line end; the last one of a file may have none.
pub(super) type Line<'a> = &'a [u8];

/// The lines of a file's bytes.
pub(super) fn split(bytes: &[u8]) -> Vec<Line<'_>> {
    bytes.split_inclusive(|&b| b == b'\n').collect()
}

/// The bytes of lines. A line that lost its place at the end of its file is given the line end it lacks.
pub(super) fn join(lines: &[Line<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(lines.iter().map(|l| l.len() + 1).sum());
    for (i, line) in lines.iter().enumerate() {
        out.extend_from_slice(line);
        if i + 1 < lines.len() && !line.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

/// A run of lines that differs: `base` was replaced by `head`; either may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Lines that went away.
    pub(super) base: Range<usize>,
    /// Lines that stand there instead.
    pub(super) head: Range<usize>,
}

/// Where two files differ, in order, never touching each other.
pub(super) fn changes(base: &[Line<'_>], head: &[Line<'_>]) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for op in similar::capture_diff_slices(Algorithm::Myers, base, head) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (base, head) = (op.old_range(), op.new_range());
        match out.last_mut() {
            Some(last) if last.base.end == base.start && last.head.end == head.start => {
                (last.base.end, last.head.end) = (base.end, head.end);
            }
            _ => out.push(Change { base, head }),
        }
    }
    out
}

/// What became of one stretch of base on both sides of a merge.
struct Region<'a> {
    base: Range<usize>,
    ours: Vec<&'a Change>,
    theirs: Vec<&'a Change>,
}

/// Three-way merge. Where both sides changed the same place: the lines that both kept, and the lines that either added (once, if both
/// did); what one side deleted is gone. Where there was such a place, the lines that one side wrote instead of the same lines as the
/// other: whoever merges may take them or not.
pub(super) fn merge<'a>(base: &[Line<'a>], ours: &[Line<'a>], theirs: &[Line<'a>]) -> (Vec<Line<'a>>, Option<HashSet<Line<'a>>>) {
    let (left, right) = (changes(base, ours), changes(base, theirs));
    let (mut out, mut at, mut optional) = (Vec::with_capacity(ours.len()), 0, None);
    for region in regions(&left, &right) {
        out.extend_from_slice(&base[at..region.base.start]);
        at = region.base.end;
        let mine = side(base, &region.base, ours, &region.ours);
        let other = side(base, &region.base, theirs, &region.theirs);
        match (region.ours.is_empty(), region.theirs.is_empty()) {
            (false, false) if mine != other => {
                settle(base, ours, theirs, &region, &mut out);
                optional.get_or_insert_with(HashSet::new).extend(competing(ours, theirs, &region));
            }
            (true, _) => out.extend(other),
            _ => out.extend(mine),
        }
    }
    out.extend_from_slice(&base[at..]);
    (out, optional)
}

fn competing<'a>(ours: &[Line<'a>], theirs: &[Line<'a>], region: &Region<'_>) -> HashSet<Line<'a>> {
    let mut out = HashSet::new();
    for (mine, other) in region.ours.iter().flat_map(|mine| region.theirs.iter().map(move |other| (mine, other))) {
        let overlap = mine.base.start < other.base.end && other.base.start < mine.base.end;
        if overlap || mine.base == other.base {
            let (here, there) = (&ours[mine.head.clone()], &theirs[other.head.clone()]);
            out.extend(here.iter().filter(|line| !there.contains(line)));
            out.extend(there.iter().filter(|line| !here.contains(line)));
        }
    }
    out
}

/// Stretches of base that either side changed; changes that touch each other share one, as in git.
fn regions<'a>(ours: &'a [Change], theirs: &'a [Change]) -> Vec<Region<'a>> {
    let mut all: Vec<(&Change, bool)> = ours.iter().map(|c| (c, true)).chain(theirs.iter().map(|c| (c, false))).collect();
    all.sort_by_key(|(c, _)| (c.base.start, c.base.end));
    let mut out: Vec<Region<'a>> = Vec::new();
    for (change, mine) in all {
        if out.last().is_none_or(|last| change.base.start > last.base.end) {
            let base = change.base.clone();
            out.push(Region { base, ours: Vec::new(), theirs: Vec::new() });
        }
        let Some(last) = out.last_mut() else { continue };
        last.base.end = last.base.end.max(change.base.end);
        if mine { &mut last.ours } else { &mut last.theirs }.push(change);
    }
    out
}

/// What one side made of a stretch of base.
fn side<'a>(base: &[Line<'a>], stretch: &Range<usize>, head: &[Line<'a>], changes: &[&Change]) -> Vec<Line<'a>> {
    let (mut out, mut at) = (Vec::new(), stretch.start);
    for change in changes {
        out.extend_from_slice(&base[at..change.base.start]);
        out.extend_from_slice(&head[change.head.clone()]);
        at = change.base.end;
    }
    out.extend_from_slice(&base[at..stretch.end]);
    out
}

fn settle<'a>(base: &[Line<'a>], ours: &[Line<'a>], theirs: &[Line<'a>], region: &Region<'_>, out: &mut Vec<Line<'a>>) {
    let removed = |changes: &[&Change], i| changes.iter().any(|c| c.base.contains(&i));
    let added = |changes: &[&Change], i| changes.iter().find(|c| c.base.start == i).map_or(0..0, |c| c.head.clone());
    let all =
        |changes: &[&Change], file: &[Line<'a>]| -> Vec<Line<'a>> { changes.iter().flat_map(|c| &file[c.head.clone()]).copied().collect() };
    let mut twice = added_twice(&all(&region.ours, ours), &all(&region.theirs, theirs)).into_iter();
    for i in region.base.start..=region.base.end {
        out.extend_from_slice(&ours[added(&region.ours, i)]);
        out.extend(theirs[added(&region.theirs, i)].iter().filter(|_| twice.next() != Some(true)));
        if i < region.base.end && !removed(&region.ours, i) && !removed(&region.theirs, i) {
            out.push(base[i]);
        }
    }
}

/// Which lines of `theirs` both sides added. A bracket or an empty line is the same only beside a line that is.
fn added_twice(ours: &[Line<'_>], theirs: &[Line<'_>]) -> Vec<bool> {
    let (mut left, mut out) = (count(ours), vec![false; theirs.len()]);
    for op in similar::capture_diff_slices(Algorithm::Myers, ours, theirs) {
        let DiffOp::Equal { old_index, new_index, len } = op else { continue };
        let whole = [ours.len(), theirs.len()].contains(&len);
        if whole || theirs[new_index..new_index + len].iter().any(|line| is_telling(line)) {
            out[new_index..new_index + len].fill(true);
            ours[old_index..old_index + len].iter().for_each(|line| *left.entry(line).or_default() -= 1);
        }
    }
    for (line, twice) in theirs.iter().zip(&mut out).filter(|(line, twice)| !**twice && is_telling(line)) {
        if let Some(n) = left.get_mut(line).filter(|n| **n > 0) {
            (*n, *twice) = (*n - 1, true);
        }
    }
    out
}

/// The lines that are new in `head`: not those that only stand elsewhere.
pub(super) fn additions<'a>(base: &[Line<'a>], head: &[Line<'a>]) -> Vec<Line<'a>> {
    let (in_base, in_head) = (count(base), count(head));
    let is_moved = |line: &Line<'a>| has_word(line) && in_base.get(line) == Some(&1) && in_head.get(line) == Some(&1);
    changes(base, head).iter().flat_map(|c| &head[c.head.clone()]).copied().filter(|line| !is_moved(line)).collect()
}

/// `x` with those line changes of `x` → `y` that `z` has too: added lines that are in `z`, removed lines that are not.
pub(super) fn partial<'a>(x: &[Line<'a>], y: &[Line<'a>], z: &[Line<'a>]) -> Vec<Line<'a>> {
    let (x_in_z, y_in_z) = (shared(x, z), shared(y, z));
    let (in_x, in_y, in_z) = (count(x), count(y), count(z));
    let moved = |line: &Line<'a>| in_x.get(line) == Some(&1) && in_y.get(line) == Some(&1);
    // one more of a line is no change that `z` has, if it has no more of them than `x`
    let is_another =
        |line: &Line<'a>| has_word(line) && in_x.contains_key(line) && in_y.get(line) > in_x.get(line) && in_z.get(line) <= in_x.get(line);
    let (mut out, mut at) = (Vec::with_capacity(x.len()), 0);
    for change in changes(x, y) {
        out.extend_from_slice(&x[at..change.base.start]);
        out.extend(change.base.clone().filter(|&i| x_in_z[i] || moved(&x[i])).map(|i| x[i]));
        out.extend(change.head.clone().filter(|&i| y_in_z[i] && !moved(&y[i]) && !is_another(&y[i])).map(|i| y[i]));
        at = change.base.end;
    }
    out.extend_from_slice(&x[at..]);
    arrange_of(out, [x, y], z)
}

/// `y` without what it adds to `x` of which `z` added a line at another place and `later` has both: it did not move there, another one like
/// it was written. The brackets between such lines go with them.
pub(super) fn without_twins<'a>(x: &[Line<'_>], y: &[Line<'a>], z: &[Line<'_>], later: &[Line<'_>]) -> Vec<Line<'a>> {
    let counts = [x, y, z, later].map(count);
    let is_twice = |line: &Line<'_>| {
        let [in_x, in_y, in_z, in_later] = counts.each_ref().map(|counts| counts.get(line).copied().unwrap_or_default());
        in_y > in_x && in_z > in_x && in_later + in_x >= in_y + in_z
    };
    if !y.iter().any(is_twice) {
        return y.to_vec();
    }
    let (theirs, mut gone) = (changes(x, z), HashSet::new());
    for added in changes(x, y) {
        let touching = theirs.iter().filter(|change| change.base.start <= added.base.end && added.base.start <= change.base.end);
        let here: HashSet<Line<'_>> = touching.flat_map(|change| &z[change.head.clone()]).copied().collect();
        let is_twin = |i: &usize| is_twice(&y[*i]) && !here.contains(y[*i]);
        if added.head.clone().any(|i| is_twin(&i)) {
            gone.extend(added.head.filter(|i| is_twin(i) || (!is_telling(y[*i]) && !here.contains(y[*i]))));
        }
    }
    y.iter().enumerate().filter(|(i, _)| !gone.contains(i)).map(|(_, line)| *line).collect()
}

/// Lines of `file` that `other` has too: aligned, or, if moved, standing once in both.
pub(super) fn shared(file: &[Line<'_>], other: &[Line<'_>]) -> Vec<bool> {
    let mut found = vec![true; file.len()];
    let differing = changes(file, other);
    if differing.is_empty() {
        return found;
    }
    let (here, there) = (count(file), count(other));
    for i in differing.iter().flat_map(|c| c.base.clone()) {
        found[i] = here.get(file[i]) == Some(&1) && there.get(file[i]) == Some(&1);
    }
    found
}

/// `z` to [`arrange`] a file by: the lines that stand once in it and in each of the `known` versions are in the order that all of these
/// have. Whoever wrote `z` moved them, that is no artefact.
pub(super) fn guide<'a>(z: &[Line<'a>], known: &[&[Line<'a>]]) -> Vec<Line<'a>> {
    let Some((first, others)) = known.split_first() else { return z.to_vec() };
    let (counts, in_z) = (known.iter().map(|file| count(*file)).collect::<Vec<_>>(), count(z));
    let is_known = |line: &Line<'_>| counts.iter().chain([&in_z]).all(|counts| counts.get(line) == Some(&1));
    let of = |file: &[Line<'a>]| -> Vec<Line<'a>> { file.iter().copied().filter(is_known).collect() };
    let mut order = of(first);
    for other in others {
        let moved: HashSet<Line<'_>> = changes(&order, &of(other)).into_iter().flat_map(|change| &order[change.base]).copied().collect();
        order.retain(|line| !moved.contains(line));
    }
    reordered(z.to_vec(), &order, difference)
}

/// A file put together from two others, arranged as in `z`, but for lines whose order these two have.
pub(super) fn arrange_of<'a>(lines: Vec<Line<'a>>, [x, y]: [&[Line<'a>]; 2], z: &[Line<'a>]) -> Vec<Line<'a>> {
    arrange(lines, &guide(z, &[x, y]), &most(&count(x), &count(y)))
}

/// A file put together from several, arranged as in `z`: no line more often than a source has it where `z` has it less often, and the
/// lines that stand once on both sides in z's order, as few as possible moved. Otherwise a mere reordering would show as removed and added.
pub(super) fn arrange<'a>(lines: Vec<Line<'a>>, z: &[Line<'a>], most: &HashMap<Line<'a>, usize>) -> Vec<Line<'a>> {
    let out = without_surplus(lines, z, most);
    reordered(out, z, |file, _| difference(file, z))
}

/// A file with the lines that stand once in it and in `z` in z's order, as few as possible moved. Brackets stay where they are: either what
/// stands between them is exchanged, or a line leaves them, whichever costs less; `cost` is given a result and the file.
fn reordered<'a>(file: Vec<Line<'a>>, z: &[Line<'a>], cost: impl Fn(&[Line<'a>], &[Line<'a>]) -> usize) -> Vec<Line<'a>> {
    let (here, there) = (count(&file), count(z));
    let once = |line: &Line<'_>| here.get(line) == Some(&1) && there.get(line) == Some(&1);
    let (mine, theirs): (Vec<Line<'a>>, Vec<Line<'a>>) =
        (file.iter().copied().filter(once).collect(), z.iter().copied().filter(once).collect());
    if mine == theirs {
        return file;
    }
    let moved: HashSet<Line<'a>> = changes(&mine, &theirs).into_iter().flat_map(|change| &mine[change.base]).copied().collect();
    let (mut in_order, mut sorted) = (file.clone(), theirs.into_iter());
    in_order.iter_mut().filter(|line| once(line)).for_each(|line| *line = sorted.next().unwrap_or(line));
    let in_place = put_in_place(file.clone(), z, once, &moved);
    if cost(&in_place, &file) < cost(&in_order, &file) { in_place } else { in_order }
}

/// How many lines differ between two files.
fn difference(a: &[Line<'_>], b: &[Line<'_>]) -> usize {
    changes(a, b).iter().map(|change| change.base.len() + change.head.len()).sum()
}

/// A file with some of the lines that stand once in it and in `z` moved to where `z` has them: after the same line, and as far behind it as
/// what follows there is the same.
fn put_in_place<'a>(file: Vec<Line<'a>>, z: &[Line<'a>], once: impl Fn(&Line<'_>) -> bool, moved: &HashSet<Line<'a>>) -> Vec<Line<'a>> {
    let mut followers: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    let (mut anchors, mut anchor) = (HashMap::new(), None);
    for (at, line) in z.iter().enumerate().filter(|(_, line)| once(line)) {
        if moved.contains(line) {
            followers.entry(anchor).or_default().push(at);
        } else {
            anchor = Some(at);
            anchors.insert(*line, at);
        }
    }
    let mut staying = file.into_iter().filter(|line| !moved.contains(line)).peekable();
    let (mut out, mut anchor) = (Vec::new(), None);
    loop {
        let mut at = anchor.map_or(0, |anchor| anchor + 1);
        for &follower in followers.get(&anchor).into_iter().flatten() {
            while at < follower
                && let Some(line) = staying.next_if(|line| *line == z[at])
            {
                out.push(line);
                at += 1;
            }
            out.push(z[follower]);
            at = follower + 1;
        }
        anchor = loop {
            let Some(line) = staying.next() else { return out };
            out.push(line);
            if let Some(at) = anchors.get(line) {
                break Some(*at);
            }
        };
    }
}

fn without_surplus<'a>(lines: Vec<Line<'a>>, z: &[Line<'a>], most: &HashMap<Line<'a>, usize>) -> Vec<Line<'a>> {
    let there = count(z);
    let mut used: HashMap<Line<'a>, usize> = HashMap::new();
    let keep = |line: &Line<'a>| {
        let Some(limit) = there.get(line).filter(|_| has_word(line)) else {
            return true;
        };
        let seen = used.entry(line).or_default();
        *seen += 1;
        *seen <= *limit.max(most.get(line).unwrap_or(limit))
    };
    lines.into_iter().filter(keep).collect()
}

/// How often each line stands in a file.
pub(super) fn count<'a, 'b>(lines: impl IntoIterator<Item = &'b Line<'a>>) -> HashMap<Line<'a>, usize>
where
    'a: 'b,
{
    let mut out = HashMap::new();
    for line in lines {
        *out.entry(*line).or_default() += 1;
    }
    out
}

fn most<'a>(a: &HashMap<Line<'a>, usize>, b: &HashMap<Line<'a>, usize>) -> HashMap<Line<'a>, usize> {
    let mut out = a.clone();
    for (line, n) in b {
        let entry = out.entry(line).or_default();
        *entry = (*n).max(*entry);
    }
    out
}

pub(super) fn has_word(line: &[u8]) -> bool {
    line.iter().any(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80)
}

/// Whether a line says more than what stands in all code: it has a word that is neither a keyword, nor a single letter, nor a number beside
/// one.
pub(super) fn is_telling(line: &[u8]) -> bool {
    let words = line.split(|b| !(b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80)).filter(|word| !word.is_empty());
    let (numbers, words): (Vec<&[u8]>, Vec<&[u8]>) = words.partition(|word| word.iter().all(u8::is_ascii_digit));
    let is_common = |word: &&[u8]| word.len() == 1 || KEYWORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    if words.is_empty() { !numbers.is_empty() } else { !words.iter().all(is_common) }
}

/// Words of many languages that make up lines by themselves.
const KEYWORDS: [&[u8]; 44] = [
    b"and", b"begin", b"bool", b"break", b"case", b"catch", b"continue", b"default", b"div", b"do", b"done", b"elif", b"else", b"end",
    b"endif", b"err", b"error", b"esac", b"except", b"false", b"fi", b"finally", b"for", b"if", b"in", b"int", b"loop", b"nil", b"none",
    b"not", b"null", b"ok", b"or", b"pass", b"return", b"self", b"span", b"then", b"this", b"true", b"try", b"void", b"while", b"with",
];

/// Whether git writes such a line around the sides of a conflict: seven or more of one sign, then a name or nothing.
pub(super) fn is_conflict_mark(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let signs = line.first().map_or(0, |sign| line.iter().take_while(|b| *b == sign).count());
    signs >= 7 && b"<=>|".contains(&line[0]) && line.get(signs).is_none_or(|b| *b == b' ')
}

/// Those of `lines` that are telling and stand nowhere in `before`.
pub(super) fn unmistakable<'a>(lines: &[Line<'a>], before: &[Line<'_>]) -> HashSet<Line<'a>> {
    let known: HashSet<Line<'_>> = before.iter().copied().collect();
    lines.iter().copied().filter(|l| is_telling(l) && !known.contains(l)).collect()
}

/// The share of `a`'s and `b`'s lines that stand in both, in thousandths: how alike two files are.
pub(super) fn likeness(a: &[Line<'_>], b: &[Line<'_>]) -> usize {
    let (all, mut left) = (a.len().max(b.len()), count(a));
    let mut both: usize = 0;
    for line in b {
        if let Some(n) = left.get_mut(line).filter(|n| **n > 0) {
            *n -= 1;
            both += 1;
        }
    }
    (both * 1000).checked_div(all).unwrap_or(0)
}

/// Removed and added lines of a difference, without those that only changed their place.
pub(super) fn moved_aside<'a>(removed: &[Line<'a>], added: &[Line<'a>]) -> HashSet<Line<'a>> {
    let gone: HashSet<Line<'a>> = removed.iter().copied().collect();
    added.iter().filter(|l| gone.contains(*l)).copied().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in super::super) fn of(text: &str) -> Vec<Line<'_>> {
        text.split_whitespace().map(str::as_bytes).collect()
    }

    pub(in super::super) fn show(lines: &[Line<'_>]) -> String {
        lines.iter().map(|l| String::from_utf8_lossy(l)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_that_moved_are_not_added() {
        for (base, head, added) in [
            ("a b c", "a b X c", "X"),
            ("a other b another c", "a b other another own c", "own"),
            ("a { b }", "b { a { } }", "{ }"),
            ("", "a b", "a b"),
        ] {
            assert_eq!(show(&additions(&of(base), &of(head))), added, "{base} | {head}");
        }
    }

    #[test]
    fn merges_by_lines() {
        for (base, ours, theirs, merged, unsure) in [
            ("a b c d", "a b c d", "a X c d", "a X c d", ""),
            ("a b c d", "a b c d Y", "X a b c d", "X a b c d Y", ""),
            ("a b c", "a X c", "a X c", "a X c", ""),
            ("a b c", "a X c", "a Y c", "a X Y c", "X Y"),
            ("a b c", "a b X c", "a b Y c", "a b X Y c", "X Y"),
            ("a b c", "a c", "a b Y c", "a Y c", ""),
            ("", "aa b", "aa c", "aa b c", "b c"),
            ("} x } y", "} x } N } y", "M } x } y", "M } x } N } y", ""),
            ("aa", "aa mid { 3 }", "aa old { 2 }", "aa mid { 3 } old { 2 }", "2 3 mid old"),
            ("aa", "aa mid { 3 }", "aa mid { 3 } old { 2 }", "aa mid { 3 } old { 2 }", "2 old"),
            ("aa", "aa }", "aa }", "aa }", ""),
        ] {
            let (out, optional) = merge(&of(base), &of(ours), &of(theirs));
            let mut optional: Vec<Line<'_>> = optional.into_iter().flatten().collect();
            optional.sort_unstable();
            assert_eq!((show(&out), show(&optional)), (merged.to_owned(), unsure.to_owned()), "{base} | {ours} | {theirs}");
        }
    }

    #[test]
    fn takes_part_of_a_change() {
        for (x, y, z, part) in [
            ("a b c", "a DIRT b c", "a DIRT b c OWN", "a DIRT b c"),
            ("a b c", "a DIRT b c", "a b c OWN", "a b c"),
            ("a b c", "a c", "a c OWN", "a c"),
            ("a b c", "a c", "a b c OWN", "a b c"),
            ("a b c", "D1 a b c D2", "D1 a b", "D1 a b c"),
            ("x x a", "x x a D", "x a D", "x x a D"),
            ("a DIRT b", "DIRT a DIRT b", "a DIRT b OWN", "a DIRT b"),
            ("a DIRT b", "DIRT a DIRT b", "DIRT a DIRT b", "DIRT a DIRT b"),
        ] {
            assert_eq!(show(&partial(&of(x), &of(y), &of(z))), part, "{x} | {y} | {z}");
        }
    }

    #[test]
    fn marks_of_conflict_are_known() {
        for (line, mark) in [
            ("<<<<<<< HEAD\n", true),
            ("=======\r\n", true),
            (">>>>>>> topic", true),
            ("||||||| 1a2b3c4\n", true),
            ("<<<<<<<<<< long\n", true),
            ("<<<<<< six\n", false),
            ("=======x\n", false),
            ("-------\n", false),
            ("\n", false),
        ] {
            assert_eq!(is_conflict_mark(line.as_bytes()), mark, "{line:?}");
        }
    }

    #[test]
    fn a_line_that_lost_the_end_of_its_file_gets_a_line_end() {
        assert_eq!(join(&[b"a", b"b\r\n", b"c"]), b"a\nb\r\nc");
    }

    pub(in super::super) fn file() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof!["[a-e]", Just("}".to_owned())], 0..12).prop_map(|lines| lines.join("\n").into_bytes())
    }

    #[test]
    fn puts_lines_where_the_other_file_has_them() {
        for (file, z, arranged) in [
            ("aa bb cc", "cc aa bb", "cc aa bb"),
            ("{ aa } { bb }", "{ bb } { aa }", "{ bb } { aa }"),
            ("gg { aa } { bb cc } { dd }", "{ aa } { bb cc } { dd } { gg }", "{ aa } { bb cc } { dd } gg"),
            ("aa OLD bb", "bb NEW aa", "bb OLD aa"),
        ] {
            assert_eq!(show(&arrange(of(file), &of(z), &HashMap::new())), arranged, "{file} | {z}");
        }
    }

    #[test]
    fn a_line_written_twice_did_not_move() {
        for (x, y, z, later, without) in [
            ("aa bb", "aa bb LL", "aa LL bb", "aa LL bb LL", "aa bb"),
            ("aa bb", "aa bb LL", "aa LL bb", "aa LL bb", "aa bb LL"),
            ("aa bb", "aa bb LL", "aa bb LL", "aa LL bb LL", "aa bb LL"),
            ("aa bb", "aa LL bb LL", "LL aa bb", "LL aa bb LL", "aa LL bb LL"),
            ("LL aa bb", "LL aa bb NEW LL", "LL aa OWN LL bb", "LL aa OWN LL bb NEW LL", "LL aa bb NEW"),
            ("aa }", "aa } NEW LL }", "OWN LL } aa }", "OWN LL } aa } NEW LL }", "aa } NEW"),
            ("aa bb", "LL aa bb", "aa bb LL", "LL aa bb LL", "aa bb"),
            ("LL aa bb", "LL aa bb NEW", "aa bb LL", "LL aa bb LL", "LL aa bb NEW"),
        ] {
            assert_eq!(show(&without_twins(&of(x), &of(y), &of(z), &of(later))), without, "{x} | {y} | {z} | {later}");
        }
    }

    #[test]
    fn who_moved_a_line_moved_it() {
        for (z, a, b, guided) in [
            ("bb cc aa", "aa bb cc", "aa bb cc", "aa bb cc"),
            ("bb cc aa", "aa bb cc", "bb cc aa", "bb cc aa"),
            ("bb NEW cc aa", "aa bb cc", "aa OLD bb cc", "aa bb NEW cc"),
            ("aa ee bb NEW cc dd", "aa bb OLD cc dd ee", "aa bb OLD cc dd ee", "aa bb NEW cc dd ee"),
            ("} bb } aa }", "aa bb }", "aa bb } }", "aa } bb } }"),
            ("aa bb", "", "aa bb", "aa bb"),
        ] {
            assert_eq!(show(&guide(&of(z), &[&of(a), &of(b)])), guided, "{z} | {a} | {b}");
        }
        let (moved, before) = (of("bb } aa }"), of("aa } bb }"));
        assert_eq!(show(&arrange(before.clone(), &guide(&moved, &[&before, &before]), &HashMap::new())), "aa } bb }");
    }

    proptest! {
        #[test]
        fn a_guide_is_a_permutation(z in file(), a in file(), b in file()) {
            let (mut z, mut guided) = (split(&z), guide(&split(&z), &[&split(&a), &split(&b)]));
            z.sort_unstable();
            guided.sort_unstable();
            prop_assert_eq!(z, guided);
        }

        #[test]
        fn arranging_loses_nothing_and_adds_nothing(x in file(), z in file()) {
            let (x, z) = (split(&x), split(&z));
            let (mut before, mut after) = (x.clone(), arrange(x.clone(), &z, &count(&x)));
            before.sort_unstable();
            after.sort_unstable();
            prop_assert_eq!(before, after);
        }

        #[test]
        fn splitting_and_joining_gives_the_file_back(bytes in file()) {
            prop_assert_eq!(join(&split(&bytes)), bytes);
        }

        #[test]
        fn one_sided_merges_take_that_side(base in file(), head in file()) {
            let (base, head) = (split(&base), split(&head));
            prop_assert_eq!(merge(&base, &head, &base).0, head.clone());
            prop_assert_eq!(merge(&base, &base, &head).0, head.clone());
            prop_assert_eq!(merge(&base, &head, &head).0, head);
        }

        #[test]
        fn a_change_that_is_there_whole_is_taken_whole(x in file(), y in file()) {
            let (x, y) = (split(&x), split(&y));
            let (mut took, mut all) = (partial(&x, &y, &y), y.clone());
            took.sort_unstable();
            all.sort_unstable();
            prop_assert_eq!(took, all);
        }
    }
}
