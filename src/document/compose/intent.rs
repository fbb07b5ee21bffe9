//! What a session was about in its author's words: which files and keys the title, the goal, the notes and what was said of the cause, the
//! solution and its decisions name.

use std::collections::HashSet;

use serde_json::Value;

use super::Composer;
use crate::change::RepoPath;
use crate::evidence::KeyChange;
use crate::words;

/// The author's words.
pub(super) struct Intent {
    texts: Vec<String>,
    words: HashSet<String>,
}

impl Composer<'_> {
    pub(super) fn intent(&self) -> Intent {
        let session = self.record.session;
        let notes = session.notes.iter().flat_map(|note| note.file.iter().chain([&note.text]));
        let stated = [&session.started.title, &session.started.goal].into_iter().flatten();
        let reasons = session.said.iter().filter(|said| REASONS.iter().any(|of| said.field.starts_with(of)));
        let reasons = reasons.flat_map(|said| strings(&said.value));
        let texts: Vec<String> = stated.chain(notes).map(String::as_str).chain(reasons).map(str::to_lowercase).collect();
        let words = texts.iter().flat_map(|text| words::telling(text)).collect();
        Intent { texts, words }
    }
}

/// Fields that say why something was changed.
const REASONS: &[&str] = &["root_cause.", "solution.", "decisions"];

/// All texts in a value.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(object) => object.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

impl Intent {
    /// Whether a text has the path, or the file's name as a word of its own.
    pub(super) fn names_file(&self, path: &RepoPath) -> bool {
        let (path, name) = (path.lossy().to_lowercase(), path.file_name().to_lowercase());
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/'));
        let is_alone = |text: &str, at: usize| !inside(text[..at].chars().next_back()) && !inside(text[at + name.len()..].chars().next());
        let has_name = |text: &String| text.match_indices(&name).any(|(at, _)| is_alone(text, at));
        self.texts.iter().any(|text| text.contains(&path) || has_name(text))
    }

    /// Whether a text names what changed.
    pub(super) fn names_key(&self, key: &KeyChange) -> bool {
        key.is_named_by(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_texts_of_a_value() {
        let value =
            serde_json::json!([{ "title": "Follow the limit", "options": [{ "name": "70 %", "chosen": true }], "n": 1, "x": null }]);
        let mut found = strings(&value);
        found.sort_unstable();
        assert_eq!(found, ["70 %", "Follow the limit"]);
    }

    #[test]
    fn files_are_named_by_path_or_by_name_alone() {
        let intent = |text: &str| Intent { texts: vec![text.to_owned()], words: words::telling(text) };
        for (text, path, named) in [
            ("open terraform/main.tf to the office", "terraform/main.tf", true),
            ("main.tf opens port 22", "terraform/main.tf", true),
            ("see main.tf: it opens", "terraform/main.tf", true),
            ("not-main.tf", "terraform/main.tf", false),
            ("main.tfvars", "terraform/main.tf", false),
            ("other/main.tf", "terraform/main.tf", false),
        ] {
            assert_eq!(intent(text).names_file(&path.into()), named, "{text}");
        }
        let key = KeyChange { key: "limits.memory".into(), before: None, after: Some("512Mi".into()), line: None };
        for (text, named) in [("the api gets 512mi", true), ("more memory", true), ("the limits", false), ("show the VAT id", false)] {
            assert_eq!(intent(text).names_key(&key), named, "{text}");
        }
        let key = KeyChange { key: "features.vatId".into(), before: None, after: Some("true".into()), line: None };
        assert!(intent("show the VAT id").names_key(&key));
    }
}
