//! What a session leaves unfinished, as candidates below what its author says.

use crate::world::{World, each};

fn candidates(text: &str, heading: &str) -> Vec<String> {
    let section = text.split(&format!("## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("- [ ] ")).map(str::to_owned).collect()
}

/// A repository with a remote that has its first commit, on a branch of its own.
fn on_a_branch() -> World {
    let world = World::new();
    world.git(&["init", "-q", "--bare", "../origin.git"]);
    world.git(&["remote", "add", "origin", "../origin.git"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.git(&["switch", "-q", "-c", "work"]);
    world
}

#[test]
fn what_is_left_stands_below_what_the_author_says_and_is_asked_about() {
    let world = on_a_branch();
    world.ok(&["start", "Port", "--type", "feature"]);
    world.edit("src/lib.rs", "    1\n", "    // TODO: read it from the settings\n    11\n");
    world.commit("Another number");
    world.git(&["push", "-q", "origin", "work"]);
    world.edit("src/lib.rs", "    2\n", "    22\n");
    world.commit("And another");
    world.write("left.rs", "pub fn left() {}\n");
    let missing = world.ok(&["missing", "--format", "json"]).json();
    let asked = missing["missing"].as_array().unwrap().iter().find(|slot| slot["slot"] == "next_steps.immediate").unwrap().clone();
    let expected = [
        "1 changed file not committed: `left.rs`",
        "`work`: not merged into `main`; 1 of its 2 commits is on no remote branch",
        "`src/lib.rs:2`: `TODO: read it from the settings`",
    ];
    let shown: Vec<&str> = asked["evidence"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(shown, expected);
    world.ok(&["add", "next", "Read the settings"]);
    let document = world.stop();
    assert_eq!(document["next_steps"]["immediate"].as_array().unwrap().len(), 1, "candidates are nobody's tasks");
    assert_eq!(
        (&document["derived"]["unfinished"][2]["path"], &document["derived"]["unfinished"][2]["line"]),
        (&"src/lib.rs".into(), &2.into())
    );
    let text = world.journal_text();
    assert_eq!(candidates(&text, "Next Steps"), ["Read the settings"].into_iter().chain(expected).collect::<Vec<_>>());
    assert_eq!(world.journal(&["refresh"]).code, 0);
    assert_eq!(world.journal_text(), text, "a second rendering says the same");
}

#[test]
fn what_is_merged_and_pushed_leaves_nothing() {
    let world = on_a_branch();
    world.ok(&["start", "Port"]);
    world.edit("src/lib.rs", "    1\n", "    11\n");
    world.commit("Another number");
    world.git(&["switch", "-q", "main"]);
    world.git(&["merge", "-q", "--ff-only", "work"]);
    world.git(&["push", "-q", "origin", "main"]);
    let document = world.stop();
    assert_eq!(document["derived"]["unfinished"], serde_json::json!([]));
    assert!(!world.journal_text().contains("Candidates"));
}

#[test]
fn a_search_that_stands_still_is_told() {
    let world = World::new();
    for n in 0..4 {
        world.write("n.txt", format!("{n}\n"));
        world.commit(&format!("{n}"));
    }
    world.ok(&["start", "Since when"]);
    world.git(&["bisect", "start", "HEAD", "HEAD~4"]);
    let document = world.stop();
    assert_eq!(each(&document["derived"]["unfinished"], "text"), ["a bisect is not concluded (`git bisect reset`)"]);
    assert_eq!(document["files"], serde_json::json!([]));
}

#[test]
fn a_branch_whose_changes_are_where_they_were_to_go_is_done() {
    for way in ["squash", "pick", "part"] {
        let world = on_a_branch();
        world.ok(&["start", "Port"]);
        world.edit("src/lib.rs", "    1\n", "    11\n");
        world.commit("Another number");
        world.edit("src/lib.rs", "    11\n", "    111\n");
        world.write("new.rs", "pub fn new() {}\n");
        world.commit("And another");
        world.git(&["switch", "-q", "main"]);
        world.write("README.md", "# Store\n");
        world.commit("Call it a store");
        match way {
            "squash" => {
                world.git(&["merge", "-q", "--squash", "work"]);
                world.commit("Other numbers");
            }
            "pick" => drop(world.git(&["cherry-pick", "main..work"])),
            _ => drop(world.git(&["cherry-pick", "work~1"])),
        }
        world.git(&["push", "-q", "origin", "main"]);
        let document = world.stop();
        let told = each(&document["derived"]["unfinished"], "text").join("\n");
        assert_eq!(told.contains("`work`: not merged into `main`"), way == "part", "{way}: {told}");
    }
}

#[test]
fn stash_entries_of_another_worktree_are_not_this_sessions() {
    let world = World::new();
    let other = world.root.join("other");
    world.git(&["worktree", "add", "-q", "-b", "agent", other.to_str().unwrap()]);
    world.ok(&["start", "Here"]);
    std::fs::write(other.join("README.md"), "# Theirs\n").unwrap();
    world.git(&["-C", other.to_str().unwrap(), "stash", "-q"]);
    world.git(&["switch", "-q", "-c", "work"]);
    world.write("README.md", "# Ours\n");
    world.git(&["stash", "-q"]);
    world.git(&["switch", "-q", "main"]);
    let document = world.stop();
    assert_eq!(each(&document["derived"]["unfinished"], "text"), ["1 stash entry made since the start and still there"]);
}
