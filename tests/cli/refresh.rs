//! Journals after they were written: refreshed, edited by hand, moved, amended.

use std::fs;

use crate::world::World;

const FILE: &str = "journal/2026-11-22_raise-the-port.md";

/// An ended session with one commit and a change that is in none.
fn ended() -> World {
    let mut world = World::new();
    world.ok(&["start", "Raise the port", "--type", "debugging"]);
    world.edit("config/app.toml", "port = 80", "port = 8080");
    world.later(5).commit("Listen on 8080");
    world.later(5).ok(&["note", "Port 80 belongs to nginx", "--phase", "root-cause"]);
    world.edit("src/lib.rs", "    2\n", "    2 + 0\n");
    world.later(5).stop();
    world.later(60);
    world
}

#[test]
fn without_news_a_file_stays_as_it_is_byte_for_byte() {
    let world = ended();
    let written = world.read(FILE);
    world.ok(&["refresh"]);
    assert_eq!(world.read(FILE), written);
    for edited in [
        written.replace("_Not recorded._", "I wrote this."),
        written.replace('\n', "\r\n"),
        format!("\u{feff}{}", written.trim_end()),
        written.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n"),
        String::new(),
    ] {
        world.write(FILE, &edited);
        let said = world.ok(&["refresh"]);
        assert_eq!(world.read(FILE), edited);
        assert!(said.stderr.contains("nothing new"), "{}", said.stderr);
    }
}

#[test]
fn late_words_enter_beside_hand_edits_and_the_worktree_does_not() {
    let world = ended();
    world.write(FILE, world.read(FILE).replace("Port 80 belongs to nginx", "Port 80 belongs to nginx, says Kim").replace('\n', "\r\n"));
    world.edit("src/lib.rs", "    1\n", "    11\n");
    world.ok(&["amend", FILE, "Deployed on Monday"]);
    let text = world.read(FILE);
    assert!(text.contains("nginx, says Kim\r\n") && text.ends_with("**Addendum 2026-11-22 10:15**: Deployed on Monday\r\n"), "{text}");
    assert!(text.replace("\r\n", "").find('\n').is_none() && !text.contains("one()"), "{text}");
    world.ok(&["refresh"]);
    assert_eq!(world.read(FILE), text);
    let addenda = &world.ok(&["show", "--format", "json"]).json()["addenda"];
    assert_eq!((addenda[0]["text"].as_str(), addenda[1].is_null()), (Some("Deployed on Monday"), true));
}

#[test]
fn rewritten_commits_are_told_and_conflicts_shown_with_both_sides() {
    let mut world = ended();
    let short = &world.git(&["rev-parse", "HEAD"])[..7];
    world.git(&["commit", "-q", "--amend", "-m", "Listen on 8080, really"]);
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.later(1).ok(&["refresh"]);
    let told = format!("- `{short}` is `{}` today.", &world.git(&["rev-parse", "HEAD"])[..7]);
    assert!(world.read(FILE).contains(&told), "{}", world.read(FILE));

    // now a line that both sides change
    let mine = world.read(FILE).replace(&told, "- it was amended");
    world.write(FILE, &mine);
    world.git(&["commit", "-q", "--amend", "-m", "Listen on 8080, finally"]);
    let said = world.later(1).journal(&["refresh"]);
    assert_eq!(said.code, 4);
    for part in ["- it was amended", "+ - `", "nothing was written", "journal refresh --keep file"] {
        assert!(said.stderr.contains(part), "{part} is not in {}", said.stderr);
    }
    assert_eq!(world.read(FILE), mine);
    world.ok(&["refresh", "--keep", "file"]);
    assert_eq!(world.read(FILE), mine);
    world.ok(&["refresh"]);
    assert_eq!(world.read(FILE), mine, "what was decided stays decided");
}

#[test]
fn a_moved_file_is_found_again() {
    let world = ended();
    world.git(&["add", "journal"]);
    world.git(&["commit", "-q", "-m", "Journal"]);
    fs::create_dir(world.repo.join("docs")).unwrap();
    world.git(&["mv", FILE, "docs/port.md"]);
    world.write("docs/port.md", world.read("docs/port.md").replace("# Session Journal: Raise the port", "# Ports"));
    for name in ["docs/port.md", "raise-the-port"] {
        let said = world.ok(&["refresh", name]);
        assert!(said.stderr.contains("docs/port.md"), "{}", said.stderr);
    }
    world.ok(&["amend", "docs/port.md", "Found again"]);
    assert!(world.read("docs/port.md").contains("**: Found again"));
    world.git(&["rm", "-qf", "docs/port.md"]);
    let said = world.journal(&["refresh"]);
    assert_eq!((said.code, said.stderr.contains("journal show 2026-11-22_raise-the-port")), (3, true), "{}", said.stderr);
}

