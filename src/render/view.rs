//! What of a document fits into a readable page, worded. Pure; the document itself stays complete.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::configuration::{ConfigurationEntry, Selection};
use super::line_budget::{LineBudget, TEST_FILES};
use super::technical::{ARTIFACTS, CodeEntry};
use super::timeline::{Phase, is_fault};
use super::{some, technical, testing, timeline};
use crate::change::RepoPath;
use crate::document::fields::{Asked, FIELDS, Field, Question};
use crate::document::*;
use crate::markdown::{code, inline, text};
use crate::words::count;

/// Systems that are listed.
const SYSTEMS: usize = 10;
/// Tests of a file that are named, and the characters that they may take.
const TESTS: usize = 3;
const TESTS_WIDTH: usize = 200;
/// Things that are unfinished that are listed, and those of one kind.
const UNFINISHED: usize = 8;
const OF_A_KIND: usize = 3;
/// Documents, and web addresses, that are listed.
const REFERENCES: usize = 5;

/// The selection a template shows. Texts are Markdown and safe as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// `2026-11-22`, or both days.
    pub date: String,
    /// `09:02 - 11:16 (2 hours 14 minutes)`.
    pub duration: String,
    /// The type in the template's words.
    pub session_type: String,
    /// The five phases in the template's order, at most twenty entries in all.
    pub phases: Vec<Phase>,
    /// Notes that the timeline shows cut or not at all, whole.
    pub long_notes: Vec<String>,
    /// What was added later, each with its time.
    pub addenda: Vec<String>,
    /// How many systems are listed.
    pub listed_systems: usize,
    /// The configuration files that say most, whole.
    pub configuration: Vec<ConfigurationEntry>,
    /// A few more of them, one line each.
    pub configuration_lines: Vec<String>,
    /// A sentence on the others.
    pub more_configuration: Option<String>,
    /// The source files that say most, whole.
    pub code: Vec<CodeEntry>,
    /// A few more of them, one line each.
    pub code_lines: Vec<String>,
    /// A sentence on files that no section shows.
    pub more_files: Option<String>,
    /// Text of the block of commands.
    pub commands: String,
    /// Configuration changed by commands, one line each.
    pub changes_by_command: Vec<String>,
    /// Artifacts, one line each, the lasting ones first.
    pub artifacts: Vec<String>,
    /// How many artifacts are not listed.
    pub more_artifacts: usize,
    /// Test commands, one a line.
    pub runs: String,
    /// What the last runs gave.
    pub results: String,
    /// Created tests, one line a file.
    pub tests: Vec<String>,
    /// What was restarted, one line each.
    pub restarted: Vec<String>,
    /// What the record shows unfinished, one line each.
    pub unfinished: Vec<String>,
    /// Web addresses, one line each.
    pub external: Vec<String>,
    /// Changed documents, one line each.
    pub internal: Vec<String>,
    /// Known parts of the time.
    pub times: Vec<String>,
    /// What the parts of the time stand on.
    pub time_rule: Option<String>,
    /// What the record shows of the effectiveness.
    pub effectiveness: Vec<String>,
    /// Sections that a journal of this type is not complete without.
    pub required: BTreeSet<&'static str>,
    /// Whether there was a fault whose cause should be told.
    pub is_fault: bool,
    /// Whether anything of the root cause is stated.
    pub has_root_cause: bool,
    /// Whether anything of the solution is stated.
    pub has_solution: bool,
    /// Whether anything of the impact is stated.
    pub has_impact: bool,
}

/// Selects and words what a page shows.
pub fn view_of(document: &Document) -> View {
    let (phases, long_notes) = timeline::phases(document);
    let budget = LineBudget::of(document);
    let shown = technical::code(document, budget.code);
    let configuration = Selection::of(document, budget.configuration);
    let (root, solution, impact) = (&document.root_cause, &document.solution, &document.impact);
    View {
        date: dates(document),
        duration: duration(document),
        session_type: session_type(document),
        phases,
        long_notes,
        addenda: document.addenda.iter().map(|addendum| addendum_line(document, addendum)).collect(),
        listed_systems: SYSTEMS,
        configuration: configuration.entries(),
        configuration_lines: configuration.lines(),
        more_configuration: configuration.more(document, &shown),
        more_files: technical::more_files(document, &shown),
        code: technical::code_entries(&shown, budget.code),
        code_lines: technical::code_lines(&shown, budget.code),
        commands: super::commands::commands(document),
        changes_by_command: super::commands::changes_by_command(document),
        artifacts: document.artifacts.iter().take(ARTIFACTS).map(artifact).collect(),
        more_artifacts: document.artifacts.len().saturating_sub(ARTIFACTS),
        runs: testing::commands(document),
        results: testing::results(document),
        tests: tests(document),
        restarted: listed(&document.derived.restarted, |line| format!("[ ] {}", inline(line))),
        unfinished: unfinished(&document.derived.unfinished),
        external: listed(&document.references.external, inline),
        internal: listed(&document.references.internal, |path| code(&RepoPath::from_text(path).to_display())),
        times: times(&document.metrics.time),
        time_rule: time_rule(document),
        effectiveness: effectiveness(document),
        required: required(document.session_type),
        is_fault: is_fault(document),
        has_root_cause: [&root.problem, &root.why, &root.not_caught_earlier, &root.manifested].into_iter().any(Option::is_some),
        has_solution: solution.approach.is_some()
            || solution.rationale.is_some()
            || !solution.steps.is_empty()
            || !solution.verification.is_empty(),
        has_impact: [&impact.downtime, &impact.users, &impact.business].into_iter().any(Option::is_some) || !impact.services.is_empty(),
    }
}

