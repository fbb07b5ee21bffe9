//! Boxes of a template: ticked on proof alone. One row of the table per kind of statement; an attestation is nobody's but the author's.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::Facts;

/// What is to become of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The record proves it.
    Proven,
    /// It can be proven, and is not.
    Unproven,
    /// Only a person can say so.
    Attestation,
    /// Nothing here knows what it means.
    Unknown,
}

/// A row: what the box says, and what it then stands on.
struct BoxRow {
    says: &'static str,
    proof: fn(&Facts, &str) -> Verdict,
}

fn when(proven: bool) -> Verdict {
    if proven { Verdict::Proven } else { Verdict::Unproven }
}

fn is(facts: &Facts, kinds: &[&str]) -> Verdict {
    when(facts.kind.is_some_and(|kind| kinds.contains(&kind)))
}

/// Of a box that says no more than that a thing is part of the change. That it was run, reviewed, or can be taken back, no file proves.
fn is_there(there: bool, text: &str) -> Verdict {
    static MERELY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\b(i|we|it|there|this|that|these|the|a|an|any|all|my|our|its|pr|pull request|merge request|change|changes|patch|branch|",
            r"have|has|had|been|is|are|was|were|with|in|to|of|for|under|at|on|and|or|if|where|when|as|",
            r"contains?|containing|includ(e|es|ed|ing)|comes?|add(s|ed|ing)?|updat(e|es|ed|ing)|chang(e|es|ed|ing)|modif(y|ies|ied)|",
            r"wrote|written|creat(e|es|ed)|attach(es|ed)?|provid(e|es|ed)|new|needed|necessary|required|applicable|appropriate|relevant|possible|",
            r"changelog|release|notes?|changeset|news|fragments?|entry|entries|section|unreleased|files?|md|rst|user[- ]facing|",
            r"screenshots?|screen|recordings?|before/after|images?|ui|visual|",
            r"database|db|schema|sql|data|migrations?|scripts?)\b"
        ))
    });
    if MERELY.replace_all(text, "").chars().any(char::is_alphanumeric) { Verdict::Unknown } else { when(there) }
}

/// What a linter, a type check or a build says; which one only the command tells that the box names.
const CHECKED: &str = r"\b(lint(ing|er)?|format(ted|ter|ting)?|formatting|types?|type[- ]?checks?|builds?|compiles)\b.{0,60}\b(pass\w*|clean|succeeds?|check|ok|run|ran|successful(ly)?)\b|\b(pass\w*|ran|runs?) .{0,20}\b(lint(er)?|type[- ]?check|build)\b";

