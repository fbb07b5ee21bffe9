//! The rows. Keys are public and for ever; the matrix of types says what a journal of that type is asked for.

use super::Asked::{Never as N, Offered as O, Required as R};
use super::values::{chosen, minutes, option, text};
use super::{Add, AddKind, Asked, Bearing, Field, Flag, Part, Question, Record, Shape, TYPES};
use crate::event::Phase;
use Bearing::{Additions, Facts, Failures, Flags, Notes, Passes, Reverted, Start, Subjects, Systems, Unfinished};
use Shape::{Choice, Names, Number, Records, Text, Texts, Time, YesNo};

/// What people fill, in the order of the template.
pub static FIELDS: &[Field] = &[
    row("title", Text, "Title", "What the session is called"),
    row(
        "session_type",
        Choice(&["debugging", "feature", "infrastructure", "emergency", "exploration"]),
        "Title",
        "What kind of work it was",
    ),
    row("primary_goal", Text, "Title", "What was to be reached"),
    row("executive_summary", Text, "Executive Summary", "What was achieved, in two or three sentences").asked(
        "In two or three sentences: what is true now that was not before?",
        [R, R, R, R, R],
        &[Facts, Subjects],
    ),
    row("context.initial_situation", Text, "Context", "What triggered the work").asked(
        "What triggered this work?",
        [O, R, O, R, O],
        &[Start, Failures],
    ),
    row("context.related", Records(&RELATED), "Context", "Earlier journals, agents and runbooks").added("related", None),
    row("technical.systems", Records(&SYSTEM), "Technical Details", "Servers and services, and their part in this").added("system", None),
    row("technical.configuration_changes", Records(&CONFIGURATION), "Technical Details", "Why a configuration file was changed")
        .said_by("add change PATH --why \"…\""),
    row("technical.code_changes", Records(&CHANGE), "Technical Details", "Why a file was changed").added("change", None),
    row("root_cause.problem", Text, "Root Cause Analysis", "The actual problem").asked(
        "What was actually wrong?",
        [R, N, O, R, N],
        &[Failures, Notes(Phase::RootCause)],
    ),
    row("root_cause.why", Text, "Root Cause Analysis", "Why it happened")
        .asked("And why did it happen?", [R, N, O, R, N], &[Notes(Phase::RootCause), Subjects])
        .along("root_cause.problem"),
    row("root_cause.not_caught_earlier", Text, "Root Cause Analysis", "Which check was missing").asked(
        "Which check should have caught it earlier?",
        [R, N, O, R, N],
        &[Failures],
    ),
    row("root_cause.manifested", Text, "Root Cause Analysis", "The symptoms that were visible").asked(
        "How did it show?",
        [N, N, N, R, N],
        &[Notes(Phase::Discovery), Failures],
    ),
    row("solution.approach", Text, "Solution", "The strategy").asked(
        "What was the approach?",
        [R, R, R, O, N],
        &[Subjects, Notes(Phase::Solution)],
    ),
    row("solution.rationale", Text, "Solution", "Why this approach, what else was considered")
        .asked("Why this way, and what else did you consider?", [R, R, R, O, N], &[Reverted])
        .along("solution.approach"),
    row("solution.steps", Texts, "Solution", "Steps, in order").added("step", None),
    row("solution.verification", Texts, "Solution", "What confirmed it, and what was not checked")
        .asked("How do you know it works in place, and what did you not check?", [O, O, R, R, N], &[Notes(Phase::Resolution), Passes])
        .added("verification", None),
    row("decisions", Records(&DECISION), "Decisions Made", "Choices, with what else was considered")
        .asked("Which choice did you make that others should know?", [O, R, R, O, O], &[Reverted, Additions])
        .added("decision", None),
    row("challenges", Records(&CHALLENGE), "Challenges Encountered", "What went wrong on the way")
        .asked("What cost you time that should not have?", [O, O, O, O, O], &[Failures, Reverted])
        .added("challenge", None),
    row("insights", Records(&INSIGHT), "Key Insights", "What was learned")
        .asked("What would you tell yourself at the start?", [R, O, O, R, R], &[Reverted, Notes(Phase::RootCause)])
        .added("insight", None),
    row("artifacts", Records(&ARTIFACT), "Artifacts Created", "Files that were made to stay, and what they are for")
        .added("artifact", None),
    row("testing.results", Text, "Testing", "What the results mean: coverage, issues found"),
    row("testing.created", Records(&TESTS), "Testing", "What created tests test").added("artifact", Some("test")),
    row("monitoring.short_term", Records(&TASK), "Monitoring & Validation", "To watch for the next day or two")
        .asked("What has to be watched in the next two days?", [N, N, R, R, N], &[Systems])
        .any_of_section()
        .added("monitor", Some("short-term")),
    row("monitoring.long_term", Records(&TASK), "Monitoring & Validation", "To watch from now on").added("monitor", Some("long-term")),
    row("next_steps.immediate", Records(&TASK), "Next Steps", "To do in this session or the next")
        .asked("What is left to do?", [O, R, R, R, R], &[Unfinished])
        .any_of_section()
        .added("next", Some("immediate")),
    row("next_steps.short_term", Records(&TASK), "Next Steps", "To do this week").added("next", Some("short-term")),
    row("next_steps.long_term", Records(&TASK), "Next Steps", "To do later").added("next", Some("long-term")),
    row("related_work.blocked", Texts, "Related Work", "What waited for this").added("related", Some("blocked")),
    row("related_work.unblocks", Texts, "Related Work", "What can go on now").added("related", Some("unblocks")),
    row("related_work.similar", Texts, "Related Work", "Where the same might happen").added("related", Some("similar")),
    row("references.external", Texts, "References", "Links").added("reference", None).accepting(is_address),
    row("references.internal", Texts, "References", "Documents of this repository").added("reference", None),
    row("references.tools", Texts, "References", "Tools that were used").added("reference", Some("tool")),
    row("metrics.first_approach_worked", YesNo, "Metrics", "Whether the first approach held"),
    row("metrics.pivots", Number, "Metrics", "Changes of direction"),
    row("metrics.rollbacks", Number, "Metrics", "Rollbacks"),
    row("security_notes", Texts, "Security Notes", "What bears on security: access, credentials, data")
        .asked("What should be known about security?", [R, R, R, R, R], &[Flags])
        .if_flagged()
        .added("security", None),
    row("impact.downtime", Text, "Cost/Impact", "How long something was down").asked(
        "How long was something down?",
        [N, N, R, R, N],
        &[Systems],
    ),
    row("impact.services", Names, "Cost/Impact", "Services affected")
        .asked("Which services were affected?", [N, N, N, R, N], &[Systems])
        .along("impact.downtime"),
    row("impact.users", Text, "Cost/Impact", "Users impacted")
        .asked("Which users, and how many?", [N, N, N, R, N], &[])
        .along("impact.downtime"),
    row("impact.business", Text, "Cost/Impact", "What it cost the business")
        .asked("What did it cost: revenue, promises, reputation?", [N, N, N, R, N], &[])
        .along("impact.downtime"),
    row("impact.marks", Records(&MARK), "Cost/Impact", "When something went down and came up").said_by("add impact down"),
    row("notes", Texts, "Notes", "What has no place elsewhere").added("note", None),
];

