//! `journal hook`: puts hooks in and out, and is what they run.
//!
//! `hook run` is on the path of every commit: it appends one record, says nothing, and always succeeds. Only
//! for a trailer, which people opt in to, is git asked for settings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::{Hook, HookInstall, HookUninstall, HookVerb};
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Hooked};
use crate::files::write_atomically_with_mode;
use crate::git::command::ambient;
use crate::git::hooks::git_dirs::{self, GitDirs};
use crate::git::hooks::shim;
use crate::git::hooks::trailer::{self, Editing, Prepared, Reading};
use crate::git::hooks::{ALL, EDITED, HookStanding, Hooks, Manager, PREPARED, RECORDING};
use crate::git::repository::Repository;
use crate::log::Durability;
use crate::session_store::{Sessions, event};
use crate::terminal::{FAINT, STRONG, clean, styled};

/// No commit waits longer than this for a record, which the reflog makes up for.
const PATIENCE: Duration = Duration::from_millis(100);
/// Nothing makes up for a trailer, which people opt in to.
const PATIENCE_FOR_TRAILER: Duration = Duration::from_millis(500);

pub(super) fn run(arguments: &Hook, env: &Environment) -> Result<Report> {
    match &arguments.verb {
        HookVerb::Install(install) => self::install(install, env),
        HookVerb::Uninstall(uninstall) => self::uninstall(uninstall, env),
        HookVerb::Status => status(env),
        HookVerb::Run { hook, arguments } => {
            let records = !matches!(hook.as_str(), PREPARED | EDITED);
            limit(if records { PATIENCE } else { PATIENCE_FOR_TRAILER });
            // a hook cannot fail; the reflog tells at the end what was missed
            let _ = if records { record(hook, arguments, env) } else { add_trailer(hook, arguments, env) };
            Ok(Report::default())
        }
    }
}

/// Ends the process, successfully, when the time is over.
fn limit(patience: Duration) {
    let end = move || {
        std::thread::sleep(patience);
        std::process::exit(0);
    };
    std::thread::Builder::new().spawn(end).ok(); // where there can be no thread, the hook goes without
}

fn sessions(env: &Environment) -> Option<(GitDirs, Sessions)> {
    let git_dirs = git_dirs::find(&env.cwd, env.git_dir.as_deref())?;
    let sessions = Sessions::at(&git_dirs.git_dir, &git_dirs.common_dir);
    Some((git_dirs, sessions))
}

fn record(hook: &str, arguments: &[String], env: &Environment) -> Option<()> {
    let (git_dirs, sessions) = sessions(env)?;
    let log = sessions.active_log()?;
    let fact = Hooked { hook: hook.to_owned(), head: git_dirs::head(&git_dirs), arguments: arguments.iter().take(3).cloned().collect() };
    log.append(&event(env.now, Fact::Hooked(fact)), Durability::Buffered).ok()
}

fn add_trailer(hook: &str, arguments: &[String], env: &Environment) -> Option<()> {
    let name = arguments.first()?;
    let (path, waiting) = (env.cwd.join(name), env.cwd.join(format!("{name}{}", trailer::WAITING)));
    let before = (hook == EDITED).then(|| fs::read(&waiting));
    fs::remove_file(&waiting).ok(); // also that of a commit that was given up
    let id = sessions(env)?.1.active_id()?;
    let message = fs::read(&path).ok()?;
    let reading = reading(&message, env);
    let message = match before {
        Some(before) => trailer::finished(&message, &before.ok()?, &reading, &id)?,
        None => {
            let prepared = trailer::prepared(&message, arguments.get(1).map_or("", String::as_str), &reading, &id);
            let with = if let Prepared::Added(with) = &prepared { with } else { &message };
            let said = match &prepared {
                Prepared::Waits(said) => Some(said.clone()),
                _ if others_follow(env) => trailer::said_with_trailer(with, &reading, &id),
                _ => None,
            };
            said.map(|said| fs::write(waiting, said));
            let Prepared::Added(message) = prepared else { return None };
            message
        }
    };
    let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o7777;
    write_atomically_with_mode(&path, &message, mode).ok() // half a message would be committed
}

