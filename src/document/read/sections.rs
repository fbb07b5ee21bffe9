//! The sections of the form: how each is known by its heading and what is read from it. A section is one row of the table and one arm.

use chrono::{NaiveDateTime, NaiveTime};

use super::derived::{OBSERVED, is_fact_sentence, is_failure_sentence, is_start_sentence, without_derived};
use super::entries::{artifact, challenge, decision, insight, related, system};
use super::header::minutes;
use super::pieces::{each, filled, line, prose_or_rest, set};
use super::{blocks, items, label, labelled, name, stated};
use crate::document::compose::HEADINGS;
use crate::document::*;

/// A section of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named as their headings")]
pub enum Section {
    Summary,
    Context,
    Timeline,
    Technical,
    Systems,
    Commands,
    Configuration,
    Code,
    RootCause,
    Solution,
    Decisions,
    Challenges,
    Insights,
    Artifacts,
    Testing,
    Monitoring,
    NextSteps,
    RelatedWork,
    References,
    Metrics,
    Security,
    Impact,
    Notes,
}

/// Headings in the form of [`name`]; the template's own come first.
const SECTIONS: &[(&str, Section)] = &[
    ("executive summary", Section::Summary),
    ("context", Section::Context),
    ("timeline", Section::Timeline),
    ("technical details", Section::Technical),
    ("systems involved", Section::Systems),
    ("key commands executed", Section::Commands),
    ("configuration changes", Section::Configuration),
    ("code changes", Section::Code),
    ("root cause analysis", Section::RootCause),
    ("solution", Section::Solution),
    ("decisions made", Section::Decisions),
    ("challenges encountered", Section::Challenges),
    ("key insights", Section::Insights),
    ("artifacts created", Section::Artifacts),
    ("testing", Section::Testing),
    ("monitoring validation", Section::Monitoring),
    ("next steps", Section::NextSteps),
    ("related work", Section::RelatedWork),
    ("references", Section::References),
    ("metrics", Section::Metrics),
    ("security notes", Section::Security),
    ("cost impact", Section::Impact),
    ("notes", Section::Notes),
    ("summary", Section::Summary),
    ("key commands", Section::Commands),
    ("root cause", Section::RootCause),
    ("decisions", Section::Decisions),
    ("challenges", Section::Challenges),
    ("insights", Section::Insights),
    ("artifacts", Section::Artifacts),
    ("monitoring", Section::Monitoring),
    ("monitoring and validation", Section::Monitoring),
    ("security", Section::Security),
    ("impact", Section::Impact),
];

/// The section that a heading names.
pub fn of_heading(heading: &str) -> Option<Section> {
    let name = name(heading);
    SECTIONS.iter().find(|(known, _)| *known == name).map(|(_, section)| *section)
}

impl Section {
    /// Whether it stands below "Technical Details".
    pub fn is_technical(self) -> bool {
        matches!(self, Self::Systems | Self::Commands | Self::Configuration | Self::Code)
    }

    /// Reads what stands below the heading; gives what it does not know.
    pub(super) fn read(self, document: &mut Document, body: &str) -> String {
        match self {
            Self::Summary => return summary(document, body),
            Self::Context => return context(document, body),
            Self::Systems => document.technical.systems.extend(each(body, system)),
            Self::RootCause => return root_cause(document, body),
            Self::Solution => return solution(document, body),
            Self::Insights => document.insights.extend(each(body, insight)),
            Self::Artifacts => return artifacts(document, body),
            Self::Testing => return testing(document, body),
            Self::Monitoring => {
                let (Monitoring { short_term, long_term }, mut candidates) = (&mut document.monitoring, Vec::new());
                let rest = tasks(body, [("short term", short_term), ("long term", long_term), ("candidates", &mut candidates)]);
                document.derived.restarted = open_candidates(candidates).collect();
                return rest;
            }
            Self::NextSteps => {
                let (NextSteps { immediate, short_term, long_term }, mut candidates) = (&mut document.next_steps, Vec::new());
                let lists =
                    [("immediate", immediate), ("short term", short_term), ("long term", long_term), ("candidates", &mut candidates)];
                let rest = tasks(body, lists);
                document.derived.unfinished = open_candidates(candidates).map(unfinished).collect();
                return rest;
            }
            Self::RelatedWork => {
                let RelatedWork { blocked, unblocks, similar } = &mut document.related_work;
                let lists = [("blocked by this", blocked), ("unblocks", unblocks), ("similar issues to watch for", similar)];
                return filled(body, lists, line);
            }
            Self::References => {
                let References { external, internal, tools } = &mut document.references;
                let lists = [("external documentation", external), ("internal documentation", internal), ("commands tools used", tools)];
                return filled(body, lists, reference);
            }
            Self::Metrics => return metrics(&mut document.metrics, body),
            Self::Security => document.security_notes.extend(each(body, line)),
            Self::Impact => return impact(&mut document.impact, body),
            Self::Notes => notes(document, body),
            Self::Timeline | Self::Technical | Self::Commands | Self::Configuration | Self::Code | Self::Decisions | Self::Challenges => {
                return body.to_owned();
            }
        }
        String::new()
    }

