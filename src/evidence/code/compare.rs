//! Base's definitions against head's: which belong together, which were added, modified, removed.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use super::definition::Definition;
use super::extract::Extracted;
use crate::evidence::{Change, DefinitionChange};

/// What changed, in the order of lines; what was removed stands before what is on its line now.
pub(super) fn compare(base: &Extracted, head: &Extracted) -> Vec<DefinitionChange> {
    let (unread_base, unread_head) = (&base.unread, &head.unread);
    let (base, head) = (base.definitions.as_slice(), head.definitions.as_slice());
    let pairs = pair(base, head);
    let in_base: HashSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    let in_head: HashSet<usize> = pairs.iter().map(|pair| pair.1).collect();
    let removed = whole(base, &in_base).filter(|definition| !unread_head.contains(&definition.first_line));
    let added = whole(head, &in_head).filter(|definition| !unread_base.contains(&definition.first_line));
    let removed = removed.map(|definition| entry(definition, Change::Removed));
    let added = added.map(|definition| entry(definition, Change::Added));
    let differs = |(b, h): &&(usize, usize)| (base[*b].own, base[*b].marks) != (head[*h].own, head[*h].marks);
    let modified = pairs.iter().filter(differs).map(|(_, h)| entry(&head[*h], Change::Modified));
    let mut changes: Vec<DefinitionChange> = removed.chain(added).chain(modified).collect();
    changes.sort_by_key(|change| (change.line, change.change != Change::Removed, change.end_line));
    changes
}

/// All definitions of a side, as if each had been added.
pub(super) fn listed(side: &Extracted) -> Vec<DefinitionChange> {
    side.definitions.iter().map(|definition| entry(definition, Change::Added)).collect()
}

/// Definitions without a partner, less those that came or went with a callable around them.
fn whole<'a>(definitions: &'a [Definition], paired: &'a HashSet<usize>) -> impl Iterator<Item = &'a Definition> {
    let with_outer = |definition: &Definition| {
        let outer = std::iter::successors(definition.outer, |&at| definitions[at].outer);
        let mut callables = outer.filter(|&at| definitions[at].kind.is_callable());
        callables.any(|at| !paired.contains(&at))
    };
    let alone = definitions.iter().enumerate().filter(|(at, _)| !paired.contains(at));
    alone.map(|(_, definition)| definition).filter(move |definition| !with_outer(definition))
}

fn entry(definition: &Definition, change: Change) -> DefinitionChange {
    DefinitionChange {
        kind: definition.kind,
        name: definition.name.clone(),
        qualified_name: definition.qualified_name.clone(),
        change,
        line: definition.lines.0,
        end_line: definition.lines.1,
    }
}

/// Pairs of indexes into base and head. Of several with one identity those with equal text, signature and attributes belong together, then
/// without the attributes, then equal text, then equal signature, then in their order.
fn pair(base: &[Definition], head: &[Definition]) -> Vec<(usize, usize)> {
    let mut open = Open { base: (0..base.len()).collect(), head: (0..head.len()).collect(), pairs: Vec::new() };
    open.match_by(base, head, |d| (d.identity.as_str(), d.own, d.signature, d.member, d.marks));
    open.match_by(base, head, |d| (d.identity.as_str(), d.own, d.signature, d.member));
    open.match_by(base, head, |d| (d.identity.as_str(), d.own));
    open.match_by(base, head, |d| (d.identity.as_str(), d.signature, d.member));
    open.match_by(base, head, |d| (d.identity.as_str(), d.member));
    open.match_by(base, head, |d| d.identity.as_str());
    open.pairs
}

/// What has no partner yet.
struct Open {
    base: Vec<usize>,
    head: Vec<usize>,
    pairs: Vec<(usize, usize)>,
}

impl Open {
    fn match_by<'a, K: Eq + Hash>(&mut self, base: &'a [Definition], head: &'a [Definition], key: impl Fn(&'a Definition) -> K) {
        let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
        for &at in &self.head {
            waiting.entry(key(&head[at])).or_default().push_back(at);
        }
        let mut taken = HashSet::new();
        self.base.retain(|&at| {
            let partner = waiting.get_mut(&key(&base[at])).and_then(VecDeque::pop_front);
            if let Some(partner) = partner {
                taken.insert(partner);
                self.pairs.push((at, partner));
            }
            partner.is_none()
        });
        self.head.retain(|at| !taken.contains(at));
    }
}
