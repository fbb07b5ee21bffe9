//! Commits stay linked: through what happens in the session, and through what is done to them afterwards.

use serde_json::Value;

use crate::world::{World, each};

/// State and subjects of today's commits for each linked commit.
fn today(world: &World) -> Vec<(String, Vec<String>)> {
    let document = world.ok(&["show", "--format", "json"]).json();
    let subjects = |today: &Value| {
        let ids = today["ids"].as_array().unwrap().iter();
        ids.map(|id| world.git(&["log", "-1", "--format=%s", id.as_str().unwrap()])).collect()
    };
    let commits = document["commits"].as_array().unwrap().iter();
    commits.map(|commit| (commit["today"]["state"].as_str().unwrap().to_owned(), subjects(&commit["today"]))).collect()
}

/// A session with two commits on a branch of their own.
fn session() -> World {
    let world = World::new();
    world.git(&["switch", "-q", "-c", "topic"]);
    world.ok(&["start", "Two commits"]);
    world.write("a.txt", "first line of a\nsecond line of a\n");
    world.commit("Add a");
    world.write("b.txt", "first line of b\n");
    world.edit("a.txt", "second", "2nd");
    world.commit("Add b");
    world.stop();
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "-m", "Keep the journal"]);
    world
}

fn expected_states(states: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    states.iter().map(|(state, ids)| ((*state).to_owned(), ids.iter().map(|id| (*id).to_owned()).collect())).collect()
}

#[test]
fn untouched_commits_are_themselves_and_rebased_ones_are_found() {
    let world = session();
    assert_eq!(today(&world), expected_states(&[("exact", &["Add a"]), ("exact", &["Add b"])]));
    world.git(&["switch", "-q", "main"]);
    world.write("c.txt", "somebody else\n");
    world.commit("Somebody else's");
    world.git(&["rebase", "-q", "main", "topic"]);
    let before = world.git(&["rev-parse", "topic~2"]);
    assert_eq!(today(&world), expected_states(&[("exact", &["Add a"]), ("exact", &["Add b"])]));
    let text = world.ok(&["show"]).stdout;
    assert!(text.contains(&format!("is `{}` today", &before[..7])), "{text}");
}

#[test]
fn a_squash_merge_holds_both_and_two_equal_picks_are_ambiguous() {
    let world = session();
    world.git(&["switch", "-q", "main"]);
    world.git(&["merge", "-q", "--squash", "topic~1"]);
    world.git(&["commit", "-q", "-m", "Both (#7)"]);
    world.git(&["branch", "-D", "-q", "topic"]);
    assert_eq!(today(&world), expected_states(&[("exact", &["Both (#7)"]), ("exact", &["Both (#7)"])]));

    let world = session();
    let first = world.git(&["rev-parse", "topic~2"]);
    for branch in ["one", "two"] {
        world.git(&["switch", "-q", "-c", branch, "main"]);
        world.git(&["cherry-pick", &first]);
        world.git(&["commit", "-q", "--amend", "-m", branch]);
    }
    world.git(&["branch", "-D", "-q", "topic"]);
    let states = today(&world);
    assert_eq!((states[0].0.as_str(), states[0].1.len(), states[1].clone()), ("ambiguous", 2, ("gone".into(), vec![])));
}

#[test]
fn commits_of_a_file_that_was_moved_meanwhile_are_found() {
    let world = session();
    world.git(&["switch", "-q", "main"]);
    world.git(&["mv", "src/lib.rs", "src/main.rs"]);
    world.commit("Move a file");
    world.git(&["switch", "-q", "-c", "edit", "HEAD~1"]);
    world.ok(&["start", "An edit"]);
    world.edit("src/lib.rs", "    2\n", "    3 - 1\n");
    world.commit("Edit it");
    world.stop();
    world.git(&["rebase", "-q", "main"]);
    assert_eq!(today(&world), expected_states(&[("exact", &["Edit it"])]));
    world.git(&["switch", "-q", "main"]);
    world.git(&["merge", "-q", "--squash", "edit"]);
    world.git(&["commit", "-q", "-m", "An edit (#7)"]);
    world.git(&["branch", "-D", "-q", "edit"]);
    assert_eq!(today(&world), expected_states(&[("exact", &["An edit (#7)"])]));
}

