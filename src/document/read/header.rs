//! The head of a journal: its title and the four labels below it.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{labelled, plain, stated};
use crate::document::*;

/// Reads title and labels; gives what is left of the body.
pub(super) fn read(document: &mut Document, heading: &str, body: &str) -> String {
    let title = heading.split_once(':').filter(|(front, _)| super::name(front) == "session journal").map_or(heading, |(_, title)| title);
    document.title = stated(title).map(|title| plain(&title)).unwrap_or_default();
    document.primary_goal = document.title.clone();
    let (rest, values) = labelled(body, &["date", "duration", "session type", "primary goal"]);
    let mut dates = Vec::new();
    let mut kept = vec![rest];
    for (label, text) in values {
        let (value, rest) = text.split_once('\n').unwrap_or((text, ""));
        kept.push(rest);
        match label {
            "date" => {
                dates = value.split(|c: char| !(c.is_ascii_digit() || c == '-')).filter_map(|word| word.parse().ok()).collect();
                document.date = value.split_whitespace().next().unwrap_or_default().to_owned();
            }
            "duration" => duration(document, &dates, value),
            "session type" => session_type(document, value),
            _ => goal(document, value),
        }
    }
    kept.join("\n")
}

fn goal(document: &mut Document, value: &str) {
    if let Some(goal) = stated(value) {
        document.primary_goal = goal;
        document.title_source = Source::Stated;
    }
}

fn session_type(document: &mut Document, value: &str) {
    let word = super::name(value);
    let kinds = [
        ("debugging", SessionType::Debugging),
        ("feature", SessionType::Feature),
        ("infrastructure", SessionType::Infrastructure),
        ("emergency", SessionType::Emergency),
        ("exploration", SessionType::Exploration),
    ];
    if let Some((_, kind)) = kinds.into_iter().find(|(name, _)| word.starts_with(name)) {
        document.session_type = kind;
        document.session_type_source = if value.trim().ends_with("(derived)") { Source::Derived } else { Source::Stated };
    }
}

/// `09:02 - 11:16 (2 hours 14 minutes, 20 minutes of them paused)`, on one day or two.
fn duration(document: &mut Document, dates: &[NaiveDate], value: &str) {
    let (span, remark) = value.split_once('(').unwrap_or((value, ""));
    let mut times = span.split(['-', '–', '—']).filter_map(|time| NaiveTime::parse_from_str(time.trim(), "%H:%M").ok());
    let (Some(day), Some(start)) = (dates.first(), times.next()) else { return };
    let zone = *document.started_at.offset();
    let at = |day: &NaiveDate, time: NaiveTime| day.and_time(time).and_local_timezone(zone).single();
    let Some(started) = at(day, start) else { return };
    document.started_at = started;
    let Some(ended) = times.next().and_then(|end| at(dates.last().unwrap_or(day), end)) else { return };
    // over midnight, where only one day is given
    let ended = if ended < started { ended + TimeDelta::days(1) } else { ended };
    let paused = remark.split(',').find(|part| part.contains("paused")).map_or(0, |part| minutes(part) * 60);
    document.ended_at = (!remark.contains("so far")).then_some(ended);
    document.paused_seconds = paused;
    document.active_seconds = ((ended - started).num_seconds() - paused).max(0);
}

/// `1 hour 20 minutes` in minutes.
pub fn minutes(text: &str) -> i64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let of = |pair: &[&str]| {
        let number: i64 = pair[0].parse().ok()?;
        let unit = pair[1];
        let length = [("day", 1440), ("hour", 60), ("min", 1)].into_iter().find(|(name, _)| unit.starts_with(name))?.1;
        number.checked_mul(length)
    };
    words.windows(2).filter_map(of).fold(0, i64::saturating_add)
}
