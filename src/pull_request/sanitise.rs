//! What is quoted in a description can do nothing there: close no issue, skip no checks, call nobody, start no quick action, hold no HTML,
//! tell no path of the author's machine and no secret.
//!
//! Text in, text out. Forges look for closing keywords in the raw text, in comments and in code spans too, and a description becomes the
//! message of a squashed commit; so what must not act is broken apart rather than hidden.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::markdown::{self, Runs};
use crate::secrets::masked;

/// A closing keyword with the reference behind it: the words of GitHub, GitLab and Azure, and each form a reference can take.
pub const CLOSING: &str = concat!(
    r"(?i)\b(?P<word>clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)",
    r"(?P<between>[*_~]{0,3}\s*:?[*_~]{0,3}\s*(?:issues?\s+)?)",
    r"(?P<target>(?:[\w.-]+/[\w./-]+)?[#!]\d+|\bGH-\d+|\bAB#\d+|https?://\S*?/\d+|(?-i:\b[A-Z][A-Z0-9]+-\d+))"
);
/// What makes pipelines skip a commit whose message holds it.
pub const SKIP: &str = concat!(
    r"(?i)\[\s*(?:skip[ -]ci|ci[ -]skip|no[ -]ci|skip[ -]actions|actions[ -]skip|skip[ -](?:azp|azurepipelines)|(?:azp|azurepipelines)[ -]skip|",
    r"skip[ -]netlify|skip[ -]circle|skip[ -]travis|travis[ -]skip|wip[ -]skip)\s*\]",
    r"|skip-checks:\s*true|\*\*\*NO_CI\*\*\*"
);

struct SanitisePatterns {
    closing: Regex,
    skip: Regex,
    mention: Regex,
    smart: Regex,
    home: Regex,
}

static PATTERNS: LazyLock<SanitisePatterns> = LazyLock::new(|| {
    let compiled = |pattern| Regex::new(pattern).expect("a test compiles each pattern");
    SanitisePatterns {
        closing: compiled(CLOSING),
        skip: compiled(SKIP),
        mention: compiled(r"(?P<before>^|[^\w`])@(?P<name>[A-Za-z0-9][\w-]*(?:/[A-Za-z0-9][\w.-]*)?)"),
        smart: compiled(r"(?P<key>\b[A-Z][A-Z0-9]+-\d+)(?P<between>\s+)#(?P<verb>[a-z])"),
        // a folder `home` within a path or an address is nobody's
        home: compiled(r"(?P<before>^|[^\w.~)}-])(?P<path>(?:/home/|/Users/|[A-Z]:\\Users\\)[\w.-]+)"),
    }
});

/// Whether the text holds a closing keyword with its reference.
pub fn closes(text: &str) -> bool {
    PATTERNS.closing.is_match(text)
}

/// Every closing keyword with its reference: where it begins, and the reference.
pub fn closing_references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    PATTERNS.closing.captures_iter(text).map(|captures| {
        let whole = captures.get(0).expect("a match has its whole");
        (whole.start(), captures.name("target").expect("the pattern has a target").as_str())
    })
}

/// Whether pipelines would skip a commit with this text.
pub fn skips_checks(text: &str) -> bool {
    PATTERNS.skip.is_match(text)
}

/// The home folders that a text names: paths of one machine.
pub fn home_folders(text: &str) -> impl Iterator<Item = &str> {
    PATTERNS.home.captures_iter(text).filter_map(|found| found.name("path")).map(|path| path.as_str())
}

/// Knows the places of the author's machine that nobody else has.
#[derive(Clone, Debug, Default)]
pub struct Sanitiser {
    /// The top of the worktree.
    pub worktree: Option<String>,
    /// The author's home folder.
    pub home: Option<String>,
}

impl Sanitiser {
    /// Quoted running text on one line: subjects, titles. Nothing in it is markup but code spans.
    pub fn line(&self, text: &str) -> String {
        let line = markdown::one_line(&self.plain(text));
        last_look(&no_action(&markdown::text(&neutral_line(&line))))
    }

    /// What people state, with its paragraphs, lists and fences.
    pub fn prose(&self, text: &str) -> String {
        let text = markdown::clean(&self.plain(text));
        let safe = markdown::prose(&neutral(&text));
        last_look(&outside_fences(&safe, no_action))
    }

    /// A code span.
    pub fn code(&self, text: &str) -> String {
        last_look(&markdown::code(&in_code(&self.plain(text))))
    }

    /// Without markup for a title: a title is plain text on every forge.
    pub fn title(&self, text: &str) -> String {
        last_look(&markdown::one_line(&self.plain(text)))
    }

    /// Without secrets and without paths that only the author has.
    pub fn plain(&self, text: &str) -> String {
        let mut text = masked(text);
        for (folder, shown) in [(&self.worktree, ""), (&self.home, "~")] {
            let Some(folder) = folder.as_deref().filter(|folder| folder.len() > 1) else { continue };
            let below = if shown.is_empty() { String::new() } else { format!("{shown}/") };
            text = text.replace(&format!("{folder}/"), &below);
            text = text.replace(folder, if shown.is_empty() { "." } else { shown });
        }
        PATTERNS.skip.replace_all(&PATTERNS.home.replace_all(&text, "${before}~"), "(CI-skip marker)").into_owned()
    }
}

