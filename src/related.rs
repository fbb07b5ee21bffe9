//! Earlier journals that bear on a session: what both name, weighed.
//!
//! Pure: the journals' texts are handed in. They may come from anybody, so nothing in them is believed but that a name stands there, and
//! nothing of them is quoted: what a reason names, the session names itself. A file counts the more the fewer journals name it.

pub mod documents;

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::change::CommitChange;
use crate::document::{Document, EntryKind, Related, Time};
use crate::evidence::Category;
use crate::evidence::systems::SystemKind;
use crate::markdown::{code, text};
use crate::pull_request::issues;
use crate::words::count;

/// What a session is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Files that it changed, but for those that come with any change.
    pub files: Vec<String>,
    /// The branch it ended on; none where that is the one that all work ends on, which tells nothing.
    pub branch: Option<String>,
    /// Issues that it names.
    pub issues: Vec<String>,
    /// Tests that failed in it.
    pub failing: Vec<String>,
    /// Hosts that it worked on.
    pub hosts: Vec<String>,
}

impl Marks {
    /// Of a composed session with its commits.
    pub fn of(document: &Document, commits: &[CommitChange]) -> Self {
        let tells = |category: Category| !matches!(category, Category::Lockfile | Category::Generated | Category::Vendored);
        let files = document.files.iter().filter(|file| tells(file.category));
        let paths = files.flat_map(|file| [Some(&file.path), file.old_path.as_ref()]).flatten();
        let stated = [Some(&document.title), Some(&document.primary_goal), document.context.initial_situation.as_ref()];
        let notes = document.timeline.iter().filter(|entry| entry.kind == EntryKind::Note).map(|entry| &entry.text);
        let messages = commits.iter().flat_map(|change| [&change.commit.subject, &change.commit.body]);
        let failing = document.testing.runs.iter().flat_map(|run| &run.failing);
        let is_host = |kind: &str| [SystemKind::HOST, SystemKind::STATED].iter().any(|known| known.word() == kind);
        let hosts = document.technical.systems.iter().filter(|system| system.kind.as_deref().is_some_and(is_host));
        Self {
            files: once(paths.map(|path| path.to_display().into_owned())),
            failing: once(failing.cloned()),
            hosts: once(hosts.map(|system| system.name.clone())),
            ..Self::of_start(document.branch.as_deref(), stated.into_iter().flatten().chain(notes).chain(messages).map(String::as_str))
        }
    }

    /// Of what is said at a session's start.
    pub fn of_start<'a>(branch: Option<&str>, texts: impl Iterator<Item = &'a str>) -> Self {
        let mentioned = texts.flat_map(issues::mentioned).chain(branch.and_then(issues::of_branch).map(|reference| reference.target));
        Self { branch: branch.map(str::to_owned), issues: once(mentioned), ..Self::default() }
    }
}

fn once(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = HashSet::new();
    items.filter(|item| known.insert(item.clone())).collect()
}

/// An earlier journal, as far as it is looked at.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Relative to the top of the worktree.
    pub path: String,
    day: NaiveDate,
    /// What stands in code on its lines, without numbers of lines.
    names: HashSet<String>,
    issues: HashSet<String>,
    systems: HashSet<String>,
}

impl Earlier {
    /// The day in a journal's file name; none in the name of another file.
    pub fn day(file_name: &str) -> Option<NaiveDate> {
        let (day, title) = file_name.strip_suffix(".md")?.split_once('_')?;
        NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| day.len() == 10 && !title.is_empty())
    }

    /// The journal of this text; none where the file's name is no journal's.
    pub fn read(path: &str, text: &str) -> Option<Self> {
        let day = Self::day(path.rsplit('/').next()?)?;
        let spans = text.lines().filter(|line| !line.starts_with("```")).flat_map(|line| line.split('`').skip(1).step_by(2));
        let systems = text.lines().skip_while(|line| !line.ends_with("# Systems Involved")).skip(1);
        let systems = systems.take_while(|line| !line.starts_with('#')).filter_map(|line| line.strip_prefix("- **")?.split_once("**"));
        Some(Self {
            path: path.to_owned(),
            day,
            names: spans.map(|span| without_line(span).to_owned()).collect(),
            issues: text.lines().filter(|line| !is_start(line)).flat_map(issues::mentioned).collect(),
            systems: systems.map(|(name, _)| name.to_owned()).collect(),
        })
    }
}

/// The sentence that says where a session began: the subject in it is another session's.
fn is_start(line: &str) -> bool {
    ["Started on `", "Started at `"].iter().any(|words| line.starts_with(words))
}

/// `src/a.rs` of `src/a.rs:12`.
fn without_line(span: &str) -> &str {
    match span.rsplit_once(':') {
        Some((path, line)) if !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()) => path,
        _ => span,
    }
}

