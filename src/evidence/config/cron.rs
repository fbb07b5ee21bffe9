//! Cron schedules in words: `30 4 * * 1` is "Mondays at 04:30". Only what can be said for certain; any other schedule stays as it is.

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
    use super::in_words;

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
