//! Documents of the repository that bear on a session: agents, runbooks and the like that it changed, opened or named, and runbooks that
//! name a host or hold a command of it.
//!
//! Pure: documents' texts are handed in, and nothing in them is believed but that a name or a command of the session stands there.

use std::collections::HashSet;

use crate::change::{RepoPath, Status};
use crate::document::compose::stated_kind;
use crate::document::{Command, Document, Related, System};
use crate::evidence::shell::{self, CommandLines};
use crate::evidence::systems::{self, Effect, SystemKind};
use crate::markdown::code;
use crate::session::Session;

/// Documents that a session names.
const SHOWN: usize = 5;
/// Names and commands that a reason tells.
const TOLD: usize = 2;
/// A shorter command stands in any text.
const SHORTEST: usize = 8;

/// Programs that open the files that they are given.
const OPENERS: &[&str] = &[
    "cat", "less", "more", "bat", "batcat", "head", "tail", "view", "vi", "vim", "nvim", "nano", "micro", "hx", "helix", "emacs", "code",
    "open", "xdg-open", "glow", "mdcat", "$EDITOR", "${EDITOR}", "$VISUAL", "${VISUAL}", "$PAGER", "${PAGER}",
];

/// What a document may share with a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Documents that recorded commands opened.
    opened: Vec<String>,
    /// Documents that notes name by their paths.
    named: Vec<String>,
    /// Documents that it changed.
    changed: Vec<String>,
    /// Documents that it created, which have a place of their own.
    created: HashSet<String>,
    /// Hosts that it worked on.
    hosts: Vec<String>,
    /// Commands by which it changed something.
    commands: Vec<String>,
}

impl Traces {
    /// Of a composed session.
    pub fn of(document: &Document, session: &Session, lines: &CommandLines<'_>) -> Self {
        let paths = |of: fn(Status) -> bool| {
            let files = document.files.iter().filter(move |file| of(file.status));
            files.map(|file| file.path.to_text().into_owned()).filter(|path| is_document(path))
        };
        let succeeded = || document.technical.commands.iter().filter(|command| command.exit_code == Some(0));
        let here = succeeded().filter(|command| command.system.is_none());
        let notes =
            session.notes.iter().flat_map(|note| [Some(&note.text), note.file.as_ref()]).chain([session.started.situation.as_ref()]);
        // what somebody calls a system may be a word like any other: `prod`
        let is_name = |name: &str| name.contains(|c: char| !c.is_alphabetic());
        let is = |system: &System, kind: SystemKind| system.kind.as_deref() == Some(kind.word());
        let is_host = |system: &&System| is(system, SystemKind::HOST) || is(system, SystemKind::STATED) && is_name(&system.name);
        let hosts = document.technical.systems.iter().filter(is_host);
        Self {
            opened: once(here.flat_map(|command| opened(command, lines))),
            named: once(notes.flatten().flat_map(|text| named(text))),
            changed: paths(|status| matches!(status, Status::Modified | Status::Renamed)).collect(),
            created: paths(|status| status == Status::Added).collect(),
            hosts: once(hosts.map(|system| system.name.clone()).filter(|name| name.len() > 2)),
            commands: once(succeeded().flat_map(|command| changing(&command.command, lines))),
        }
    }

    /// Documents that the session touched itself.
    pub fn touched(&self) -> Vec<String> {
        once(self.changed.iter().chain(&self.opened).chain(&self.named).filter(|path| !self.created.contains(*path)).cloned())
    }

    /// Whether a document's text could tell that it bears on the session.
    pub fn may_be_in_texts(&self) -> bool {
        !(self.hosts.is_empty() && self.commands.is_empty())
    }
}

fn once(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = HashSet::new();
    items.filter(|item| known.insert(item.clone())).collect()
}

/// Whether a path is that of a document that people write to be read.
pub fn is_document(path: &str) -> bool {
    path.ends_with(".md")
}

