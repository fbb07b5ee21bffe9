//! What people say: every field of the table by a command and by `apply`, what is refused, what is taken back, what is said late.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use session_journal::document::fields::{FIELDS, Field, Shape};

use crate::world::{Said, World};

/// What is said of a field, and the words of it that the journal must show.
struct Sample {
    value: Value,
    shown: Vec<String>,
}

fn sample(shape: &Shape, name: &str) -> Sample {
    let one = |value: Value, shown: &str| Sample { value, shown: vec![shown.to_owned()] };
    match shape {
        Shape::Text => one(format!("{name} said").into(), &format!("{name} said")),
        Shape::YesNo => one(true.into(), "Yes"),
        Shape::Number => one(7.into(), "7"),
        Shape::Time => one("2026-11-22T09:05:00+01:00".into(), "09:05"),
        Shape::Choice(words) => one(words[1].into(), ""),
        Shape::Names | Shape::Texts => one(json!([format!("{name} said")]), &format!("{name} said")),
        Shape::Records(record) => {
            let parts = record.parts.iter().map(|part| (part.key, sample(&part.shape, &format!("{name} {}", part.key))));
            let (mut value, mut shown) = (json!({}), Vec::new());
            for (key, sample) in parts {
                value[key] = sample.value;
                shown.extend(sample.shown.into_iter().filter(|text| text.contains("said")));
            }
            Sample { value: json!([value]), shown }
        }
    }
}

/// A word for a field that stands nowhere else, in letters that no part of the journal escapes or breaks.
fn name(field: &Field) -> String {
    field.key.replace(['.', '_'], "-")
}

/// Fields whose value the journal tells in other words, or at the file that it names.
fn is_told_otherwise(field: &Field) -> bool {
    matches!(field.key, "session_type" | "impact.marks" | "technical.configuration_changes")
}

fn assert_told(text: &str, field: &Field, shown: &[String]) {
    let from = if field.heading == "Title" { Some(0) } else { text.find(&format!("## {}\n", field.heading)) };
    let section = &text[from.unwrap_or_else(|| panic!("no heading {}", field.heading))..];
    let section = section.find("\n## ").filter(|_| field.heading != "Notes").map_or(section, |end| &section[..end]);
    for part in shown {
        assert!(section.contains(part.as_str()), "{}: {part:?} is not under {}:\n{section}", field.key, field.heading);
    }
}

