//! What `stop`, `show` and `status` share: from a recorded session to its document, and from that to text.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::change::{self, Certainty, CommitChange, Fingerprint, Oid, Patch, RepoPath};
use crate::commands::shared::{earlier_journals, runbooks, unfinished_stop};
use crate::commands::{Environment, Workspace};
use crate::document::compose::{Record, compose};
use crate::document::{Document, LinkedCommit, Time};
use crate::error::{Error, Kind, Result};
use crate::evidence::kinds::Overrides;
use crate::evidence::proof::{self, Differences};
use crate::evidence::shell::CommandLines;
use crate::git;
use crate::git::branches::BranchStanding;
use crate::git::later_history::{self, fingerprint};
use crate::git::objects::Objects;
use crate::git::snapshot::Snapshots;
use crate::journal_dir;
use crate::markdown::code;
use crate::observation::{self, Observation};
use crate::related::Earlier;
use crate::render;
use crate::secrets;
use crate::session::{Ends, Session};
use crate::session_store::RecordedSession;
use crate::watch::{self, WatchedSource};

/// Composes the document: of the recorded end where there is one, else of now, as its worktree stands.
pub(in crate::commands) fn document(workspace: &Workspace, recorded: &RecordedSession, env: &Environment) -> Result<Document> {
    let of = |workspace: &Workspace| {
        let recorded = unfinished_stop::as_it_runs(workspace, recorded.clone())?;
        Ok(Gathered::of(workspace, &recorded, env)?.document(&recorded.session))
    };
    if workspace.sessions.is_here(recorded) || workspace.sessions.active_id().as_ref() == Some(&recorded.session.id) {
        return of(workspace);
    }
    let there = Environment { cwd: recorded.session.started.folder(), ..env.clone() }.open();
    match there.ok().filter(|there| there.sessions.is_here(recorded) && there.repository.common_dir == workspace.repository.common_dir) {
        Some(there) => of(&there),
        None if recorded.session.end().is_some() => Ok(Gathered::of(workspace, recorded, env)?.document(&recorded.session)),
        None => {
            let message =
                format!("the worktree of the session \"{}\" is gone: {}", recorded.session.title(), recorded.session.started.worktree);
            Err(Error::new(Kind::Nothing, message).hint(recorded.command_in_worktree("journal stop")))
        }
    }
}

/// All that a session's documents are composed from, read once for the one with what was stated and the one without.
pub(in crate::commands) struct Gathered<'a> {
    workspace: &'a Workspace,
    now: Time,
    ends: Ends,
    overrides: Overrides,
    pub(in crate::commands) observation: Observation,
    branches: Vec<BranchStanding>,
    watched: Vec<WatchedSource>,
    default_remote: Option<String>,
    lines: CommandLines<'a>,
    differences: Differences,
    journals: Vec<Earlier>,
}

impl<'a> Gathered<'a> {
    pub(in crate::commands) fn of(workspace: &'a Workspace, recorded: &RecordedSession, env: &Environment) -> Result<Self> {
        let ends = ends(workspace, recorded)?;
        let overrides = workspace.overrides()?;
        let folder = recorded.log.folder();
        let observation = observation::of_session(&workspace.repository, folder, &ends, recorded.session.heads.as_ref(), &overrides)?;
        let observed = Self {
            workspace,
            now: env.now,
            branches: branches(workspace, &ends, &observation),
            ends,
            overrides,
            observation,
            watched: Vec::new(),
            default_remote: None,
            lines: CommandLines::new(&workspace.settings.systems.wrappers),
            differences: Differences::default(),
            journals: Vec::new(),
        };
        observed.again(recorded)
    }

    /// The same observation with what the log and the folder of journals hold by now.
    pub(in crate::commands) fn again(self, recorded: &RecordedSession) -> Result<Self> {
        let (workspace, runs) = (self.workspace, &recorded.session.runs);
        let mut pairs = proof::pairs(runs, &self.ends.end.tree, &self.observation.commits, &self.lines);
        if !pairs.is_empty() {
            let moves = self.observation.attribution.iter().flat_map(|attribution| &attribution.foreign_moves);
            pairs.extend(moves.filter(|step| !step.brought.is_nothing()).filter_map(|step| Some((step.from?, step.to))));
        }
        Ok(Self {
            watched: watch::recorded(&recorded.session, &recorded.log),
            // asking git costs a process: only where a recorded command may mean it
            default_remote: if runs.is_empty() { None } else { workspace.repository.default_remote()? },
            differences: observation::differences(&workspace.repository, recorded.log.folder(), pairs, &self.overrides),
            journals: earlier_journals::without_interrupted(workspace, recorded),
            ..self
        })
    }