/// Whether somebody else's lines may follow ours, and write below the trailer: in the hook's own file, or in what a hook manager runs.
fn others_follow(env: &Environment) -> bool {
    let script = env.hook.as_ref().and_then(|hook| fs::read(env.cwd.join(hook)).ok());
    !script.is_some_and(|script| shim::is_alone(&script))
}

/// How git is going to read the message. Git is asked for its settings as it was called, with those of its command line.
fn reading(message: &[u8], env: &Environment) -> Reading {
    let set = ambient(&env.cwd).args(["config", "--get-regexp", r"^(core\.comment(char|string)|commit\.cleanup)$"]).output();
    let text = set.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let last = |section: &str| text.lines().filter_map(|line| line.split_once(' ')).rfind(|(key, _)| key.starts_with(section));
    let [mark, cleanup] = ["core.", "commit."].map(|section| last(section).map(|(_, value)| value));
    Reading::of(message, if env.unedited { Editing::None } else { Editing::Editor }, mark, cleanup)
}

fn install(arguments: &HookInstall, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let hooks = Hooks::of(&workspace.repository)?;
    let mut wanted = RECORDING.to_vec();
    if let Some(manager) = hooks.manager() {
        wanted.extend([PREPARED, EDITED].into_iter().filter(|_| arguments.trailer));
        return Ok(hand_over(&manager, &wanted));
    }
    if hooks.are_off() {
        let folder = hooks.folder.path.display();
        let scope = hooks.folder.scope.as_deref().unwrap_or("local");
        let message = format!("hooks are switched off here: core.hooksPath is {folder} in the {scope} configuration");
        return Err(Error::new(Kind::InTheWay, message).hint(format!("git config --{scope} --unset core.hooksPath")));
    }
    refuse_shared(&hooks, arguments.global, "install")?;
    // those of an earlier installation are brought up to date
    let is_installed = |hook| Ok::<_, Error>(hooks.standing(hook)? == HookStanding::Installed);
    if arguments.trailer || is_installed(PREPARED)? || is_installed(EDITED)? {
        wanted.extend([PREPARED, EDITED]);
    }
    let _lock = workspace.sessions.lock()?;
    hooks.sweep();
    let program = program(env)?;
    let mut lines = vec![format!("{} {}", styled(STRONG, "Hooks:"), clean(&hooks.folder.path.to_string_lossy()))];
    for hook in wanted {
        let done = hooks.install(hook, &program)?;
        lines.push(styled(FAINT, &format!("  {hook}: {}", if done { "installed" } else { word(hooks.standing(hook)?) })));
    }
    lines.extend(in_view(&workspace.repository, &hooks));
    Ok(Report::say(lines))
}

/// The path of this program as it was called: a link leads to whatever version has taken this one's place.
fn program(env: &Environment) -> Result<PathBuf> {
    let real = std::env::current_exe()?;
    let there = real.canonicalize()?;
    let is_bare = env.called.components().count() == 1;
    let folders = env.path.iter().filter(|_| is_bare).chain([&env.cwd]);
    let mut places = folders.filter_map(|folder| std::path::absolute(env.cwd.join(folder).join(&env.called)).ok());
    Ok(places.find(|place| place.canonicalize().is_ok_and(|place| place == there)).unwrap_or(real))
}

fn refuse_shared(hooks: &Hooks<'_>, global: bool, verb: &str) -> Result<()> {
    if !hooks.folder.shared || global {
        return Ok(());
    }
    let folder = hooks.folder.path.display();
    let message = format!("core.hooksPath is set for all your repositories ({folder}); hooks there run everywhere");
    Err(Error::new(Kind::InTheWay, message).hint(format!("journal hook {verb} --global, if that is what you want")))
}

/// A remark where git sees the hooks as files of the worktree: a commit would take this machine's hooks to everybody.
fn in_view(repository: &Repository, hooks: &Hooks<'_>) -> Option<String> {
    let folder = hooks.folder.path.strip_prefix(&repository.worktree).ok()?;
    let git = repository.git();
    let seen = git.run(["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", &folder.to_string_lossy()]).ok()?;
    let remark = "git sees this folder as a part of the worktree: do not commit these lines, they name a program of this machine";
    seen.paths().next().map(|_| format!("{remark}; `journal hook uninstall` takes them out"))
}

