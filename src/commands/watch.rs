//! `journal watch`: looks at files outside the repository now, and again at the end.

use std::path::PathBuf;

use crate::cli::Watch as Arguments;
use crate::commands::{Environment, Report, Workspace};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Watch};
use crate::log::{Durability, Log};
use crate::secrets;
use crate::session::Session;
use crate::session_store::event;
use crate::terminal::{FAINT, STRONG, clean, styled};
use crate::watch::{self, Watcher};

/// Something to look at: what the journal calls it, and where it is.
pub(super) type Watchable = (String, Watch);

pub(super) fn run(arguments: &Arguments, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let mut wanted = places(&arguments.paths, &workspace, env)?;
    wanted.extend(command(arguments.cmd.as_deref(), arguments.name.as_deref())?);
    let _lock = workspace.sessions.lock()?;
    let recorded = workspace.sessions.expect_active()?;
    refuse_other_place(&wanted, &recorded.session)?;
    if wanted.is_empty() {
        wanted = watch::watched(&recorded.session);
    }
    if wanted.is_empty() {
        return Err(Error::new(Kind::Usage, "nothing is watched yet").hint("journal watch PATH, e.g. journal watch /etc/nginx/nginx.conf"));
    }
    recorded.writable()?;
    Ok(Report::say(take_samples(&wanted, &recorded.log, env)?))
}

/// The places of paths as typed. Fails before anything is looked at.
pub(super) fn places(paths: &[PathBuf], workspace: &Workspace, env: &Environment) -> Result<Vec<Watchable>> {
    let home = env.home.as_deref();
    paths.iter().map(|path| watch::place(path, &env.cwd, &workspace.repository.worktree, home)).collect()
}

/// A command is run again at the end, so that it is kept as typed: it must not hold a secret.
fn command(command: Option<&str>, name: Option<&str>) -> Result<Option<Watchable>> {
    let (Some(command), Some(name)) = (command, name) else { return Ok(None) };
    let (command, name) = (command.trim(), name.trim());
    if command.is_empty() || name.is_empty() {
        return Err(
            Error::new(Kind::Usage, "--cmd and --as must not be empty").hint("journal watch --cmd 'ssh web cat /etc/x' --as web:/etc/x")
        );
    }
    if secrets::masked(command) != command {
        let message = "the command holds something that looks like a secret; it would have to be kept as it is, to run it again";
        return Err(Error::new(Kind::Usage, message).hint("let it read the secret from a variable or a file"));
    }
    Ok(Some((secrets::masked(name), Watch::Command(command.to_owned()))))
}

/// One name stands for one place, or two different files would be compared.
fn refuse_other_place(wanted: &[Watchable], session: &Session) -> Result<()> {
    let known = watch::watched(session);
    let clash = wanted.iter().find(|(name, source)| known.iter().any(|(other, place)| other == name && place != source));
    match clash {
        Some((name, _)) => Err(Error::new(Kind::InTheWay, format!("{name} stands for another file or command in this session"))
            .hint("choose another name with --as")),
        None => Ok(()),
    }
}

/// Looks at each and records it; one line about each.
pub(super) fn take_samples(wanted: &[Watchable], log: &Log, env: &Environment) -> Result<Vec<String>> {
    let watcher = Watcher::of(log, &env.shell)?;
    let mut lines = Vec::new();
    for (name, source) in wanted {
        let (watched, said) = watcher.sample(name, source)?;
        log.append(&event(env.now, Fact::Watched(watched)), Durability::Synced)?;
        lines.push(format!("{} {} {}", styled(STRONG, "watching:"), clean(name), styled(FAINT, &format!("({})", clean(&said)))));
    }
    Ok(lines)
}