/// What `journal add` takes.
pub static KINDS: &[AddKind] = &[
    kind(
        "decision",
        "TITLE",
        "A choice that was made",
        "\"Guard with a lock\" --option \"Constraint: needs a migration\" --chosen \"Lock: ships today\"",
    ),
    kind(
        "challenge",
        "TITLE",
        "What went wrong on the way",
        "\"Flaky broker\" --attempted \"A restart\" --resolution \"A newer client\" --time-lost 25",
    ),
    kind("insight", "TITLE", "What was learned", "\"The timeout must exceed every job's\" --action \"Lint for it\""),
    kind("system", "NAME", "A server or service, and its part in this", "web-2 --role \"Serves the checkout\""),
    kind("change", "PATH", "Why a file was changed", "deploy/site.conf --why \"Uploads take longer than 30 seconds\""),
    kind("step", "TEXT", "A step of the solution; steps keep their order", "\"Drain the queue\""),
    kind("verification", "TEXT", "What confirmed the solution", "\"Sent 200 invoices on staging, each once\""),
    kind("artifact", "PATH", "A file that was made to stay", "docs/runbooks/queue.md --purpose \"What to do when jobs pile up\""),
    kind("monitor", "TEXT", "What to keep an eye on", "\"Refused locks per minute\" --long-term"),
    kind("next", "TEXT", "What is left to do", "\"Alert on refused locks\" --short-term"),
    kind("related", "PATH or TEXT", "Earlier work, or work that this one touches", "\"Release 4.2\" --unblocks"),
    kind("reference", "ADDRESS, PATH or TOOL", "Where to read on", "https://redis.io/docs/latest/commands/set/"),
    kind("security", "TEXT", "What bears on security", "\"Read the production database with the on-call role\""),
    kind(
        "note",
        "TEXT",
        "What has no place elsewhere (journal note: what happened, in the timeline)",
        "\"The vendor's status page lags by an hour\"",
    ),
];

