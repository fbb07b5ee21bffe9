//! What all tests of the program share.

use std::path::Path;
use std::process::Command;

/// A program with nothing of the environment that the tests run in but the path.
pub(crate) fn hermetic(program: impl AsRef<Path>, cwd: &Path, home: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(cwd).env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
    command.env("HOME", home).env("XDG_CONFIG_HOME", home.join(".config")).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Robin Doe").env(format!("GIT_{role}_EMAIL"), "robin@example.org");
    }
    command
}