    /// The document of the session as it was gathered, with what this one states.
    pub(in crate::commands) fn document(&self, session: &Session) -> Document {
        let observation = &self.observation;
        let mut document = compose(&Record {
            session,
            ends: &self.ends,
            now: self.now,
            evidence: &observation.evidence,
            overrides: &self.overrides,
            commits: &observation.commits,
            attribution: observation.attribution.as_ref(),
            dead_ends: &observation.dead_ends,
            watched: &self.watched,
            remote: observation.remote.as_deref(),
            default_remote: self.default_remote.as_deref(),
            differences: &self.differences,
            untold: observation.untold,
            uncommitted: &observation.uncommitted,
            beside: &observation.beside,
            stashed: observation.stashed,
            branches: &self.branches,
            doubts: &observation.doubts,
            lines: &self.lines,
            mask: secrets::masked,
        });
        earlier_journals::name(self.workspace, &self.journals, session, &observation.commits, &mut document);
        runbooks::name(self.workspace, session, &self.lines, &mut document);
        document
    }
}

/// Where the branches with the session's commits stand; nothing of one that cannot be asked about.
fn branches(workspace: &Workspace, ends: &Ends, observation: &Observation) -> Vec<BranchStanding> {
    let mut held: Vec<(&str, Vec<&CommitChange>)> = Vec::new();
    for change in &observation.commits {
        let Some(name) = change.branch.as_deref().or(ends.end.branch.as_deref()) else { continue };
        match held.iter_mut().find(|(known, _)| *known == name) {
            Some((_, commits)) => commits.push(change),
            None => held.push((name, vec![change])),
        }
    }
    held.retain(|(name, _)| !name.starts_with("tags/"));
    held.iter().filter_map(|(name, commits)| git::branches::standing(&workspace.repository, name, commits).ok()).collect()
}

/// Both ends, as recorded or, for a running session, as it stands now.
fn ends(workspace: &Workspace, recorded: &RecordedSession) -> Result<Ends> {
    let start = recorded.worktree_state(&recorded.session.started.standpoint)?;
    Ok(match recorded.session.end() {
        Some((at, name)) => Ends::new(start, recorded.worktree_state(name)?, Some(at)),
        None => {
            let now = Snapshots::new(&workspace.repository, recorded.log.folder())?.take(Some(&start))?;
            Ends::new(start, now, None)
        }
    })
}

/// The document of an ended session, as it was when it ended.
pub(in crate::commands) fn stored(recorded: &RecordedSession) -> Result<Document> {
    let path = recorded.log.folder().join(journal_dir::DOCUMENT);
    let bytes = std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
    let document = serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))?;
    Ok(document)
}

/// The document without what was stated, and which statements its stored document has: to lay them anew where one was taken back since.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::commands) struct Unstated {
    said: Vec<String>,
    document: Document,
}

impl Unstated {
    /// Of a document that was just composed; where nothing was stated it is that document.
    pub(in crate::commands) fn of(session: &Session, document: &Document, gathered: &Gathered<'_>) -> Self {
        let said: Vec<String> = session.said.iter().map(|said| said.id.clone()).collect();
        let document = match said.is_empty() {
            true => document.clone(),
            false => gathered.document(&Session { said: Vec::new(), ..session.clone() }),
        };
        Self { said, document }
    }

    /// The document without statements, where one that the stored document has was taken back.
    pub(in crate::commands) fn needed(recorded: &RecordedSession) -> Option<Document> {
        let bytes = std::fs::read(recorded.log.folder().join(journal_dir::UNSTATED)).ok()?;
        let unstated: Self = serde_json::from_slice(&bytes).ok()?;
        let counts = |id: &String| recorded.session.said.iter().any(|said| said.id == *id);
        (!unstated.said.iter().all(counts)).then_some(unstated.document)
    }
}

