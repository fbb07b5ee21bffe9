//! A simple reader of pages, written apart from the renderer: what it finds must be the template's form.

use crate::document::Document;

/// The template's headings of the first two levels, in order.
const HEADINGS: &[&str] = &[
    "## Executive Summary", "## Context", "## Timeline", "## Technical Details", "## Root Cause Analysis", "## Solution",
    "## Decisions Made", "## Challenges Encountered", "## Key Insights", "## Artifacts Created", "## Testing",
    "## Monitoring & Validation", "## Next Steps", "## Related Work", "## References", "## Metrics", "## Security Notes", "## Cost/Impact",
    "## Notes",
];

/// Names under which the third level may stand, with how many of each.
fn third_level(document: &Document) -> Vec<(&'static str, usize)> {
    vec![
        ("- Initial Discovery|Initial Discovery", 1),
        ("- Investigation Phase|Investigation Phase", 1),
        ("- Root Cause Identified|Root Cause Identified", 1),
        ("- Solution Attempted|Solution Attempted", 1),
        ("- Resolution Achieved|Resolution Achieved", 1),
        ("Systems Involved", 1),
        ("Key Commands Executed", 1),
        ("Configuration Changes", 1),
        ("Code Changes", 1),
        ("Decision ", document.decisions.len()),
        ("Challenge ", document.challenges.len()),
    ]
}

/// The page's lines outside fences, each fence as one line; fails where a fence stays open.
fn outside_fences(page: &str) -> Vec<&str> {
    let (mut open, mut lines) = (None, Vec::new());
    for line in page.lines() {
        let body = line.trim_start_matches(' ');
        let ticks = body.len() - body.trim_start_matches('`').len();
        let tildes = body.len() - body.trim_start_matches('~').len();
        match open {
            Some(length) if ticks >= length && body.trim_end().len() == ticks => open = None,
            Some(_) => {}
            None if ticks >= 3 => {
                open = Some(ticks);
                lines.push("(a fence)");
            }
            None => {
                assert!(tildes < 3, "a fence that nobody wrote: {line}");
                lines.push(line);
            }
        }
    }
    assert_eq!(open, None, "a fence stays open");
    lines
}

/// The line without its code spans and escaped characters.
fn without_code(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| **c == '`').count();
        if chars[at] == '\\' && chars.get(at + 1).is_some_and(char::is_ascii_punctuation) {
            at += 2;
        } else if run > 0 {
            let mut close = at + run;
            while close < chars.len() {
                let length = chars[close..].iter().take_while(|c| **c == '`').count();
                if length == run {
                    break;
                }
                close += length.max(1);
            }
            assert!(close < chars.len(), "a code span stays open: {line}");
            at = close + run;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// The text of a line behind blanks, quote and list marks.
fn inner(line: &str) -> &str {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        let marked = ["> ", ">", "- ", "+ ", "* "].iter().find_map(|mark| trimmed.strip_prefix(mark));
        match marked {
            Some(next) => rest = next,
            None => return trimmed,
        }
    }
}

pub(super) fn assert_sound(document: &Document, page: &str) {
    assert!(page.ends_with('\n') && !page.ends_with("\n\n"));
    let bad = |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(page.chars().find(bad), None);
    let lines = outside_fences(page);
    assert!(lines.windows(2).all(|pair| !(pair[0].is_empty() && pair[1].is_empty())), "doubled blank lines");
    let is_heading = |line: &&&str| {
        let inner = inner(line);
        let marks = inner.len() - inner.trim_start_matches('#').len();
        (1..=6).contains(&marks) && inner[marks..].chars().next().is_none_or(|c| c == ' ')
    };
    let headings: Vec<&str> = lines.iter().filter(is_heading).copied().collect();
    assert!(headings[0].starts_with("# Session Journal: "), "{headings:?}");
    let second: Vec<&str> = headings[1..].iter().filter(|h| !h.starts_with("### ")).copied().collect();
    assert_eq!(second, HEADINGS);
    let mut third = headings.iter().filter_map(|heading| heading.strip_prefix("### "));
    for (names, number) in third_level(document) {
        for _ in 0..number {
            let heading = third.next().expect("a heading of the third level");
            let fits = names.split('|').any(|name| heading.starts_with(name) || (name.starts_with("- ") && heading.ends_with(name)));
            assert!(fits, "{heading} is not {names}");
        }
    }
    assert_eq!(third.next(), None);
    for line in &lines {
        let said = without_code(line);
        assert!(!said.contains('<'), "HTML may open: {line}");
        assert!(!said.contains("](javascript") && !said.contains("](data:"), "{line}");
        let bare = inner(line).replace(' ', "");
        let rule = !bare.is_empty() && ["-", "=", "*", "_"].iter().any(|mark| bare.trim_matches(|c| mark.starts_with(c)).is_empty());
        assert!(!rule || *line == "---", "a rule or an underline: {line:?}");
    }
    assert_eq!(lines.iter().filter(|line| **line == "---").count(), 1);
}
