//! The head of the document: title, times, type, and the sentences that the tool itself can say.

use super::Composer;
use super::commits::History;
use crate::document::*;
use crate::evidence::FileEvidence;
use crate::evidence::kinds::Flag;
use crate::evidence::proof::{self, Test};
use crate::markdown;
use crate::words::{count, dirt};

impl Composer<'_> {
    /// The document with its head filled and everything else empty.
    pub(super) fn header(&self) -> Document {
        let (session, ends) = (self.record.session, self.record.ends);
        let (title, title_source) = self.title();
        let (session_type, session_type_source) = self.session_type();
        let end = self.ended_at().unwrap_or(self.local(self.record.now));
        let wall = (end - session.started_at).num_seconds().max(0);
        let paused = super::time::paused_seconds(session, end).clamp(0, wall);
        Document {
            schema: SCHEMA,
            id: session.id.clone(),
            primary_goal: self.stated(session.started.goal.as_ref()).unwrap_or_else(|| title.clone()),
            title,
            title_source,
            date: session.started_at.format("%Y-%m-%d").to_string(),
            started_at: session.started_at,
            ended_at: self.ended_at(),
            active_seconds: wall - paused,
            paused_seconds: paused,
            session_type,
            session_type_source,
            branch: ends.end.branch.as_deref().map(|branch| self.mask(branch)),
            base_commit: ends.start.head,
            head_commit: ends.end.head,
            ..Document::empty(session.started_at)
        }
    }

    fn title(&self) -> (String, Source) {
        let stated = self.stated(self.record.session.started.title.as_ref());
        let subject = || self.record.commits.last().map(|change| self.mask(&change.commit.subject)).filter(|subject| !subject.is_empty());
        let branch = || self.record.ends.end.branch.as_ref().map(|branch| self.mask(&format!("Work on {branch}")));
        match stated {
            Some(title) => (title, Source::Stated),
            None => (subject().or_else(branch).unwrap_or_else(|| "Untitled session".to_owned()), Source::Derived),
        }
    }

    pub(super) fn session_type(&self) -> (SessionType, Source) {
        let said = self.narrative.value("session_type").and_then(|said| serde_json::from_value(said.clone()).ok());
        match said.or(self.record.session.started.session_type) {
            Some(stated) => (stated, Source::Stated),
            None => (self.derived_type(), Source::Derived),
        }
    }

    fn derived_type(&self) -> SessionType {
        let started = &self.record.session.started;
        let intent = [&started.title, &started.goal].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ").to_lowercase();
        let branch = self.record.ends.end.branch.clone().unwrap_or_default().to_lowercase();
        let files = &self.record.evidence.files;
        let runs_systems = |file: &&FileEvidence| match file.category {
            Category::Infra | Category::Ci => true,
            Category::Config => file.flags.contains(&Flag::Server),
            _ => false,
        };
        let operations = files.iter().filter(runs_systems).count();
        if is_emergency(&intent) {
            SessionType::Emergency
        } else if operations > 0 && operations * 2 >= files.len() {
            SessionType::Infrastructure
        } else if has_word(&branch, FIX) || has_word(&intent, FIX) || self.fails_at_first() {
            SessionType::Debugging
        } else if self.operates() {
            SessionType::Infrastructure
        } else if files.is_empty() && self.record.commits.is_empty() {
            SessionType::Exploration
        } else {
            SessionType::Feature
        }
    }

    /// A test failed on the very files of the start, before the first edit; so did a check that came right in the session.
    fn fails_at_first(&self) -> bool {
        let is_first = |test: &Test<'_>| test.run.ran.tree.as_ref() == Some(&self.record.ends.start.tree);
        let checks = proof::checks(&self.record.session.runs, self.tests(), self.record.lines);
        let came_right = |check: &Test<'_>| check.turn.is_some_and(|turn| turn.kind == TurnKind::Fixed && is_first(&checks[turn.from]));
        self.tests().iter().any(|test| test.outcome == Outcome::Failed && is_first(test)) || checks.iter().any(came_right)
    }

    /// Whether no code was changed, but a system was, and a good part of the commands were about systems.
    fn operates(&self) -> bool {
        let is_code = |file: &FileEvidence| matches!(file.category, Category::Code | Category::Test);
        let runs = &self.record.session.runs;
        let about = runs.iter().filter(|run| !self.system_uses(run).is_empty()).count();
        !self.system_changes().is_empty() && about * 10 >= runs.len() * 3 && !self.record.evidence.files.iter().any(is_code)
    }

    /// The sentences that stand on facts alone.
    pub(super) fn derived(&self, commits: &[LinkedCommit]) -> Derived {
        let summary: Vec<String> = std::iter::once(self.summary()).chain(self.standing(commits)).collect();
        Derived {
            summary: Some(summary.join(" ")),
            initial_state: Some(self.initial_state()),
            manifested: self.manifested(),
            steps: self.steps(commits),
            reason: self.reason(commits),
            verification: self.verified(commits),
            unfinished: self.unfinished(commits),
            restarted: self.restarted(),
            notices: self.notices(),
        }
    }

    /// "4 commits, 7 files (+31 −6) on `branch`."
    fn summary(&self) -> String {
        let files = &self.record.evidence.files;
        let (added, removed) = files.iter().fold((0_u64, 0_u64), |(a, r), file| (a + u64::from(file.added), r + u64::from(file.removed)));
        let place = match &self.record.ends.end.branch {
            Some(branch) => format!(" on {}", markdown::code(&self.mask(branch))),
            None => String::new(),
        };
        let aside = self.record.commits.iter().filter(|commit| commit.branch.is_some()).count();
        let commits = self.record.commits.len() - aside;
        if commits + aside == 0 && files.is_empty() && !self.record.untold {
            return match self.changed_outside() {
                Some(outside) => format!("No file of the repository was changed and no commit made{place}; {outside}."),
                None => format!("No file was changed and no commit made{place}."),
            };
        }
        let commits = if commits == 0 { "No commit".to_owned() } else { count(commits, "commit") };
        if self.record.untold {
            return format!("{commits}{place}; which files differ from the start cannot be told.");
        }
        let changed = if files.is_empty() {
            "no file differs from the start".to_owned()
        } else {
            format!("{} (+{added} −{removed})", count(files.len(), "file"))
        };
        let rest = match self.loose() {
            Some(_) if self.record.commits.is_empty() && self.record.uncommitted.len() == files.len() => {
                "; none of the changes is committed".to_owned()
            }
            Some(loose) => format!("; {loose}"),
            None => String::new(),
        };
        let elsewhere = self.record.commits.iter().filter_map(|commit| commit.branch.as_deref());
        let where_else = if elsewhere.clone().any(|name| name.starts_with("tags/")) { "elsewhere" } else { "on other branches" };
        let aside = if aside == 0 { String::new() } else { format!("; {} {where_else}", count(aside, "commit")) };
        let outside = self.changed_outside().map(|outside| format!("; {outside}")).unwrap_or_default();
        format!("{commits}, {changed}{place}{aside}{rest}{outside}.")
    }

    /// How many changed files are in no commit of the session or only in part; nothing where its commits hold all.
    pub(super) fn loose(&self) -> Option<String> {
        let history = History::new(self.record.commits);
        let (partly, not): (Vec<_>, Vec<_>) = self.loose_files().partition(|path| !history.of(path).is_empty());
        match (not.len(), partly.len()) {
            (0, 0) => None,
            (0, partly) => Some(format!("{} partly committed", count(partly, "changed file"))),
            (not, 0) => Some(format!("{} not committed", count(not, "changed file"))),
            (not, partly) => Some(format!("{} not committed, {partly} partly", count(not, "changed file"))),
        }
    }

    /// The changed files that are in no commit of the session, or only in part.
    pub(super) fn loose_files(&self) -> impl Iterator<Item = &RepoPath> {
        self.record.evidence.files.iter().map(|file| &file.path).filter(|path| self.record.uncommitted.contains(path))
    }

    /// Where the session began, and what was already lying there.
    fn initial_state(&self) -> String {
        let start = &self.record.ends.start;
        let on = start.branch.as_ref().map(|branch| format!(" on {}", markdown::code(&self.mask(branch))));
        let at = match (&start.head, &start.subject) {
            (Some(head), Some(subject)) => format!(" at `{}` (\"{}\")", head.short(), markdown::text(&self.mask(subject))),
            (Some(head), None) => format!(" at `{}`", head.short()),
            (None, _) => " before the first commit".to_owned(),
        };
        let detached = if start.branch.is_none() && start.head.is_some() { ", HEAD detached," } else { "" };
        let dirt = match dirt(start.dirt.modified, start.dirt.untracked) {
            none if none.is_empty() => " with a clean worktree.".to_owned(),
            dirt => format!(" with {dirt}; that earlier work is not part of this journal."),
        };
        format!("Started{}{at}{detached}{dirt}", on.unwrap_or_default())
    }
}

