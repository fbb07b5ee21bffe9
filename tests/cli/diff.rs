//! `journal diff`: the evidence of any two commits, without a session.

use crate::world::{World, each};

#[test]
fn two_commits_a_tree_and_the_worktree() {
    let world = World::new();
    let base = world.git(&["rev-parse", "HEAD"]);
    world.edit("src/lib.rs", "pub fn two", "pub fn zwei");
    world.edit("config/app.toml", "80", "81");
    let head = world.commit("Rename two");
    let json = world.ok(&["diff", &base, "HEAD^{tree}", "--format", "json"]).json();
    assert_eq!(each(&json["files"], "path"), ["config/app.toml", "src/lib.rs"]);
    let definitions = &json["files"][1]["definitions"];
    assert_eq!((each(definitions, "name"), each(definitions, "change")), (vec!["two", "zwei"], vec!["removed", "added"]));
    assert_eq!(json["files"][0]["keys"][0], serde_json::json!({"key": "server.port", "before": "80", "after": "81", "line": 2}));

    world.edit("config/app.toml", "81", "82");
    let json = world.ok(&["diff", "--format", "json"]).json();
    assert_eq!((each(&json["files"], "path"), &json["base"]), (vec!["config/app.toml"], &head.into()));
    let text = world.ok(&["diff", &base]).stdout;
    assert!(text.contains("server.port: 80 → 82") && text.contains("zwei()"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours outside a terminal");
}

#[test]
fn renames_are_paired_and_attributes_count() {
    let world = World::new();
    let base = world.git(&["rev-parse", "HEAD"]);
    world.git(&["mv", "src/lib.rs", "src/numbers.rs"]);
    world.write(".gitattributes", "*.gen.txt linguist-generated\n");
    world.write("table.gen.txt", "x\n");
    world.commit("Move");
    let files = world.ok(&["diff", &base, "HEAD", "--format", "json"]).json()["files"].clone();
    assert_eq!(each(&files, "path"), [".gitattributes", "src/numbers.rs", "table.gen.txt"]);
    assert_eq!((&files[1]["old_path"], &files[1]["definitions"]), (&"src/lib.rs".into(), &serde_json::json!([])));
    assert_eq!(files[2]["category"], "generated");
}