/// Points for what both name.
const ISSUE: f64 = 4.0;
const FAILURE: f64 = 4.0;
const BRANCH: f64 = 3.0;
const HOST: f64 = 1.5;
const HOSTS: f64 = 3.0;
/// Days after which a journal begins to fade, and in which it then loses about two thirds of its points: what was done a week ago on the
/// same branch is the same work.
const FRESH: f64 = 14.0;
const FADES: f64 = 180.0;
/// Points of a journal that a finished session names.
pub const RELATED: f64 = 3.0;
/// Journals that a session names.
const SHOWN: usize = 3;
/// Files that a reason names before it counts the rest.
const FILES: usize = 3;

/// An earlier journal with what it shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// Relative to the top of the worktree.
    pub path: String,
    /// `shares …`, as one line of Markdown.
    pub reason: String,
    points: f64,
}

/// The nearest of the journals with at least so many points, the nearest first.
pub fn nearest(marks: &Marks, journals: &[Earlier], now: Time, least: f64) -> Vec<Near> {
    let today = now.date_naive();
    let weights: Vec<(&String, f64)> = marks.files.iter().map(|file| (file, weight(file, journals))).collect();
    let earlier = journals.iter().filter(|journal| journal.day <= today);
    let mut near: Vec<Near> = earlier.filter_map(|journal| shared(marks, &weights, journal, today)).collect();
    near.retain(|near| near.points >= least);
    near.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| b.path.cmp(&a.path)));
    near.truncate(SHOWN);
    near
}

/// What a file tells that both name: much where few journals do, little where all do.
fn weight(file: &str, journals: &[Earlier]) -> f64 {
    let naming = journals.iter().filter(|journal| journal.names.contains(file)).count();
    if naming == 0 { 0.0 } else { (journals.len() as f64 / naming as f64).ln_1p() }
}

fn shared(marks: &Marks, weights: &[(&String, f64)], journal: &Earlier, today: NaiveDate) -> Option<Near> {
    let branch = marks.branch.as_ref().filter(|branch| journal.names.contains(*branch));
    let issue = marks.issues.iter().find(|issue| journal.issues.contains(*issue));
    let failure = marks.failing.iter().find(|test| journal.names.contains(*test));
    let hosts: Vec<&String> = marks.hosts.iter().filter(|host| journal.systems.contains(*host)).collect();
    let mut files: Vec<&(&String, f64)> = weights.iter().filter(|(file, _)| journal.names.contains(*file)).collect();
    files.sort_by(|a, b| b.1.total_cmp(&a.1));

    let given = [(branch, BRANCH), (issue, ISSUE), (failure, FAILURE)];
    let given: f64 = given.iter().filter(|(mark, _)| mark.is_some()).map(|(_, points)| points).sum();
    let points = given + (hosts.len() as f64 * HOST).min(HOSTS) + files.iter().map(|(_, weight)| weight).sum::<f64>();
    let age = (today - journal.day).num_days() as f64;

    let mut names: Vec<String> = issue.map(|issue| text(issue)).into_iter().collect();
    names.extend(failure.map(|test| format!("the failing test {}", code(test))));
    names.extend(branch.map(|branch| format!("the branch {}", code(branch))));
    names.extend(hosts.iter().take(FILES).map(|host| format!("the host {}", code(host))));
    names.extend(files.iter().take(FILES).map(|(file, _)| code(file)));
    let more = files.len().saturating_sub(FILES);
    names.extend((more > 0).then(|| count(more, "more file")));
    let reason = format!("shares {}", names.join(", "));
    (!names.is_empty()).then(|| Near { path: journal.path.clone(), reason, points: points * (-(age - FRESH).max(0.0) / FADES).exp() })
}

/// Names the journals among a document's earlier work, but for those that its author named already.
pub fn name(document: &mut Document, near: Vec<Near>) {
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let known: HashSet<String> = document.context.related.iter().map(|related| file(&related.path)).collect();
    let new = near.into_iter().filter(|near| !known.contains(&file(&near.path)));
    let new = new.map(|near| Related { kind: "journal".to_owned(), path: near.path, reason: Some(near.reason) });
    document.context.related.extend(new);
}

/// What an earlier journal left open: tasks of its next steps and of what was to be watched that nobody ticked.
pub fn follow_ups(journal: &Document) -> Vec<&str> {
    let (next, watch) = (&journal.next_steps, &journal.monitoring);
    let lists = [&next.immediate, &next.short_term, &next.long_term, &watch.short_term, &watch.long_term];
    lists.into_iter().flatten().filter(|task| !task.done).map(|task| task.text.as_str()).collect()
}

#[cfg(test)]
mod tests;
