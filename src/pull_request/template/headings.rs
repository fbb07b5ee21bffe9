//! What a heading of a template asks for: a family per row, known by its words.

/// What a slot asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// What it does.
    Summary,
    /// What changed, where the summary has a place of its own.
    Changes,
    /// Why it is needed.
    Why,
    /// What was wrong.
    RootCause,
    /// How it was solved.
    Approach,
    /// What else was considered.
    Decisions,
    /// Issues.
    Issues,
    /// How it was tested.
    Tests,
    /// What type of change it is.
    Type,
    /// Boxes.
    Checklist,
    /// What breaks.
    Breaking,
    /// A line for the release notes.
    ReleaseNote,
    /// Images.
    Screenshots,
    /// What to do and to watch when it goes out.
    Deployment,
    /// Documentation.
    Docs,
    /// What reviewers should know.
    Reviewers,
    /// How agents took part.
    Ai,
    /// Somebody else's: the reviewer's own list.
    Leave,
}

/// A family with its name in marks, tokens and settings, and the keys of its headings: whole, then as words within.
struct HeadingRow {
    family: Family,
    id: &'static str,
    exact: &'static [&'static str],
    within: &'static [&'static str],
}

/// The first row that matches whole holds, else the first with a word within.
const ROWS: &[HeadingRow] = &[
    HeadingRow {
        family: Family::Leave,
        id: "leave",
        exact: &["reviewer checklist", "for reviewers only", "for maintainers", "maintainer checklist", "merge checklist"],
        within: &[
            "reviewer checklist", "reviewers checklist", "checklist for reviewer", "checklist for maintainer", "for the reviewer to",
            "code review checklist", "to be filled by reviewer",
        ],
    },
    HeadingRow {
        family: Family::Ai,
        id: "ai",
        exact: &["ai usage", "agent context", "tools used"],
        within: &["ai assistance", "ai disclosure", "ai usage", "ai tools", "llm", "generative ai", "use of ai"],
    },
    HeadingRow {
        family: Family::RootCause,
        id: "root-cause",
        exact: &[
            "cause", "bug description", "current behavior", "current behaviour", "what is the current behavior",
            "what is the current behaviour", "how it manifested",
        ],
        within: &["root cause", "current behavior", "current behaviour"],
    },
    HeadingRow {
        family: Family::Type,
        id: "type",
        exact: &["type", "kind", "pr type"],
        within: &[
            "type of change", "types of change", "types of changes", "change type", "type of pr", "kind of change", "kind of pr",
            "pr type", "category of change", "what kind of change", "what is the type",
        ],
    },
    HeadingRow {
        family: Family::Screenshots,
        id: "screenshots",
        exact: &["demo", "visual", "ui changes", "before/after", "before and after", "recording"],
        within: &["screenshot", "screenshots", "screen shots", "screen recording", "video", "visual changes", "preview"],
    },
    HeadingRow {
        family: Family::Checklist,
        id: "checklist",
        exact: &["missed anything", "tasks", "todo", "todos", "before submitting", "before you submit"],
        within: &["checklist", "check list", "requirements"],
    },
    HeadingRow {
        family: Family::Breaking,
        id: "breaking",
        exact: &["migration", "risks", "risk", "api changes", "impact"],
        within: &[
            "breaking change", "breaking changes", "backwards compatibility", "backward compatibility", "upgrade notes", "upgrade guide",
            "introduce a breaking",
        ],
    },
    HeadingRow {
        family: Family::ReleaseNote,
        id: "release-note",
        exact: &["news", "changelog", "changelog entry", "user-facing change"],
        within: &["release note", "release notes", "changelog", "user-facing change", "user facing change"],
    },
    HeadingRow {
        family: Family::Tests,
        id: "tests",
        exact: &["test", "tests", "testing", "qa", "validation", "verification", "tested", "test results"],
        within: &[
            "test plan", "testing", "tested", "how to test", "test steps", "steps to test", "to test this", "tested this", "test cases",
            "test coverage", "verification", "validation", "did you test", "verify", "qa steps", "testing instructions",
            "test instructions", "tests", "reproduce",
        ],
    },
    HeadingRow {
        family: Family::Docs,
        id: "docs",
        exact: &["documentation", "docs", "docs update"],
        within: &["documentation", "docs update"],
    },
    HeadingRow {
        family: Family::Deployment,
        id: "deployment",
        exact: &["deployment", "rollout", "rollback", "monitoring", "post-merge", "post merge"],
        within: &["deployment", "deploy", "rollout", "rollback", "monitoring", "post-deploy"],
    },
    HeadingRow {
        family: Family::Decisions,
        id: "decisions",
        exact: &["alternatives", "decisions", "trade-offs", "tradeoffs"],
        within: &["alternatives", "design decisions", "decisions made", "trade-offs", "tradeoffs", "drawbacks"],
    },
    HeadingRow {
        family: Family::Issues,
        id: "issues",
        exact: &[
            "issue", "issues", "fixes", "closes", "ticket", "tickets", "references", "reference", "jira", "links", "resolves", "related",
        ],
        within: &[
            "related issue", "related issues", "linked issue", "linked issues", "fixed issues", "issue number", "issue link", "ticket",
            "jira", "issues this pr fixes", "issue(s)", "issues fixed", "issue fixed", "which issue", "which issues", "link to issue",
            "closes", "fixes", "related to", "bug tracker", "related work item", "associated issue", "relevant issues", "issues",
        ],
    },
    HeadingRow {
        family: Family::Reviewers,
        id: "reviewers",
        exact: &[
            "notes", "other", "others", "additional notes", "reviewer notes", "for reviewers", "notes for reviewers", "anything else",
            "comments", "misc",
        ],
        within: &[
            "additional", "notes for", "special notes", "reviewer notes", "other information", "further comments", "extra notes",
            "additional context", "for the reviewer", "where should the reviewer start", "reviewers",
        ],
    },
    HeadingRow {
        family: Family::Approach,
        id: "approach",
        exact: &[
            "solution", "fix", "fix details", "approach", "how does it work", "the fix", "technical details", "new behavior",
            "new behaviour",
        ],
        within: &["solution", "approach", "how does it work", "how does this", "new behavior", "new behaviour", "how did you fix"],
    },
    HeadingRow {
        family: Family::Changes,
        id: "changes",
        exact: &[
            "changes", "what changed", "changes made", "implementation", "details", "how", "key changes", "list of changes",
            "modifications", "main changes", "change log", "what's changed", "whats changed",
        ],
        within: &[
            "changes made", "changes proposed", "changes introduced", "changes included", "proposed changes", "proposed change",
            "what changed", "what has changed", "what was changed", "changes in this", "summary of changes", "list of changes",
            "implementation details", "key changes", "what changes", "the changes",
        ],
    },
    HeadingRow {
        family: Family::Why,
        id: "why",
        exact: &[
            "why", "motivation", "context", "background", "rationale", "problem", "purpose", "goal", "goals", "objective", "intent",
            "reason",
        ],
        within: &["motivation", "why", "background", "rationale", "purpose", "the problem", "problem statement", "context", "objective"],
    },
    HeadingRow {
        family: Family::Summary,
        id: "summary",
        exact: &[
            "description", "summary", "what", "overview", "abstract", "tl;dr", "tldr", "about", "pull request", "introduction",
            "proposed change", "proposed changes",
        ],
        within: &[
            "description", "summary", "overview", "what does this", "what this pr", "what is this", "what it does", "describe", "abstract",
            "in a nutshell", "what do these changes do", "what's in this", "pr info", "what was a problem",
        ],
    },
];

