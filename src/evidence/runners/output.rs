//! What the rows share: output without colours, and counts read from words and numbers. Knows no runner.

use regex::Regex;

/// A regular expression that is built once.
macro_rules! pattern {
    ($pattern:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).expect("the test over all rows builds every pattern"));
        &*PATTERN
    }};
}
pub(super) use pattern;

/// A runner's output, readable.
pub(super) struct RunnerOutput {
    /// The text without colours, one line each where a terminal would have overwritten one.
    pub(super) text: String,
    /// The command line, for what the output does not tell.
    pub(super) command: String,
}

impl RunnerOutput {
    pub(super) fn new(command: &str, raw: &str) -> Self {
        let text = anstream::adapter::strip_str(raw).to_string().replace("\r\n", "\n").replace('\r', "\n");
        // compose and task runners put the task's name before each line
        let text = pattern!(r"(?m)^(?:[\w.@/-]+[: ]\s?test(?::[\w-]+)?: |[\w.-]+-\d+  ?\| )").replace_all(&text, "").into_owned();
        Self { text, command: command.to_owned() }
    }

    pub(super) fn has(&self, pattern: &Regex) -> bool {
        pattern.is_match(&self.text)
    }

    /// The number that the first group of the last match is.
    pub(super) fn number(&self, pattern: &Regex) -> Option<u32> {
        pattern.captures_iter(&self.text).last()?.get(1)?.as_str().parse().ok()
    }

    /// How many recorded expectations were written anew: `Snapshots:   2 updated, 3 passed, 5 total`, `2 snapshots updated.`
    pub(super) fn snapshots(&self) -> Option<u32> {
        let in_summary = self.number(pattern!(r"(?m)^ *Snapshots:? +(?:\d+ [a-z]+(?:, | \| ))*(\d+) updated\b"));
        in_summary.or_else(|| self.number(pattern!(r"(?m)^ *(?:› )?(\d+) snapshots? updated\b")))
    }

    /// The first group of each match, trimmed: names of failing tests.
    pub(super) fn names(&self, pattern: &Regex) -> Vec<String> {
        names(&self.text, pattern)
    }

    /// The first group of the first match, trimmed.
    pub(super) fn first(&self, pattern: &Regex) -> Option<String> {
        first(&self.text, pattern)
    }
}

/// The first group of each match, trimmed.
pub(super) fn names(text: &str, pattern: &Regex) -> Vec<String> {
    pattern.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().trim().to_owned())).collect()
}

/// The first group of the first match, trimmed.
pub(super) fn first(text: &str, pattern: &Regex) -> Option<String> {
    Some(pattern.captures(text)?.get(1)?.as_str().trim().to_owned())
}

/// What one row reads from an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunnerReading {
    /// Each summary, in the order printed.
    pub(super) summaries: Vec<Counts>,
    /// Failing tests by name.
    pub(super) failing: Vec<String>,
    /// The first failure in the runner's words.
    pub(super) message: Option<String>,
    /// The runner stopped before all its tests ran.
    pub(super) partial: bool,
}

/// What one summary counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: Option<u32>,
    pub(super) failed: Option<u32>,
    pub(super) skipped: Option<u32>,
}

impl Counts {
    pub(super) fn new(passed: u32, failed: u32, skipped: u32) -> Self {
        Self { passed: Some(passed), failed: Some(failed), skipped: Some(skipped) }
    }

    /// From a total that the failed and skipped ones are part of; nothing where they are more.
    pub(super) fn of_total(total: u32, failed: u32, skipped: u32) -> Option<Self> {
        Some(Self::new(total.checked_sub(failed)?.checked_sub(skipped)?, failed, skipped))
    }

    /// The sum; a number that one does not know is not known of both.
    pub(super) fn plus(self, other: Self) -> Self {
        let sum = |a: Option<u32>, b: Option<u32>| a?.checked_add(b?);
        Self { passed: sum(self.passed, other.passed), failed: sum(self.failed, other.failed), skipped: sum(self.skipped, other.skipped) }
    }

    /// The numbers of a pattern's groups `passed`, `failed` and `skipped`; a group that is not there counts nothing.
    pub(super) fn of_groups(found: &regex::Captures<'_>) -> Option<Self> {
        let number = |group: &str| found.name(group).map_or(Some(0), |text| text.as_str().parse().ok());
        Some(Self::new(number("passed")?, number("failed")?, number("skipped")?))
    }
}

/// The words that a summary counts by.
pub(super) struct Words {
    pub(super) passed: &'static [&'static str],
    pub(super) failed: &'static [&'static str],
    pub(super) skipped: &'static [&'static str],
    /// Words that say that it is a summary and count no test that ran.
    pub(super) other: &'static [&'static str],
}

impl Words {
    /// The counts of `3 passed, 1 failed`; a word that is not there counts nothing. None where no known word is there.
    pub(super) fn counts(&self, list: &str) -> Option<Counts> {
        let pairs = pattern!(r"(\d+) ([a-z]+(?: not run)?)").captures_iter(list);
        self.tally(pairs.map(|pair| pair.extract::<2>().1).map(|[number, word]| (word, number)))
    }

    /// The counts of `Failures: 1, Skipped: 2`.
    pub(super) fn labelled(&self, list: &str) -> Option<Counts> {
        let pairs = pattern!(r"([A-Za-z][A-Za-z ]*):\s*(\d+)").captures_iter(list);
        self.tally(pairs.map(|pair| pair.extract::<2>().1).map(|[word, number]| (word, number)))
    }

    /// The counts of pairs of a word and a number.
    pub(super) fn tally<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Counts> {
        let (mut sums, mut known) = ([0_u32; 3], false);
        for (word, number) in pairs {
            let slot = [self.passed, self.failed, self.skipped].iter().position(|words| words.contains(&word));
            if let Some(slot) = slot {
                sums[slot] = sums[slot].checked_add(number.parse().ok()?)?;
            }
            known |= slot.is_some() || self.other.contains(&word);
        }
        known.then(|| Counts::new(sums[0], sums[1], sums[2]))
    }
}
