//! Rules on times: within the session, in order, adding up. Times are compared by the minute, as a journal tells them.

use std::collections::HashSet;

use super::{Found, JournalText};
use crate::document::Time;
use crate::document::read::{Section, labelled, of_heading};
use crate::words::count;

/// A time of the timeline with its line; the heading's own time begins a phase.
fn timeline_times(page: &JournalText<'_>) -> Vec<(usize, Time, bool)> {
    let parts = page.parts();
    let Some(from) = parts.iter().position(|part| of_heading(part.heading) == Some(Section::Timeline)) else { return Vec::new() };
    let inside = parts[from + 1..].iter().take_while(|part| part.level > parts[from].level);
    let mut times = Vec::new();
    for part in inside {
        let heading = part.heading.trim_start_matches('[');
        times.extend(page.document.clock(heading.get(..5).unwrap_or_default()).map(|at| (part.line, at, true)));
        for (offset, line) in part.body.lines().enumerate() {
            let Some(item) = line.strip_prefix("- ") else { continue };
            let at = [16, 5].iter().find_map(|length| page.document.clock(item.get(..*length)?));
            times.extend(at.map(|at| (part.body_line + offset, at, false)));
        }
    }
    times
}

pub(super) fn outside(page: &JournalText<'_>) -> Found {
    let minute = |time: Time| time.timestamp().div_euclid(60);
    let Some(end) = page.document.ended_at.map(minute) else { return Vec::new() };
    let start = minute(page.document.started_at);
    // what people say of the time before the start was taken as true
    let recorded = page.record.iter().flat_map(|record| &record.timeline);
    let earlier: HashSet<i64> = recorded.map(|entry| minute(entry.at)).filter(|at| *at < start).collect();
    let is_outside = |(_, at, _): &&(usize, Time, bool)| minute(*at) > end || minute(*at) < start && !earlier.contains(&minute(*at));
    let told = timeline_times(page);
    let found = told.iter().filter(is_outside);
    found.map(|(line, at, _)| (*line, format!("{} is outside the session", at.format("%H:%M")))).collect()
}

/// The lines of a phase go forward; phases may overlap.
pub(super) fn order(page: &JournalText<'_>) -> Found {
    let told = timeline_times(page);
    let back = |pair: &&[(usize, Time, bool)]| !pair[1].2 && pair[1].1 < pair[0].1;
    let message = |pair: &[(usize, Time, bool)]| {
        let [before, now] = [pair[0].1, pair[1].1].map(|at| at.format("%H:%M").to_string());
        (pair[1].0, format!("{now} stands behind {before}"))
    };
    told.windows(2).filter(back).map(message).collect()
}

/// The parts of the time make the whole, with the pauses where they are one of them, but for what rounding takes.
pub(super) fn breakdown(page: &JournalText<'_>) -> Found {
    let parts = page.parts();
    let Some(part) = parts.iter().find(|part| of_heading(part.heading) == Some(Section::Metrics)) else { return Vec::new() };
    let (_, values) = labelled(part.body, &["time breakdown", "effectiveness"]);
    let Some((_, text)) = values.iter().find(|(label, _)| *label == "time breakdown") else { return Vec::new() };
    let minutes: Vec<i64> = text.lines().filter_map(|line| Some(crate::document::read::minutes(line.split_once(':')?.1))).collect();
    let is_pause = |line: &str| line.trim_start_matches(['-', '*', ' ']).to_lowercase().starts_with("paused");
    let paused = if text.lines().any(is_pause) { page.document.paused_seconds } else { 0 };
    let (sum, whole) = (minutes.iter().sum::<i64>(), (page.document.active_seconds + paused) / 60);
    let at = part.body.find(text).map_or(0, |at| part.body[..at].matches('\n').count());
    let wrong = sum > 0 && whole > 0 && (sum - whole).abs() > 1;
    let message = format!("the parts add up to {}, the session took {}", count(sum, "minute"), count(whole, "minute"));
    if wrong { vec![(part.body_line + at, message)] } else { Vec::new() }
}
