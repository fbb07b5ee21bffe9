//! `journal hook`: puts hooks in and out, and is what they run.
//!
//! `hook run` is on the path of every commit: it appends one record, says nothing, and always succeeds. Only
//! the trailer of `prepare-commit-msg`, which people opt in to, asks git for a setting.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::cli::{Hook, HookInstall, HookUninstall, HookVerb};
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::{Fact, Hooked};
use crate::files::write_atomically_with_mode;
use crate::git::command::Git;
use crate::git::hooks::git_dirs::{self, GitDirs};
use crate::git::hooks::{ALL, HookStanding, Hooks, Manager, RECORDING, TRAILER, trailer};
use crate::git::repository::Repository;
use crate::log::Durability;
use crate::session_store::{Sessions, event};
use crate::terminal::{FAINT, STRONG, clean, styled};

/// No commit waits longer than this.
const PATIENCE: Duration = Duration::from_millis(100);

pub(super) fn run(arguments: &Hook, env: &Environment) -> Result<Report> {
    match &arguments.verb {
        HookVerb::Install(install) => self::install(install, env),
        HookVerb::Uninstall(uninstall) => self::uninstall(uninstall, env),
        HookVerb::Status => status(env),
        HookVerb::Run { hook, arguments } => {
            limit(PATIENCE);
            let _ = record(hook, arguments, env); // a hook cannot fail; the reflog tells at the end what was missed
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

fn record(hook: &str, arguments: &[String], env: &Environment) -> Option<()> {
    let git_dirs = git_dirs::find(&env.cwd, env.git_dir.as_deref())?;
    let sessions = Sessions::at(&git_dirs.git_dir, &git_dirs.common_dir);
    if hook == TRAILER {
        return add_trailer(arguments, &sessions.active_id()?, &git_dirs, env);
    }
    let log = sessions.active_log()?;
    let fact = Hooked { hook: hook.to_owned(), head: git_dirs::head(&git_dirs), arguments: arguments.iter().take(3).cloned().collect() };
    log.append(&event(env.now, Fact::Hooked(fact)), Durability::Buffered).ok()
}

fn add_trailer(arguments: &[String], id: &str, git_dirs: &GitDirs, env: &Environment) -> Option<()> {
    let path = env.cwd.join(arguments.first()?);
    let source = arguments.get(1).map_or("", String::as_str);
    let message = std::fs::read_to_string(&path).ok()?;
    let message = trailer::added(&message, source, &comment_mark(git_dirs, env), id)?;
    let mode = std::fs::metadata(&path).ok()?.permissions().mode() & 0o7777;
    write_atomically_with_mode(&path, message.as_bytes(), mode).ok() // half a message would be committed
}

/// What begins a comment line in a message. Asked without git's environment for hooks, which binds to an index that is not ours to touch.
fn comment_mark(git_dirs: &GitDirs, env: &Environment) -> String {
    let set = Git::at(&git_dirs.git_dir, &env.cwd).run(["config", "--get-regexp", r"^core\.comment(char|string)$"]);
    let text = set.map(|output| output.text()).unwrap_or_default();
    let last = text.lines().last().and_then(|line| line.split_once(' ')).map(|(_, mark)| mark.to_owned());
    last.filter(|mark| mark != "auto" && !mark.is_empty()).unwrap_or_else(|| "#".into())
}

fn install(arguments: &HookInstall, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let hooks = Hooks::of(&workspace.repository)?;
    if let Some(manager) = hooks.manager() {
        return Ok(hand_over(manager));
    }
    if hooks.are_off() {
        let folder = hooks.folder.path.display();
        let scope = hooks.folder.scope.as_deref().unwrap_or("local");
        let message = format!("hooks are switched off here: core.hooksPath is {folder} in the {scope} configuration");
        return Err(Error::new(Kind::InTheWay, message).hint(format!("git config --{scope} --unset core.hooksPath")));
    }
    refuse_shared(&hooks, arguments.global, "install")?;
    // those of an earlier installation are brought up to date
    let trailer = arguments.trailer || hooks.standing(TRAILER)? == HookStanding::Installed;
    let wanted = RECORDING.into_iter().chain(trailer.then_some(TRAILER));
    let _lock = workspace.sessions.lock()?;
    hooks.sweep();
    let program = std::env::current_exe()?;
    let mut lines = vec![format!("{} {}", styled(STRONG, "Hooks:"), clean(&hooks.folder.path.to_string_lossy()))];
    for hook in wanted {
        let done = hooks.install(hook, &program)?;
        lines.push(styled(FAINT, &format!("  {hook}: {}", if done { "installed" } else { word(hooks.standing(hook)?) })));
    }
    lines.extend(in_view(&workspace.repository, &hooks));
    Ok(Report::say(lines))
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
fn hand_over(manager: Manager) -> Report {
    let message = format!("{} manages the hooks here, so nothing was installed. Add this to {}:", manager.name, manager.file);
    let then = (manager.activate)().map(|command| format!("Then run: {command}"));
    Report { stdout: manager.snippet(), stderr: std::iter::once(message).chain(then).collect(), ..Report::default() }
}

/// Wherever ours may be: git's own folder keeps them when `core.hooksPath` is set later.
fn uninstall(arguments: &HookUninstall, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let own = Hooks::in_git_dir(&workspace.repository);
    let (current, unknown) = match Hooks::of(&workspace.repository) {
        Ok(hooks) => (Some(hooks), None),
        Err(error) => (None, Some(error)),
    };
    let elsewhere = current.filter(|hooks| hooks.folder.path != own.folder.path);
    if let Some(hooks) = &elsewhere
        && hooks.folder.shared
        && hooks.any_installed()?
    {
        refuse_shared(hooks, arguments.global, "uninstall")?;
    }
    let _lock = workspace.sessions.lock()?;
    let (mut gone, mut failed) = (Vec::new(), None);
    for hooks in elsewhere.iter().chain([&own]) {
        hooks.sweep();
        for hook in ALL {
            match hooks.uninstall(hook) {
                Ok(true) => gone.push(hook),
                Ok(false) => {}
                // the others are taken out all the same
                Err(error) => failed = failed.or(Some(error)),
            }
        }
    }
    if let Some(error) = failed.or(unknown.filter(|_| gone.is_empty())) {
        return Err(error.into());
    }
    let gone: Vec<String> = ALL.into_iter().filter(|hook| gone.contains(hook)).map(str::to_owned).collect();
    Ok(Report::say([match gone.as_slice() {
        [] => "No hook of ours was installed.".to_owned(),
        gone => format!("Removed: {}", crate::words::list(gone)),
    }]))
}

fn status(env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let hooks = Hooks::of(&workspace.repository)?;
    let mut text = format!("{}\n", clean(&hooks.folder.path.to_string_lossy()));
    for hook in ALL {
        text += &format!("  {hook}: {}\n", word(hooks.standing(hook)?));
    }
    if let Some(manager) = hooks.manager() {
        text += &format!("  {} manages the hooks here; `journal hook install` prints what to add to its configuration\n", manager.name);
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