/// What a document is for its readers, by its path: `agent`, `runbook`; none of one that only documents.
pub fn kind(path: &str) -> Option<String> {
    let kind = stated_kind(&RepoPath::from_text(path));
    (is_document(path) && !matches!(kind, "Documentation" | "Code")).then(|| kind.to_lowercase())
}

/// The documents that a command opened on this machine.
fn opened(command: &Command, lines: &CommandLines<'_>) -> Vec<String> {
    let cwd = command.cwd.as_deref().unwrap_or_default();
    let read = lines.of(&command.command);
    let opens = |leaf: &&shell::Command| {
        let program = leaf.simple.words.first().map(String::as_str).unwrap_or_default();
        leaf.places.is_empty() && (OPENERS.contains(&leaf.program()) || OPENERS.contains(&program))
    };
    let words = shell::leaves(&read).filter(opens).flat_map(shell::Command::arguments).filter(|word| is_document(word));
    words.filter_map(|word| resolved(cwd, word)).collect()
}

/// A path below the top of the worktree, from a folder there.
fn resolved(cwd: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { return None } else { cwd.split('/').collect() };
    parts.extend(path.split('/'));
    let mut whole: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            "" | "." => {}
            ".." => drop(whole.pop()?),
            part => whole.push(part),
        }
    }
    Some(whole.join("/"))
}

/// The paths of documents that stand in a text.
fn named(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '@' | '~');
    let words = text.split(|c| !is_part(c)).map(|word| word.trim_end_matches(['.', '-']));
    words.filter(|word| is_document(word) && !word.starts_with("//")).filter_map(|word| resolved("", word)).collect()
}

/// The commands of a line by which it changes something, as they would stand in a text: without what ran them.
fn changing(line: &str, lines: &CommandLines<'_>) -> Vec<String> {
    let read = lines.of(line);
    // what git does is told of the repository, not of a system
    let texts = shell::leaves(&read).filter(|leaf| leaf.program() != "git").map(|leaf| leaf.simple.words.join(" "));
    let is_told = |text: &String| text.len() >= SHORTEST && text.contains(' ') && !text.contains(shell::MASKED);
    texts.filter(|text| is_told(text) && systems::effect(text, lines) >= Effect::Changed).collect()
}

/// Why a document bears on the session, as one line of Markdown; `text` is what stands in it, where that is at hand.
pub fn reason(traces: &Traces, path: &str, text: Option<&str>) -> Option<String> {
    let own = [(&traces.changed, "changed"), (&traces.opened, "opened"), (&traces.named, "named in a note")];
    let mut told: Vec<String> =
        own.iter().filter(|(paths, _)| paths.iter().any(|own| own == path)).map(|(_, word)| (*word).to_owned()).collect();
    let text = text.unwrap_or_default();
    let of =
        |names: &[String]| -> Vec<String> { names.iter().filter(|name| stands(text, name)).take(TOLD).map(|name| code(name)).collect() };
    for (what, names) in [("names", of(&traces.hosts)), ("has", of(&traces.commands))] {
        told.extend((!names.is_empty()).then(|| format!("{what} {}", names.join(", "))));
    }
    (!told.is_empty() && !traces.created.contains(path)).then(|| told.join(", "))
}

/// Whether a name stands in a text and is no part of a longer one.
fn stands(text: &str, name: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    text.match_indices(name).any(|(at, _)| {
        let behind = &text[at + name.len()..];
        // `web1.example.org` is another name than `web1`, the end of a sentence is none
        let goes_on = behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        !is_part(text[..at].chars().next_back()) && !text[..at].ends_with('.') && !is_part(behind.chars().next()) && !goes_on
    })
}