/// The family's name in marks, tokens and settings.
pub fn id(family: Family) -> &'static str {
    ROWS.iter().find(|row| row.family == family).map_or("leave", |row| row.id)
}

/// The family of a name; the names of pieces are known too.
pub fn by_id(name: &str) -> Option<Family> {
    let name = match name {
        "verification" => "tests",
        other => other,
    };
    ROWS.iter().find(|row| row.id == name).map(|row| row.family)
}

/// Both what and why are asked for at once.
pub fn is_combined(key: &str) -> bool {
    let has = |word: &str| within(key, word);
    (has("what") || has("description") || has("summary")) && (has("why") || has("motivation") || has("context") || has("purpose"))
}

/// What a heading asks for; none where no row knows it.
pub fn family(key: &str) -> Option<Family> {
    let whole = |key: &str| ROWS.iter().find(|row| row.exact.contains(&key)).map(|row| row.family);
    let inside = |key: &str| ROWS.iter().find(|row| row.within.iter().any(|word| within(key, word))).map(|row| row.family);
    let sides: Vec<&str> = key.split(['/', '|', '／', '｜']).map(str::trim).filter(|side| !side.is_empty()).collect();
    if is_combined(key) {
        return Some(Family::Summary);
    }
    whole(key).or_else(|| sides.iter().find_map(|side| whole(side))).or_else(|| inside(key))
}

