//! A definition's own text: what is written in it less the definitions nested in it, compared by hash. Space that means nothing does
//! not count.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use super::definition::Definition;
use super::grammar::Grammar;

/// Fills in the hash of each definition's own text; clauses of one definition become one first. What is in the gaps is the same on both
/// sides and does not count.
pub(super) fn hash_own_texts(definitions: &mut Vec<Definition>, source: &[u8], grammar: &Grammar, gaps: &[Range<usize>]) {
    if grammar.clauses {
        join_clauses(definitions);
    }
    let mut cuts: Vec<Vec<Range<usize>>> = vec![Vec::new(); definitions.len()];
    for definition in definitions.iter() {
        if let Some(outer) = definition.outer {
            let end = if definitions[outer].kind.is_callable() { definition.extent.end } else { with_end_mark(definition, source) };
            cuts[outer].push(definition.lead..end);
        }
    }
    for (definition, mut cuts) in definitions.iter_mut().zip(cuts) {
        let inside = |gap: &&Range<usize>| gap.start >= definition.extent.start && gap.end <= definition.extent.end;
        cuts.extend(gaps.iter().filter(inside).cloned());
        cuts.sort_unstable_by_key(|cut| cut.start);
        definition.own = own_hash(definition, &cuts, source);
    }
}

/// The end of a nested definition; the semicolon that ends a field with a function is the field's.
fn with_end_mark(definition: &Definition, source: &[u8]) -> usize {
    let end = definition.extent.end;
    if definition.kind.is_callable() && source.get(end) == Some(&b';') { end + 1 } else { end }
}

fn own_hash(definition: &Definition, cuts: &[Range<usize>], source: &[u8]) -> u64 {
    let (mut text, mut at) = (Vec::new(), definition.extent.start);
    for cut in cuts {
        // how far what is cut out is indented is its own
        text.extend_from_slice(without_indent(source.get(at..cut.start).unwrap_or(&[])));
        at = at.max(cut.end);
    }
    text.extend_from_slice(source.get(at..definition.extent.end).unwrap_or(&[]));
    match (definition.kind.is_callable(), cuts.is_empty()) {
        (true, true) => hash_lines(&text, |_| true),
        (true, false) => hash_lines(&text, |line| !line.is_empty()),
        _ => hash_without_space(&text),
    }
}

fn without_indent(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    &text[..end]
}

fn hash_lines(text: &[u8], keep: fn(&[u8]) -> bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    for line in text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| keep(line)) {
        hasher.write(line);
        hasher.write_u8(b'\n');
    }
    hasher.finish()
}

/// A hash of a text that is the same however the text is laid out.
pub(super) fn hash_without_space(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.split(u8::is_ascii_whitespace).for_each(|word| hasher.write(word));
    hasher.finish()
}

/// Joins definitions of one name that follow each other in one container.
fn join_clauses(definitions: &mut Vec<Definition>) {
    let mut kept: Vec<Definition> = Vec::with_capacity(definitions.len());
    let mut index = Vec::with_capacity(definitions.len());
    let mut last: std::collections::HashMap<Option<usize>, usize> = std::collections::HashMap::new();
    for mut definition in definitions.drain(..) {
        definition.outer = definition.outer.map(|outer: usize| index[outer]);
        let previous = last.get(&definition.outer).copied().filter(|&at: &usize| kept[at].identity == definition.identity);
        if let Some(at) = previous {
            kept[at].extent.end = definition.extent.end;
            kept[at].lines.1 = definition.lines.1;
            index.push(at);
        } else {
            last.insert(definition.outer, kept.len());
            index.push(kept.len());
            kept.push(definition);
        }
    }
    *definitions = kept;
}