/// The first row that matches holds: attestations before facts, the narrower before the wider.
const ROWS: &[BoxRow] = &[
    // what follows in brackets explains the type: "Bug fix (non-breaking change which fixes an issue)"
    BoxRow { says: r"^(bug ?fix|hotfix)\b", proof: |facts, _| if facts.breaking { Verdict::Unproven } else { is(facts, &["fix"]) } },
    BoxRow { says: r"^(new )?feature\b", proof: |facts, _| if facts.breaking { Verdict::Unproven } else { is(facts, &["feat"]) } },
    BoxRow {
        says: r"\b(dco|signed[- ]off|sign[- ]off)\b",
        proof: |facts, _| if facts.signed_off { Verdict::Proven } else { Verdict::Attestation },
    },
    BoxRow {
        says: concat!(
            r"\b(i('ve| have)? (read|agree|understand|accept|confirm|certify|acknowledge|checked|verified|reviewed|searched|followed)|read the|cla\b|contributor licen[cs]e|code of conduct|",
            r"self[- ]?review|reviewed (my|the|your) (own )?code|my code follows|follows? the (\S+ )?(style|coding|contribut|guideline|convention)|coding (style|standards?)|style guide|commented (my|the) code|",
            r"hard[- ]to[- ]understand|vulnerabilit|security (issue|report|disclosure)|ai[- ](assist|generat|tool|usage)|\bllm\b|understand every|",
            r"\bno\b.{0,30}\b(warnings?|conflicts?|regressions?|breaking|impact|secrets?)|not (a )?breaking|backwards?[- ]compatib|non[- ]breaking|guidelines?\b)"
        ),
        proof: |_, _| Verdict::Attestation,
    },
    BoxRow {
        says: r"\b(added|add|adds|includes?|updated?|wrote|written|new|extended|covered by)\b.{0,40}\b(tests?|specs?|test cases?|test coverage)\b|\btests?\b.{0,30}\b(added|updated|included|written|extended)\b|\btests? (for|that|which) (prove|cover|show|verify)|\b(pr|pull request|change|patch) (has|have|contains?|comes with) ((unit|new|automated|integration|regression) )?tests?$",
        proof: |facts, text| {
            let or_changed = ["updat", "extend"].iter().any(|word| text.contains(word));
            when((facts.tests_added || or_changed && facts.tests_changed) && (facts.tests_pass || !text.contains("pass")))
        },
    },
    BoxRow {
        says: r"\b(tests?|test suite|specs?)\b.{0,40}\b(pass(es|ed|ing)?|green|succeed)\b|\bpass(es|ed|ing)? .{0,20}\btests?\b|\bran (all )?(the )?tests?\b",
        proof: |facts, _| when(facts.tests_pass),
    },
    BoxRow { says: CHECKED, proof: |_, _| Verdict::Unproven },
    // what runs elsewhere is not in the record
    BoxRow {
        says: r"\b(ci|checks?|pipelines?|workflows?|actions)\b.{0,40}\b(green|pass(es|ed|ing)?|succe\w+)\b",
        proof: |_, _| Verdict::Unknown,
    },
    // comments in the code are not what documentation files prove
    BoxRow { says: r"\bdoc(umentation)?s?[- ](comments?|strings?)\b|\bdocstrings?\b", proof: |_, _| Verdict::Unproven },
    BoxRow {
        says: r"\b(changelog|release notes?|changeset|news ?fragment|news entry)\b",
        proof: |facts, text| is_there(facts.changelog, text),
    },
    BoxRow { says: r"\b(screenshots?|screen recordings?|before/after images?)\b", proof: |facts, text| is_there(facts.images, text) },
    BoxRow { says: r"\b(migrations?|database changes?|schema changes?)\b", proof: |facts, text| is_there(facts.migration, text) },
    BoxRow {
        says: r"\b(link(ed|s)?|references?|related|associated|connected|fixes|closes|resolves)\b.{0,30}\b(issues?|tickets?)\b|\bissues? (number|is linked|linked)",
        proof: |facts, _| when(facts.issue),
    },
    BoxRow {
        says: r"\b(targets?|against|based on|into|merg\w+ to)\b.{0,20}\b(branch|main|master|develop|trunk|next)\b",
        proof: |facts, text| when(names(text, &facts.base)),
    },
    BoxRow { says: r"\bbreaking\b", proof: |facts, _| when(facts.breaking) },
    BoxRow {
        says: r"\b(documentation|docs|readme)\b.{0,40}\b(added|updated?|changed|written|included|accordingly)\b|\b(added|updated?|wrote|includes?|changed?)\b.{0,40}\b(documentation|docs|readme)\b",
        proof: |facts, text| when(if text.contains("doc") { facts.docs } else { facts.readme }),
    },
    BoxRow { says: r"\b(bug ?fix|bugfix|hotfix|fix(es)? (a|an) (bug|issue))\b|^(fix|bug)\b", proof: |facts, _| is(facts, &["fix"]) },
    BoxRow { says: r"\b(new )?feature\b|\benhancement\b|^feat\b", proof: |facts, _| is(facts, &["feat"]) },
    BoxRow { says: r"\b(documentation|docs)( (update|only|change|improvement)s?)?\b", proof: |facts, _| is(facts, &["docs"]) },
    BoxRow { says: r"\brefactor(ing)?\b|\bcode clean ?up\b", proof: |facts, _| is(facts, &["refactor"]) },
    BoxRow { says: r"\bperf(ormance)?( improvement| optimi[sz]ation)?\b", proof: |facts, _| is(facts, &["perf"]) },
    BoxRow { says: r"\bdependenc(y|ies)\b|\bdeps\b", proof: |facts, _| is(facts, &["deps"]) },
    BoxRow {
        says: r"\b(ci|continuous integration|pipeline|workflow)\b( (change|update|related)s?)?",
        proof: |facts, _| is(facts, &["ci"]),
    },
    BoxRow { says: r"\bbuild\b( related)?( changes)?", proof: |facts, _| is(facts, &["build"]) },
    BoxRow { says: r"^(tests?|testing|test update|test only)\b", proof: |facts, _| is(facts, &["test"]) },
    BoxRow { says: r"\b(chore|maintenance)\b", proof: |facts, _| is(facts, &["chore"]) },
    BoxRow { says: r"\b(code style|style|formatting)\b", proof: |facts, _| is(facts, &["style"]) },
    // of one command; which one only the command tells that the box names
    BoxRow {
        says: r"\b(pass(es|ed)?|succeed(ed|s)?|exits? 0|is green)$",
        proof: |_, text| if text.contains(" and ") || text.contains([',', ';', '&']) { Verdict::Unknown } else { Verdict::Unproven },
    },
];

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| ROWS.iter().map(|row| Regex::new(&format!("(?i){}", row.says)).expect("a test compiles each row")).collect());

