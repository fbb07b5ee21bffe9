//! Crontabs by command, also of jobs that a comment disables, and their schedules in words: `30 4 * * 1` is "Mondays at 04:30". Only what
//! can be said for certain; any other schedule stays as it is.

use std::collections::HashSet;

use super::lines::{Line, lines, value_node};
use super::node::{Node, Outline};
use crate::words::list;

/// Names of the days by number; 0 and 7 are Sunday (crontab(5)).
const DAYS: [&str; 8] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The schedules that have a name of their own.
const NICKNAMES: [(&str, &str); 8] = [
    ("@reboot", "when the machine starts"),
    ("@yearly", "January 1 at 00:00"),
    ("@annually", "January 1 at 00:00"),
    ("@monthly", "day 1 of the month at 00:00"),
    ("@weekly", "Sundays at 00:00"),
    ("@daily", "daily at 00:00"),
    ("@midnight", "daily at 00:00"),
    ("@hourly", "every hour at :00"),
];

/// crontab: by command; the value is the schedule. A job in a comment is disabled, unless it also stands outside of one: then the comment
/// only tells how it was.
pub(super) fn read(source: &str) -> Result<Outline, String> {
    let (mut root, mut comments, mut asleep) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines(source) {
        let body = line.text.trim();
        if body.starts_with('#') {
            asleep.push(line);
        } else if !body.is_empty() {
            root.push(entry(body, line.number));
        }
    }
    let mut known: HashSet<String> = root.iter().map(|(key, _)| key.clone()).collect();
    for line in asleep {
        match disabled(&line).filter(|(command, _)| known.insert(command.clone())) {
            Some(job) => root.push(job),
            None => comments.push(line.span()),
        }
    }
    Ok(Outline::of(root, comments))
}

fn entry(body: &str, line: u32) -> (String, Node) {
    let variable = body.split_once('=').filter(|(name, _)| name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    match (variable, job(body)) {
        (Some((name, value)), _) => (name.trim().to_owned(), value_node(line, value.trim().to_owned())),
        (None, Some((schedule, command))) => (command, value_node(line, schedule)),
        (None, None) => (body.to_owned(), value_node(line, String::new())),
    }
}

/// Schedule and command of a line.
fn job(body: &str) -> Option<(String, String)> {
    let fields: Vec<&str> = body.split_whitespace().collect();
    let schedule = if body.starts_with('@') { 1 } else { 5 };
    (fields.len() > schedule).then(|| (fields[..schedule].join(" "), fields[schedule..].join(" ")))
}

/// A job that stands in a comment.
fn disabled(line: &Line<'_>) -> Option<(String, Node)> {
    let (schedule, command) = job(line.text.trim().trim_start_matches(['#', ' ', '\t']))?;
    is_schedule(&schedule).then(|| (command, Node::scalar(line.number, format!("disabled ({schedule})"))))
}

/// Whether words are a schedule rather than prose.
fn is_schedule(text: &str) -> bool {
    let is_field = |(place, field): (usize, &str)| {
        let name = |part: &str| place > 2 && part.len() == 3 && MONTHS.iter().chain(&DAYS).any(|name| name[..3].eq_ignore_ascii_case(part));
        let number = |part: &str| part == "*" || (!part.is_empty() && part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit()));
        field.split(['/', ',', '-']).all(|part| number(part) || name(part))
    };
    match text.strip_prefix('@') {
        Some(_) => NICKNAMES.iter().any(|(name, _)| *name == text),
        None => text.split(' ').enumerate().all(is_field),
    }
}

