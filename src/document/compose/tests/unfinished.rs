//! What small sessions leave unfinished.

use super::runs::ran;
use super::*;
use crate::attribution::Unfinished as Operation;
use crate::git::branches::BranchStanding;

fn unfinished(world: &World) -> Vec<(String, String)> {
    world.document().derived.unfinished.into_iter().map(|one| (one.kind, one.text)).collect()
}

fn migration(path: &str) -> (FileChange, FileEvidence) {
    let (change, evidence) = file(path, "", "class A; end\n");
    (change, FileEvidence { category: Category::Migration, language: Some("ruby".into()), ..evidence })
}

#[test]
fn nothing_is_unfinished_where_nothing_shows_it() {
    let mut world = World::new();
    world.commit(30, "Add a", &[("a.rs", "fn a() {}\n")]);
    world.change(file("a.rs", "", "fn a() {}\n"));
    world.test_on(&"b".repeat(40), 0);
    assert_eq!(unfinished(&world), []);
}

#[test]
fn the_most_pressing_comes_first() {
    let mut world = World::new();
    world.attribution = Some(Attribution { unfinished: Some(Operation::Revert), unresolved: vec!["b.rs".into()], ..attribution() });
    world.change(file("a.rs", "fn a() {}\n", "// TODO: s3cret\n#[ignore]\nfn a() {}\n"));
    world.change(migration("db/migrate/1_a.rb"));
    world.uncommitted.extend(["a.rs".into(), "db/migrate/1_a.rb".into()]);
    world.test_on(&"b".repeat(40), 1);
    world.branches = vec![BranchStanding { name: "work".into(), commits: 2, unpushed: Some(1), unmerged_into: Some("main".into()) }];
    let found = unfinished(&world);
    let kinds: Vec<&str> = found.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["operation", "conflict", "run", "skip", "migration", "uncommitted", "branch", "note"]);
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).skip(1).collect();
    assert_eq!(
        texts,
        [
            "`b.rs`: marks of a conflict",
            "`tools/phpunit` fails on the final state (09:07: 1 of 3 fails, `Suite::case_(password, masked)`)",
            "`a.rs:2`: a test does not run: `#[ignore]`",
            "`db/migrate/1_a.rb`: a new migration, no run of which is recorded",
            "2 changed files not committed: `a.rs`, `db/migrate/1_a.rb`",
            "`work`: not merged into `main`; 1 of its 2 commits is on no remote branch",
            "`a.rs:1`: `TODO: (password, masked)`",
        ]
    );
    let skip = &world.document().derived.unfinished[3];
    assert_eq!((skip.path.clone(), skip.line), (Some("a.rs".into()), Some(2)));
}

#[test]
fn a_migration_that_ran_is_done() {
    for (commands, told_of) in [
        (&[][..], Some("`1.rb`: a new migration, no run of which is recorded")),
        (&[("rails db:migrate", 1)], Some("`1.rb`: a new migration, no run of which is recorded")),
        (&[("rails db:migrate", 0)], None),
        (&[("rails db:migrate", 0), ("rails db:rollback", 0)], Some("`1.rb`: a new migration; the last recorded step rolled back")),
        (&[("rails db:migrate", 0), ("rails db:rollback", 0), ("rails db:migrate", 0)], None),
    ] {
        let mut world = World::new();
        world.change(migration("1.rb"));
        for (minute, (command, exit_code)) in commands.iter().enumerate() {
            world.ran(ran(i64::try_from(minute).expect("few"), command, *exit_code));
        }
        let found: Vec<String> = unfinished(&world).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, told_of.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{commands:?}");
    }
}

#[test]
fn a_migration_that_comes_again_under_another_number_has_to_run() {
    let mut world = World::new();
    let (change, evidence) = migration("db/migrate/2_a.rb");
    world.change((change, FileEvidence { status: Status::Renamed, old_path: Some("db/migrate/1_a.rb".into()), ..evidence }));
    assert_eq!(unfinished(&world)[0].1, "`db/migrate/2_a.rb`: a new migration, no run of which is recorded");
}