fn names(text: &str, branch: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'))).any(|word| word.trim_matches('.') == branch)
}

/// What a box's text stands on.
pub fn verdict(text: &str, facts: &Facts) -> Verdict {
    static OF_COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^`[^`]+` (pass(es|ed)?|succeed(ed|s)?|exits? 0|is green)\.?$"));
    let named = commands(text);
    // the words of a command are no words of the box: `ruff check` is not what runs elsewhere
    if OF_COMMAND.is_match(text.trim()) && named.iter().all(|command| facts.has_passed(command)) {
        return Verdict::Proven;
    }
    let (full, text) = (plain(text), plain(&without_brackets(text)));
    // "added tests and updated the docs" says two things: each must hold
    let parts = || text.split(" and ").flat_map(|part| part.split([',', ';', '&'])).map(str::trim).filter(|part| *part != text);
    let of_part = |part: &str| match of_row(part, facts) {
        Verdict::Unknown if is_mere_detail(part) => Verdict::Proven,
        verdict => verdict,
    };
    match of_row(&text, facts) {
        Verdict::Attestation => Verdict::Attestation,
        Verdict::Proven | Verdict::Unproven if NEGATION.is_match(&text) => Verdict::Unknown,
        Verdict::Unproven if passes(&text) && !named.is_empty() && named.iter().all(|command| facts.has_passed(command)) => Verdict::Proven,
        // that some tests pass does not say that these do
        Verdict::Proven if passes(&text) && !named.is_empty() && !named.iter().all(|command| facts.has_passed(command)) => {
            Verdict::Unproven
        }
        Verdict::Proven if parts().any(|part| matches!(of_part(part), Verdict::Unproven | Verdict::Attestation)) => Verdict::Unproven,
        Verdict::Proven if parts().any(|part| of_part(part) == Verdict::Unknown) || says_more(&text, &full) => Verdict::Unknown,
        verdict => verdict,
    }
}

/// The commands that a box names.
fn commands(text: &str) -> Vec<String> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| pattern("`([^`]+)`"));
    let words = |span: regex::Captures<'_>| span[1].trim_start_matches("$ ").split_whitespace().collect::<Vec<_>>().join(" ");
    SPAN.captures_iter(text).map(words).collect()
}

/// Whether a box says of a command, and of nothing else, that it passes.
fn passes(text: &str) -> bool {
    static PASSES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(r"(?i){CHECKED}|\btests? (pass(es|ed)?|succeed(ed|s)?)\b|\b(pass(es|ed)?|succeed(ed|s)?|exits? 0|is green)$"))
    });
    PASSES.is_match(text) && text.split_whitespace().count() <= 8
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

