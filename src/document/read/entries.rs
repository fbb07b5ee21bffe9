//! The entries of a section's lists: a decision, a challenge, an insight, a system, a piece of earlier work, an artifact.

use super::header::minutes;
use super::pieces::{each, line, prose_or_rest, set};
use super::{label, labelled, name, plain, stated};
use crate::change::RepoPath;
use crate::document::*;

/// `Related journal: PATH (reason)`; the path in code, as a link or bare.
pub(super) fn related(item: &str) -> Option<Related> {
    let (kind, rest) =
        item.split_once(": ").and_then(|(front, rest)| Some((front.strip_prefix("Related ")?, rest))).unwrap_or(("journal", item));
    let (path, reason) = match rest.split_once(" (") {
        Some((path, reason)) => (path, reason.strip_suffix(')').map(str::to_owned)),
        None => (rest, None),
    };
    let path = plain(path);
    let path = path.strip_prefix('`').and_then(|path| path.strip_suffix('`')).unwrap_or(&path).to_owned();
    Some(Related { kind: plain(kind), path, reason }).filter(|related| !related.path.is_empty())
}

/// `**name**: role — evidence; evidence`.
pub(super) fn system(item: &str) -> Option<System> {
    let (name, rest) = bold(item)?;
    let (role, evidence) = rest.split_once(" — ").unwrap_or((rest, ""));
    let evidence = evidence.split("; ").filter(|fact| !fact.is_empty()).map(str::to_owned).collect();
    Some(System { name: plain(name), kind: None, role: stated(role), evidence })
}

/// What an item says in bold at its beginning, and what follows the colon.
pub(super) fn bold(item: &str) -> Option<(&str, &str)> {
    let first = item.lines().next()?;
    let inner = first.strip_prefix("**")?;
    let end = inner.find("**:").or_else(|| inner.find(":**").map(|at| at + 1)).or_else(|| inner.rfind("**"))?;
    let (name, rest) = inner.split_at(end);
    Some((name.trim_end_matches(':'), rest.trim_start_matches("**").trim_start_matches(':').trim()))
}

/// A numbered heading's own words: `Decision 1: Take a lock`.
pub(super) fn titled(heading: &str, noun: &str) -> String {
    let own = heading.split_once(':').filter(|(front, _)| {
        let front = name(front);
        front == noun || front.strip_prefix(noun).is_some_and(|number| number.trim().parse::<u32>().is_ok())
    });
    stated(own.map_or(heading, |(_, words)| words)).map(|words| plain(&words)).unwrap_or_default()
}

pub(super) fn decision(heading: &str, body: &str) -> Decision {
    let (_, values) = labelled(body, &["options considered", "rationale", "tradeoffs"]);
    let mut decision = Decision { title: titled(heading, "decision"), options: Vec::new(), rationale: None, tradeoffs: None };
    for (label, text) in values {
        match label {
            "options considered" => decision.options = each(text, option),
            "rationale" => decision.rationale = stated(text),
            _ => decision.tradeoffs = stated(text),
        }
    }
    decision
}

pub(super) fn option(item: &str) -> Option<DecisionOption> {
    let chosen = label(item).filter(|(label, _)| label == "chosen");
    let text = chosen.as_ref().map_or(item, |(_, length)| item[*length..].trim_start());
    let (name, text) = match text.split_once(": ") {
        Some((name, text)) => (name, line(text)),
        None => (text, None),
    };
    Some(DecisionOption { name: line(name)?, text, chosen: chosen.is_some() })
}

pub(super) fn challenge(heading: &str, body: &str) -> Challenge {
    let (mut time, title) = (None, titled(heading, "challenge"));
    let mut challenge =
        Challenge { title, issue: None, attempted: None, resolution: None, time_lost_minutes: None, lesson: None, evidence: Vec::new() };
    let Challenge { issue, attempted, resolution, lesson, .. } = &mut challenge;
    let fields =
        [("issue", &mut *issue), ("attempted", attempted), ("resolution", resolution), ("time lost", &mut time), ("lesson", lesson)];
    let rest = set(body, fields);
    prose_or_rest(rest, issue);
    challenge.time_lost_minutes = time.and_then(|text| u32::try_from(minutes(&text)).ok()).filter(|minutes| *minutes > 0);
    challenge
}

/// `**title**` with `**Impact**` and `**Action**` below it; `**Insight 1**: title` by hand.
pub(super) fn insight(item: &str) -> Option<Insight> {
    let first = item.lines().next().unwrap_or_default();
    let title = match bold(first) {
        Some((number, words)) if name(number).starts_with("insight") && !words.is_empty() => plain(words),
        Some((title, "")) => plain(title),
        _ => plain(first),
    };
    let nested: Vec<&str> = item.lines().skip(1).map(without_mark).collect();
    let nested = nested.join("\n");
    let (_, values) = labelled(&nested, &["impact", "action"]);
    let part = |wanted: &str| values.iter().find(|(label, _)| *label == wanted).and_then(|(_, text)| line(&stated(text)?));
    Some(Insight { title, impact: part("impact"), action: part("action") })
}

/// A line of a nested list without its mark.
pub(super) fn without_mark(line: &str) -> &str {
    let line = line.trim_start();
    ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line).trim_start()
}

/// `**Runbook**: `path` - purpose`.
pub(super) fn artifact(item: &str) -> Option<Artifact> {
    let (kind, rest) = bold(item)?;
    let (path, purpose) = rest.strip_prefix('`')?.split_once('`')?;
    let purpose = purpose.trim_start().strip_prefix("- ").map(plain);
    Some(Artifact { kind: plain(kind), path: RepoPath::from_text(path), purpose })
}
