//! A description that is there already: what `journal` wrote is brought up to date, everything else stays as it is, byte for byte.
//!
//! Inside our own blocks a person's edit wins. The checksums in a block's mark tell which paragraphs are as they were written; with them
//! the block, as it was, as it is and as it would be now, is merged three ways, a paragraph at a time.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::markers::{blocks, paragraphs, sum, sums};
use super::template::fill::{Filled, Filling, refill};
use super::template::fill::{main_block, refresh};

/// What to do with a body that a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// Leave it alone.
    Refuse,
    /// Put the description below it.
    Append,
    /// Put the description above it.
    Prepend,
    /// Write over it.
    Replace,
}

/// What became of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// The new body.
    Body(Filled),
    /// A person wrote it, and nothing says what to do with it.
    Foreign,
    /// Its marks are broken, in words.
    Broken(String),
}

/// Brings a body up to date. `fresh` is what an empty one would become.
pub fn update(body: &str, fresh: &str, template: Option<&str>, with: Filling<'_>, foreign: Foreign) -> Updated {
    let ours = match blocks(body) {
        Ok(ours) => ours,
        Err(error) => return Updated::Broken(error),
    };
    if !ours.is_empty() {
        let whole = ours.iter().any(|block| block.id == "main");
        return Updated::Body(match template.filter(|_| !whole) {
            Some(template) => refill(body, template, with),
            None => refresh(body, with),
        });
    }
    let bare = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
    if bare(body).is_empty() || template.is_some_and(|template| bare(template) == bare(body)) {
        return Updated::Body(Filled { text: fresh.to_owned(), ..Filled::default() });
    }
    let main = main_block(with);
    let text = match foreign {
        Foreign::Refuse => return Updated::Foreign,
        Foreign::Append => format!("{}\n\n{main}", body.trim_end()),
        Foreign::Prepend => format!("{main}\n{}", body.trim_start_matches(['\n', '\r'])),
        Foreign::Replace => fresh.to_owned(),
    };
    let crlf = body.contains("\r\n") && foreign != Foreign::Replace;
    let text = if crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
    Updated::Body(Filled { text, ..Filled::default() })
}

/// A block after the merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedBlock {
    /// The new inner text; none where it stays as it is.
    pub text: Option<String>,
    /// First lines of paragraphs where a person's words stand instead of newer ones of ours.
    pub edited: Vec<String>,
}

/// The inner text of a block merged with what would be written now. `base` are the checksums of what was written then.
pub fn merged(inner: &str, base: &[u32], new: &str) -> MergedBlock {
    if sums(new) == base {
        return MergedBlock::default();
    }
    let theirs = paragraphs(inner);
    let mine = paragraphs(new);
    let theirs_sums: Vec<u32> = theirs.iter().map(|paragraph| sum(paragraph)).collect();
    let mine_sums: Vec<u32> = mine.iter().map(|paragraph| sum(paragraph)).collect();
    if theirs_sums == base {
        return MergedBlock { text: Some(new.trim_matches('\n').to_owned()), edited: Vec::new() };
    }
    let (a, b) = (matches(base, &theirs_sums), matches(base, &mine_sums));
    let mut anchors: Vec<(usize, usize, usize)> = (0..base.len()).filter_map(|at| Some((at, a[at]?, b[at]?))).collect();
    anchors.push((base.len(), theirs.len(), mine.len()));
    let (mut out, mut edited, mut from) = (Vec::new(), Vec::new(), (0, 0, 0));
    for (at, their, my) in anchors {
        let (is, would) = (from.1..their, from.2..my);
        let sides = [&theirs[is.clone()], &mine[would.clone()]];
        let sums = [&base[from.0..at], &theirs_sums[is], &mine_sums[would]];
        match sums[0].len() == sums[1].len() && sums[0].len() == sums[2].len() {
            // paragraph for paragraph, so that an edit beside a change of ours is no conflict
            true => (0..sums[0].len())
                .for_each(|n| settle(sums.map(|side| &side[n..=n]), sides.map(|side| &side[n..=n]), &mut out, &mut edited)),
            false => settle(sums, sides, &mut out, &mut edited),
        }
        out.extend(theirs.get(their).filter(|_| at < base.len()).cloned());
        from = (at + 1, their + 1, my + 1);
    }
    MergedBlock { text: Some(out.join("\n\n")), edited }
}

/// A stretch that differs: a person's side where they touched it, else ours.
fn settle([was, is, would]: [&[u32]; 3], [theirs, mine]: [&[String]; 2], out: &mut Vec<String>, edited: &mut Vec<String>) {
    let by_person = is != was;
    if by_person && was != would && is != would {
        let first = theirs.first().or(mine.first());
        edited.extend(first.map(|text| crate::markdown::cut(&crate::markdown::one_line(text), 60)));
    }
    out.extend(if by_person { theirs } else { mine }.iter().cloned());
}

/// For each of `base` where it is in `other`, in order.
fn matches(base: &[u32], other: &[u32]) -> Vec<Option<usize>> {
    let mut found = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Myers, base, other) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            (0..len).for_each(|step| found[old_index + step] = Some(new_index + step));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_persons_words_win_paragraph_by_paragraph() {
        let base = "One.\n\nTwo.\n\nThree.";
        for (body, new, expected, edited) in [
            ("One.\n\nTwo.\n\nThree.", "One.\n\n2.\n\nThree.", "One.\n\n2.\n\nThree.", 0),
            ("One!\n\nTwo.\n\nThree.", "One.\n\n2.\n\nThree.", "One!\n\n2.\n\nThree.", 0),
            ("One.\n\nTwo!\n\nThree.", "One.\n\n2.\n\nThree.", "One.\n\nTwo!\n\nThree.", 1),
            ("One.\n\nTwo.\n\n![shot](x)\n\nThree.", "One.\n\nTwo.\n\n3.", "One.\n\nTwo.\n\n![shot](x)\n\nThree.", 1),
            ("One.\n\nThree.", "One.\n\nTwo.\n\nThree.\n\nFour.", "One.\n\nThree.\n\nFour.", 0),
        ] {
            let kept = merged(body, &sums(base), new);
            assert_eq!((kept.text.as_deref(), kept.edited.len()), (Some(expected), edited), "{body:?} {new:?}");
        }
        assert_eq!(merged("changed", &sums(base), base), MergedBlock::default());
    }

    proptest! {
        #[test]
        fn what_nobody_else_touched_is_anew(base in words(), new in words()) {
            let kept = merged(&base, &sums(&base), &new);
            prop_assert_eq!(paragraphs(&kept.text.unwrap_or(base)), paragraphs(&new));
        }

        #[test]
        fn every_paragraph_that_a_person_wrote_stays(base in words(), own in proptest::collection::vec("[A-C]", 0..4), new in words(), at in 0_usize..6) {
            let mut body = paragraphs(&base);
            let at = at.min(body.len());
            body.splice(at..at, own.iter().cloned());
            let kept = merged(&body.join("\n\n"), &sums(&base), &new);
            let text = kept.text.unwrap_or(body.join("\n\n"));
            let found: Vec<String> = paragraphs(&text).into_iter().filter(|paragraph| own.contains(paragraph)).collect();
            prop_assert_eq!(found, own);
        }
    }

    fn words() -> impl Strategy<Value = String> {
        proptest::collection::vec("[a-e]", 0..6).prop_map(|words| words.join("\n\n"))
    }
}