/// What is wrong right now; "downtime" is as often planned or to be had none of.
const EMERGENCY: &[&str] =
    &["outage", "incident", "emergency", "sev", "sev1", "sev2", "p0", "p1", "rollback", "is down", "are down", "went down", "goes down"];
/// Words before it that make it what is to be spared, prepared for or told of: "prevent the next outage", "retry when the api is down".
const NOT_NOW: &[&str] = &[
    "no", "not", "non", "zero", "without", "never", "avoid", "avoids", "prevent", "prevents", "against", "next", "future", "possible",
    "any", "if", "when", "while", "whenever", "add", "adds", "implement", "support", "allow", "enable", "automate", "write", "draft",
    "document", "documents", "describe", "explain", "plan", "prepare", "practise", "practice", "rehearse", "simulate", "test", "how",
];
/// Words right behind it that make it a thing: "incident template", "rollback button".
const A_THING: &[&str] = &[
    "template", "templates", "process", "plan", "plans", "policy", "page", "runbook", "runbooks", "playbook", "docs", "documentation",
    "report", "reports", "drill", "exercise", "tests", "support", "script", "scripts", "button", "command", "feature", "management",
    "tracker", "dashboard", "response", "review", "reviews", "channel", "bot", "api", "model", "table", "form", "list", "type", "types",
];