fn required(session_type: SessionType) -> BTreeSet<&'static str> {
    let is_required = |question: &Question| !question.if_flagged && question.asked(session_type) == Asked::Required;
    FIELDS.iter().filter(|field| field.question.as_ref().is_some_and(is_required)).map(Field::section).collect()
}

/// The end of a finished session, else the time the document is of.
fn end(document: &Document) -> Time {
    let seconds = document.active_seconds.saturating_add(document.paused_seconds);
    let length = chrono::TimeDelta::try_seconds(seconds).unwrap_or_default();
    document.started_at.checked_add_signed(length).unwrap_or(document.started_at)
}

/// The addendum in the zone of the session.
fn addendum_line(document: &Document, addendum: &Addendum) -> String {
    super::addendum(addendum.at.with_timezone(document.started_at.offset()), &addendum.text)
}

fn dates(document: &Document) -> String {
    let end = end(document).format("%Y-%m-%d").to_string();
    let date = text(&document.date);
    if end == date { date } else { format!("{date} → {end}") }
}

fn duration(document: &Document) -> String {
    let wall = crate::words::clock_seconds(document.started_at, end(document));
    let (start, end) = (document.started_at.format("%H:%M"), end(document).format("%H:%M"));
    let so_far = if document.ended_at.is_none() { " so far" } else { "" };
    let paused = match document.paused_seconds {
        0 => String::new(),
        seconds => format!(", {} of them paused", crate::words::duration(seconds)),
    };
    format!("{start} - {end} ({}{so_far}{paused})", crate::words::duration(wall))
}

fn session_type(document: &Document) -> String {
    let label = match document.session_type {
        SessionType::Debugging => "Debugging",
        SessionType::Feature => "Feature Development",
        SessionType::Infrastructure => "Infrastructure",
        SessionType::Emergency => "Emergency",
        SessionType::Exploration => "Exploration",
    };
    let source = if document.session_type_source == Source::Derived { " (derived)" } else { "" };
    format!("{label}{source}")
}

fn artifact(artifact: &Artifact) -> String {
    let purpose = artifact.purpose.as_ref().map(|purpose| format!(" - {}", text(purpose))).unwrap_or_default();
    format!("- **{}**: {}{purpose}", text(&artifact.kind), code(&artifact.path.to_display()))
}

fn tests(document: &Document) -> Vec<String> {
    let created = &document.testing.created;
    // a line that counts one more file has room for the file
    let files = if created.len() == TEST_FILES + 1 { TEST_FILES + 1 } else { TEST_FILES };
    let rest = created.get(files..).unwrap_or_default();
    let more: usize = rest.iter().map(|file| file.tests.len()).sum();
    let of = if more > 0 { format!(" with {}", count(more, "test")) } else { String::new() };
    let more = (!rest.is_empty()).then(|| format!("- and {}{of}", count(rest.len(), "more file")));
    created.iter().take(files).map(self::created).chain(more).collect()
}

/// The first of them, one line each, and how many more there are.
fn listed(all: &[String], line: impl Fn(&str) -> String) -> Vec<String> {
    let more = all.len().saturating_sub(REFERENCES);
    let more = (more > 0).then(|| format!("- and {more} more"));
    all.iter().take(REFERENCES).map(|one| format!("- {}", line(one))).chain(more).collect()
}

/// The most pressing, of each kind no more than say something, and how many more there are.
fn unfinished(all: &[Unfinished]) -> Vec<String> {
    let mut of_kind: HashMap<&str, usize> = HashMap::new();
    let mut shown = Vec::new();
    for one in all {
        let number = of_kind.entry(&one.kind).or_default();
        *number += 1;
        if *number <= OF_A_KIND && shown.len() < UNFINISHED {
            shown.push(format!("- [ ] {}", inline(&one.text)));
        }
    }
    let more = all.len() - shown.len();
    shown.into_iter().chain((more > 0).then(|| format!("- and {more} more"))).collect()
}

