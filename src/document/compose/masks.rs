//! How many values of which kind were masked: counted by the marks that masking leaves, each text once. Of the values nothing is known.

use std::collections::HashSet;

use super::Composer;
use crate::secrets;

impl Composer<'_> {
    /// `3 values were masked: 2 Stripe secret keys and 1 password.`
    pub(super) fn masked_note(&self) -> Option<String> {
        let texts = self.masked.borrow();
        let watched = self.watched_changes();
        let keys = self.record.evidence.files.iter().map(|file| &file.keys).chain(watched.iter().map(|change| &change.changes)).flatten();
        let values = keys.flat_map(|key| [&key.before, &key.after]).flatten();
        // a command is told whole and among what commands changed, there with quotes of our own
        let bare: HashSet<String> = texts.iter().map(|text| text.replace(['\'', '"', '\\'], "")).collect();
        let mut kinds: Vec<(&'static str, usize)> = Vec::new();
        for kind in bare.iter().flat_map(|text| secrets::marks(text)).chain(values.flat_map(|text| secrets::marks(text))) {
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, number)) => *number += 1,
                None => kinds.push((kind, 1)),
            }
        }
        kinds.sort_by_key(|(kind, number)| (std::cmp::Reverse(*number), *kind));
        let all: usize = kinds.iter().map(|(_, number)| number).sum();
        let parts: Vec<String> = kinds.iter().map(|(kind, number)| counted(*number, kind)).collect();
        let values = if all == 1 { "1 value was" } else { &format!("{all} values were") };
        (all > 0).then(|| format!("{values} masked: {}.", crate::words::list(&parts)))
    }
}

/// `1 API key`, `2 password hashes`, `2 credentials`, `2 values of a secrets file`.
fn counted(number: usize, kind: &str) -> String {
    if let Some((what, of)) = kind.split_once(" of ") {
        return format!("{} of {of}", counted(number, what));
    }
    match (number, kind) {
        (1, _) => format!("1 {kind}"),
        (_, kind) if kind.ends_with("sh") => format!("{number} {kind}es"),
        (_, kind) if kind.ends_with('s') => format!("{number} {kind}"),
        _ => format!("{number} {kind}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn kinds_are_counted_in_words() {
        for (number, kind, said) in [
            (1, "API key", "1 API key"),
            (2, "password hash", "2 password hashes"),
            (2, "credentials", "2 credentials"),
            (2, "value of a secrets file", "2 values of a secrets file"),
        ] {
            assert_eq!(counted(number, kind), said);
        }
    }
}