/// Whether a title or goal speaks of an emergency that there is, clause by clause.
fn is_emergency(intent: &str) -> bool {
    let is_meant = |words: &[&str]| {
        EMERGENCY.iter().any(|phrase| {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            words.windows(phrase.len()).enumerate().any(|(at, window)| {
                let behind = words.get(at + phrase.len()).is_some_and(|word| A_THING.contains(word));
                window == phrase && !behind && !words[..at].iter().any(|word| NOT_NOW.contains(word))
            })
        })
    };
    let clauses = intent.split([',', ';', ':', '.', '(', ')', '\n']);
    clauses
        .map(|clause| clause.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>())
        .any(|it| is_meant(&it))
}

const FIX: &[&str] = &["fix", "fixes", "fixed", "bug", "bugfix", "hotfix", "debug", "crash", "regression", "revert"];

fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

impl Document {
    /// A document that says nothing yet.
    pub fn empty(started_at: Time) -> Self {
        Self {
            schema: SCHEMA,
            id: String::new(),
            title: String::new(),
            title_source: Source::Derived,
            date: started_at.format("%Y-%m-%d").to_string(),
            started_at,
            ended_at: None,
            active_seconds: 0,
            paused_seconds: 0,
            session_type: SessionType::Exploration,
            session_type_source: Source::Derived,
            primary_goal: String::new(),
            branch: None,
            base_commit: None,
            head_commit: None,
            executive_summary: None,
            derived: Derived::default(),
            files: Vec::new(),
            context: Context::default(),
            timeline: Vec::new(),
            technical: Technical::default(),
            commits: Vec::new(),
            root_cause: RootCause::default(),
            solution: Solution::default(),
            decisions: Vec::new(),
            challenges: Vec::new(),
            insights: Vec::new(),
            artifacts: Vec::new(),
            testing: Testing::default(),
            monitoring: Monitoring::default(),
            next_steps: NextSteps::default(),
            related_work: RelatedWork::default(),
            references: References::default(),
            metrics: Metrics::default(),
            security_notes: Vec::new(),
            impact: Impact::default(),
            notes: Vec::new(),
            addenda: Vec::new(),
            extra: Vec::new(),
            sources: sources::Sources::new(),
        }
    }
}