static RELATED: Record = record(
    "path",
    Some("reason"),
    &[
        identity("path", "Where it is"),
        part("kind", Text, "journal, agent or runbook", &KIND),
        part("reason", Text, "Why it is named here", &REASON),
    ],
);
static SYSTEM: Record =
    record("name", Some("role"), &[identity("name", "Host, service, cluster"), part("role", Text, "Its part in this", &ROLE)]);
static CONFIGURATION: Record =
    record("path", Some("description"), &[identity("path", "The file"), part("description", Text, "What was changed, and why", &[])]);
static CHANGE: Record = record("path", Some("purpose"), &[identity("path", "The file"), part("purpose", Text, "Why it was changed", &WHY)]);
static DECISION: Record = record(
    "title",
    Some("rationale"),
    &[
        identity("title", "The choice, in short"),
        part("options", Records(&OPTION), "What was considered", &OPTIONS),
        part("rationale", Text, "The reasoning", &RATIONALE),
        part("tradeoffs", Text, "What was given up for what", &TRADEOFF),
    ],
);
static OPTION: Record = record(
    "name",
    Some("text"),
    &[identity("name", "Its name"), part("text", Text, "For and against", &[]), part("chosen", YesNo, "Whether it was taken", &[])],
);
static CHALLENGE: Record = record(
    "title",
    Some("issue"),
    &[
        identity("title", "Its name"),
        part("issue", Text, "The specific problem", &ISSUE),
        part("attempted", Text, "What was tried", &ATTEMPTED),
        part("resolution", Text, "How it was overcome", &RESOLUTION),
        part("time_lost_minutes", Number, "Minutes it cost", &TIME_LOST),
        part("lesson", Text, "What to do next time", &LESSON),
    ],
);
static INSIGHT: Record = record(
    "title",
    Some("impact"),
    &[
        identity("title", "The insight"),
        part("impact", Text, "How it changes future work", &IMPACT),
        part("action", Text, "What to do with it", &ACTION),
    ],
);
static ARTIFACT: Record = record(
    "path",
    Some("purpose"),
    &[
        identity("path", "The file"),
        part("kind", Text, "Agent, Runbook, Documentation, Code …", &KIND),
        part("purpose", Text, "What it is for", &PURPOSE),
    ],
);
static TESTS: Record =
    record("path", Some("purpose"), &[identity("path", "The test file"), part("purpose", Text, "What it tests", &PURPOSE)]);
static TASK: Record = record("text", None, &[identity("text", "What is to be done"), part("done", YesNo, "Whether it is done", &[])]);
static MARK: Record =
    record("at", None, &[part("at", Time, "When", &[]), part("state", Choice(&["down", "up"]), "What it was from then on", &[])]);

