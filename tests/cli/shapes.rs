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

fn prune(world: &World) {
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.git(&["gc", "-q", "--prune=now"]);
}

#[test]
fn a_commit_of_before_may_be_rewritten_and_pruned() {
    let world = World::new();
    world.write("before.txt", "one\n");
    world.commit("From before");
    world.ok(&["start"]);
    world.write("own.txt", "one\ntwo\n");
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "--amend", "-m", "From before, and own"]);
    prune(&world);
    let document = world.stop();
    assert_eq!((each(&document["files"], "path"), &document["files"][0]["added"]), (vec!["own.txt"], &2.into()));
}

#[test]
fn a_session_whose_start_is_pruned_as_a_whole_is_told_all_the_same() {
    let world = World::empty();
    world.write("before.txt", "one\n");
    world.commit("From before");
    world.ok(&["start"]);
    world.ok(&["note", "kept"]);
    world.write("before.txt", "two\n");
    world.git(&["commit", "-qa", "--amend", "-m", "Another beginning"]);
    prune(&world);
    world.ok(&["status"]);
    let document = world.stop();
    assert_eq!(each(&document["files"], "path"), [] as [&str; 0]);
    let text = world.journal_text();
    assert!(text.contains("kept") && text.contains("cannot be told"), "{text}");
    assert!(!text.contains("No file was changed") && !text.contains("no file differs"), "{text}");
}

/// Files that were there before neither come nor go because they are ignored now, or are not any more.
#[test]
fn what_is_ignored_may_change() {
    let world = World::new();
    world.write(".gitignore", "old\nnew\nforced\nfolder/\n");
    world.commit("Ignore");
    for path in ["old", "forced", "folder/old", "loose", "edited"] {
        world.write(path, "one\n");
    }
    world.write("gone", "went\n");
    std::thread::sleep(std::time::Duration::from_millis(20)); // time stamps of files are no finer than that
    world.ok(&["start"]);
    world.write(".gitignore", "loose\nedited\ngone\nforced\n");
    world.write("new", "one\n");
    world.write("folder/new", "one\n");
    world.write("edited", "one\ntwo\n");
    std::fs::remove_file(world.repo.join("gone")).unwrap();
    std::fs::rename(world.repo.join("src"), world.repo.join("lib")).unwrap();
    world.git(&["add", "-f", "forced"]);
    world.commit("Ignore others");
    let document = world.stop();
    let files = document["files"].as_array().unwrap();
    let files: Vec<_> = files
        .iter()
        .map(|file| [&file["path"], &file["status"], &file["added"], &file["removed"]].map(ToString::to_string).join(" ").replace('"', ""))
        .collect();
    assert_eq!(
        files,
        [
            ".gitignore modified 3 3", "edited modified 1 0", "folder/new added 1 0", "gone deleted 0 1", "lib/lib.rs renamed 0 0",
            "new added 1 0"
        ]
    );
}

/// A file that the index says not to look at is as the index says; where that comes or goes, nothing else does.
#[test]
fn flags_in_the_index_come_and_go() {
    for flag in ["assume-unchanged", "skip-worktree"] {
        let world = World::new();
        for path in ["flagged", "bared", "edited", "both"] {
            world.write(path, "one\n");
        }
        world.commit("Files");
        for path in ["flagged", "bared", "edited", "both"] {
            world.write(path, "one\ndirt\n");
        }
        let [set, take] = ["", "no-"].map(|no| format!("--{no}{flag}"));
        world.git(&["update-index", &set, "bared", "edited", "both"]);
        world.ok(&["start"]);
        world.git(&["update-index", &set, "flagged"]);
        world.git(&["update-index", &take, "bared", "edited"]);
        world.write("both", "one\ndirt\nunseen\n");
        world.write("edited", "one\ndirt\nown\n");
        world.git(&["commit", "-q", "-m", "Own", "edited"]);
        let document = world.stop();
        let file = &document["files"][0];
        assert_eq!((each(&document["files"], "path"), &file["added"], &file["removed"]), (vec!["edited"], &1.into(), &0.into()), "{flag}");
    }
}

#[test]
fn a_submodule_that_was_removed_is_told() {
    let world = World::new();
    let library = world.root.join("library");
    std::fs::create_dir(&library).unwrap();
    for arguments in [&["init", "-q"][..], &["commit", "-q", "--allow-empty", "-m", "Begin"]] {
        assert!(world.command("git", &library).args(arguments).status().unwrap().success());
    }
    world.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.to_str().unwrap(), "lib"]);
    world.commit("Add a library");
    world.ok(&["start"]);
    world.git(&["rm", "-q", "lib"]);
    world.commit("Drop the library");
    let files = &world.stop()["files"];
    assert_eq!((each(files, "path"), each(files, "status")), (vec![".gitmodules", "lib"], vec!["modified", "deleted"]));
}