/// A cell of a table: no line ends, no bars.
pub fn cell(markdown: &str) -> String {
    markdown.replace('\n', " ").replace('|', "\\|")
}

/// Lines outside fences changed, those inside left alone.
fn outside_fences(text: &str, change: impl Fn(&str) -> String) -> String {
    let inside = fenced(text);
    let lines = text.lines().zip(inside).map(|(line, inside)| if inside { line.to_owned() } else { change(line) });
    lines.collect::<Vec<_>>().join("\n")
}

fn neutral(text: &str) -> String {
    let inside = fenced(text);
    let lines = text.lines().zip(inside).map(|(line, inside)| if inside { in_code(line) } else { neutral_line(line) });
    lines.collect::<Vec<_>>().join("\n")
}

/// For each line whether it belongs to a fence that is closed again.
fn fenced(text: &str) -> Vec<bool> {
    let lines: Vec<&str> = text.lines().collect();
    let mut inside = vec![false; lines.len()];
    // of each sign the shortest fence that nothing closed: nothing will close a longer one further down
    let mut open: HashMap<char, usize> = HashMap::new();
    let mut at = 0;
    while at < lines.len() {
        let fence = opening(lines[at]).filter(|(sign, length)| open.get(sign).is_none_or(|shortest| length < shortest));
        let end = fence.and_then(|fence| (at + 1..lines.len()).find(|&end| closes_fence(lines[end], fence)));
        match (end, fence) {
            (Some(end), _) => {
                inside[at..=end].fill(true);
                at = end;
            }
            (None, fence) => open.extend(fence),
        }
        at += 1;
    }
    inside
}

/// Sign and length of the fence that a line opens.
pub(super) fn opening(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start();
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|&c| c == sign).count();
    let info = &line[length..];
    (length >= 3 && !(sign == '`' && info.contains('`'))).then_some((sign, length))
}

/// Whether a line ends the fence of this sign and length.
pub(super) fn closes_fence(line: &str, (sign, length): (char, usize)) -> bool {
    let line = line.trim();
    line.len() >= length && line.chars().all(|c| c == sign)
}

/// One line outside fences: its code spans and the text between them.
fn neutral_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let runs = Runs::of(line);
    let mut at = 0;
    while let Some(start) = line[at..].find('`').map(|found| at + found) {
        out += &in_text(&line[at..start], out.ends_with('`'));
        let run = line.len() - start - line[start..].trim_start_matches('`').len();
        let inner = start + run;
        match runs.after(inner, run) {
            Some(end) => {
                // two spans side by side would make one
                if out.ends_with('`') {
                    out.push(' ');
                }
                out += &line[start..inner];
                out += &in_code(&line[inner..end]);
                out += &line[end..end + run];
                at = end + run;
            }
            None => {
                out += &"'".repeat(run);
                at = inner;
            }
        }
    }
    let after_span = out.ends_with('`');
    out += &in_text(&line[at..], after_span);
    out
}

fn in_text(text: &str, after_span: bool) -> String {
    let spaced = |between: &str| if between.ends_with(char::is_whitespace) { between.to_owned() } else { format!("{between} ") };
    let text = PATTERNS
        .closing
        .replace_all(text, |found: &Captures<'_>| format!("{}{}`{}`", &found["word"], spaced(&found["between"]), &found["target"]));
    let text = PATTERNS.smart.replace_all(&text, "${key}${between}(#)${verb}");
    let whole = text.clone();
    let text = PATTERNS.mention.replace_all(&text, |found: &Captures<'_>| {
        let at = found.get(0).map_or(0, |m| m.start());
        let word = whole[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        // a backslash would take the span's own sign away
        let gap = if found["before"].ends_with('\\') { " " } else { "" };
        if word.contains("://") { found[0].to_owned() } else { format!("{}{gap}`@{}`", &found["before"], &found["name"]) }
    });
    if after_span && text.starts_with('`') { format!(" {text}") } else { text.into_owned() }
}

/// Inside code nothing is wrapped; a bracket keeps keyword and reference apart. A line end between them stays: behind it the line that opens
/// a fence would go on.
fn in_code(text: &str) -> String {
    broken_apart(text)
}

fn broken_apart(text: &str) -> String {
    let apart = |found: &Captures<'_>| {
        let between = if found["between"].contains('\n') { '\n' } else { ' ' };
        format!("{}{between}({})", &found["word"], &found["target"])
    };
    PATTERNS.closing.replace_all(text, apart).into_owned()
}

