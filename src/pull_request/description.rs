//! The parts of a description: what each is made from, in the order of what is better known. All text in it is safe Markdown.
//!
//! Meaning is quoted from people, latest first; what nobody said is a gap, not a sentence.

use super::changes::{self, Changes};
use super::footers::is_footers;
use super::issues::{self, Reference};
use super::sanitise::Sanitiser;
use super::title::{TitleSource, title};
use super::verification::{self, Verification};
use super::{Attached, Link, Material, review};
use crate::document::{Decision, Document, EntryKind, SessionType, Task};
use crate::evidence::{Category, FileEvidence};

/// A description in parts.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Description {
    /// The title.
    pub title: String,
    /// Where it comes from.
    pub title_source: Option<TitleSource>,
    /// What it does and why, as somebody said it.
    pub lead: Option<String>,
    /// Why it was needed, where the lead does not say so.
    pub why: Option<String>,
    /// How it began, as somebody said it.
    pub situation: Option<String>,
    /// The actual problem, its cause and how it showed.
    pub root_cause: Vec<String>,
    /// How it was solved.
    pub approach: Option<String>,
    /// Issues that it closes or bears on.
    pub references: Vec<Reference>,
    /// The same as lines that the forge understands.
    pub issues: Vec<String>,
    /// What changed.
    pub changes: Changes,
    /// What was run.
    pub verification: Verification,
    /// What reviewers are asked to look at.
    pub feedback: Vec<String>,
    /// Where to begin reading.
    pub start_with: Vec<String>,
    /// What to look out for.
    pub look_out: Vec<String>,
    /// What is known not to be done.
    pub shortcomings: Vec<String>,
    /// Choices: a title and what there is to say about it.
    pub decisions: Vec<(String, String)>,
    /// What commits say that they break.
    pub breaking: Vec<String>,
    /// The release note, as somebody said it.
    pub release_note: Option<String>,
    /// Links to images that people put into notes.
    pub images: Vec<String>,
    /// What to watch after the merge.
    pub monitoring: Vec<String>,
    /// Notes on security that the record holds.
    pub security: Vec<String>,
    /// Documentation that changed.
    pub docs: Vec<String>,
    /// How agents took part, as the author states it.
    pub ai: Option<String>,
    /// Every file with its lines.
    pub files: Vec<String>,
    /// Journals that git tracks.
    pub journals: Vec<String>,
    /// Changed lines of code, schemas, infrastructure and configuration: how much may be said about them.
    pub changed_lines: u32,
    /// What the record does not say.
    pub gaps: Vec<String>,
    /// Turns text into what may be quoted.
    #[serde(skip)]
    pub it: Sanitiser,
}

/// Makes the parts. `template` is the title that a template asks for.
pub fn describe(material: &Material, template: Option<&str>, it: Sanitiser) -> Description {
    let (title, title_source) = title(material, template, &it);
    let references = issues::references(material);
    let mut parts = Description {
        title,
        title_source: Some(title_source),
        issues: issues::lines(&references, material.base.is_default),
        references,
        changes: changes::changes(material, &it),
        verification: verification::verification(material, &it),
        start_with: review::reading_order(material, &it),
        look_out: review::flags(material, &it),
        breaking: review::breaking(material, &it),
        docs: paths_of(material, Category::Docs, &it),
        files: material.evidence.files.iter().map(|file| file_line(file, &it)).collect(),
        changed_lines: review::changed_lines(material),
        ..Description::default()
    };
    quote(&mut parts, material, &it);
    parts.gaps = gaps(&parts);
    parts.it = it;
    parts
}

/// Sessions that surely belong, latest first.
fn latest(material: &Material) -> impl DoubleEndedIterator<Item = &Attached> {
    material.sessions.iter().rev().filter(|session| session.link != Link::Weak)
}