    /// Reads a heading inside the section as one of its entries, where it has such.
    pub(super) fn entry(self, document: &mut Document, heading: &str, body: &str) -> bool {
        match self {
            Self::Timeline => phase(document, heading, body),
            Self::Decisions => {
                document.decisions.push(decision(heading, body));
                true
            }
            Self::Challenges => {
                document.challenges.push(challenge(heading, body));
                true
            }
            _ => false,
        }
    }
}

fn task(item: &str) -> Option<Task> {
    let done = ["[x]", "[X]"].iter().find_map(|mark| item.strip_prefix(mark));
    let text = done.or_else(|| item.strip_prefix("[ ]")).unwrap_or(item);
    Some(Task { text: line(text)?, done: done.is_some() }).filter(|task| !task.text.is_empty())
}

/// The candidates that nobody ticked, without the line that counts the rest.
fn open_candidates(tasks: Vec<Task>) -> impl Iterator<Item = String> {
    let is_count = |text: &str| text.starts_with("and ") && text.ends_with(" more");
    tasks.into_iter().filter(move |task| !task.done && !is_count(&task.text)).map(|task| task.text)
}

/// What a page says to be unfinished, by its words alone.
fn unfinished(text: String) -> Unfinished {
    Unfinished { kind: String::new(), path: None, line: None, text }
}

/// A reference; one that is nothing but code is a path.
fn reference(item: &str) -> Option<String> {
    let bare = item.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).filter(|path| !path.contains('`'));
    bare.map(str::to_owned).or_else(|| line(item))
}