static KIND: [Flag; 1] = [flag("kind", "WORD", "What it is, in a word")];
static REASON: [Flag; 1] = [flag("reason", "TEXT", "Why it is named here")];
static ROLE: [Flag; 1] = [flag("role", "TEXT", "Its part in this")];
static WHY: [Flag; 1] = [flag("why", "TEXT", "Why it was changed")];
static PURPOSE: [Flag; 1] = [flag("purpose", "TEXT", "What it is for")];
static RATIONALE: [Flag; 1] = [flag("rationale", "TEXT", "The reasoning")];
static TRADEOFF: [Flag; 1] = [flag("tradeoff", "TEXT", "What was given up for what")];
static ISSUE: [Flag; 1] = [flag("issue", "TEXT", "The specific problem")];
static ATTEMPTED: [Flag; 1] = [flag("attempted", "TEXT", "What was tried")];
static RESOLUTION: [Flag; 1] = [flag("resolution", "TEXT", "How it was overcome")];
static LESSON: [Flag; 1] = [flag("lesson", "TEXT", "What to do next time")];
static IMPACT: [Flag; 1] = [flag("impact", "TEXT", "How it changes future work")];
static ACTION: [Flag; 1] = [flag("action", "TEXT", "What to do with it")];
static TIME_LOST: [Flag; 1] = [Flag { read: minutes, ..flag("time-lost", "MINUTES", "What it cost: 25, 1h30m") }];
static OPTIONS: [Flag; 2] = [
    Flag { read: option, ..flag("option", "NAME: TEXT", "What else was considered, with its pros and cons; may be repeated") },
    Flag { read: chosen, ..flag("chosen", "NAME: TEXT", "What was chosen, with the reason") },
];

fn anything(_: &str) -> bool {
    true
}

fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("mailto:") || text.starts_with("www.")
}

const fn row(key: &'static str, shape: Shape, heading: &'static str, about: &'static str) -> Field {
    Field { key, shape, heading, about, add: None, said_by: None, question: None }
}

const fn kind(name: &'static str, value: &'static str, about: &'static str, example: &'static str) -> AddKind {
    AddKind { name, value, about, example }
}

const fn record(identity: &'static str, body: Option<&'static str>, parts: &'static [Part]) -> Record {
    Record { identity, body, parts }
}

const fn part(key: &'static str, shape: Shape, about: &'static str, flags: &'static [Flag]) -> Part {
    Part { key, shape, about, flags }
}

const fn identity(key: &'static str, about: &'static str) -> Part {
    part(key, Text, about, &[])
}

const fn flag(name: &'static str, value: &'static str, about: &'static str) -> Flag {
    Flag { name, value, about, read: text }
}

impl Field {
    const fn added(mut self, kind: &'static str, flag: Option<&'static str>) -> Self {
        self.add = Some(Add { kind, flag, accepts: anything });
        self
    }

    const fn said_by(mut self, typed: &'static str) -> Self {
        self.said_by = Some(typed);
        self
    }

    const fn accepting(mut self, accepts: fn(&str) -> bool) -> Self {
        if let Some(add) = &mut self.add {
            add.accepts = accepts;
        }
        self
    }

    const fn asked(mut self, text: &'static str, asked: [Asked; TYPES.len()], evidence: &'static [Bearing]) -> Self {
        self.question = Some(Question { text, asked, evidence, along: None, any_of_section: false, if_flagged: false });
        self
    }

    const fn along(mut self, key: &'static str) -> Self {
        if let Some(question) = &mut self.question {
            question.along = Some(key);
        }
        self
    }

    const fn any_of_section(mut self) -> Self {
        if let Some(question) = &mut self.question {
            question.any_of_section = true;
        }
        self
    }

    const fn if_flagged(mut self) -> Self {
        if let Some(question) = &mut self.question {
            question.if_flagged = true;
        }
        self
    }
}