/// What people said.
fn quote(parts: &mut Description, material: &Material, it: &Sanitiser) {
    let stated = &material.stated;
    let document = || latest(material).map(|session| &session.document);
    let said = |field: &str| latest(material).find_map(|session| session.said.get(field)).map(|text| it.prose(text));
    parts.lead = stated.summary.as_deref().map(|text| it.prose(text)).or_else(|| said("pr.summary")).or_else(|| lead(material, it));
    parts.why = why(material, it).filter(|why| !parts.lead.as_deref().is_some_and(|lead| lead.contains(why.as_str())));
    parts.situation = situation(material).map(|text| it.prose(&text));
    parts.root_cause = document().rev().find_map(|document| root_cause(document, it)).unwrap_or_default();
    parts.approach = document().find_map(|document| document.solution.approach.as_deref()).map(|text| it.prose(text));
    parts.feedback = stated.feedback.as_deref().map(|text| it.prose(text)).or_else(|| said("pr.feedback")).into_iter().collect();
    parts.release_note = said("pr.release_note");
    parts.ai = stated.attest_ai.as_deref().map(|text| it.prose(text));
    parts.decisions = material.sessions.iter().flat_map(|session| &session.document.decisions).map(|one| decision(one, it)).collect();
    parts.shortcomings = document().next().map(|document| open(&document.next_steps.immediate, it)).unwrap_or_default();
    parts.monitoring = document()
        .flat_map(|document| [&document.monitoring.short_term, &document.monitoring.long_term])
        .flat_map(|tasks| open(tasks, it))
        .collect();
    parts.images = images(material);
    parts.journals = latest(material).filter_map(|session| session.journal.as_deref()).map(|path| it.code(path)).collect();
}

/// What it does and why: a summary, else problem and approach, else how it began, else the body of the only commit.
fn lead(material: &Material, it: &Sanitiser) -> Option<String> {
    let document = || latest(material).map(|session| &session.document);
    let summary = document().find_map(|document| document.executive_summary.as_deref());
    let problem =
        || document().find_map(|document| sentences([document.root_cause.problem.as_deref(), document.solution.approach.as_deref()]));
    let text = summary.map(str::to_owned).or_else(problem).or_else(|| situation(material)).or_else(|| body(material));
    text.map(|text| it.prose(&text)).filter(|text| !text.trim().is_empty())
}

fn situation(material: &Material) -> Option<String> {
    latest(material).rev().find_map(|session| session.document.context.initial_situation.clone())
}

fn why(material: &Material, it: &Sanitiser) -> Option<String> {
    let cause = latest(material).rev().map(|session| &session.document.root_cause);
    let text = cause.filter_map(|cause| sentences([cause.problem.as_deref(), cause.why.as_deref()])).next();
    text.map(|text| it.prose(&text))
}