/// Tasks by their labels; a list before the first label is what comes first.
fn tasks<const N: usize>(body: &str, lists: [(&'static str, &mut Vec<Task>); N]) -> String {
    let (first, _) = labelled(body, &lists.each_ref().map(|(label, _)| *label));
    let (own, other): (Vec<&str>, Vec<&str>) = blocks(first).into_iter().partition(|block| block.starts_with(['-', '*', '+']));
    lists[0].1.extend(own.iter().flat_map(|block| each(block, task)));
    filled(&body[first.len()..], lists, task);
    other.join("\n\n")
}

fn summary(document: &mut Document, body: &str) -> String {
    let (text, derived) = without_derived(&blocks(body), is_fact_sentence);
    document.executive_summary = stated(&text);
    document.derived.summary = derived.map(str::to_owned);
    String::new()
}

fn context(document: &mut Document, body: &str) -> String {
    let (rest, values) = labelled(body, &["initial situation", "previous related work"]);
    for (label, text) in values {
        if label == "previous related work" {
            document.context.related.extend(each(text, related));
            continue;
        }
        let (text, derived) = without_derived(&blocks(text), is_start_sentence);
        document.context.initial_situation = stated(&text);
        document.derived.initial_state = derived.map(str::to_owned);
    }
    rest.to_owned()
}

fn phase(document: &mut Document, heading: &str, body: &str) -> bool {
    let (time, words) = heading.split_once([']', ' ']).unwrap_or(("", heading));
    let (time, words) = match clock(document, time.trim_start_matches('[')) {
        Some(at) => (Some(at), words.trim_start_matches([' ', '-', '–', '—'])),
        None => (None, heading),
    };
    let heading =
        HEADINGS.iter().find(|(_, known)| name(known) == name(words)).map_or_else(|| words.to_owned(), |(_, known)| (*known).to_owned());
    let start = time.unwrap_or(document.started_at);
    for item in items(body).iter().filter_map(|item| stated(item)) {
        let (first, rest) = timed(document, &item);
        let text = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        let kind = if text.starts_with("[`") { EntryKind::Commit } else { EntryKind::Note };
        let heading = heading.clone();
        document.timeline.push(TimelineEntry {
            at: first.unwrap_or(start),
            kind,
            heading,
            text,
            commit: None,
            command: None,
            evidence: Vec::new(),
        });
    }
    true
}

/// An item's own time, `09:20` or with a date before it, and its text.
fn timed<'i>(document: &Document, item: &'i str) -> (Option<Time>, &'i str) {
    let word = item.find(' ').unwrap_or(item.len());
    let next = item[word..].trim_start().find(' ').map(|end| word + 1 + end).unwrap_or(word);
    for end in [next, word] {
        if let Some(at) = item.get(..end).and_then(|time| clock(document, time)) {
            return (Some(at), item[end..].trim_start());
        }
    }
    (None, item)
}

/// A time of the session's day, or of the day that it names.
pub(super) fn clock(document: &Document, text: &str) -> Option<Time> {
    let day = document.started_at.date_naive();
    let time = NaiveTime::parse_from_str(text, "%H:%M").map(|time| day.and_time(time));
    let time = time.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")).ok()?;
    time.and_local_timezone(*document.started_at.offset()).single()
}

fn root_cause(document: &mut Document, body: &str) -> String {
    let mut shown = None;
    let RootCause { problem, why, not_caught_earlier, manifested } = &mut document.root_cause;
    let fields = [
        ("problem", &mut *problem),
        ("why it happened", why),
        ("why it wasnt caught earlier", not_caught_earlier),
        ("how it manifested", &mut shown),
    ];
    let rest = prose_or_rest(set(body, fields), problem);
    let shown = shown.unwrap_or_default();
    let (text, derived) = without_derived(&blocks(&shown), is_failure_sentence);
    *manifested = stated(&text);
    document.derived.manifested = derived.and_then(|derived| derived.strip_prefix(OBSERVED)).map(str::to_owned);
    rest
}

fn solution(document: &mut Document, body: &str) -> String {
    let solution = &mut document.solution;
    let (rest, values) = labelled(body, &["approach taken", "why this approach", "steps executed", "verification"]);
    for (label, text) in values {
        match label {
            "approach taken" => solution.approach = stated(text),
            "why this approach" => solution.rationale = stated(text),
            "steps executed" => solution.steps.extend(each(text, line)),
            _ => {
                let observed = |item: &String| item.starts_with(OBSERVED);
                let (observed, said): (Vec<String>, Vec<String>) = each(text, line).into_iter().partition(observed);
                document.derived.verification = observed.iter().map(|item| item[OBSERVED.len()..].to_owned()).collect();
                solution.verification.extend(said);
            }
        }
    }
    prose_or_rest(rest.to_owned(), &mut solution.approach)
}

fn artifacts(document: &mut Document, body: &str) -> String {
    let mut rest = Vec::new();
    for item in items(body).iter().filter_map(|item| stated(item)) {
        match artifact(&item) {
            Some(artifact) => document.artifacts.push(artifact),
            None => rest.push(format!("- {item}")),
        }
    }
    rest.join("\n")
}

fn testing(document: &mut Document, body: &str) -> String {
    let (rest, values) = labelled(body, &["tests run", "results", "tests created"]);
    let mut kept = vec![rest.to_owned()];
    for (label, text) in values {
        match label {
            "results" => document.testing.results = stated(text).filter(|text| text != NO_RUN),
            // observed; a text does not prove it
            "tests run" => kept.extend(stated(text).map(|text| format!("**Tests run**:\n{text}"))),
            _ => kept.extend(stated(text).map(|text| format!("**Tests created**:\n{text}"))),
        }
    }
    kept.join("\n\n")
}

fn metrics(metrics: &mut Metrics, body: &str) -> String {
    let (rest, values) = labelled(body, &["time breakdown", "effectiveness"]);
    for item in values.iter().flat_map(|(_, text)| items(text)) {
        let Some((what, value)) = item.split_once(':').and_then(|(what, value)| Some((name(what), stated(value)?))) else { continue };
        let time = || u32::try_from(minutes(&value)).ok();
        let number = || value.split(' ').next().and_then(|number| number.parse().ok());
        match what.as_str() {
            "investigation" => metrics.time.investigation = time(),
            "solution development" => metrics.time.solution = time(),
            "testing" => metrics.time.testing = time(),
            "documentation" => metrics.time.documentation = time(),
            "initial approach worked" if value.starts_with("Yes") => metrics.first_approach_worked = Some(true),
            "initial approach worked" if value.starts_with("No") => metrics.first_approach_worked = Some(false),
            "pivots required" => metrics.pivots = number(),
            "rollbacks needed" => metrics.rollbacks = number(),
            _ => {}
        }
    }
    rest.to_owned()
}

fn impact(impact: &mut Impact, body: &str) -> String {
    let Impact { downtime, services, users, business, .. } = impact;
    let mut listed = None;
    let fields = [("downtime", downtime), ("services affected", &mut listed), ("users impacted", users), ("business impact", business)];
    let rest = set(body, fields);
    services.extend(listed.iter().flat_map(|text| text.split(", ")).map(str::to_owned));
    rest
}

/// Notes in the blocks that blank lines part, addenda, and what the tool says about the record.
fn notes(document: &mut Document, body: &str) {
    for block in blocks(body) {
        let head = label(block);
        match head {
            Some((label, _)) if label == "about this record" => {
                document.derived.notices.extend(items(block).into_iter().filter(|item| self::label(item).is_none()));
            }
            Some((label, length)) if label.starts_with("addendum ") => {
                let time = block.trim_start_matches("**Addendum ").split("**").next().unwrap_or_default();
                let at = clock(document, time.trim_end_matches(':')).unwrap_or(document.started_at);
                document.addenda.push(Addendum { at, text: block[length..].trim().to_owned(), by: None });
            }
            // the rest of an addendum with paragraphs
            None if !document.addenda.is_empty() => extend(document, block),
            _ => document.notes.extend(stated(block)),
        }
    }
}

fn extend(document: &mut Document, block: &str) {
    if let Some(last) = document.addenda.last_mut() {
        last.text = format!("{}\n\n{block}", last.text);
    }
}