#[test]
fn an_interrupted_refresh_is_finished_by_the_next() {
    let world = ended();
    world.ok(&["amend", FILE, "One"]);
    let (folder, text) = (world.repo.join(".git/journal/sessions"), world.read(FILE));
    let session = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    // killed after the file was written: what was rendered last is still the older one
    let rendered = fs::read_to_string(session.join("rendered.md")).unwrap();
    fs::write(session.join("rendered.next.md"), &rendered).unwrap();
    fs::write(session.join("rendered.md"), rendered.split("\n**Addendum").next().unwrap()).unwrap();
    world.ok(&["refresh"]);
    assert_eq!((world.read(FILE), session.join("rendered.next.md").exists()), (text, false));
}

#[test]
fn a_file_of_nobody_is_amended_too_and_edit_needs_a_terminal() {
    let world = World::new();
    world.write("journal/old.md", "# Session Journal: Old\n\n## Notes\n\nBy hand");
    world.ok(&["amend", "journal/old.md", "# not a heading"]);
    assert_eq!(
        world.read("journal/old.md"),
        "# Session Journal: Old\n\n## Notes\n\nBy hand\n\n**Addendum 2026-11-22 09:00**: \\# not a heading\n"
    );
    assert_eq!(world.journal(&["refresh"]).code, 3);
    assert_eq!(world.journal(&["amend", "journal/none.md", "x"]).code, 3);
    let world = ended();
    let said = world.journal(&["edit"]);
    assert_eq!((said.code, said.stderr.contains("no terminal")), (2, true), "{}", said.stderr);
}

#[test]
fn edits_by_hand_are_told_as_data_and_any_file_in_the_form_is_read() {
    let world = ended();
    let stored = world.ok(&["show", "--format", "json"]).json();
    world.edit(FILE, "**Problem**: _Not recorded._", "**Problem**: Two servers, one port");
    world.edit(FILE, "## Next Steps\n", "## Next Steps\n\n**Immediate**:\n- [x] Tell nginx\n");
    let shown = world.ok(&["show", "--format", "json"]).json();
    assert_eq!(
        (&shown["root_cause"]["problem"], &shown["next_steps"]["immediate"][0]["done"]),
        (&"Two servers, one port".into(), &true.into())
    );
    assert_eq!((&shown["files"], &shown["timeline"]), (&stored["files"], &stored["timeline"]));
    let origin = |key: &str| (shown["sources"][key]["source"].as_str(), shown["sources"][key]["evidence"].as_array().map(Vec::len));
    assert_eq!(origin("root_cause.problem"), (Some("stated"), Some(0)));
    assert_eq!(origin("commits.0"), (Some("observed"), Some(1)));
    let listed = world.ok(&["show", "--sources"]).stdout;
    assert!(listed.contains("- **stated**: Two servers, one port (`root_cause.problem`)"), "{listed}");
    assert_eq!(world.ok(&["show"]).stdout, world.read(FILE));

    world.write(
        "docs/old.md",
        "# Session Journal: Old\n\n**Date**: 2024-02-03\n\n## Weather\nRain\n\n## Next Steps\n**Immediate**:\n- [x] Umbrella\n",
    );
    let shown = world.ok(&["show", "docs/old.md", "--format", "json"]).json();
    assert_eq!((&shown["title"], &shown["date"], &shown["extra"][0]["text"]), (&"Old".into(), &"2024-02-03".into(), &"Rain".into()));
    assert_eq!(world.journal(&["show", "docs/none.md"]).code, 3);
}

#[test]
fn late_statements_and_what_is_taken_back_reach_the_file() {
    let mut world = World::new();
    world.ok(&["start", "Raise the port", "--type", "debugging"]);
    world.ok(&["set", "root_cause.problem", "Two servers"]);
    world.ok(&["add", "decision", "Use 8080"]);
    world.later(5).stop();
    world.write(FILE, world.read(FILE).replace("### Decision 1: Use 8080", "### Decision 1: Use 8080, for now"));
    let last = ["--session", "raise-the-port"];
    world.later(5).ok(&["set", "root_cause.why", "Both want port 80", last[0], last[1]]);
    world.ok(&["refresh"]);
    let text = world.read(FILE);
    for part in ["**Problem**: Two servers", "**Why it happened**: Both want port 80", "Use 8080, for now"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    world.ok(&["undo", last[0], last[1]]);
    world.ok(&["refresh"]);
    assert!(world.read(FILE).contains("**Why it happened**: _Not recorded._"), "{}", world.read(FILE));
}