/// A hook manager owns the hooks: its configuration is the place, and only its user writes it.
fn hand_over(manager: &Manager, wanted: &[&str]) -> Report {
    let name = manager.name();
    let missing: Vec<&str> = wanted.iter().filter(|hook| !manager.runs(hook)).copied().collect();
    if missing.is_empty() {
        return Report::say([format!("{name} manages the hooks here, and runs ours already: {}", manager.place(wanted))]);
    }
    let message = format!("{name} manages the hooks here, so nothing was installed. Add this to {}:", manager.place(&missing));
    let then = manager.activate(&missing).map(|command| format!("Then run: {command}"));
    Report { stdout: manager.snippet(&missing), stderr: std::iter::once(message).chain(then).collect(), ..Report::default() }
}

/// Wherever ours may be: git's own folder keeps them when `core.hooksPath` is set later.
fn uninstall(arguments: &HookUninstall, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let own = Hooks::in_git_dir(&workspace.repository);
    let (current, unknown) = match Hooks::of(&workspace.repository) {
        Ok(hooks) => (Some(hooks), None),
        Err(error) => (None, Some(error)),
    };
    let manager = current.as_ref().and_then(Hooks::manager);
    let elsewhere = current.filter(|hooks| hooks.folder.path != own.folder.path);
    if let Some(hooks) = &elsewhere
        && hooks.folder.shared
        && hooks.any_installed()?
    {
        refuse_shared(hooks, arguments.global, "uninstall")?;
    }
    let _lock = workspace.sessions.lock()?;
    let (gone, failed) = taken_out(elsewhere.iter().chain([&own]));
    if let Some(error) = failed.or(unknown.filter(|_| gone.is_empty())) {
        return Err(error.into());
    }
    let waiting = format!("COMMIT_EDITMSG{}", trailer::WAITING); // of a commit that was given up
    fs::remove_file(workspace.repository.git_dir.join(waiting)).ok();
    let running = manager.map(|manager| (manager.running(), manager)).filter(|(hooks, _)| !hooks.is_empty());
    let told = running.map(|(hooks, manager)| {
        format!("{} runs ours: take the lines with `journal hook run` out of {}", manager.name(), manager.place(&hooks))
    });
    let removed = match gone.as_slice() {
        [] if told.is_some() => None,
        [] => Some("No hook of ours was installed.".to_owned()),
        gone => Some(format!("Removed: {}", crate::words::list(gone))),
    };
    Ok(Report::say(removed.into_iter().chain(told)))
}

/// The hooks that ours were taken out of, each once, and the first failure: the others are taken out all the same.
fn taken_out<'a>(places: impl Iterator<Item = &'a Hooks<'a>>) -> (Vec<String>, Option<anyhow::Error>) {
    let (mut gone, mut failed) = ([false; ALL.len()], None);
    for hooks in places {
        hooks.sweep();
        for (hook, gone) in ALL.into_iter().zip(&mut gone) {
            match hooks.uninstall(hook) {
                Ok(done) => *gone |= done,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
    }
    (ALL.into_iter().zip(gone).filter(|(_, gone)| *gone).map(|(hook, _)| hook.to_owned()).collect(), failed)
}

fn status(env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let hooks = Hooks::of(&workspace.repository)?;
    let manager = hooks.manager();
    let mut text = format!("{}\n", clean(&hooks.folder.path.to_string_lossy()));
    for hook in ALL {
        let standing = match &manager {
            Some(manager) if manager.runs(hook) => format!("installed by {} ({})", manager.name(), manager.file(hook)),
            _ => match hooks.missing_program(hook) {
                Some(program) => format!("installed, but {} is not there: `journal hook install`", clean(&program.to_string_lossy())),
                None => word(hooks.standing(hook)?).to_owned(),
            },
        };
        text += &format!("  {hook}: {standing}\n");
    }
    if let Some(manager) = manager.filter(|manager| !RECORDING.iter().all(|hook| manager.runs(hook))) {
        text += &format!("  {} manages the hooks here; `journal hook install` prints what to add to its configuration\n", manager.name());
    }
    Ok(Report::document(text))
}

fn word(standing: HookStanding) -> &'static str {
    match standing {
        HookStanding::Installed => "installed",
        HookStanding::Others => "another hook, without ours",
        HookStanding::Absent => "not installed",
        HookStanding::NotExecutable => "there is one that is not executable, so git does not run it; left alone",
    }
}