/// All that git knows of what was, but what refs hold.
fn forget(world: &World) {
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.git(&["gc", "-q", "--prune=now"]);
}

#[test]
fn an_amended_commit_is_found_by_the_reflog_and_by_its_author_line() {
    let world = session();
    world.git(&["reset", "-q", "--hard", "topic~1"]);
    world.edit("b.txt", "first line", "another line");
    world.edit("a.txt", "2nd", "second, changed,");
    world.git(&["commit", "-q", "-a", "--amend", "-m", "Add b, otherwise"]);
    assert_eq!(today(&world), expected_states(&[("exact", &["Add a"]), ("exact", &["Add b, otherwise"])]));
    world.git(&["commit", "-q", "--amend", "-m", "Add b"]);
    forget(&world);
    assert_eq!(today(&world), expected_states(&[("exact", &["Add a"]), ("exact", &["Add b"])]));
}

#[test]
fn what_has_no_lines_is_itself_after_a_rebase() {
    let mut world = World::new();
    world.write("old.txt", "one\ntwo\n");
    world.write("binary", "\0one");
    world.commit("Files");
    world.git(&["switch", "-q", "-c", "topic"]);
    world.ok(&["start", "Kinds"]);
    world.git(&["mv", "old.txt", "new.txt"]);
    world.later(1).commit("Rename");
    world.git(&["update-index", "--chmod=+x", "new.txt"]);
    world.git(&["checkout", "-q", "new.txt"]);
    world.later(1).git(&["commit", "-q", "-m", "Mode"]);
    world.write("binary", "\0two");
    world.later(1).commit("Binary");
    world.later(1).git(&["commit", "-q", "--allow-empty", "-m", "Empty"]);
    world.write("empty.txt", "");
    world.later(1).commit("Empty file");
    world.git(&["switch", "-q", "-c", "side"]);
    world.write("side.txt", "side\n");
    world.later(1).commit("Side");
    world.git(&["switch", "-q", "topic"]);
    world.write("text.txt", "text\n");
    world.later(1).commit("Text");
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
    world.later(1).stop();
    let subjects = ["Rename", "Mode", "Binary", "Empty", "Empty file", "Side", "Text", "Merge side"];
    let mut told: Vec<_> = today(&world).into_iter().map(|(state, ids)| (state, ids.concat())).collect();
    let mut wanted: Vec<_> = subjects.map(|subject| ("exact".to_owned(), subject.to_owned())).to_vec();
    told.sort();
    wanted.sort();
    assert_eq!(told, wanted);

    world.git(&["switch", "-q", "main"]);
    world.write("c.txt", "somebody else\n");
    world.commit("Somebody else's");
    world.git(&["branch", "-q", "-D", "side"]);
    world.git(&["rebase", "-q", "--keep-empty", "--rebase-merges", "main", "topic"]);
    forget(&world);
    let mut told: Vec<_> = today(&world).into_iter().map(|(state, ids)| (state, ids.concat())).collect();
    told.sort();
    assert_eq!(told, wanted);
}

#[test]
fn a_split_commit_is_in_both_parts_and_one_that_came_back_is_itself() {
    let world = session();
    world.git(&["reset", "-q", "--hard", "topic~1"]);
    world.git(&["reset", "-q", "HEAD~1"]);
    world.git(&["commit", "-q", "-a", "-m", "Part of a"]);
    world.commit("Part of b");
    assert_eq!(today(&world)[1], ("ambiguous".to_owned(), vec!["Part of b".to_owned(), "Part of a".to_owned()]));
    let text = world.ok(&["show"]).stdout;
    assert!(text.contains("` was split: `"), "{text}");

    let world = World::new();
    world.ok(&["start", "Back"]);
    world.write("a.txt", "one\n");
    let first = world.commit("Add a");
    world.git(&["commit", "-q", "--amend", "-m", "Add another"]);
    world.stop();
    world.git(&["reset", "-q", "--hard", &first]);
    assert_eq!(today(&world), expected_states(&[("exact", &["Add a"])]));
}

