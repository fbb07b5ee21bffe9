//! Numbers and lists as people write them. Words only: knows nothing of sessions.

/// `1 file`, `3 files`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{number} {}", if number == 1 { noun } else { &plural })
}

/// `2 modified files and 1 untracked file`.
pub fn dirt(modified: usize, untracked: usize) -> String {
    let parts = [(modified, "modified file"), (untracked, "untracked file")];
    let parts: Vec<_> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
    list(&parts)
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many() {
        assert_eq!([count(1, "file"), count(0, "file"), count(2, "entry")], ["1 file", "0 files", "2 entries"]);
        assert_eq!([dirt(2, 1), dirt(0, 3), dirt(0, 0)], ["2 modified files and 1 untracked file", "3 untracked files", ""]);
        assert_eq!(list(&["a", "b", "c"].map(String::from)), "a, b and c");
    }
}
