//! Which item of a list became which, where nothing names them: equal ones first, then those that stand between the same kept items.

use std::collections::HashMap;

use super::node::{Node, Sides, Value};

/// Index of an item and number of kept items before it.
type UnmatchedItem = (usize, usize);

/// Pairs the items that differ; the index is head's, base's where the item was removed.
pub(super) fn paired<'a>(base: &[&'a Node], head: &[&'a Node]) -> Vec<(usize, Sides<'a>)> {
    let prints = |items: &[&Node]| items.iter().map(|n| n.fingerprint()).collect::<Vec<_>>();
    let (old, new) = (prints(base), prints(head));
    let (removed, added) = (left_over(&old, &new), left_over(&new, &old));
    let (mut removed, mut added) = (&removed[..], &added[..]);
    let mut pairs = Vec::new();
    while let Some(rank) = [removed.first(), added.first()].into_iter().flatten().map(|left| left.1).min() {
        let (gone, new);
        (gone, removed) = removed.split_at(removed.partition_point(|left| left.1 == rank));
        (new, added) = added.split_at(added.partition_point(|left| left.1 == rank));
        for (old, new) in aligned(gone, new, base, head) {
            let index = new.or(old).unwrap_or_default();
            pairs.push((index, (old.map(|i| base[i]), new.map(|j| head[j]))));
        }
    }
    pairs
}

/// The items that the other side does not have with equal content.
fn left_over(prints: &[u64], others: &[u64]) -> Vec<UnmatchedItem> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for print in others {
        *counts.entry(*print).or_default() += 1;
    }
    let (mut out, mut kept) = (Vec::new(), 0);
    for (index, print) in prints.iter().enumerate() {
        match counts.get_mut(print).filter(|n| **n > 0) {
            Some(n) => {
                *n -= 1;
                kept += 1;
            }
            None => out.push((index, kept)),
        }
    }
    out
}

/// Alignments larger than this are made in order, without a look at the items.
const CELLS: usize = 2_500;
/// Items less alike than this are not the same item.
const ALIKE: u32 = 30;

/// Pairs items of one gap: in order where both sides have as many, else so that what is alike meets, order kept.
fn aligned(gone: &[UnmatchedItem], new: &[UnmatchedItem], base: &[&Node], head: &[&Node]) -> Vec<(Option<usize>, Option<usize>)> {
    let (m, n) = (gone.len(), new.len());
    if m == n || m == 0 || n == 0 || m * n > CELLS {
        return (0..m.max(n)).map(|i| (gone.get(i).map(|l| l.0), new.get(i).map(|l| l.0))).collect();
    }
    let score = |i: usize, j: usize| Some(likeness(base[gone[i].0], head[new[j].0], 3)).filter(|s| *s >= ALIKE);
    let scores: Vec<Option<u32>> = (0..m * n).map(|cell| score(cell / n, cell % n)).collect();
    // best[i][j]: the highest sum that the items from i and j on can reach
    let mut best = vec![vec![0_u32; n + 1]; m + 1];
    for i in (0..m).rev() {
        for j in (0..n).rev() {
            let together = scores[i * n + j].map_or(0, |s| s + best[i + 1][j + 1]);
            best[i][j] = together.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < m || j < n {
        let together = (i < m && j < n).then(|| scores[i * n + j].map(|s| s + best[i + 1][j + 1])).flatten();
        let (old, fresh) = match together {
            Some(sum) if sum == best[i][j] => (true, true),
            _ if j >= n || (i < m && best[i + 1][j] == best[i][j]) => (true, false),
            _ => (false, true),
        };
        pairs.push((old.then(|| gone[i].0), fresh.then(|| new[j].0)));
        i += usize::from(old);
        j += usize::from(fresh);
    }
    pairs
}

/// How alike two values are, in per cent: common words of scalars, common entries of maps.
fn likeness(a: &Node, b: &Node, depth: u32) -> u32 {
    match (&a.value, &b.value) {
        (Value::Scalar(a), Value::Scalar(b)) => common_words(&a.written, &b.written),
        (Value::Map(a), Value::Map(b)) if depth > 0 => {
            let of_key = |key: &str| b.iter().find(|(k, _)| k == key).map(|(_, node)| node);
            let shared = a.iter().take(50).filter_map(|(key, node)| Some(20 + likeness(node, of_key(key)?, depth - 1) * 4 / 5));
            shared.sum::<u32>() / u32::try_from(a.len().max(b.len()).max(1)).unwrap_or(u32::MAX)
        }
        (Value::List(_), Value::List(_)) => 50,
        _ => 0,
    }
}

fn common_words(a: &str, b: &str) -> u32 {
    let words = |text: &str| {
        let split = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        split.take(60).map(str::to_owned).collect::<Vec<_>>()
    };
    let (a, mut b) = (words(a), words(b));
    let total = a.len() + b.len();
    let mut common = 0;
    for word in &a {
        if let Some(at) = b.iter().position(|w| w == word) {
            b.swap_remove(at);
            common += 2;
        }
    }
    u32::try_from(common * 100 / total.max(1)).unwrap_or(0)
}
