//! Handing a description over: to the forge's own program, or to a person with a file and the page to open.
//!
//! The body always travels in a file, never on a command line: that has a length, and quoting that eats back-ticks.

use std::path::Path;
use std::process::Command;

use super::DescriptionDraft;
use crate::cli::Pr;
use crate::commands::{Environment, Report, Workspace};
use crate::error::{Error, Kind, Result};
use crate::files::{private_folder, write_atomically};
use crate::forge::ForgeName;
use crate::journal_dir;
use crate::pull_request::sanitise::skips_checks;
use crate::pull_request::template::fill::Filled;
use crate::terminal::clean;

/// A program that opens requests: its name, and its words before title, body file, base and branch.
struct Program {
    name: &'static str,
    verb: [&'static str; 2],
    title: &'static str,
    body: &'static str,
    base: &'static str,
    branch: &'static str,
    draft: &'static str,
    also: &'static [&'static str],
}

/// The rows, by forge.
const PROGRAMS: &[(ForgeName, Program)] = &[
    (
        ForgeName::Github,
        Program {
            name: "gh",
            verb: ["pr", "create"],
            title: "--title",
            body: "--body-file",
            base: "--base",
            branch: "--head",
            draft: "--draft",
            also: &[],
        },
    ),
    (
        ForgeName::Gitlab,
        Program {
            name: "glab",
            verb: ["mr", "create"],
            title: "--title",
            body: "--description-file",
            base: "--target-branch",
            branch: "--source-branch",
            draft: "--draft",
            also: &["--yes"],
        },
    ),
];

pub(super) fn post(
    work: &DescriptionDraft<'_>,
    filled: &Filled,
    arguments: &Pr,
    workspace: &Workspace,
    env: &Environment,
) -> Result<Report> {
    if skips_checks(&work.parts.title) {
        return Err(
            Error::new(Kind::Found, "the title would make pipelines skip the merged commit").hint("journal pr --title=\"…\" --create")
        );
    }
    let branch =
        work.material.branch.clone().ok_or_else(|| Error::new(Kind::Nothing, "HEAD is on no branch").hint("git switch -c NAME"))?;
    let file = workspace.repository.journal_dir().join(journal_dir::PULL_REQUEST);
    let program = PROGRAMS.iter().find(|(name, _)| *name == work.forge.name).map(|(_, program)| program);
    let program = program.filter(|program| arguments.create && (arguments.dry_run || on_path(program.name, env)));
    let line = program.map(|program| command_line(program, work, &file, &branch));
    let mut report = work.report(filled, arguments.format);
    if arguments.dry_run {
        let what = line.map_or_else(|| by_hand(work, &file, &branch), |line| format!("would run: {}", shell_words::join(&line)));
        report.stderr.push(clean(&what).into_owned());
        return Ok(report);
    }
    private_folder(&workspace.repository.journal_dir())?;
    write_atomically(&file, filled.text.as_bytes())?;
    match line {
        Some(line) => {
            start(&line, &file, workspace)?;
            report.stdout.clear();
        }
        None => {
            report.stdout = format!("{}\n", by_hand(work, &file, &branch));
        }
    }
    Ok(report)
}

/// Something is missing that reviewers need first.
fn is_draft(work: &DescriptionDraft<'_>) -> bool {
    work.parts.lead.is_none() || work.parts.verification.runs.is_empty() && work.parts.verification.manual.is_empty()
}

fn command_line(program: &Program, work: &DescriptionDraft<'_>, file: &Path, branch: &str) -> Vec<String> {
    let mut line: Vec<String> = [program.name].iter().chain(&program.verb).map(|word| (*word).to_owned()).collect();
    let file = file.to_string_lossy();
    let pairs = [
        (program.title, work.parts.title.as_str()),
        (program.body, &file),
        (program.base, &work.material.base.branch),
        (program.branch, branch),
    ];
    for (flag, value) in pairs {
        // in one word, so that a value that begins with a dash stays a value
        line.push(format!("{flag}={value}"));
    }
    line.extend(program.also.iter().map(|word| (*word).to_owned()));
    line.extend(is_draft(work).then(|| program.draft.to_owned()));
    line
}

fn start(line: &[String], file: &Path, workspace: &Workspace) -> Result<()> {
    let kept = format!("the description is kept in {}", file.display());
    let [program, arguments @ ..] = line else { return Ok(()) };
    let ended = Command::new(program).args(arguments).current_dir(&workspace.repository.worktree).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Error::new(Kind::Failed, format!("{program} did not open the request ({status}); {kept}")).hint(shell_words::join(line)))
        }
        Err(error) => Err(Error::new(Kind::Failed, format!("{program} could not be started: {error}; {kept}"))
            .hint(format!("install {program}, or journal pr --open"))),
    }
}

/// The file and the page, where no program can do it.
fn by_hand(work: &DescriptionDraft<'_>, file: &Path, branch: &str) -> String {
    let page = work.remote.as_deref().and_then(|remote| work.forge.request_url(remote, &work.material.base.branch, branch));
    let open = page.map_or_else(|| "open the request on your forge".to_owned(), |page| format!("open {page}"));
    format!("{open}\ntitle: {}\nbody:  {}", work.parts.title, file.display())
}

fn on_path(program: &str, env: &Environment) -> bool {
    env.path.iter().any(|folder| folder.join(program).is_file())
}
