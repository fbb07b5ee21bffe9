//! Small verbs that build a record.

use super::*;
use crate::evidence::kinds::Overrides;
use crate::evidence::proof::{Changed, Differences};
use crate::evidence::shell::CommandLines;
use crate::git::branches::BranchStanding;

/// Minutes after the session's start.
pub(super) fn at(minutes: i64) -> Time {
    let start = DateTime::parse_from_rfc3339("2026-11-22T09:02:00+01:00").expect("a time");
    start + TimeDelta::minutes(minutes)
}

pub(in crate::document::compose) struct World {
    pub(in crate::document::compose) session: Session,
    pub(super) ends: Ends,
    pub(super) evidence: Evidence,
    pub(super) overrides: Overrides,
    pub(super) commits: Vec<CommitChange>,
    pub(super) attribution: Option<Attribution>,
    pub(super) dead_ends: Vec<(Commit, AbandonReason)>,
    pub(super) untold: bool,
    pub(super) doubts: Vec<Doubt>,
    pub(super) uncommitted: HashSet<RepoPath>,
    pub(super) stashed: usize,
    pub(super) branches: Vec<BranchStanding>,
    pub(super) watched: Vec<WatchedSource>,
    pub(super) differences: Differences,
    pub(super) pairs: Vec<((Oid, Oid), Vec<Changed>)>,
}

fn worktree_state() -> WorktreeState {
    WorktreeState {
        head: Some(Oid::new("a".repeat(40))),
        branch: Some("main".to_owned()),
        subject: Some("Import *all*".to_owned()),
        tree: Oid::new("b".repeat(40)),
        index: None,
        refs: Vec::new(),
        stashes: Vec::new(),
        autostash: None,
        under_way: false,
        reflog: 1,
        reflog_last: None,
        dirt: Dirt { modified: 2, untracked: 1 },
        left_out: Vec::new(),
        method: String::new(),
        disk_time: None,
        flagged: Vec::new(),
        start_tree: None,
    }
}

/// What is known of a session in which HEAD did not move.
pub(super) fn attribution() -> Attribution {
    Attribution {
        baseline: Oid::new("b".repeat(40)),
        commits: Vec::new(),
        dead_ends: Vec::new(),
        carried_over: Vec::new(),
        foreign_moves: Vec::new(),
        rollbacks: Vec::new(),
        path: Vec::new(),
        created: Vec::new(),
        not_separable: Vec::new(),
        unfinished: None,
        unresolved: Vec::new(),
        basis: Basis::Reflog,
    }
}

impl World {
    /// A session of two hours with nothing in it.
    pub(in crate::document::compose) fn new() -> Self {
        let started = Started {
            worktree: "/w".into(),
            title: None,
            session_type: None,
            goal: None,
            situation: None,
            related: Vec::new(),
            standpoint: "start".to_owned(),
        };
        Self {
            session: Session {
                id: "s1".to_owned(),
                started_at: at(0),
                started,
                notes: Vec::new(),
                said: Vec::new(),
                runs: Vec::new(),
                watched: Vec::new(),
                pauses: Vec::new(),
                heads: None,
                order: std::collections::HashMap::new(),
                moved: std::collections::HashMap::new(),
                state: State::Active,
                damaged: 0,
                unknown: 0,
            },
            ends: Ends { start: worktree_state(), end: worktree_state(), ended_at: Some(at(120)) },
            evidence: Evidence::default(),
            overrides: Overrides::default(),
            commits: Vec::new(),
            attribution: None,
            dead_ends: Vec::new(),
            untold: false,
            doubts: Vec::new(),
            uncommitted: HashSet::new(),
            stashed: 0,
            branches: Vec::new(),
            watched: Vec::new(),
            differences: Differences::default(),
            pairs: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, minutes: i64, phase: Option<Phase>, text: &str) {
        self.session.notes.push(Note {
            id: format!("n{minutes}"),
            at: at(minutes),
            text: text.to_owned(),
            phase,
            file: None,
            key: None,
            by: None,
        });
    }

    /// A commit that added these lines to these files.
    pub(super) fn commit(&mut self, minutes: i64, subject: &str, files: &[(&str, &str)]) {
        let touched = |(path, text): &(&str, &str)| Touched {
            path: (*path).into(),
            old_path: None,
            added: text.lines().map(|line| line_hash(line.as_bytes())).collect(),
            removed: 0,
        };
        let number = self.commits.len() + 1;
        self.commits.push(CommitChange {
            commit: Commit {
                id: Oid::new(format!("{number:0<40}")),
                parents: Vec::new(),
                tree: Oid::new("c".repeat(40)),
                subject: subject.to_owned(),
                body: String::new(),
                author: "Robin Doe".to_owned(),
                email: "robin@example.org".to_owned(),
                authored_at: at(minutes),
                at: at(minutes),
            },
            files: files.iter().map(touched).collect(),
            patch: Patch::default(),
            replaced: Vec::new(),
            amended_at: None,
            branch: None,
            by_another: false,
        });
    }

    pub(super) fn change(&mut self, (change, evidence): (FileChange, FileEvidence)) {
        self.evidence.changes.push(change);
        self.evidence.files.push(evidence);
    }

    pub(super) fn document(&self) -> Document {
        compose(&Record {
            session: &self.session,
            ends: &self.ends,
            now: at(180),
            evidence: &self.evidence,
            overrides: &self.overrides,
            commits: &self.commits,
            attribution: self.attribution.as_ref(),
            dead_ends: &self.dead_ends,
            watched: &self.watched,
            remote: Some("git@github.com:shop/shop.git"),
            default_remote: Some("origin"),
            differences: &self.differences,
            untold: self.untold,
            uncommitted: &self.uncommitted,
            beside: &[],
            stashed: self.stashed,
            branches: &self.branches,
            doubts: &self.doubts,
            lines: &CommandLines::plain(),
            mask: |text| text.replace("s3cret", "(password, masked)"),
        })
    }
}

/// A code file with one hunk between the first and the last line that differ; an empty side is none.
pub(super) fn file(path: &str, base: &str, head: &str) -> (FileChange, FileEvidence) {
    let side = |text: &str| (!text.is_empty()).then(|| Side { id: Oid::new("1"), mode: 0o100_644, content: Content::Blob(text.into()) });
    let (old, new): (Vec<&str>, Vec<&str>) = (base.lines().collect(), head.lines().collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (removed, added) = (old.len() - first - last, new.len() - first - last);
    let number = |n: usize| u32::try_from(n).expect("small");
    let start = |lines: usize| number(if lines == 0 { first } else { first + 1 });
    let status = match (base.is_empty(), head.is_empty()) {
        (true, _) => Status::Added,
        (_, true) => Status::Deleted,
        _ => Status::Modified,
    };
    let hunk = Hunk { base_start: start(removed), base_lines: number(removed), head_start: start(added), head_lines: number(added) };
    let change =
        FileChange { path: path.into(), old_path: None, status, base: side(base), head: side(head), hunks: vec![hunk], binary: false };
    let evidence = FileEvidence {
        path: path.into(),
        old_path: None,
        status,
        language: Some("rust".to_owned()),
        category: Category::Code,
        added: number(added),
        removed: number(removed),
        definitions: Vec::new(),
        keys: Vec::new(),
        flags: Vec::new(),
        code: crate::evidence::CodeNote::default(),
        config: None,
        packages: None,
        tests: Vec::new(),
        instead: None,
        untracked: false,
    };
    (change, evidence)
}
