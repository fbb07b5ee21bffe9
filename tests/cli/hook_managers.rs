//! Programs that manage the hooks are told what to run; their files are theirs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::world::World;

#[test]
fn a_hook_manager_is_told_not_fought() {
    let world = World::new();
    world.write(".husky/_/post-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    world.git(&["config", "core.hooksPath", ".husky/_"]);
    let said = world.ok(&["hook", "install"]);
    assert!(
        said.stdout.contains("journal hook run post-commit || true") && said.stderr.contains("husky manages the hooks"),
        "{}",
        said.stderr
    );
    assert_eq!(world.read(".husky/_/post-commit"), "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
}

#[test]
fn lines_that_a_manager_has_are_known() {
    let world = World::new();
    world.write(".husky/_/post-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    world.git(&["config", "core.hooksPath", ".husky/_"]);
    for hook in ["post-commit", "post-merge", "post-rewrite"] {
        world.write(&format!(".husky/{hook}"), format!("npm test\njournal hook run {hook} || true\n"));
    }
    let some = world.ok(&["hook", "install"]);
    assert!(some.stdout.contains("post-checkout") && !some.stdout.contains("post-commit"), "{}", some.stdout);
    world.write(".husky/post-checkout", some.stdout);
    let all = world.ok(&["hook", "install"]);
    assert!(all.stdout.is_empty() && all.stderr.contains("runs ours already"), "{}{}", all.stdout, all.stderr);
    let status = world.ok(&["hook", "status"]).stdout;
    assert!(status.contains("post-commit: installed by husky (.husky/post-commit)") && !status.contains("what to add"), "{status}");
    let trailer = world.ok(&["hook", "install", "--trailer"]).stdout;
    assert_eq!(trailer.matches("\"$@\" || true").count(), 2, "{trailer}");
    let uninstall = world.ok(&["hook", "uninstall"]).stderr;
    assert!(uninstall.contains("husky runs ours: take the lines") && uninstall.contains(".husky/post-checkout"), "{uninstall}");
}

#[test]
fn files_that_git_runs_itself_have_to_be_executable() {
    let world = World::new();
    world.write(".husky/pre-commit", "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n");
    world.git(&["config", "core.hooksPath", ".husky"]);
    let said = world.ok(&["hook", "install"]);
    assert!(said.stderr.contains("Then run: chmod +x .husky/post-commit .husky/post-merge"), "{}", said.stderr);
    world.write(".husky/post-commit", "journal hook run post-commit || true\n");
    let status = || world.ok(&["hook", "status"]).stdout;
    assert!(status().contains("post-commit: there is one that is not executable"), "{}", status());
    fs::set_permissions(world.repo.join(".husky/post-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(status().contains("post-commit: installed by husky"), "{}", status());
}