/// A box that says what was not done or does not happen.
static NEGATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(no|not|never|without|none|nothing|neither|nor|cannot)\b|n[' ]t\b"));

/// Whether a part of a sentence says nothing of its own: "new and existing tests pass", "where applicable".
fn is_mere_detail(part: &str) -> bool {
    static FILLING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\b(all|any|the|my|our|this|these|it|they|new|existing|old|unit|both|or|are|is|have|has|been|pass(es|ed|ing)?|locally|",
            r"if|where|when|as|applicable|needed|necessary|required|appropriate|relevant|possible)\b"
        ))
    });
    FILLING.replace_all(part, "").split_whitespace().count() < 2
}

/// Whether a sentence about tests or documentation says more than that some were written or that they pass: on what they ran, of what
/// kind they are, what they cover, for whom they are.
fn says_more(text: &str, full: &str) -> bool {
    static CONDITION: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(if|where|when|as) (applicable|needed|necessary|required|appropriate|relevant|possible)\b"));
    static TESTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(tests?|tested|testing|specs?|suites?)\b"));
    static OF_TESTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\d|\b(windows|linux|mac|mac ?os( x)?|osx|unix|bsd|ubuntu|debian|fedora|alpine|android|ios|arm|aarch64|x86|wasm|",
            r"node|node\.?js|deno|bun|python|pypy|ruby|jruby|php|java|jdk|jvm|go|rust|dotnet|\.net|chrome|chromium|firefox|safari|edge|",
            r"mysql|mariadb|postgres(ql)?|sqlite|oracle|redis|docker|kubernetes|simulators?|emulators?|",
            r"platforms?|versions?|browsers?|devices?|environments?|databases?|machines?|hardware|os|staging|production|remote(ly)?|ci|pipelines?|",
            r"e2e|end[- ]to[- ]end|integration|acceptance|regression|smoke|system|performance|load|stress|fuzz|property|benchmarks?|ui|visual|snapshot|functional|manual(ly)?|",
            r"prov(e|es|ing|en)|cover(s|ed|ing|age)?|demonstrat\w+|verif\w+|ensur\w+|confirm\w*|show(s|ing)?|validat\w+|",
            r"sufficient\w*|adequate\w*|appropriate\w*|necessary|meaningful|good|proper|full(y)? covered|thorough\w*|comprehensive\w*|each|every|cases?)\b"
        ))
    });
    static ALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(all|any|full|complete)\b"));
    static PASS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(pass\w*|green|succe\w+|ran|run)\b"));
    static DOCS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(documentation|docs)\b"));
    static OF_DOCS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\b(users?|end[- ]users?|customers?|api|developers?|public|internal|online|web ?site|site|wiki|inline|code|admin\w*|operator|",
            r"reference|guides?|manuals?|tutorials?|help|all|any|each|every|relevant|necessary|appropriate|corresponding|translat\w+|clear\w*|complete\w*|full\w*)\b"
        ))
    });
    let bare = |text: &str| CONDITION.replace_all(text, "").into_owned();
    let (text, full) = (bare(text), bare(full));
    let of_tests = TESTS.is_match(&full) && (OF_TESTS.is_match(&full) || ALL.is_match(&full) && !PASS.is_match(&full));
    of_tests || DOCS.is_match(&text) && OF_DOCS.is_match(&text)
}

fn of_row(text: &str, facts: &Facts) -> Verdict {
    let row = ROWS.iter().zip(PATTERNS.iter()).find(|(_, pattern)| pattern.is_match(text));
    match row.map_or(Verdict::Unknown, |(row, _)| (row.proof)(facts, text)) {
        // so long a sentence says more than the row knows
        Verdict::Proven if text.split_whitespace().count() > WORDS => Verdict::Unknown,
        verdict => verdict,
    }
}