#[test]
fn a_line_that_others_write_too_is_no_successor() {
    let world = World::new();
    world.ok(&["start", "Dropped"]);
    world.write("a.txt", "}\n\n");
    world.commit("Close the block");
    world.stop();
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.write("b.txt", "fn more() {\n    three();\n}\n\n");
    world.commit("More");
    world.git(&["mv", "b.txt", "a.txt"]);
    world.git(&["commit", "-q", "--amend", "-m", "More"]);
    assert_eq!(today(&world), expected_states(&[("gone", &[])]));
}

#[test]
fn a_dropped_commit_is_gone_even_after_git_forgot_it() {
    let world = session();
    world.git(&["switch", "-q", "main"]);
    world.git(&["branch", "-D", "-q", "topic"]);
    forget(&world);
    assert_eq!(today(&world), expected_states(&[("gone", &[]), ("gone", &[])]));
    assert!(world.ok(&["show"]).stdout.contains("is gone: no branch or tag has a commit like it"));
}

#[test]
fn amended_dropped_and_foreign_commits_within_the_session() {
    let mut world = World::new();
    world.git(&["branch", "others"]);
    world.ok(&["start", "Moves"]);
    world.write("a.txt", "one\n");
    let first = world.later(1).commit("Add a");
    world.write("a.txt", "one\ntwo\n");
    world.git(&["commit", "-q", "-a", "--amend", "-m", "Add a and two"]);
    world.write("b.txt", "tried\n");
    world.later(1).commit("Try b");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.git(&["switch", "-q", "others"]);
    world.write("theirs.txt", "x\n");
    world.git(&["add", "-A"]);
    let output = world.command("git", &world.repo).args(["commit", "-q", "-m", "Left here"]).status().unwrap();
    assert!(output.success());
    world.git(&["switch", "-q", "main"]);
    let document = world.later(5).stop();
    assert_eq!(each(&document["commits"], "subject"), ["Add a and two", "Left here"]);
    assert_eq!((&document["commits"][0]["replaced"][0], &document["commits"][1]["branch"]), (&first.into(), &"others".into()));
    assert_eq!(each(&document["files"], "path"), ["a.txt"]);
    assert_eq!((&document["metrics"]["rollbacks"], &document["metrics"]["pivots"]), (&1.into(), &1.into()));
    let text = world.journal_text();
    assert!(text.contains("Try b — did not last: dropped by a reset") && text.contains("on `others`"), "{text}");
    assert!(text.contains("Rollbacks needed: 1 (reverts, resets to an earlier commit, rollback commands)"), "{text}");
}