/// Names the documents in the session's, but for those that its author named already: what only documents stands with the references.
pub fn name(document: &mut Document, found: Vec<(String, String)>) {
    let known: HashSet<String> = document.context.related.iter().map(|related| related.path.clone()).collect();
    let mut shown = 0;
    for (path, reason) in found.into_iter().filter(|(path, _)| !known.contains(path)) {
        match kind(&path) {
            Some(kind) if shown < SHOWN => {
                shown += 1;
                document.context.related.push(Related { kind, path, reason: Some(reason) });
            }
            Some(_) => {}
            None if !document.references.internal.contains(&path) => document.references.internal.push(path),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn opened_documents_are_found_from_where_the_command_ran() {
        for (cwd, line, expected) in [
            (".", "cat runbooks/ledger.md", &["runbooks/ledger.md"][..]),
            ("api", "less -N ../docs/a.md README.md", &["docs/a.md", "api/README.md"]),
            (".", "$EDITOR ./docs/a.md", &["docs/a.md"]),
            (".", "bat docs/a.md | grep -i pool", &["docs/a.md"]),
            (".", "cat /etc/motd.md ../elsewhere.md", &[]),
            (".", "ssh web1 'cat docs/a.md'", &[]),
            (".", "rm docs/a.md", &[]),
            (".", "cat Makefile", &[]),
        ] {
            let command: Command = serde_json::from_value(serde_json::json!({
                "at": "2026-11-22T09:00:00+01:00", "command": line, "purpose": null, "exit_code": 0, "seconds": 1.0, "system": null, "cwd": cwd
            }))
            .expect("a command");
            assert_eq!(opened(&command, &CommandLines::plain()), expected, "{cwd}: {line}");
        }
    }

    #[test]
    fn notes_name_documents_by_their_paths() {
        for (text, expected) in [
            ("followed runbooks/ledger.md, asked .claude/agents/ops/dba.md.", &["runbooks/ledger.md", ".claude/agents/ops/dba.md"][..]),
            ("(see `docs/a.md`)", &["docs/a.md"]),
            ("https://example.org/a.md is not ours", &[]),
            ("the .mdx of it", &[]),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }

    #[test]
    fn a_document_bears_on_a_session_by_what_it_shares() {
        let traces = Traces {
            opened: owned(&["runbooks/a.md"]),
            named: owned(&["runbooks/a.md", "runbooks/new.md"]),
            changed: owned(&[".claude/agents/dba.md"]),
            created: owned(&["runbooks/new.md"]).into_iter().collect(),
            hosts: owned(&["web1"]),
            commands: owned(&["systemctl restart pgbouncer"]),
        };
        for (path, text, expected) in [
            (
                "runbooks/a.md",
                "On web1: `systemctl restart pgbouncer`.",
                Some("opened, named in a note, names `web1`, has `systemctl restart pgbouncer`"),
            ),
            (".claude/agents/dba.md", "", Some("changed")),
            ("runbooks/b.md", "On web1.", Some("names `web1`")),
            ("runbooks/b.md", "On web10, web1.example.org, a-web1 and db.web1", None),
            ("runbooks/b.md", "systemctl restart pgbouncer2", None),
            ("runbooks/new.md", "On web1", None),
        ] {
            assert_eq!(reason(&traces, path, Some(text)).as_deref(), expected, "{path}: {text}");
        }
        assert_eq!(traces.touched(), [".claude/agents/dba.md", "runbooks/a.md"]);
    }

    #[test]
    fn commands_are_told_without_what_ran_them() {
        for (line, expected) in [
            ("ssh web1 'sudo systemctl restart pgbouncer'", &["systemctl restart pgbouncer"][..]),
            ("ssh web1 'systemctl status pgbouncer'", &[]),
            ("kubectl rollout restart deploy/api", &["kubectl rollout restart deploy/api"]),
            ("git push", &[]),
            ("cargo test", &[]),
        ] {
            assert_eq!(changing(line, &CommandLines::plain()), expected, "{line}");
        }
    }

    #[test]
    fn only_what_somebody_works_by_is_related() {
        for (path, expected) in [
            (".claude/agents/ops/dba.md", Some("agent")),
            ("docs/runbooks/queue.md", Some("runbook")),
            ("docs/adr/0001.md", Some("decision record")),
            ("docs/queue.md", None),
            ("README.md", None),
            ("ops/restore.sh", None),
        ] {
            assert_eq!(kind(path).as_deref(), expected, "{path}");
        }
    }
}
