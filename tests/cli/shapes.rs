//! Repository shapes that libgit2 or a naive snapshot gets wrong.

use crate::world::{World, each};

#[test]
fn reftable_and_sha256_repositories() {
    for options in [&["--ref-format=reftable"][..], &["--object-format=sha256"], &["--ref-format=reftable", "--object-format=sha256"]] {
        let world = World::empty();
        std::fs::remove_dir_all(world.repo.join(".git")).unwrap();
        world.git(&[&["init", "-q", "-b", "main"], options].concat());
        world.write("a.txt", "one\n");
        world.commit("Begin");
        world.ok(&["start"]);
        world.write("a.txt", "one\ntwo\n");
        let id = world.commit("Two");
        let document = world.stop();
        assert_eq!((each(&document["files"], "path"), each(&document["commits"], "id")), (vec!["a.txt"], vec![id.as_str()]), "{options:?}");
        assert_eq!(document["branch"], "main", "{options:?}");
        let json = world.ok(&["diff", "HEAD~1", "HEAD", "--format", "json"]).json();
        assert_eq!(each(&json["files"], "path"), ["a.txt"], "{options:?}");
    }
}

#[test]
fn a_missing_required_filter_does_not_stop_a_session() {
    let world = World::new();
    world.write(".gitattributes", "*.bin filter=away\n");
    world.write("b.bin", "1\n");
    world.commit("Add a binary");
    world.git(&["config", "filter.away.clean", "no-such-program"]);
    world.git(&["config", "filter.away.required", "true"]);
    world.write("b.bin", "2\n");
    world.ok(&["start"]);
    world.write("c.bin", "3\n");
    assert_eq!(each(&world.stop()["files"], "path"), ["c.bin"]);
}

#[test]
fn staged_content_survives_a_prune() {
    let world = World::new();
    world.write("a.txt", "staged before\n");
    world.git(&["add", "a.txt"]);
    world.ok(&["start"]);
    world.git(&["rm", "-q", "--cached", "a.txt"]);
    world.write("a.txt", "other\n");
    world.git(&["gc", "-q", "--prune=now"]);
    let document = world.stop();
    assert_eq!((&document["files"][0]["added"], &document["files"][0]["removed"]), (&1.into(), &1.into()));
}
