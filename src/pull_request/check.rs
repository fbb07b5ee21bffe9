//! Any description, by whomever, held against the record: what it names must be there, what it claims must be proven.
//!
//! What the repository holds is asked through [`Repository`]; nothing here opens one.

mod named;

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::boxes::{Verdict, verdict};
use super::facts::Facts;
use super::sanitise::{closing_references, home_folders, skips_checks};
use super::template::blocks::{boxed, stub};
use super::template::lines::{Line, LinePlace, lines};
use super::verification::{AS_STATED, Proof, Verification, counts};
use super::{Description, Material};
use crate::document::is_seed;
use crate::forge::Forge;
use crate::secrets;
use named::{named, plain_commits, spans};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Untrue, or it does what nobody wants.
    Error,
    /// Worth a look.
    Warning,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's name; stable.
    pub rule: &'static str,
    /// The line of the body, 1-based; none where it is about the whole.
    pub line: Option<usize>,
    /// What is the matter.
    pub message: String,
}

/// What the repository holds.
pub trait Repository {
    /// Whether a path is in head or in the merge base.
    fn has_path(&self, path: &str) -> bool;
    /// Whether a file of this name is in any folder of head or of the merge base.
    fn has_file(&self, name: &str) -> bool;
    /// Whether a commit of this (abbreviated) id is there.
    fn has_commit(&self, id: &str) -> bool;
    /// Whether a word stands anywhere in head or in what the range removes.
    fn has_word(&self, word: &str) -> bool;
}

/// What a body is held against.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The range and its sessions.
    pub material: &'a Material,
    /// The parts that the record gives.
    pub parts: &'a Description,
    /// What boxes stand on.
    pub facts: &'a Facts,
    /// The limits.
    pub forge: &'a Forge,
    /// What is in the repository.
    pub repository: &'a dyn Repository,
}

struct CheckPatterns {
    count: Regex,
    all_pass: Regex,
    pass: Regex,
    denial: Regex,
    earlier: Regex,
    path: Regex,
    symbol: Regex,
    commit: Regex,
    plain_commit: Regex,
    added: Regex,
    noun: Regex,
    bracketed: Regex,
    placeholder: Regex,
    issue_line: Regex,
}