/// The text without what stands in round brackets, unless that is all.
fn without_brackets(text: &str) -> String {
    static BRACKETS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(^|[^\]])\([^()]*\)").expect("a valid pattern"));
    let bare = BRACKETS.replace_all(text, "$1").into_owned();
    if bare.chars().any(char::is_alphanumeric) { bare } else { text.to_owned() }
}

/// Words of a box that a row can still answer for.
const WORDS: usize = 18;

/// The text without links, markup and signs, in lower case.
pub fn plain(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[([^\]]*)\]\([^)]*\)|<!--.*?-->|:[a-z_]+:").expect("a valid pattern"));
    let text = LINK.replace_all(text, "$1");
    let text: String =
        text.chars().map(|c| if matches!(c, '*' | '`' | '~' | '"') || !c.is_ascii() && !c.is_alphanumeric() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Facts {
        Facts {
            passed: Vec::new(),
            tests_added: true,
            tests_changed: true,
            tests_pass: true,
            docs: true,
            readme: true,
            changelog: true,
            breaking: true,
            migration: true,
            issue: true,
            images: true,
            signed_off: false,
            base: "main".into(),
            kind: Some("fix"),
        }
    }

    #[test]
    fn a_box_that_names_a_command_stands_on_its_run() {
        let facts = Facts {
            tests_pass: true,
            passed: ["npm run lint", "npx tsc --noEmit", "go vet ./...", "ruff check .", "cargo nextest run --workspace"]
                .map(Into::into)
                .into(),
            ..Facts::default()
        };
        for (text, expected) in [
            ("Lint passes (`npm run lint`)", Verdict::Proven),
            ("`go vet ./...` passes", Verdict::Proven),
            ("Vet passes (`go vet ./...`)", Verdict::Proven),
            ("Vet and fmt pass (`go vet ./...`)", Verdict::Unknown),
            ("CI passes (`go vet ./...`)", Verdict::Unknown),
            ("go vet passes", Verdict::Unproven),
            ("Types check (`npx tsc --noEmit`)", Verdict::Proven),
            ("`npm run lint` passes", Verdict::Proven),
            ("`ruff check .` passes", Verdict::Proven),
            ("`ruff check . --fix` passes", Verdict::Unknown),
            ("`ruff check .` passes in CI", Verdict::Unknown),
            ("Lint and types pass (`npm run lint`, `npx tsc --noEmit`)", Verdict::Proven),
            ("Lint passes (`npm run lint:all`)", Verdict::Unproven),
            ("Lint passes", Verdict::Unproven),
            ("Build passes (`npm run build`)", Verdict::Unproven),
            ("Tests pass (`npm test`)", Verdict::Unproven),
            ("`npm test` passes", Verdict::Unproven),
            ("`cargo test` passes", Verdict::Unproven),
            ("`cargo nextest run` passes", Verdict::Proven),
            ("Tests pass (`cargo nextest run`)", Verdict::Proven),
            ("`cargo nextest run --all-features` passes", Verdict::Unproven),
            ("No lint warnings (`npm run lint`)", Verdict::Attestation),
        ] {
            assert_eq!(verdict(text, &facts), expected, "{text}");
        }
    }

    #[test]
    fn attestations_are_never_proven() {
        for text in [
            "I have read CONTRIBUTING.md",
            "My code follows the style guidelines of this project",
            "I have performed a self-review of my own code",
            "I have commented my code, particularly in hard-to-understand areas",
            "My changes generate no new warnings",
            "I agree to the [Code of Conduct](x)",
            "Signed the CLA",
            "Commits are signed off (DCO)",
            "No breaking changes",
            "Non-breaking change",
            "I have disclosed AI assistance",
            "I have not found a vulnerability",
            "I have searched for existing PRs with tests added",
        ] {
            assert_eq!(verdict(text, &all()), Verdict::Attestation, "{text}");
        }
    }

    #[test]
    fn what_says_more_than_the_record_is_left_to_the_author() {
        for text in [
            "I have tested this on Windows and all tests pass",
            "The tests pass on Node 18 and 20",
            "All tests pass (Node 18 and 20)",
            "All tests pass in CI",
            "CI is green",
            "I have not added any tests",
            "I haven't updated the documentation",
            "Tests pass without changes",
            "Integration tests added",
            "E2E tests pass",
            "I have added unit tests covering all new code",
            "I have added tests that prove my fix works",
            "I have added tests for all new code",
            "Added sufficient tests",
            "Every new function has tests added",
            "Code compiles and all tests pass",
            "I have updated the user documentation",
            "All relevant documentation updated",
            "I ran the migration locally",
            "The migration was tested on a copy of production",
            "The migration can be rolled back",
            "Migrations run without downtime",
            "Changelog entry reviewed by the product owner",
            "Screenshots approved by design",
        ] {
            assert_eq!(verdict(text, &all()), Verdict::Unknown, "{text}");
        }
        // each on no more than what it needs
        let none = Facts::default;
        for (text, facts, expected) in [
            ("Tests added", Facts { tests_changed: true, ..none() }, Verdict::Unproven),
            ("Tests added or updated", Facts { tests_changed: true, ..none() }, Verdict::Proven),
            ("Tests added where applicable", Facts { tests_added: true, ..none() }, Verdict::Proven),
            ("Added tests and they pass", Facts { tests_added: true, ..none() }, Verdict::Unproven),
            ("The full test suite passes locally", Facts { tests_pass: true, ..none() }, Verdict::Proven),
            ("All new and existing tests passed", Facts { tests_added: true, tests_pass: true, ..none() }, Verdict::Proven),
            ("Updated the README", Facts { docs: true, ..none() }, Verdict::Unproven),
            ("Updated the README", Facts { readme: true, ..none() }, Verdict::Proven),
        ] {
            assert_eq!(verdict(text, &facts), expected, "{text}");
        }
    }

    #[test]
    fn facts_are_proven_by_the_record_alone() {
        for text in [
            "Tests added or updated",
            "I added tests",
            "The Pull Request has tests",
            "All tests pass",
            "New and existing unit tests pass locally with my changes",
            "Documentation updated",
            "Updated the CHANGELOG",
            "Breaking change (fix or feature that would break existing functionality)",
            "Linked to an issue",
            "Targets the `main` branch",
            "Screenshots attached",
            "Database migrations included",
            "This change contains a migration",
            "I have added an entry to CHANGELOG.md under Unreleased",
            "Screenshots for UI changes are attached (if applicable)",
        ] {
            assert_eq!(verdict(text, &all()), Verdict::Proven, "{text}");
            assert_eq!(verdict(text, &Facts::default()), Verdict::Unproven, "{text}");
        }
        let fix = Facts { kind: Some("fix"), ..Facts::default() };
        assert_eq!(verdict(":bug: **Bug fix** (non-breaking change which fixes an issue)", &fix), Verdict::Proven);
        assert_eq!([verdict("Bug fix", &all()), verdict("New feature", &fix)], [Verdict::Unproven; 2]);
        let tests = Facts { tests_added: true, issue: true, ..Facts::default() };
        for text in ["Added tests and updated the documentation", "For features: an associated issue and a feature description file"] {
            assert_eq!(verdict(text, &tests), Verdict::Unproven, "{text}");
        }
        assert_eq!(verdict("The pull request has no tests", &all()), Verdict::Unknown);
        assert_eq!(verdict("Lint passes (`npm run lint`)", &all()), Verdict::Unproven);
        assert_eq!(verdict("Deployed to Mars", &all()), Verdict::Unknown);
    }
}
