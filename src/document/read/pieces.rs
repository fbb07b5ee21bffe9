//! What the sections and their entries are read from: items, labelled parts and prose.

use super::{blocks, items, labelled, stated};

/// Each item that says something.
pub(super) fn each<T>(body: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    items(body).iter().filter_map(|item| stated(item)).filter_map(|item| read(&item)).collect()
}

pub(super) fn line(item: &str) -> Option<String> {
    let fenced = item.contains("```");
    Some(if fenced { item.to_owned() } else { item.split_whitespace().collect::<Vec<_>>().join(" ") })
}

/// Fills the list of each label; gives what stands before the first.
pub(super) fn filled<'d, T: 'd, const N: usize>(
    body: &str,
    lists: [(&'static str, &'d mut Vec<T>); N],
    read: fn(&str) -> Option<T>,
) -> String {
    let labels: Vec<&'static str> = lists.iter().map(|(label, _)| *label).collect();
    let (rest, values) = labelled(body, &labels);
    for (label, list) in lists {
        list.extend(values.iter().filter(|(of, _)| *of == label).flat_map(|(_, text)| each(text, read)));
    }
    rest.to_owned()
}

/// Sets each label's field; gives what stands before the first.
pub(super) fn set<const N: usize>(body: &str, fields: [(&'static str, &mut Option<String>); N]) -> String {
    let labels: Vec<&'static str> = fields.iter().map(|(label, _)| *label).collect();
    let (rest, values) = labelled(body, &labels);
    for (label, field) in fields {
        if let Some((_, text)) = values.iter().find(|(of, _)| *of == label) {
            *field = stated(text);
        }
    }
    rest.to_owned()
}

/// What stands before the labels is the first field's where that has none.
pub(super) fn prose_or_rest(rest: String, field: &mut Option<String>) -> String {
    match (stated(&blocks(&rest).join("\n\n")), &field) {
        (Some(text), None) => {
            *field = Some(text);
            String::new()
        }
        (Some(_), Some(_)) => rest,
        (None, _) => String::new(),
    }
}