static PATTERNS: LazyLock<CheckPatterns> = LazyLock::new(|| {
    let compiled = |pattern: &str| Regex::new(pattern).expect("a test compiles each pattern");
    CheckPatterns {
        count: compiled(
            r"(?i)\b(\d{1,7})\s+(?:(?:unit |integration )?tests?\s+)?(?:have |has |are |all )?(passed|passing|failed|failing|skipped)\b",
        ),
        all_pass: compiled(r"(?i)\b(\d{1,7})\s+(?:\w+ )?tests?\s+(?:(?:now|still|again|all|do)\s+)?(pass)\b"),
        pass: compiled(
            r"(?i)\b(?:tests?|specs|test suite|suite|ci|checks?)\b(?:\s+(?:all|now|are|is|still|do|again|suite|locally)){0,3}\s+(?:pass(?:es|ed|ing)?|green|succeed(?:s|ed)?)\b",
        ),
        denial: compiled(
            r"(?i)\b(?:not|never|no|without|until|once|if|when|whether|should|must|ensure|make sure|before|failed|failing)\b|n't\b|\?\s*$",
        ),
        earlier: compiled(
            r"(?i)\b(?:before|stale|earlier|at [0-9a-f]{7,}|with files that are not part|with uncommitted changes|on another branch|not recorded)\b",
        ),
        path: compiled(r"^(?:\.{0,2}/)?[\w.@+-]+(?:/[\w.@+ -]+)*(?::\d+(?:-\d+)?)?$"),
        symbol: compiled(r"^[A-Za-z_$][\w$]*(?:(?:::|\.|->|#)[A-Za-z_$][\w$]*)*(?:\(\))?$"),
        commit: compiled(r"^[0-9a-f]{7,40}$"),
        plain_commit: compiled(r#"(?i:\bcommits?)\s+([0-9a-f]{7,40})\b|(?:^|[\s(])([0-9a-f]{7,40}) \(""#),
        added: compiled(r"(?i)\b(?:add(?:s|ed|ing)?|introduc(?:es?|ed|ing)|implement(?:s|ed|ing)?|creat(?:es?|ed|ing))\b"),
        noun: compiled(r"(?i)\b(?:functions?|methods?|class(?:es)?|structs?|enums?|traits?|interfaces?|constants?|macros?)\s+$"),
        bracketed: compiled(r"\[([^\[\]\n]{3,200})\](?:[^(\[:]|$)"),
        placeholder: compiled(
            r"\b(?:TODO|TBD|FIXME)\b|\bticket-X+|\b[A-Z]+-X{2,}\b|#X{2,}|<[a-z]+(?: [a-z]+)+>|\$\{[^}]*\}|%\{[a-z_]+\}|\[(?:describe|insert|your|what|link to|explain)[^\]]*\]",
        ),
        issue_line: compiled(
            r"(?i)^\s*(?:[-*+|]\s*)*[*_]{0,2}(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)[*_]{0,2}:?[*_]{0,2}\s+(?:\S*[#!/-]\d+\S*(?:\s*(?:,|and|\|)\s*)?(?:(?:clos|fix|resolv)\w+:?\s+)?)+\s*[.|]*\s*$",
        ),
    }
});

/// All that is the matter with a body, in the order of its lines.
pub fn check(body: &str, against: Against<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = lines(body);
    let marks = super::markers::blocks(body);
    for (at, line) in all.iter().enumerate() {
        let mut found = line_findings(line, against);
        found.iter_mut().for_each(|finding| finding.line = Some(at + 1));
        findings.append(&mut found);
    }
    findings.extend(marks.err().map(|error| error_of("marks", error)));
    findings.extend(whole(body, against));
    findings
}

fn error_of(rule: &'static str, message: String) -> Finding {
    Finding { severity: Severity::Error, rule, line: None, message }
}

fn warning(rule: &'static str, message: String) -> Finding {
    Finding { severity: Severity::Warning, rule, line: None, message }
}

fn whole(body: &str, against: Against<'_>) -> Vec<Finding> {
    let forge = against.forge;
    let mut found = Vec::new();
    if !forge.takes(body) {
        let length = body.encode_utf16().count();
        found.push(error_of("limit", format!("the body has {length} characters; {} takes {}", forge.title, forge.limit)));
    }
    if against.parts.title.chars().count() > forge.title_limit {
        found.push(error_of("limit", format!("the title has more than {} characters", forge.title_limit)));
    }
    for (kind, number) in secrets::mask(body).hits {
        found.push(error_of("secret", format!("{} like a {kind}", crate::words::count(number, "value"))));
    }
    let words = body.split_whitespace().count();
    if words > 900 {
        found.push(warning("length", format!("{words} words: few will read them all")));
    }
    found
}

fn line_findings(line: &Line<'_>, against: Against<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = closing(line, against).into_iter().collect();
    if skips_checks(line.text) {
        found.push(error_of("ci-skip", "this makes pipelines skip the merged commit".into()));
    }
    found.extend(home_folders(line.text).next().map(|path| warning("home-path", format!("`{path}` is a path of one machine"))));
    if line.place != LinePlace::Text {
        return found;
    }
    if let Some((_, ticked, text)) = boxed(line) {
        found.extend(ticked.then(|| box_finding(text, against)).flatten());
        return found;
    }
    found.extend(placeholder(line.text));
    found.extend(claims(line.text, against));
    found.extend(plain_commits(line.text, against));
    found.extend(spans(line.text).into_iter().filter_map(|(before, span)| named(before, span, against)));
    found
}

fn closing(line: &Line<'_>, against: Against<'_>) -> Option<Finding> {
    let (_, target) = closing_references(line.text).next()?;
    let target = target.to_owned();
    let known = against.parts.references.iter().any(|reference| reference.closes && reference.target.eq_ignore_ascii_case(&target));
    match PATTERNS.issue_line.is_match(line.text) && line.place == LinePlace::Text {
        false => Some(error_of("closing", format!("{target} would be closed by a sentence, not by a line of its own"))),
        true if !against.material.base.is_default => Some(error_of(
            "closing",
            format!("{target} is not closed by merging into `{}`, which is not the default branch", against.material.base.branch),
        )),
        true => (!known).then(|| warning("closing", format!("no commit or note says that {target} is closed"))),
    }
}

fn box_finding(text: &str, against: Against<'_>) -> Option<Finding> {
    let unproven = verdict(text, against.facts) == Verdict::Unproven;
    unproven.then(|| error_of("box", format!("ticked, and the record does not show it: {}", crate::markdown::cut(text, 80))))
}

fn placeholder(line: &str) -> Option<Finding> {
    let bare = super::template::lines::without_comments(line);
    let outside: String = bare.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    if stub(line).is_some() && !line.bytes().any(|b| b.is_ascii_digit()) {
        return Some(error_of("placeholder", format!("`{}` still waits for an issue", line.trim())));
    }
    let waits = |words: &regex::Match<'_>| is_seed(words.as_str()) || words.as_str().ends_with('?');
    let of_the_form = || PATTERNS.bracketed.captures_iter(&outside).filter_map(|found| found.get(1)).find(waits);
    let found = PATTERNS.placeholder.find(&outside).map(|found| found.as_str().to_owned());
    let found = found.or_else(|| of_the_form().map(|words| format!("[{}]", words.as_str())))?;
    Some(error_of("placeholder", format!("`{found}` is a placeholder")))
}

/// What is said about tests.
fn claims(line: &str, against: Against<'_>) -> Vec<Finding> {
    let found = &against.parts.verification;
    let earlier = PATTERNS.earlier.is_match(line);
    let counted = counted(line).into_iter();
    let mut findings: Vec<Finding> =
        counted.filter_map(|(number, key)| count_finding(number, key, (earlier, line.contains(AS_STATED)), found)).collect();
    let claims = PATTERNS.pass.is_match(line) && !PATTERNS.denial.is_match(line) && !earlier && !found.tests_pass();
    if claims && findings.is_empty() && !line.trim_start().starts_with('#') {
        let why = if found.runs.is_empty() { "no test run is recorded" } else { "no recorded run of this head is green" };
        findings.push(error_of("tests", format!("says that tests pass, but {why}")));
    }
    findings
}

/// How many tests a line says passed, failed or were skipped.
pub fn counted(line: &str) -> Vec<(u32, &'static str)> {
    let key = |word: &str| match word.to_lowercase().as_str() {
        "passed" | "passing" => "passed",
        "failed" | "failing" => "failed",
        _ => "skipped",
    };
    let counts = PATTERNS.count.captures_iter(line).filter_map(|claim| Some((claim[1].parse().ok()?, key(&claim[2]))));
    let is_denied = PATTERNS.denial.is_match(line);
    let all = PATTERNS.all_pass.captures_iter(line).filter(|_| !is_denied).filter_map(|claim| Some((claim[1].parse().ok()?, "passed")));
    counts.chain(all).collect()
}

fn count_finding(number: u32, key: &str, (earlier, is_stated): (bool, bool), found: &Verification) -> Option<Finding> {
    if !counts(found).get(key).is_some_and(|known| known.contains(&number)) {
        return Some(error_of("count", format!("no recorded run has {number} {key}")));
    }
    let fresh = found.runs.iter().filter(|run| run.freshness.is_proof());
    let value = |run: &Proof| match key {
        "passed" => run.passed,
        "failed" => run.failed,
        _ => run.skipped,
    };
    // what somebody says was run is told as such
    let stated = is_stated && found.stated.iter().any(|run| value(run) == Some(number));
    let proven = stated || fresh.map(value).any(|value| value == Some(number));
    (!proven && !earlier).then(|| error_of("count", format!("the run with {number} {key} was not of this head")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull_request::description::describe;
    use crate::pull_request::description::tests::{attached, commit, material, run};
    use crate::pull_request::sanitise::Sanitiser;

    struct Shop;

    impl Repository for Shop {
        fn has_path(&self, path: &str) -> bool {
            path == "src/a.rs"
        }
        fn has_file(&self, name: &str) -> bool {
            name == "a.rs"
        }
        fn has_commit(&self, id: &str) -> bool {
            "3f2a91c4d0b7".starts_with(id)
        }
        fn has_word(&self, word: &str) -> bool {
            word == "acquireLock"
        }
    }

    fn rules(body: &str, with_run: Option<Option<bool>>, is_default: bool) -> Vec<&'static str> {
        let mut it_is = material(vec![commit("a1", "Take a lock", "Fixes #418")]);
        it_is.base.is_default = is_default;
        if let Some(stale) = with_run {
            let mut session = attached();
            session.since.changed = Some(Vec::new());
            session.document.testing.runs = vec![crate::document::TestRun { stale, ..run("phpunit", 3, 0) }];
            it_is.sessions = vec![session];
        }
        let parts = describe(&it_is, None, Sanitiser::default());
        let facts = Facts::of(&it_is, &parts);
        let against = Against { material: &it_is, parts: &parts, facts: &facts, forge: Forge::of_remote(None), repository: &Shop };
        check(body, against).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn what_was_stated_may_be_told_as_stated() {
        let mut it_is = material(vec![commit("a1", "Take a lock", "")]);
        let mut session = attached();
        session.document.testing.runs = vec![crate::document::TestRun { source: crate::document::Source::Stated, ..run("dbt test", 6, 0) }];
        it_is.sessions = vec![session];
        let parts = describe(&it_is, None, Sanitiser::default());
        let facts = Facts::of(&it_is, &parts);
        let against = Against { material: &it_is, parts: &parts, facts: &facts, forge: Forge::of_remote(None), repository: &Shop };
        let rules = |body: &str| check(body, against).into_iter().map(|finding| finding.rule).collect::<Vec<_>>();
        assert_eq!(rules("- `dbt test` on warehouse: 6 passed, 0 failed, as stated\n"), Vec::<&str>::new());
        assert_eq!(rules("- `dbt test`: 6 passed\n"), ["count"]);
        assert_eq!(rules("- `dbt test`: 7 passed, as stated\n"), ["count"]);
    }

    #[test]
    fn what_is_not_there_is_found() {
        for (body, expected) in [
            ("Changes `src/a.rs:3` and `acquireLock()` in `3f2a91c`.", &[][..]),
            ("Changes `src/b.rs`.", &["file"]),
            ("Calls `releaseLock()`.", &["symbol"]),
            ("See `deadbe1`.", &["commit"]),
            ("Changes `a.rs` and adds `go()`, the class `acquireLock` and `Node.js`.", &["symbol"]),
            ("Adds the function `totally_new` and the class `Foo`; uses the method `PATCH`.", &["symbol", "symbol"]),
            ("Works like the function `totally_new`.", &[]),
            ("Adds it to `b.py`, `README.md` and `os.path`.", &["file", "file"]),
            ("See commit deadbeef1234 and commit 3f2a91c.", &["commit"]),
            ("See deadbeef1234 (\"Add h\"), deadbeef1234 and build 1234567 (\"x\").", &["commit"]),
            ("[What triggered this work? What was the starting state?]", &["placeholder"]),
            ("[What triggered this work? What was the starting state?](x), [see][1]", &[]),
            ("[What triggered this work?]", &["placeholder"]),
            ("118 tests pass", &["count"]),
            ("Make sure that 118 tests pass", &[]),
            ("All tests pass.", &["tests"]),
            ("12 tests passed.", &["count"]),
            ("Make sure tests pass before merging.", &[]),
            ("- [x] Documentation updated", &["box"]),
            ("- [x] I have read CONTRIBUTING.md", &[]),
            ("- [ ] Documentation updated", &[]),
            ("Fixes #418", &[]),
            ("**Fixes** #418", &[]),
            ("Fixes #9", &["closing"]),
            ("This also fixes #418 by chance, I hope", &["closing"]),
            ("<!-- fixes #3 -->", &["closing"]),
            ("Fixes #", &["placeholder"]),
            ("TODO: say more", &["placeholder"]),
            ("`TODO` is a word here", &[]),
            ("[skip ci]", &["ci-skip"]),
            ("see /home/robin/x", &["home-path"]),
            ("use `npm run build` and `@org/pkg` and `v1.2.3` and `text/html`", &[]),
        ] {
            assert_eq!(rules(body, None, true), expected, "{body}");
        }
        assert_eq!(rules("Fixes #418", None, false), ["closing"]);
        assert_eq!(rules(&"x".repeat(70_000), None, true), ["limit"]);
    }

    #[test]
    fn the_key_of_a_setting_is_no_file() {
        let mut it_is = material(vec![commit("a1", "Java 21", "")]);
        let pom =
            |version: &str| format!("<project>\n  <properties>\n    <java.version>{version}</java.version>\n  </properties>\n</project>\n");
        it_is.evidence = crate::pull_request::description::tests::evidence(&[("pom.xml", Some(&pom("17")), Some(&pom("21")))]);
        let parts = describe(&it_is, None, Sanitiser::default());
        let facts = Facts::of(&it_is, &parts);
        let against = Against { material: &it_is, parts: &parts, facts: &facts, forge: Forge::of_remote(None), repository: &Shop };
        let found = |body: &str| check(body, against).into_iter().map(|finding| finding.rule).collect::<Vec<_>>();
        assert!(found("- config: `project/properties/java.version` `17` → `21`").is_empty());
        assert_eq!(found("- config: `project/properties/go.version` `17` → `21`"), ["file"]);
    }

    #[test]
    fn a_stale_run_is_no_proof() {
        for (body, fresh, stale) in [
            ("All tests pass, 3 passed.", &[][..], &["count"][..]),
            ("All tests pass.", &[], &["tests"]),
            ("3 passed, before the last commit", &[], &[]),
            ("4 passed", &["count"], &["count"]),
        ] {
            assert_eq!(rules(body, Some(Some(false)), true), fresh, "{body}");
            assert_eq!(rules(body, Some(Some(true)), true), stale, "{body}");
        }
    }
}