/// The schedule in words; none where it is no schedule or one that words do not make clearer.
pub(super) fn in_words(schedule: &str) -> Option<String> {
    if let Some((_, words)) = NICKNAMES.iter().find(|(name, _)| *name == schedule) {
        return Some((*words).to_owned());
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let days = days(day, month, weekday)?;
    let times = times(minute, hour)?;
    Some(match (days.as_str(), times.starts_with("every")) {
        ("", true) => times,
        ("", false) => format!("daily {times}"),
        (days, true) => format!("{times}, {days}"),
        (days, false) => format!("{days} {times}"),
    })
}

/// `at 04:30`, `every 5 minutes`, `every hour at :15`.
fn times(minute: &str, hour: &str) -> Option<String> {
    match (Field::of(minute, 59)?, Field::of(hour, 23)?) {
        (Field::Any, Field::Any) => Some("every minute".into()),
        (Field::Step(n), Field::Any) => (60 % n == 0).then(|| format!("every {n} minutes")),
        (Field::Values(minutes), Field::Any) => Some(format!("every hour at {}", join(&minutes, |m| format!(":{m:02}")))),
        (Field::Values(minutes), Field::Step(n)) => match minutes.as_slice() {
            [m] if 24 % n == 0 => Some(format!("every {n} hours at :{m:02}")),
            _ => None,
        },
        (Field::Values(minutes), Field::Values(hours)) if minutes.len() * hours.len() <= 4 => {
            let times = hours.iter().flat_map(|h| minutes.iter().map(move |m| h * 60 + m)).collect::<Vec<_>>();
            Some(format!("at {}", join(&times, |t| format!("{:02}:{:02}", t / 60, t % 60))))
        }
        _ => None,
    }
}

/// `Mondays`, `day 1 of the month`; empty for every day. A day of the month beside a day of the week means either (crontab(5)): unsaid.
fn days(day: &str, month: &str, weekday: &str) -> Option<String> {
    let months = match Field::named(month, 12, &MONTHS, 1)? {
        Field::Any => None,
        Field::Values(months) => Some(join(&months, |m| MONTHS[*m as usize - 1].to_owned())),
        Field::Step(_) => return None,
    };
    match (Field::named(day, 31, &[], 1)?, Field::named(weekday, 7, &DAYS, 0)?, months) {
        (Field::Any, Field::Any, None) => Some(String::new()),
        (Field::Any, Field::Any, Some(months)) => Some(format!("every day of {months}")),
        (Field::Any, Field::Values(days), months) => {
            let days = match days.as_slice() {
                [1, 2, 3, 4, 5] => "Monday to Friday".to_owned(),
                days => join(days, |d| format!("{}s", DAYS[*d as usize])),
            };
            Some(months.map_or(days.clone(), |months| format!("{days} in {months}")))
        }
        (Field::Values(days), Field::Any, months) => {
            let days = join(&days, u32::to_string);
            Some(months.map_or(format!("day {days} of the month"), |months| format!("{months} {days}")))
        }
        _ => None,
    }
}

/// What one field allows.
enum Field {
    Any,
    /// `*/n` with n above one.
    Step(u32),
    /// Single values, sorted.
    Values(Vec<u32>),
}

impl Field {
    fn of(text: &str, most: u32) -> Option<Self> {
        Self::named(text, most, &[], 0)
    }

    /// A field whose values also have names of three letters, the first of which stands for `first`.
    fn named(text: &str, most: u32, names: &[&str], first: u32) -> Option<Self> {
        let number = |text: &str| {
            let name = names.iter().position(|name| text.len() == 3 && name.get(..3).is_some_and(|n| n.eq_ignore_ascii_case(text)));
            let number = name.map_or_else(|| text.parse().ok(), |at| Some(u32::try_from(at).ok()? + first))?;
            (first..=most).contains(&number).then_some(number)
        };
        match text {
            "*" | "*/1" => return Some(Self::Any),
            _ if text.starts_with("*/") => return text[2..].parse().ok().filter(|n| (2..=most).contains(n)).map(Self::Step),
            _ => {}
        }
        let mut values = Vec::new();
        for part in text.split(',') {
            match part.split_once('-') {
                Some((from, to)) => values.extend(number(from)?..=number(to)?),
                None => values.push(number(part)?),
            }
        }
        values.sort_unstable();
        values.dedup();
        (!values.is_empty() && values.len() <= 8).then_some(Self::Values(values))
    }
}

fn join<T>(values: &[T], word: impl Fn(&T) -> String) -> String {
    list(&values.iter().map(word).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{in_words, read};
    use crate::evidence::config::{Policy, keys};

    #[test]
    fn a_job_in_a_comment_is_disabled() {
        for (text, told) in [
            ("#0 3 * * * root backup\n", &["root backup disabled (0 3 * * *)"][..]),
            ("  ## 0 3 * jan-mar mon root backup\n", &["root backup disabled (0 3 * jan-mar mon)"]),
            ("# @daily root backup\n", &["root backup disabled (@daily)"]),
            // how it was
            ("#0 3 * * * root backup\n0 4 * * * root backup\n", &["root backup 0 4 * * *"]),
            ("#0 3 * * * a\n#0 4 * * * a\n", &["a disabled (0 3 * * *)"]),
            ("# m h  dom mon dow   command\n# @todo write more\n# 1 job of 5 in all runs\n#MAILTO=ops\n#\n", &[]),
        ] {
            let keys = keys(&"cron.d/shop".into(), text.as_bytes(), Policy::Secrets).expect("it is configuration");
            let shown: Vec<String> = keys.iter().map(|key| format!("{} {}", key.key, key.after.as_deref().unwrap_or_default())).collect();
            assert_eq!(shown, told, "{text}");
        }
        assert_eq!(read("#0 3 * * * a\n#0 4 * * * a\n# b\n").expect("it is text").comments.len(), 2);
    }

    #[test]
    fn schedules_read_as_people_say_them() {
        for (schedule, words) in [
            ("30 4 * * *", Some("daily at 04:30")),
            ("0 3 * * 1", Some("Mondays at 03:00")),
            ("0 3 * * 7", Some("Sundays at 03:00")),
            ("15 8,20 * * 1-5", Some("Monday to Friday at 08:15 and 20:15")),
            ("0 0 1 * *", Some("day 1 of the month at 00:00")),
            ("0 0 1 jan *", Some("January 1 at 00:00")),
            ("0 6 * dec sun,wed", Some("Sundays and Wednesdays in December at 06:00")),
            ("*/5 * * * *", Some("every 5 minutes")),
            ("*/15 * * * mon", Some("every 15 minutes, Mondays")),
            ("* * * * *", Some("every minute")),
            ("10 * * * *", Some("every hour at :10")),
            ("0 */6 * * *", Some("every 6 hours at :00")),
            ("@daily", Some("daily at 00:00")),
            // a step that starts anew each hour is no steady rhythm
            ("*/7 * * * *", None),
            // either day: words would mislead
            ("0 3 13 * 5", None),
            ("60 3 * * *", None),
            ("0 24 * * *", None),
            ("0 3 0 * x", None),
            ("*/0 * * * *", None),
            ("H 3 * * *", None),
            ("0 3 * *", None),
            ("", None),
        ] {
            assert_eq!(in_words(schedule).as_deref(), words, "{schedule}");
        }
    }
}