/// What it is written in, the commit's own header says.
#[test]
fn messages_in_other_encodings_are_read_as_git_reads_them() {
    let world = World::new();
    world.ok(&["start", "Encodings"]);
    for (encoding, message) in [("ISO-8859-1", &b"caf\xe9 stra\xdfe\n"[..]), ("KOI8-R", b"\xd0\xd2\xc9\xd7\xc5\xd4\n")] {
        let file = world.root.join("message");
        std::fs::write(&file, message).unwrap();
        world.write("a.txt", encoding);
        world.git(&["add", "-A"]);
        world.git(&["-c", &format!("i18n.commitEncoding={encoding}"), "commit", "-q", "-F", file.to_str().unwrap()]);
    }
    assert_eq!(each(&world.stop()["commits"], "subject"), ["café straße", "привет"]);
}

#[test]
fn a_commit_without_a_message_says_so() {
    let world = World::new();
    world.ok(&["start"]);
    world.write("a.txt", "one\n");
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "--allow-empty-message", "-m", ""]);
    let document = world.stop();
    assert_eq!(each(&document["commits"], "subject"), [""]);
    assert!(world.journal_text().contains(" (no message) (+1 −0)"), "{}", world.journal_text());
}

#[test]
fn a_merge_that_a_commit_concludes_names_what_was_merged() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "-b", "agent"]);
    world.write("b.txt", "b\n");
    world.commit("Elsewhere");
    world.git(&["checkout", "-q", "main"]);
    world.ok(&["start", "Merge"]);
    world.write("a.txt", "a\n");
    world.commit("Here");
    world.git(&["merge", "-q", "--no-commit", "agent"]);
    world.later(2).git(&["commit", "-q", "--no-edit"]);
    world.later(2).stop();
    let journal = world.journal_text();
    assert!(journal.contains("merged `agent`: 1 own commit from before or elsewhere"), "{journal}");
}

#[test]
fn a_rebase_that_stands_still_is_begun_and_no_more() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "-b", "work"]);
    world.write("README.md", "# Mine\n");
    world.commit("Mine");
    world.git(&["checkout", "-q", "main"]);
    world.write("README.md", "# Theirs\n");
    world.commit("Theirs");
    world.git(&["checkout", "-q", "work"]);
    world.ok(&["start", "Rebase"]);
    world.write("a.txt", "a\n");
    world.later(1).commit("Here");
    world.later(1);
    let said = world.command("git", &world.repo).args(["rebase", "-q", "main"]).output().unwrap();
    assert!(!said.status.success(), "a conflict");
    world.later(1).stop();
    let journal = world.journal_text();
    assert!(journal.contains("rebase onto `main` begun, not concluded") && !journal.contains("rebased onto"), "{journal}");
}

/// Git deletes it, and it stays where it is.
#[test]
fn a_file_that_is_no_longer_tracked_is_not_removed() {
    let world = World::new();
    world.write(".env", "LEVEL=debug\n");
    world.commit("Add settings");
    world.ok(&["start", "Untrack"]);
    world.git(&["rm", "-q", "--cached", ".env"]);
    world.write(".gitignore", ".env\n");
    world.git(&["add", ".gitignore"]);
    world.git(&["commit", "-q", "-m", "Ignore it"]);
    world.stop();
    let journal = world.journal_text();
    assert!(journal.contains("**File**: `.env`\n"), "{journal}");
    assert!(journal.contains("git no longer tracks it; the file is still there") && !journal.contains("LEVEL"), "{journal}");
}

#[test]
fn a_submodule_that_was_moved_is_renamed_and_a_worktree_within_is_nothing() {
    let world = World::new();
    let inner = world.repo.join("vendor/one");
    world.git(&["init", "-q", "vendor/one"]);
    std::fs::write(inner.join("a"), "a\n").unwrap();
    for arguments in [&["add", "."][..], &["commit", "-q", "-m", "Inner"]] {
        assert!(world.command("git", &inner).args(arguments).output().unwrap().status.success());
    }
    world.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", "./vendor/one", "vendor/one"]);
    world.commit("Add a submodule");
    world.ok(&["start", "Move it"]);
    std::fs::create_dir(world.repo.join("third")).unwrap();
    world.git(&["mv", "vendor/one", "third/one"]);
    world.commit("Move it");
    world.git(&["worktree", "add", "-q", "-b", "agent", ".worktrees/agent"]);
    let document = world.stop();
    let files: Vec<_> =
        document["files"].as_array().unwrap().iter().map(|file| (&file["status"], &file["old_path"], &file["path"])).collect();
    let renamed = (&"renamed".into(), &"vendor/one".into(), &"third/one".into());
    assert_eq!(files, [(&"modified".into(), &serde_json::Value::Null, &".gitmodules".into()), renamed]);
}