/// Each ends with a full stop of its own.
fn sentences<const N: usize>(parts: [Option<&str>; N]) -> Option<String> {
    let ended = |text: &str| if text.ends_with(['.', '!', '?', ':', '…', '`']) { text.to_owned() } else { format!("{text}.") };
    let parts: Vec<String> = parts.into_iter().flatten().map(str::trim).filter(|text| !text.is_empty()).map(ended).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The body of the only commit, without its footers and what a squash left of subjects like "wip".
fn body(material: &Material) -> Option<String> {
    let [only] = changes::lasting(material)[..] else { return None };
    let paragraphs: Vec<&str> = only.commit.body.split("\n\n").collect();
    let says_nothing = |text: &&str| is_footers(text) || !text.lines().any(changes::says_something);
    let kept: Vec<&str> = paragraphs.into_iter().filter(|text| !text.trim().is_empty() && !says_nothing(text)).collect();
    (!kept.is_empty()).then(|| kept.join("\n\n"))
}

fn root_cause(document: &Document, it: &Sanitiser) -> Option<Vec<String>> {
    let cause = &document.root_cause;
    let is_fault = matches!(document.session_type, SessionType::Debugging | SessionType::Emergency);
    let observed = document.derived.manifested.as_ref().filter(|_| is_fault);
    let parts = [
        ("", cause.problem.as_ref()),
        ("Cause: ", cause.why.as_ref()),
        ("How it showed: ", cause.manifested.as_ref().or(observed)),
        ("Why it was not caught: ", cause.not_caught_earlier.as_ref()),
    ];
    let lines: Vec<String> = parts.into_iter().filter_map(|(name, text)| Some(format!("{name}{}", it.prose(text?)))).collect();
    (!lines.is_empty()).then_some(lines)
}

fn decision(decision: &Decision, it: &Sanitiser) -> (String, String) {
    let mut lines: Vec<String> = Vec::new();
    for option in &decision.options {
        let taken = if option.chosen { "chosen" } else { "not chosen" };
        let text = option.text.as_deref().map(|text| format!(": {}", it.line(text))).unwrap_or_default();
        lines.push(format!("- {} ({taken}){text}", it.line(&option.name)));
    }
    for (name, text) in [("Why", &decision.rationale), ("Price", &decision.tradeoffs)] {
        lines.extend(text.as_deref().map(|text| format!("- {name}: {}", it.line(text))));
    }
    (it.line(&decision.title), lines.join("\n"))
}

fn open(tasks: &[Task], it: &Sanitiser) -> Vec<String> {
    tasks.iter().filter(|task| !task.done).map(|task| it.line(&task.text)).collect()
}

/// Image links of notes: an address of the web, without anything that could leave the link.
fn images(material: &Material) -> Vec<String> {
    let plain = |url: &&str| {
        url.starts_with("https://") && url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '"' | '`'))
    };
    let notes = material.sessions.iter().flat_map(|session| session.document.timeline.iter().filter(|entry| entry.kind == EntryKind::Note));
    let urls = notes.flat_map(|entry| entry.text.split("![").skip(1)).filter_map(|rest| rest.split_once("](")?.1.split(')').next());
    urls.filter(plain).map(|url| format!("![Screenshot]({url})")).collect()
}

fn paths_of(material: &Material, category: Category, it: &Sanitiser) -> Vec<String> {
    let files = material.evidence.files.iter().filter(|file| file.category == category);
    files.map(|file| it.code(&file.path.to_display())).collect()
}

fn file_line(file: &FileEvidence, it: &Sanitiser) -> String {
    let was = file.old_path.as_ref().map(|old| format!(", was {}", it.code(&old.to_display()))).unwrap_or_default();
    let what = match file.status {
        crate::change::Status::Added => ", new",
        crate::change::Status::Deleted => ", removed",
        _ => "",
    };
    let packages = file.packages.as_deref().map(|text| format!(", {}", it.line(text))).unwrap_or_default();
    format!("{} (+{} −{}{what}{was}{packages})", it.code(&file.path.to_display()), file.added, file.removed)
}