fn created(tests: &CreatedTests) -> String {
    let line = tests.tests.first().map(|test| format!(":{}", test.line)).unwrap_or_default();
    let file = code(&format!("{}{line}", tests.path.to_display()));
    let names: Vec<&str> = tests.tests.iter().map(|test| test.name.as_str()).collect();
    let shared = shared(&names);
    // what holds them all is said once
    let own = |(index, name): (usize, &&str)| code(if index == 0 { name } else { &name[shared..] });
    let names: Vec<String> = names.iter().enumerate().map(own).collect();
    let names = (!names.is_empty()).then(|| some(&names, TESTS, TESTS_WIDTH));
    let what: Vec<String> = tests.purpose.as_deref().map(inline).into_iter().chain(names).collect();
    if what.is_empty() { format!("- {file}") } else { format!("- {file} - {}", what.join(": ")) }
}

/// How long the part is that the names have in common, up to the last mark that ends what holds a name.
fn shared(names: &[&str]) -> usize {
    let [first, rest @ ..] = names else { return 0 };
    let same = |other: &&str| {
        first.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map_or(first.len().min(other.len()), |((at, _), _)| at)
    };
    let same = rest.iter().map(same).min().unwrap_or(0);
    ["::", ".", "#", " > ", "/"].iter().filter_map(|mark| Some(first[..same].rfind(mark)? + mark.len())).max().unwrap_or(0)
}

fn times(time: &TimeBreakdown) -> Vec<String> {
    let parts = [
        ("Investigation", time.investigation),
        ("Solution development", time.solution),
        ("Testing", time.testing),
        ("Documentation", time.documentation),
        (if time.rule == Some(TimeRule::Phases) { "After the resolution" } else { "Idle or not recorded" }, time.other),
        ("Paused", time.paused),
    ];
    let spent = parts.into_iter().filter_map(|(what, minutes)| Some((what, minutes.filter(|minutes| *minutes > 0)?)));
    spent.map(|(what, minutes)| format!("{what}: {}", count(minutes, "minute"))).collect()
}

/// What the parts of the time stand on, or why there are none.
fn time_rule(document: &Document) -> Option<String> {
    let told = match document.metrics.time.rule? {
        TimeRule::Phases => "from the phases that were noted.".to_owned(),
        TimeRule::Activity => {
            "estimated from activity; gaps above 15 minutes count as idle but for the last 15 before a commit.".to_owned()
        }
        TimeRule::TooFew => {
            let whole = crate::words::duration(crate::words::clock_seconds(document.started_at, end(document)));
            format!("{whole} in all; too few events were recorded to divide it.")
        }
    };
    Some(told)
}

/// A count with the rule that made it; nobody asks for the rule of none.
fn counted(number: Option<u32>, rule: &str) -> Option<String> {
    number.map(|number| if number == 0 { "0".to_owned() } else { format!("{number} ({rule})") })
}

fn effectiveness(document: &Document) -> Vec<String> {
    let metrics = &document.metrics;
    let reverted: Vec<String> = document.commits.iter().filter(|c| c.reverted_by.is_some()).map(|c| code(c.id.short())).collect();
    let is_stated = metrics.stated.iter().any(|stated| stated == "first_approach_worked");
    let worked = metrics.first_approach_worked.map(|worked| match worked {
        _ if is_stated => if worked { "Yes" } else { "No" }.to_owned(),
        true => "Yes (no step back; what the first commit changed is in the result, on which the tests pass)".to_owned(),
        false if !reverted.is_empty() => format!("No ({} was reverted)", reverted.join(", ")),
        false => "No (there were steps back)".to_owned(),
    });
    // a number that somebody stated does not stand on our rule
    let rule = |key: &str, rule: &'static str| if metrics.stated.iter().any(|stated| stated == key) { "as stated" } else { rule };
    let lines = [
        ("Initial approach worked", worked),
        (
            "Pivots required",
            counted(metrics.pivots, rule("pivots", "steps back, commits that led nowhere, files of which nothing is left")),
        ),
        ("Rollbacks needed", counted(metrics.rollbacks, rule("rollbacks", "reverts, resets to an earlier commit, rollback commands"))),
    ];
    if lines.iter().all(|(_, said)| said.is_none()) {
        return Vec::new();
    }
    lines.into_iter().map(|(what, said)| format!("{what}: {}", said.unwrap_or_else(|| "_Not recorded._".to_owned()))).collect()
}