/// What a session's commits change, kept to know them again later.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::commands) struct Patches {
    commits: Vec<Fingerprint>,
    together: Option<Patch>,
    /// What the worktree had otherwise than its last commit; none in records of before this was kept.
    #[serde(default)]
    pub(in crate::commands) beside: Option<Vec<RepoPath>>,
}

impl Patches {
    pub(in crate::commands) fn of(observation: &Observation) -> Self {
        let is_plain = |path: &RepoPath| secrets::masked(&path.lossy()) == path.lossy();
        let commits = observation.commits.iter().map(Fingerprint::from).map(|mut commit| {
            commit.paths.retain(is_plain);
            commit
        });
        Self { commits: commits.collect(), together: observation.together.clone(), beside: Some(observation.beside.clone()) }
    }

    /// Whether one of these is one of its commits, or all of them together.
    pub(in crate::commands) fn match_any<'a>(&self, mut patches: impl Iterator<Item = &'a Patch>) -> bool {
        let known = || self.commits.iter().map(|commit| &commit.patch).chain(&self.together);
        patches.any(|patch| !patch.is_empty() && known().any(|own| own == patch))
    }

    pub(in crate::commands) fn read(recorded: &RecordedSession) -> Self {
        let bytes = std::fs::read(recorded.log.folder().join(journal_dir::PATCHES)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

/// Finds the commits of an ended session that were rewritten since: a rebase, a squash, a squash merge on a forge.
pub(in crate::commands) fn find_today(workspace: &Workspace, recorded: &RecordedSession, document: &mut Document) -> Result<()> {
    let repository = &workspace.repository;
    let objects = Objects::open(&[&repository.objects], repository.format)?;
    let ids: Vec<Oid> = document.commits.iter().map(|commit| commit.id).collect();
    let lost = later_history::unreachable(repository, &objects, &ids)?;
    if lost.is_empty() {
        return Ok(());
    }
    let known = Patches::read(recorded).commits;
    let known = |id: &Oid| known.iter().find(|commit| commit.id == *id).cloned().or_else(|| fingerprint(&objects, id).ok());
    let amended = later_history::amended(repository, &objects, &ids)?;
    let versions =
        |commit: &LinkedCommit| commit.replaced.iter().chain([&commit.id]).chain(&amended[&commit.id]).filter_map(known).collect();
    let work: Vec<Vec<Fingerprint>> = document.commits.iter().map(versions).collect();
    let candidates = later_history::candidates(repository, &objects, document.base_commit.as_ref(), &work)?;
    for (commit, found) in document.commits.iter_mut().zip(change::successors(&work, &candidates)) {
        if lost.contains(&commit.id) {
            commit.today = found;
            document.derived.notices.push(became(commit));
        }
    }
    Ok(())
}

fn became(commit: &LinkedCommit) -> String {
    let id = code(&commit.short_id);
    let ids: Vec<String> = commit.today.ids.iter().map(|id| code(id.short())).collect();
    match commit.today.state {
        Certainty::Exact => format!("{id} is {} today.", ids.join(", ")),
        Certainty::Ambiguous if commit.today.split => format!("{id} was split: {} have it today.", ids.join(", ")),
        Certainty::Ambiguous => format!("{id} is one of {} today; which one cannot be told.", ids.join(", ")),
        Certainty::Gone => format!("{id} is gone: no branch or tag has a commit like it, or most of what it changed."),
    }
}

/// The journal's text, in the user's own template where there is one.
pub(in crate::commands) fn markdown(workspace: &Workspace, document: &Document) -> Result<String> {
    let template = workspace.settings.journal_template(&workspace.repository.worktree)?;
    let rendered = render::render(document, template.as_deref());
    let own = workspace.settings.templates.journal.as_deref().filter(|_| template.is_some());
    Ok(match own {
        Some(path) => rendered.with_context(|| format!("{} is of no use", path.display()))?,
        None => rendered?,
    })
}

/// The document as JSON.
pub(in crate::commands) fn json(document: &Document) -> String {
    let text = serde_json::to_string_pretty(document);
    text.expect("a document holds nothing that JSON lacks") + "\n"
}