/// What git holds of such a file is a pointer: no setting and no code.
#[test]
fn content_that_git_lfs_keeps_is_told_as_such() {
    let pointer = |c: &str| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12\n", c.repeat(64));
    let world = World::new();
    world.write("c.yaml", pointer("a"));
    world.write("m.py", pointer("a"));
    world.commit("Keep large files elsewhere");
    world.ok(&["start", "Change them"]);
    world.write("c.yaml", pointer("b"));
    world.write("m.py", pointer("b"));
    world.commit("Change them");
    let document = world.stop();
    assert_eq!(document["technical"]["configuration_changes"][0]["changes"], serde_json::json!([]));
    let journal = world.journal_text();
    assert!(journal.contains("content kept by git-lfs, changed") && !journal.contains("oid"), "{journal}");
    assert!(world.ok(&["verify"]).stdout.contains("all hold"));
}

#[test]
fn a_link_is_told_by_where_it_points() {
    let world = World::new();
    let link = |to: &str, path: &str| std::os::unix::fs::symlink(to, world.repo.join(path)).unwrap();
    link("a.yaml", "cur.yaml");
    world.commit("Add a link");
    world.ok(&["start", "Switch it"]);
    std::fs::remove_file(world.repo.join("cur.yaml")).unwrap();
    link("b.yaml", "cur.yaml");
    link("n.py", "new.py");
    world.commit("Switch it");
    let document = world.stop();
    let told: Vec<_> = document["technical"]["configuration_changes"].as_array().unwrap().iter().map(|change| &change["remark"]).collect();
    assert_eq!(told, ["link `a.yaml` → `b.yaml`", "link to `n.py`"]);
    let journal = world.journal_text();
    assert!(journal.contains("link `a.yaml` → `b.yaml`") && !journal.contains("**Code**: `new.py`"), "{journal}");
}

#[test]
fn a_branch_keeps_its_name_beside_a_tag_of_the_same() {
    let world = World::new();
    world.git(&["checkout", "-q", "-b", "1.4"]);
    world.git(&["tag", "1.4"]);
    world.ok(&["start", "Maintain"]);
    world.write("a.txt", "a\n");
    world.commit("Mend it");
    let document = world.stop();
    assert_eq!(document["branch"], "1.4");
    assert!(!world.journal_text().contains("heads/1.4"));
}

#[test]
fn work_of_before_that_is_gone_is_told() {
    let world = World::new();
    world.git(&["switch", "-q", "-c", "tried"]);
    world.write("tried.rs", "pub fn tried() {}\n");
    world.commit("Try");
    world.git(&["switch", "-q", "main"]);
    world.git(&["branch", "old"]);
    world.git(&["branch", "named", "tried"]);
    world.write("README.md", "# Store\n");
    world.git(&["stash", "-q"]);
    world.ok(&["start", "Tidy"]);
    world.git(&["branch", "-q", "-d", "old"]);
    world.git(&["branch", "-q", "-D", "tried"]);
    let nothing = world.ok(&["status", "--format", "json"]).json();
    assert_eq!(nothing["notices"], serde_json::json!([]), "all is still there");
    world.git(&["branch", "-q", "-D", "named"]);
    world.git(&["stash", "drop", "-q"]);
    let document = world.stop();
    let branch = |name: &str| format!("Branch `{name}` of the start is gone, and with it 1 commit that no other branch or tag has.");
    let expected = [branch("named"), branch("tried"), "1 stash entry of the start is gone, applied or dropped.".to_owned()];
    assert_eq!(document["derived"]["notices"], serde_json::json!(expected));
}

/// What git reads of an index that was cut off is not what was in it: the session waits until the index is whole.
#[test]
fn a_damaged_index_ends_no_session() {
    let world = World::new();
    world.ok(&["start"]);
    world.write("a.txt", "one\n");
    world.commit("Add a");
    let path = world.repo.join(".git/index");
    let index = std::fs::read(&path).unwrap();
    for damaged in [&index[..50], &index[..0], &[0; 100]] {
        std::fs::write(&path, damaged).unwrap();
        let said = world.journal(&["stop", "--no-input"]);
        assert_eq!(said.code, 1, "{}", said.stderr);
        assert!(said.stderr.contains("is damaged") && said.stderr.contains("git reset"), "{}", said.stderr);
    }
    std::fs::write(&path, index).unwrap();
    assert_eq!(each(&world.stop()["files"], "path"), ["a.txt"]);
}
