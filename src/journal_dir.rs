//! Names of what lies in the journal's folder of the git directory, for ever: the scripts in `hooks` spell them too, and
//! `docs/architecture.md` shows them as a tree and tells when what goes.

/// The folder in the common git directory.
pub const NAME: &str = "journal";
/// Held by start, stop and discard.
pub const LOCK: &str = "lock";
/// A marker for each worktree, which holds the id of the session that runs there.
pub const ACTIVE: &str = "active";
/// The marker of the main worktree.
pub const MAIN: &str = "main";
/// A folder for each session, named by its id.
pub const SESSIONS: &str = "sessions";
/// Hooks as they were before ours went in.
pub const HOOKS: &str = "hooks";
/// The body of a pull request that was handed over last.
pub const PULL_REQUEST: &str = "pull-request.md";

// in the folder of a session

/// The log.
pub const EVENT_LOG: &str = "events.jsonl";
/// What the shell of hooks wrote by itself.
pub const HOOK_LOG: &str = "hooks.log";
/// What is too long for a record.
pub const ATTACHMENTS: &str = "attachments";
/// Events that the log could not take, and a copy of the first.
pub const SPOOL: &str = "spool";
/// The private object directory of the snapshots.
pub const OBJECTS: &str = "objects";
/// How the folders of snapshots that are being taken begin.
pub const SNAPSHOT: &str = "snapshot-";
/// The key of the seals of masked secrets.
pub const WATCH_KEY: &str = "watch.key";
/// The document of an ended session.
pub const DOCUMENT: &str = "document.json";
/// The same without what was stated.
pub const UNSTATED: &str = "unstated.json";
/// What was last rendered of it, without which a refresh cannot tell edits.
pub const RENDERED: &str = "rendered.md";
/// What a refresh is about to put in its place.
pub const RENDERED_NEXT: &str = "rendered.next.md";
/// What the session's commits change.
pub const PATCHES: &str = "patches.json";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regex::Regex;

    #[test]
    fn scripts_and_documentation_spell_them_so() {
        let text = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file");
        let path = Regex::new(r"(?:git|common)/journal/([a-z][a-z/.]*)").expect("a pattern");
        let of_shells = format!("{}/", super::ACTIVE);
        let of_hooks = [format!("{}/{}", super::ACTIVE, super::MAIN), format!("{}/", super::SESSIONS)];
        for script in ["shell.bash", "shell.zsh", "shell.fish", "record.sh", "block.sh"] {
            let text = text(&format!("hooks/{script}"));
            let spelt: Vec<&str> = path.captures_iter(&text).map(|found| found.get(1).map_or("", |path| path.as_str())).collect();
            let known = |spelt: &&str| **spelt == *of_shells || of_hooks.iter().any(|known| known == spelt);
            assert!(!spelt.is_empty() && spelt.iter().all(known), "{script}: {spelt:?}");
        }
        assert!(text("hooks/record.sh").contains(&format!("/{}", super::HOOK_LOG)));
        let tree = text("docs/architecture.md");
        for constant in Regex::new(r#"pub const \w+: &str = "(.*)";"#).expect("a pattern").captures_iter(include_str!("journal_dir.rs")) {
            assert!(tree.contains(&constant[1]), "{}", &constant[1]);
        }
    }
}