#[test]
fn a_red_run_is_told_as_far_as_it_goes() {
    for (tree, told_of) in [
        ("b".repeat(40), "fails on the final state (09:07: 1 of 3 fails, `Suite::case_(password, masked)`)"),
        (
            "r".to_owned(),
            "failed when it last ran (09:07: 1 of 3 fails, `Suite::case_(password, masked)`), with changes that were undone afterwards",
        ),
        ("x".to_owned(), "failed when it last ran (09:07: 1 of 3 fails, `Suite::case_(password, masked)`)"),
    ] {
        let mut world = World::new();
        world.test_on(&tree, 1);
        world.differ("r", &"b".repeat(40), &["late.rs"]);
        assert_eq!(unfinished(&world), [("run".to_owned(), format!("`tools/phpunit` {told_of}"))]);
    }
}

#[test]
fn a_rebase_that_stopped_to_let_a_commit_be_edited_is_not_concluded() {
    for (open, told_of) in [(true, Some("a rebase is not concluded (`git rebase --continue`, `--abort`)")), (false, None)] {
        let step = ForeignMove {
            place: 0,
            at: Some(at(10)),
            what: MoveKind::Rebase,
            from: None,
            to: Oid::new("d".repeat(40)),
            brought: Brought { others: 0, own: 0 },
            name: "main".to_owned(),
            open,
        };
        let mut world = World::new();
        world.attribution = Some(Attribution { foreign_moves: vec![step], ..attribution() });
        assert_eq!(unfinished(&world).pop().map(|(_, text)| text).as_deref(), told_of);
    }
}

#[test]
fn branches_tell_what_can_be_told() {
    let branch = |commits, unpushed, unmerged_into: Option<&str>| {
        let mut world = World::new();
        world.branches = vec![BranchStanding { name: "w".into(), commits, unpushed, unmerged_into: unmerged_into.map(str::to_owned) }];
        unfinished(&world).pop().map(|(_, text)| text)
    };
    for (standing, text) in [
        ((1, None, None), None),
        ((1, Some(0), None), None),
        ((1, Some(1), None), Some("`w`: its commit is on no remote branch")),
        ((3, Some(3), None), Some("`w`: its 3 commits are on no remote branch")),
        ((3, Some(2), None), Some("`w`: 2 of its 3 commits are on no remote branch")),
        ((3, Some(0), Some("main")), Some("`w`: not merged into `main`")),
    ] {
        assert_eq!(branch(standing.0, standing.1, standing.2).as_deref(), text, "{standing:?}");
    }
}

#[test]
fn what_was_restarted_may_be_watched() {
    let mut world = World::new();
    world.ran(ran(1, "ssh web1 'sudo systemctl restart nginx'", 0));
    world.ran(ran(2, "ssh web1 'sudo systemctl reload nginx'", 0));
    world.ran(ran(3, "ssh web2 'sudo systemctl restart nginx'", 1));
    world.ran(ran(4, "ssh web3 'systemctl status nginx'", 0));
    assert_eq!(world.document().derived.restarted, ["nginx on web1: reloaded once, restarted once, 09:03–09:04"]);
}

#[test]
fn a_change_of_a_system_that_failed_last_is_open() {
    let restart = "ssh web1 'sudo systemctl restart nginx'";
    for (exits, told_of) in
        [(&[1][..], Some("`ssh web1 'sudo systemctl restart nginx'` failed when it last ran (09:02: exit code 1)")), (&[1, 0], None)]
    {
        let mut world = World::new();
        for (minute, exit_code) in exits.iter().enumerate() {
            world.ran(ran(i64::try_from(minute).expect("few"), restart, *exit_code));
        }
        assert_eq!(unfinished(&world).pop().map(|(_, text)| text).as_deref(), told_of, "{exits:?}");
    }
}