/// A line that begins with a slash is a quick action on some forges.
fn no_action(line: &str) -> String {
    let indent = line.len() - line.trim_start_matches([' ', '>', '-', '*', '+']).len();
    let body = &line[indent..];
    if !body.starts_with('/') {
        return line.to_owned();
    }
    let end = body.find(|c: char| c.is_whitespace() || c == '`').unwrap_or(body.len());
    // two spans side by side would make one
    let gap = if body[end..].starts_with('`') { " " } else { "" };
    format!("{}`{}`{gap}{}", &line[..indent], &body[..end], &body[end..])
}

/// What escaping or joining may have put together again.
fn last_look(text: &str) -> String {
    let mut text = text.to_owned();
    while PATTERNS.closing.is_match(&text) {
        text = broken_apart(&text);
    }
    PATTERNS.skip.replace_all(&text, "(CI-skip marker)").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::assert_linear;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser};

    fn sanitiser() -> Sanitiser {
        Sanitiser { worktree: Some("/work/shop".into()), home: Some("/home/robin".into()) }
    }

    #[test]
    fn what_is_quoted_does_nothing() {
        for (text, safe) in [
            ("Fixes #12 for good", "Fixes `#12` for good"),
            ("this does not fix: owner/repo#7", "this does not fix: `owner/repo#7`"),
            ("closes https://example.org/o/r/issues/4", "closes `https://example.org/o/r/issues/4`"),
            ("see `fixes #3`", "see `fixes (#3)`"),
            ("thanks @kim and @org/team", "thanks `@kim` and `@org/team`"),
            ("mail kim@example.org", "mail kim@example.org"),
            ("done [skip ci]", "done (CI-skip marker)"),
            ("/approve now", "`/approve` now"),
            ("a <b>c</b>", "a &lt;b>c&lt;/b>"),
            ("open /work/shop/src/a.rs and /home/kim/x", "open src/a.rs and ~/x"),
            ("file:///home/kim:/Users/kim/x", "file://~:~/x"),
            ("deploy/home/app.yaml and https://a.org/home/news", "deploy/home/app.yaml and https://a.org/home/news"),
            ("a ` b fixes #1", "a ' b fixes `#1`"),
            ("`a`@kim", "`a` `@kim`"),
            ("SHOP-1 #close", "SHOP-1 (#)close"),
        ] {
            assert_eq!(sanitiser().line(text), safe);
        }
    }

    #[test]
    fn prose_keeps_its_shape() {
        let text = "First.\n\n- closes #1\n- `ok`\n\n```sh\ngit commit -m \"fixes #2\"\n```\n/close";
        let safe = "First.\n\n- closes `#1`\n- `ok`\n\n```sh\ngit commit -m \"fixes (#2)\"\n```\n`/close`";
        assert_eq!(sanitiser().prose(text), safe);
        assert_eq!(sanitiser().prose("~~~fixes```\n#12 <b>"), "```fixes\n(#12) <b>\n```", "a fence's first line stays one");
    }

    #[test]
    fn hostile_text_takes_no_square_time() {
        let run = |n: usize| "`".repeat(n % 300 + 1);
        let said = |text: &String| assert!(sanitiser().prose(text).len() + sanitiser().line(text).len() > text.len());
        assert_linear("spans", |part| (0..2_000 / part).map(|n| run(n) + " ").collect::<String>(), said);
        assert_linear("fences", |part| "~~~ a\n".repeat(100_000 / part), said);
        assert!(fenced(&"~~~ a\n".repeat(100_000)).iter().all(|inside| !inside));
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("fixes"),
            Just("Closes:"),
            Just("#12"),
            Just("o/r#3"),
            Just(" "),
            Just("`"),
            Just("``"),
            Just("\n"),
            Just("@kim"),
            Just("[skip"),
            Just(" ci]"),
            Just("/close"),
            Just("<b>"),
            Just("**"),
            Just("```\n"),
            Just("resolve AB#4"),
            Just("\\"),
            Just("a"),
            Just("skip-checks: true"),
            Just("https://x.org/issues/1"),
            Just("- "),
            Just("~~~"),
            Just("(")
        ];
        proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    fn holds_html(markdown: &str) -> bool {
        Parser::new(markdown).any(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
    }

    #[test]
    fn a_backslash_before_a_name_opens_nothing() {
        let line = sanitiser().line(r"/close\@kim<b>resolve AB#4");
        assert!(!holds_html(&line) && line.contains("`@kim`"), "{line}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn nothing_quoted_acts(text in pieces()) {
            let it = sanitiser();
            for safe in [it.line(&text), it.prose(&text), it.code(&text), it.title(&text)] {
                prop_assert!(!closes(&safe), "{:?} in {:?}", safe, text);
                prop_assert!(!skips_checks(&safe), "{:?} in {:?}", safe, text);
            }
            let line = it.line(&text);
            prop_assert!(!line.starts_with('/') && !line.contains('\n') && !holds_html(&line), "{:?}", line);
            let prose = it.prose(&text);
            prop_assert!(!holds_html(&prose), "{:?}", prose);
            prop_assert!(!prose.lines().zip(fenced(&prose)).any(|(line, inside)| !inside && line.trim_start().starts_with('/')), "{:?}", prose);
        }
    }
}
