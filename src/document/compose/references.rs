//! Where to read on: addresses that notes, commit messages and added comments name, documents that the session changed.

use super::Composer;
use crate::change::Status;
use crate::document::*;
use crate::evidence::{FileEvidence, comment};

/// Addresses that a journal lists.
const LIMIT: usize = 20;

impl Composer<'_> {
    pub(super) fn references(&self) -> References {
        let session = self.record.session;
        let notes = session.notes.iter().map(|note| note.text.as_str()).chain(session.started.situation.as_deref());
        let trailers = self.record.commits.iter().flat_map(|change| change.commit.body.lines()).filter(|line| refers(line));
        let mut external: Vec<String> = Vec::new();
        let comments = self.record.evidence.files.iter().zip(&self.record.evidence.changes).filter(|(file, _)| is_written(file));
        let comments = comments.flat_map(|(_, change)| change.added_lines()).filter_map(commented);
        for address in notes.chain(trailers).flat_map(addresses).chain(comments.flat_map(addresses)) {
            let address = self.mask(&address);
            if !external.contains(&address) && external.len() < LIMIT {
                external.push(address);
            }
        }
        let documents = self.record.evidence.files.iter();
        let is_changed = |file: &FileEvidence| match file.status {
            Status::Modified => true,
            Status::Renamed => file.added + file.removed > 0,
            _ => false,
        };
        let documents = documents.filter(|file| matches!(file.category, Category::Docs | Category::Artifact) && is_changed(file));
        References { external, internal: documents.map(|file| self.path(&file.path).to_text().into_owned()).collect(), tools: self.tools() }
    }
}

/// Names of trailers behind which a commit message says where to read on.
const TRAILERS: &[&str] = &[
    "bug", "closes", "discussion", "docs", "documentation", "fixes", "issue", "link", "links", "ref", "reference", "references", "refs",
    "resolves", "see", "see-also", "source",
];

/// Whether a line of a commit message is there to refer: `Link: https://…`. What a program wrote into the text, as the release notes of a
/// new dependency, is no reading for the session.
fn refers(line: &str) -> bool {
    let name = line.trim_start().split([':', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    TRAILERS.contains(&name.as_str())
}

/// Whether people write its comments.
fn is_written(file: &FileEvidence) -> bool {
    matches!(file.category, Category::Code | Category::Test | Category::Config | Category::Ci | Category::Infra)
}

/// A line that is nothing but a comment, unless it says whose the file is and who may use it.
fn commented(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line).ok()?.trim_start();
    let is_formal = || ["licen", "copyright", "@author"].iter().any(|word| line.to_lowercase().contains(word));
    (line.contains("://") && comment::text(line).is_some() && !is_formal()).then_some(line)
}

/// The web addresses of a text, without credentials and without a query, which may hold a token.
fn addresses(text: &str) -> Vec<String> {
    let starts = text.match_indices("http").filter(|(at, _)| !text[..*at].ends_with(char::is_alphanumeric));
    starts.filter_map(|(at, _)| address(&text[at..])).take(LIMIT).collect()
}

fn address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"'`()[]{}|\\^".contains(c)).unwrap_or(rest.len());
    let rest = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '*', '_']);
    let rest = rest.split('?').next().unwrap_or_default();
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let local =
        matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0") || !name.contains('.') || path.contains('@') && authority.contains(':');
    let slash = if path.is_empty() { "" } else { "/" };
    (!local).then(|| format!("{scheme}://{host}{slash}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_refers_is_taken_from_a_commit_message() {
        for (line, wanted) in [
            ("Link: https://example.org/a", true),
            ("Refs: https://example.org/a", true),
            ("See https://example.org/a.", true),
            ("Bumps [checkout](https://example.org/checkout) from 2 to 4.", false),
            ("- [Release notes](https://example.org/checkout/releases)", false),
            ("Agent-Logs-Url: https://example.org/sessions/1", false),
        ] {
            assert_eq!(refers(line), wanted, "{line}");
        }
    }

    #[test]
    fn of_added_lines_only_comments_are_read() {
        for (line, read) in [
            ("    // see https://example.org/a", true),
            ("# https://example.org/a", true),
            (" * https://example.org/a", true),
            ("fetch('https://example.org/a') // why", false),
            ("// nothing to read", false),
            ("#   http://www.apache.org/licenses/LICENSE-2.0", false),
            ("#!https://example.org/a", false),
        ] {
            assert_eq!(commented(line.as_bytes()).is_some(), read, "{line}");
        }
    }

    #[test]
    fn finds_addresses() {
        for (text, found) in [
            ("see https://example.org/a/b#c.", &["https://example.org/a/b#c"][..]),
            ("(https://u:p@example.org/x?token=1) http://b.org", &["https://example.org/x", "http://b.org"]),
            ("http://localhost:8080/x https://host/x xhttp://a.b https", &[]),
        ] {
            assert_eq!(addresses(text), found, "{text}");
        }
    }
}