/// What the session made itself is never others' work, whatever became of it; a rebase that was given up brought in nothing.
#[test]
fn own_commits_that_moved_are_not_counted_as_others() {
    let mut world = World::new();
    world.git(&["switch", "-q", "-c", "upstream"]);
    world.edit("src/lib.rs", "1", "100");
    world.commit("Theirs");
    world.git(&["switch", "-q", "main"]);
    world.ok(&["start", "Moves"]);
    world.git(&["switch", "-q", "-c", "topic"]);
    world.write("a.txt", "one\n");
    world.later(1).commit("Add a");
    world.edit("src/lib.rs", "1", "7");
    world.later(1).commit("Seven");
    world.git(&["switch", "-q", "main"]);
    world.git(&["merge", "-q", "topic"]);
    world.git(&["branch", "-q", "-D", "topic"]);
    world.later(1).git(&["commit", "-q", "--amend", "-m", "Sevens"]);
    let stopped = world.command("git", &world.repo).args(["rebase", "-q", "upstream"]).output().unwrap();
    assert!(!stopped.status.success(), "the second commit conflicts, the first one was copied");
    world.git(&["rebase", "--abort"]);
    let document = world.later(5).stop();
    assert_eq!(each(&document["commits"], "subject"), ["Add a", "Sevens"]);
    let told: Vec<_> = document["timeline"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect();
    assert!(told.iter().all(|text| !text.contains("by others") && !text.contains("did not last")), "{told:?}");
}

#[test]
fn three_commits_of_one_second_squashed_are_all_replaced() {
    let world = World::new();
    for name in ["a", "b", "c"] {
        world.write(&format!("{name}.txt"), "one\ntwo\nthree\n");
    }
    world.commit("Begin");
    world.ok(&["start", "Squash"]);
    let ids: Vec<String> = ["a", "b", "c"]
        .iter()
        .map(|name| {
            world.edit(&format!("{name}.txt"), "two", &format!("two of {name}"));
            world.commit(&format!("Add {name}"))
        })
        .collect();
    let mut rebase = world.command("git", &world.repo);
    rebase.args(["rebase", "-q", "-i", "HEAD~3"]).env("GIT_SEQUENCE_EDITOR", "sed -i '2,3s/pick/fixup/'");
    assert!(rebase.status().unwrap().success());
    let document = world.stop();
    assert_eq!(each(&document["commits"], "subject"), ["Add a"]);
    let replaced = document["commits"][0]["replaced"].as_array().unwrap();
    assert!(ids.iter().all(|id| replaced.contains(&id.as_str().into())), "{replaced:?} {ids:?}");
    assert!(!document["timeline"].to_string().contains("did not last"));
}

/// The texts of the timeline without its start and stop.
fn happened(document: &serde_json::Value) -> Vec<String> {
    let entries = document["timeline"].as_array().unwrap().iter().filter(|entry| entry["kind"] != "start" && entry["kind"] != "stop");
    entries.map(|entry| entry["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rebase_onto_own_work_is_told_by_its_name() {
    let mut world = World::new();
    world.git(&["switch", "-q", "-c", "topic"]);
    world.ok(&["start", "Rebase"]);
    world.write("a.txt", "one\n");
    world.later(1).commit("Add a");
    world.later(1).git(&["switch", "-q", "main"]);
    world.write("b.txt", "one\n");
    world.later(1).commit("Add b");
    world.later(1).git(&["switch", "-q", "topic"]);
    world.later(1).git(&["rebase", "-q", "main"]);
    world.write("c.txt", "one\n");
    world.later(1).commit("Add c");
    let tip = world.git(&["rev-parse", "--short=7", "HEAD~2"]);
    world.later(1).git(&["rebase", "-q", "--force-rebase", "HEAD~2"]);
    let document = world.later(5).stop();
    let reworked = format!("rebased onto `{}`", tip.trim());
    let wanted =
        ["Add a", "switched to `main`", "Add b", "switched to `topic`", "rebased onto `main`", "Add c", &reworked].map(str::to_owned);
    assert_eq!(happened(&document), wanted);
    assert_eq!(document["metrics"]["rollbacks"], 0);
}

#[test]
fn what_git_did_in_one_second_stands_in_the_order_of_the_reflog() {
    let mut world = World::new();
    world.git(&["switch", "-q", "-c", "topic"]);
    world.ok(&["start", "At once"]);
    world.write("a.txt", "one\n");
    world.later(1).commit("Add a");
    world.later(1).git(&["switch", "-q", "main"]);
    world.write("b.txt", "one\n");
    world.commit("Add b");
    world.git(&["switch", "-q", "topic"]);
    world.git(&["merge", "-q", "-m", "Take main", "main"]);
    world.write("c.txt", "one\n");
    world.later(1).commit("Add c");
    let document = world.later(5).stop();
    assert_eq!(happened(&document), ["Add a", "switched to `main`", "Add b", "switched to `topic`", "Take main", "Add c"]);
}