/// What the record does not say, for the author's eyes.
fn gaps(parts: &Description) -> Vec<String> {
    let mut gaps = Vec::new();
    let mut gap = |missing: bool, text: &str| gaps.extend(missing.then(|| text.to_owned()));
    gap(parts.lead.is_none(), "nobody said what this does and why (journal set executive_summary \"…\", or --summary)");
    gap(
        parts.verification.runs.is_empty() && parts.verification.by_hand(&parts.it).is_empty(),
        "no test run is recorded (journal run -- COMMAND)",
    );
    let stale = !parts.verification.runs.is_empty() && !parts.verification.runs.iter().any(|run| run.freshness.is_proof());
    gap(stale, "no recorded test run is of this head: run the tests again (journal run -- COMMAND)");
    gap(parts.feedback.is_empty(), "nobody said what reviewers are to look at (--feedback \"…\")");
    gap(parts.title_source == Some(TitleSource::Branch), "the title is the branch's name (--title=\"…\")");
    gaps
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::change::{Commit, CommitChange, Oid, Patch, Touched};
    pub(crate) use crate::document::samples::test_run as run;
    pub(crate) use crate::evidence::samples::evidence;
    use crate::pull_request::{Base, Since, Stated};

    pub(crate) fn commit(id: &str, subject: &str, body: &str) -> CommitChange {
        let at = chrono::DateTime::parse_from_rfc3339("2026-11-22T10:00:00+01:00").expect("a time");
        let commit = Commit {
            id: Oid::new(id),
            parents: vec![Oid::new("00")],
            tree: Oid::new("t"),
            subject: subject.into(),
            body: body.into(),
            author: "Robin Doe".into(),
            email: "robin@example.org".into(),
            authored_at: at,
            at,
        };
        let files = vec![Touched { path: "src/a.rs".into(), old_path: None, added: vec![1, 2], removed: 0 }];
        CommitChange { commit, files, patch: Patch::default(), replaced: Vec::new(), amended_at: None, branch: None, by_another: false }
    }

    pub(crate) fn material(commits: Vec<CommitChange>) -> Material {
        Material {
            base: Base { revision: "origin/main".into(), branch: "main".into(), is_default: true, merge_base: Oid::new("00") },
            head: Oid::new("3f2a91c4d0b7"),
            head_tree: Oid::new("ee"),
            branch: Some("work".into()),
            commits,
            evidence: evidence(&[("src/a.rs", Some("fn a() {}\n"), Some("fn a() {}\nfn b() {}\n"))]),
            sessions: Vec::new(),
            subjects: Vec::new(),
            packages: Default::default(),
            overrides: Default::default(),
            left_out: Vec::new(),
            stated: Stated::default(),
        }
    }

    pub(crate) fn attached() -> Attached {
        let document = serde_json::from_str(include_str!("../../tests/fixtures/render/empty.json")).expect("a document");
        Attached {
            document,
            link: Link::Commit,
            since: Since::default(),
            runs: Default::default(),
            said: Default::default(),
            journal: None,
        }
    }

    #[test]
    fn meaning_is_quoted_from_the_best_source() {
        let it = Sanitiser::default;
        let body = "Two workers took it.\n\nFixes #418\n\nSigned-off-by: Robin <robin@example.org>";
        let mut it_is = material(vec![commit("a1", "Take a lock", body)]);
        let parts = describe(&it_is, None, it());
        assert_eq!((parts.lead.as_deref(), &parts.issues[..]), (Some("Two workers took it."), &["Fixes #418".to_owned()][..]));
        let mut session = attached();
        session.document.root_cause.problem = Some("A job is handed out twice, see #5".into());
        session.document.root_cause.why = Some("retry_after is too short, fixes #9".into());
        it_is.sessions = vec![session.clone()];
        let parts = describe(&it_is, None, it());
        assert_eq!(parts.lead.as_deref(), Some("A job is handed out twice, see #5."));
        assert_eq!(parts.why.as_deref(), Some("A job is handed out twice, see #5. retry_after is too short, fixes `#9`."));
        session.document.executive_summary = Some("Jobs hold a lock.".into());
        it_is.sessions = vec![session];
        assert_eq!(describe(&it_is, None, it()).lead.as_deref(), Some("Jobs hold a lock."));
        it_is.sessions[0].link = Link::Weak;
        assert_eq!(describe(&it_is, None, it()).lead.as_deref(), Some("Two workers took it."), "a weak link lends no words");
    }

    #[test]
    fn what_a_squash_left_of_subjects_is_no_lead() {
        for (body, lead) in [
            ("wip", None),
            ("wip\n\nfixup! feat: retry\ntmp", None),
            ("Why.\n\nBREAKING CHANGE: a is gone\nFixes: #7\nSigned-off-by: R <r@x>", Some("Why.")),
            ("Why.\n\n(cherry picked from commit 1234567)\nSigned-off-by: R <r@x>", Some("Why.")),
            ("wip\n\nA request is tried three times.", Some("A request is tried three times.")),
        ] {
            let it_is = material(vec![commit("a1", "feat: retry", body)]);
            assert_eq!(describe(&it_is, None, Sanitiser::default()).lead.as_deref(), lead, "{body}");
        }
    }
}
