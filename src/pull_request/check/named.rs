//! What a line names: commits, files, definitions, and whether the repository has them.

use super::{Against, Finding, PATTERNS, error_of};
use crate::document::Document;
use crate::evidence::kinds::{self, Overrides};
use crate::evidence::{Category, code};

/// Ids of commits outside code.
pub(super) fn plain_commits(line: &str, against: Against<'_>) -> Vec<Finding> {
    let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ` ");
    let ids =
        PATTERNS.plain_commit.captures_iter(&outside).filter_map(|found| found.get(1).or(found.get(2))).map(|id| id.as_str().to_owned());
    ids.filter(|id| is_commit(id)).filter_map(|id| unknown_commit(&id, against)).collect()
}

/// Whether it can only be meant as a commit's id.
fn is_commit(text: &str) -> bool {
    PATTERNS.commit.is_match(text) && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn unknown_commit(id: &str, against: Against<'_>) -> Option<Finding> {
    (!against.repository.has_commit(id)).then(|| error_of("commit", format!("there is no commit `{id}`")))
}

/// The code spans of a line, each with what stands before it.
pub(super) fn spans(line: &str) -> Vec<(&str, &str)> {
    let marks: Vec<usize> = line.match_indices('`').map(|(at, _)| at).collect();
    let plain = marks.len().is_multiple_of(2) && !line.contains("``");
    let pairs = marks.chunks_exact(2).filter(|_| plain);
    pairs.map(|pair| (&line[..pair[0]], &line[pair[0] + 1..pair[1]])).collect()
}

/// What a code span names and the repository does not have.
pub(super) fn named(before: &str, span: &str, against: Against<'_>) -> Option<Finding> {
    let bare = span.trim().trim_end_matches('/');
    if is_key(span.trim(), against) {
        return None;
    }
    if is_commit(bare) {
        return unknown_commit(bare, against);
    }
    let path = bare.strip_prefix("./").unwrap_or(bare);
    let path = path.split_once(':').filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_digit())).map_or(path, |(path, _)| path);
    if is_path(path, &against.material.overrides) {
        let known = match path.contains('/') {
            true => {
                let branches = [against.material.branch.as_deref(), Some(&against.material.base.revision)];
                against.repository.has_path(path) || branches.contains(&Some(path))
            }
            false => against.repository.has_file(path) || is_recorded(path, against) || against.repository.has_word(path),
        };
        return (!known).then(|| error_of("file", format!("there is no file `{path}`")));
    }
    let is_call = bare.ends_with("()");
    let claimed = PATTERNS.added.is_match(before) && PATTERNS.noun.is_match(before) && bare.bytes().any(|b| b.is_ascii_lowercase());
    let symbol = PATTERNS.symbol.is_match(bare) && (is_call || bare.contains("::") || is_camel(bare) || claimed);
    let name = bare.trim_end_matches("()").rsplit([':', '.', '>', '#']).next().unwrap_or(bare);
    let told = symbol && (name.len() > 2 || is_call || claimed);
    (told && !against.repository.has_word(name)).then(|| error_of("symbol", format!("nothing is named `{bare}`")))
}

/// Whether it is the key of a setting that the range or one of its sessions changed: some look like paths, `project/properties/java.version`.
fn is_key(text: &str, against: Against<'_>) -> bool {
    let material = against.material;
    let of_sessions = material.sessions.iter().flat_map(|session| &session.document.technical.configuration_changes);
    let mut keys = material.evidence.files.iter().flat_map(|file| &file.keys).chain(of_sessions.flat_map(|change| &change.changes));
    keys.any(|key| key.key == text)
}

/// Whether commands, notes or commits speak of a file: it may well be one of another place.
fn is_recorded(name: &str, against: Against<'_>) -> bool {
    let of_session = |document: &Document| {
        let technical = &document.technical;
        technical.commands.iter().any(|command| command.command.contains(name))
            || technical.configuration_changes.iter().any(|change| change.path.file_name() == name)
            || technical.systems.iter().any(|system| system.name.contains(name))
            || document.timeline.iter().any(|entry| entry.text.contains(name))
            || document.notes.iter().any(|note| note.contains(name))
    };
    let material = against.material;
    material.sessions.iter().any(|session| of_session(&session.document))
        || material.commits.iter().any(|change| change.commit.subject.contains(name) || change.commit.body.contains(name))
}

/// A path as one would write it: folders and an extension, no command, no address. A name alone is one where its extension is that of a
/// language or of settings; `Node.js` is no file.
fn is_path(text: &str, overrides: &Overrides) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    let extension = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=8).contains(&extension.len())
            && extension.chars().all(|c| c.is_ascii_alphanumeric())
            && !extension.chars().all(|c| c.is_ascii_digit())
    });
    let plain = PATTERNS.path.is_match(text) && !text.contains(' ') && !text.starts_with(['@', '-', '/', '~']);
    plain && extension && (text.contains('/') || is_file_name(text, overrides))
}

fn is_file_name(name: &str, overrides: &Overrides) -> bool {
    let is_product = name.ends_with(".js") && name.starts_with(|c: char| c.is_uppercase());
    let path = name.into();
    let is_settings = || matches!(kinds::classify(&path, None, false, overrides).category, Category::Docs | Category::Config);
    !is_product && (code::language(&path, b"").is_some() || is_settings())
}

fn is_camel(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}