/// A session in which two files changed that reasons can be given for.
fn session() -> World {
    let mut world = World::new();
    world.ok(&["start"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    world.edit("config/app.toml", "port = 80", "port = 8080");
    world.later(10);
    world
}

fn add(world: &World, field: &Field) -> Vec<String> {
    let name = name(field);
    let Some(add) = field.add else {
        let (typed, shown) = match field.shape {
            Shape::YesNo => ("yes".to_owned(), "Yes".to_owned()),
            Shape::Number => ("7".to_owned(), "7 (as stated)".to_owned()),
            Shape::Choice(words) => (words[1].to_owned(), String::new()),
            _ => (format!("{name} said"), format!("{name} said")),
        };
        world.ok(&["set", field.key, &typed]);
        return vec![shown];
    };
    let text = if field.key == "references.external" { format!("https://example.org/{name}") } else { format!("{name} title") };
    let mut arguments = vec!["add".to_owned(), add.kind.to_owned(), text.clone()];
    arguments.extend(add.flag.map(|flag| format!("--{flag}")));
    let mut shown = vec![text];
    for flag in field.shape.parts().iter().flat_map(|part| part.flags) {
        let typed = if flag.value == "MINUTES" { "25".to_owned() } else { format!("{name} {}", flag.name) };
        shown.push(if flag.value == "MINUTES" { "25 minutes".to_owned() } else { typed.clone() });
        arguments.extend([format!("--{}", flag.name), typed]);
    }
    world.ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    shown
}

#[test]
fn every_field_can_be_filled_by_a_command() {
    let world = session();
    world.ok(&["add", "change", "src/lib.rs", "--why", "technical-code said"]);
    world.ok(&["add", "change", "config/app.toml", "--why", "technical-configuration said"]);
    world.ok(&["add", "impact", "down", "--at", "09:01"]);
    let fields = FIELDS.iter().filter(|field| !matches!(field.key, "technical.code_changes") && field.key != "impact.marks");
    let fields = fields.filter(|field| !is_told_otherwise(field) || field.key == "session_type");
    let told: Vec<(&Field, Vec<String>)> = fields.map(|field| (field, add(&world, field))).collect();
    let document = world.stop();
    let text = world.journal_text();
    for (field, shown) in &told {
        assert_told(&text, field, shown);
    }
    for part in ["**Purpose**: technical-code said", "**Change**: technical-configuration said", "**Session Type**: Feature Development\n"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(document["impact"]["marks"][0]["state"], "down");
    // what is left are facts that nobody observed here: the phases of the timeline, commands, runs and times
    let observed = ["Phase", "Identified", "Attempted", "Achieved", "Key Commands Executed", "Testing", "Metrics"];
    let silent: Vec<&str> = headings_of_blanks(&text).into_iter().filter(|line| !observed.iter().any(|end| line.ends_with(end))).collect();
    assert!(silent.is_empty(), "{silent:?} in\n{text}");
}

/// The headings under which something is said to be missing.
fn headings_of_blanks(text: &str) -> Vec<&str> {
    let mut heading = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            heading = line;
        } else if line.contains("recorded._") {
            found.push(heading);
        }
    }
    found
}

#[test]
fn every_field_can_be_filled_by_apply() {
    let world = session();
    let mut narrative = json!({});
    let mut told = Vec::new();
    for field in FIELDS {
        let mut sample = sample(&field.shape, &name(field));
        match field.key {
            "technical.code_changes" => sample.value[0]["path"] = "src/lib.rs".into(),
            "technical.configuration_changes" => sample.value[0]["path"] = "config/app.toml".into(),
            _ => told.push((field, sample.shown)),
        }
        narrative[field.key] = sample.value;
    }
    let said = apply(&world, &narrative);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = log(&world);
    let again = apply(&world, &narrative);
    assert!(again.stderr.contains("Nothing new"), "{}", again.stderr);
    assert_eq!(self::log(&world), log, "applied twice is applied once");
    world.stop();
    let text = world.journal_text();
    for (field, shown) in told.iter().filter(|(field, _)| !is_told_otherwise(field)) {
        assert_told(&text, field, shown);
    }
    for part in ["**Purpose**: technical-code-changes purpose said", "**Change**: technical-configuration-changes description said"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

fn apply(world: &World, narrative: &Value) -> Said {
    piped(world, &["apply"], &narrative.to_string())
}

fn piped(world: &World, arguments: &[&str], input: &str) -> Said {
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output: Output = child.wait_with_output().unwrap();
    Said::from(output)
}

fn log(world: &World) -> Vec<u8> {
    let sessions = fs::read_dir(world.repo.join(".git/journal/sessions")).unwrap();
    let folder = sessions.map(|entry| entry.unwrap().path()).max().unwrap();
    fs::read(folder.join("events.jsonl")).unwrap()
}

#[test]
fn what_is_not_valid_is_refused_as_a_whole() {
    let world = session();
    let before = log(&world);
    for (narrative, path, nearest) in [
        (json!({"insights": ["kept?"], "decisions": [{"title": "a", "ratonale": "b"}]}), "decisions[0].ratonale", "decisions[0].rationale"),
        (json!({"insights": ["kept?"], "commits": []}), "commits", "observed"),
        (json!({"executive_summary": 3}), "executive_summary", "a text is wanted"),
        (json!({"next_steps": {"soon": ["x"]}}), "next_steps.soon", "next_steps."),
    ] {
        let said = apply(&world, &narrative);
        assert_eq!((said.code, said.stderr.contains(path), said.stderr.contains(nearest)), (2, true, true), "{}", said.stderr);
    }
    assert_eq!(piped(&world, &["apply"], "{").code, 2);
    for (arguments, said) in [
        (&["set", "root_cause.problm", "x"][..], "root_cause.problem"),
        (&["set", "decisions", "x"], "journal add decision"),
        (&["set", "metrics.first_approach_worked", "perhaps"], "yes or no"),
        (&["set", "title", " "], "empty"),
        (&["add", "challenge", "x", "--time-lost", "long"], "--time-lost"),
        (&["add", "related", "x", "--blocked", "--similar"], "--similar"),
        (&["add", "related", "x", "--blocked", "--reason", "y"], "--reason"),
        (&["add", "test", "make check"], "--passed"),
        (&["undo"], "nothing was said"),
    ] {
        let refused = world.journal(arguments);
        assert!(refused.code == 2 || refused.code == 3, "{arguments:?}: {}", refused.code);
        assert!(refused.stderr.contains(said), "{arguments:?}: {}", refused.stderr);
    }
    assert_eq!(log(&world), before, "nothing was recorded");
}

#[test]
fn what_was_said_can_be_said_again_and_taken_back() {
    let mut world = session();
    world.ok(&["note", "A guess", "--key", "cause", "--phase", "root-cause"]);
    world.ok(&["note", "The cause", "--key", "cause", "--phase", "root-cause"]);
    world.later(1).ok(&["add", "insight", "Kept"]);
    let said = world.later(1).ok(&["add", "insight", "Named"]);
    world.later(1).ok(&["add", "insight", "Last"]);
    let id = said.stderr.trim().trim_end_matches(')').rsplit(' ').next().unwrap().to_owned();
    assert!(world.ok(&["undo"]).stderr.contains("Last"));
    assert!(world.ok(&["undo", &id]).stderr.contains("Named"));
    assert_eq!(world.journal(&["undo", &id]).code, 3, "it does not count any more");
    let document = world.stop();
    assert_eq!(crate::world::each(&document["insights"], "title"), ["Kept"]);
    let notes: Vec<&Value> = document["timeline"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "note").collect();
    assert_eq!(notes.len(), 1);
    assert_eq!((&notes[0]["text"], &document["root_cause"]["why"]), (&"The cause".into(), &"The cause".into()));
}

#[test]
fn long_text_comes_from_the_editor_or_a_pipe_and_no_secret_is_stored() {
    let world = session();
    let secret = ["sk_", "live_", "51H8aQwErTyUiOpAsDfGhJkLz"].concat();
    let script = world.root.join("editor.sh");
    fs::write(&script, "printf '%s\\n' 'Lock, not constraint' '' 'Ships today, needs no migration.' > \"$1\"\n").unwrap();
    let mut command = world.command(env!("CARGO_BIN_EXE_journal"), &world.repo);
    let edited = command.args(["add", "decision", "-e"]).env("GIT_EDITOR", format!("sh {}", script.display())).output().unwrap();
    assert!(edited.status.success(), "{}", String::from_utf8_lossy(&edited.stderr));
    let long = format!("The key {secret} was in the log.\n\n{}", "It was long ago. ".repeat(400));
    assert_eq!(piped(&world, &["set", "executive_summary", "-"], &long).code, 0);
    assert_eq!(apply(&world, &json!({"security_notes": [format!("Rotate {secret}")]})).code, 0);
    let document = world.stop();
    assert_eq!(
        (&document["decisions"][0]["title"], &document["decisions"][0]["rationale"]),
        (&"Lock, not constraint".into(), &"Ships today, needs no migration.".into())
    );
    assert!(document["executive_summary"].as_str().unwrap().len() > 6000);
    let stored = std::process::Command::new("grep").args(["-rqF", &secret[8..]]).arg(&world.repo).status().unwrap();
    assert_eq!(stored.code(), Some(1), "the secret is stored somewhere");
}

#[test]
fn an_ended_session_takes_late_words_and_says_so() {
    let world = World::new();
    let refused = world.journal(&["add", "next", "x"]);
    assert_eq!((refused.code, refused.stderr.contains("journal start")), (3, true));
    world.ok(&["start", "Raise the port", "--type", "debugging"]);
    let stopped = world.journal(&["stop", "--no-input", "--require"]);
    assert_eq!((stopped.code, stopped.stderr.contains("executive_summary")), (5, true), "{}", stopped.stderr);
    assert!(world.journal_text().contains("Raise the port"), "written all the same");
    let refused = world.journal(&["set", "root_cause.problem", "x"]);
    assert_eq!((refused.code, refused.stderr.contains("--session 2026-11-22_raise-the-port")), (3, true), "{}", refused.stderr);
    let late = world.ok(&["set", "root_cause.problem", "Known later", "--session", "raise-the-port"]);
    assert!(late.stderr.contains("journal refresh"), "{}", late.stderr);
    let missing = world.ok(&["missing", "--format", "json"]).json();
    let slots = crate::world::each(&missing["missing"], "slot");
    assert!(slots.contains(&"root_cause.why") && !slots.contains(&"root_cause.problem"), "{slots:?}");
}

#[test]
fn what_is_missing_can_be_answered_by_its_slots() {
    let world = session();
    world.ok(&["set", "session_type", "exploration"]);
    let missing = world.ok(&["missing", "--format", "json"]).json();
    assert_eq!(missing["session_type"], "exploration");
    let open = missing["missing"].as_array().unwrap();
    assert!(open.iter().any(|slot| slot["slot"] == "executive_summary" && slot["required"] == true));
    assert!(open[0]["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()), "what has evidence comes first");
    let answers: Value = open.iter().map(|slot| (slot["slot"].as_str().unwrap().to_owned(), json!("Said now"))).collect();
    assert_eq!(apply(&world, &answers).code, 0);
    assert_eq!(world.ok(&["missing"]).stdout, "Nothing is missing.\n");
}

#[test]
fn the_schema_and_the_list_of_fields_are_printed_without_a_session() {
    let world = World::new();
    let schema = world.ok(&["schema"]).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["properties"]["decisions"]["items"]["required"], json!(["title"]));
    let list = world.ok(&["set", "--list"]).stdout;
    assert!(FIELDS.iter().all(|field| list.contains(field.key)), "{list}");
}

#[test]
fn a_note_about_a_file_that_is_not_there_says_so() {
    let world = session();
    fs::write(world.repo.join("here.py"), "x = 1\n").unwrap();
    for (file, is_told) in [("here.py", false), ("here.py:1", false), ("nosuch.py:9", true)] {
        let said = world.ok(&["note", "about a file", "--file", file]);
        assert_eq!(said.stderr.contains("no file"), is_told, "{file}: {}", said.stderr);
    }
}