fn within(key: &str, words: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
    key.match_indices(words).any(|(at, _)| edge(key[..at].chars().next_back()) && edge(key[at + words.len()..].chars().next()))
}

/// A heading without markup, numbers, signs and what stands in brackets; the second says that the slot may stay empty.
pub fn key(heading: &str) -> (String, bool) {
    let heading = super::lines::without_comments(heading);
    let lower = heading.to_lowercase();
    let optional =
        ["optional", "if applicable", "if appropriate", "if any", "if needed", "if relevant"].iter().any(|word| lower.contains(word));
    let mut bare = String::new();
    let mut depth = 0_usize;
    for c in lower.replace("(s)", "s").chars() {
        match c {
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '*' | '_' | '`' | '#' | '~' | '"' | '“' | '”' => bare.push(' '),
            c if c.is_alphanumeric() || c.is_ascii_punctuation() || c.is_whitespace() || matches!(c, '’' | '／' | '｜') => bare.push(c),
            _ => bare.push(' '),
        }
    }
    let bare = without_emoji_names(&bare).replace('’', "'");
    let words = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let numbered = words.trim_start_matches(|c: char| c.is_ascii_digit());
    let words = if numbered.len() < words.len() { numbered.trim_start_matches(['.', ')', ':', '-', ' ']) } else { &words };
    let words = words.trim_start_matches(['*', '-', ' ']);
    let words = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '?' | '!' | '.' | ',' | '-' | '+' | '=' | '>' | '<'));
    (words.to_owned(), optional)
}

/// `:bug: fixes` → ` fixes`.
fn without_emoji_names(text: &str) -> String {
    let is_name = |word: &str| word.len() > 2 && word.starts_with(':') && word.ends_with(':');
    text.split_whitespace().filter(|word| !is_name(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_reached_by_each_of_its_keys() {
        for row in ROWS {
            for word in row.exact {
                assert_eq!(family(word), Some(row.family), "{word}");
            }
            assert_eq!(by_id(row.id), Some(row.family));
        }
    }

    #[test]
    fn headings_are_known_in_their_clothes() {
        for (heading, expected) in [
            ("## 📝 Description", Some(Family::Summary)),
            ("**What this PR does / why we need it**:", Some(Family::Summary)),
            ("Which issue(s) this PR fixes:", Some(Family::Issues)),
            ("1.) How Has This Been Tested?", Some(Family::Tests)),
            ("2 - Motivation and Context (required)", Some(Family::Why)),
            ("Types of changes", Some(Family::Type)),
            (":camera: Screenshots (if appropriate):", Some(Family::Screenshots)),
            ("变更说明 / Summary", Some(Family::Summary)),
            ("テスト | Testing", Some(Family::Tests)),
            ("Does this PR introduce a user-facing change?", Some(Family::ReleaseNote)),
            ("Special notes for your reviewer:", Some(Family::Reviewers)),
            ("Does this PR introduce a breaking change?", Some(Family::Breaking)),
            ("Reviewer checklist", Some(Family::Leave)),
            ("Proposed change", Some(Family::Summary)),
            ("Proposed changes made", Some(Family::Changes)),
            ("### Changes proposed in this PR ###", Some(Family::Changes)),
            ("How I expect reviewers to test this PR", Some(Family::Tests)),
            ("What is the new behavior?", Some(Family::Approach)),
            ("Trac ticket number", Some(Family::Issues)),
            ("Favourite colour", None),
            ("Latest news", None),
        ] {
            assert_eq!(family(&key(heading.trim_start_matches('#')).0), expected, "{heading}: {:?}", key(heading));
        }
        assert!(key("Screenshots (if appropriate)").1 && !key("Summary").1);
    }
}
