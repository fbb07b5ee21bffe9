//! What attribution costs beside `git log --stat`: run by hand, in release mode, with `--ignored --nocapture`.

use std::time::{Duration, Instant};

use session_journal::git::baseline;

use crate::sandbox::Sandbox;

fn best(of: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..of).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.collect::<Vec<_>>().into_iter().min().unwrap_or_default()
}

#[test]
#[ignore = "measures; run by hand in release mode"]
fn two_hundred_movements_in_fifty_thousand_files() {
    let sandbox = Sandbox::at_pace(1);
    let work = sandbox.path("work");
    std::fs::create_dir(&work).expect("a directory");
    sandbox.shell(&work, "
        git init -q -b main; git config gc.auto 0; git config user.name me; git config user.email me@example.org
        for d in $(seq 1 500); do mkdir -p src/m$((d % 20))/d$d; for f in $(seq 1 100); do printf 'line %s\\nof %s\\n' $f $d > src/m$((d % 20))/d$d/f$f.txt; done; done
        git add -A; git commit -qm first; git repack -adq; git branch other
        for d in $(seq 1 40); do echo dirt >> src/m$((d % 20))/d$d/f1.txt; done");
    let start = sandbox.worktree_state(&work);
    sandbox.shell(&work, "
        for i in $(seq 1 80); do echo own $i >> src/m$((i % 20))/d$i/f2.txt; git commit -qm own$i -- src/m$((i % 20))/d$i/f2.txt; done
        for i in $(seq 1 20); do git commit -q --amend -m again$i; done
        git stash -q
        for i in $(seq 1 20); do git switch -q other; echo theirs $i >> src/m1/d1/f3.txt; git commit -qam o$i; git switch -q main; git merge -q -m m$i other; done
        git rebase -q other; git stash pop -q
        for i in $(seq 1 6); do git branch -f here; git reset -q --hard other~$((i + 3)); git reset -q --hard here; done");
    let end = sandbox.worktree_state(&work);
    let git = sandbox.private(&work);
    let movements = end.reflog - start.reflog;
    let own = best(5, || drop(baseline::attribute(&git, &start, &end, None).expect("an attribution")));
    let stat = best(5, || drop(sandbox.must(&work, &["log", "-200", "--stat"])));
    eprintln!("{movements} movements: {own:?}; git log -200 --stat: {stat:?}; ratio {:.2}", own.as_secs_f64() / stat.as_secs_f64());
}
