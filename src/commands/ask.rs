//! The interview: at `stop`, and again with `journal ask`. A person at a terminal is asked for what facts cannot supply.
//!
//! Answers are kept one by one, so that leaving in the middle loses nothing. What is asked comes from `document::open`; the line is read
//! by a library that puts the terminal back however it ends.

use rustyline::error::ReadlineError;
use rustyline::{Behavior, Config, DefaultEditor};

use crate::cli::Ask;
use crate::commands::shared::editor;
use crate::commands::shared::statements::{self, Writer, meant_or_last};
use crate::commands::{Environment, Report, missing, set};
use crate::document::Document;
use crate::document::fields::{Field, Shape};
use crate::document::narrative::{Refusal, check};
use crate::document::open::{self, Slot};
use crate::error::{Error, Kind, Result};
use crate::markdown::{cut, one_line};
use crate::terminal::{FAINT, STRONG, Spinner, clean, say, styled, wrapped};
use crate::words::count;

/// Questions that one sitting asks, where not all are wanted.
const FEW: usize = 5;
/// Columns that a line of a question may have.
const WIDTH: usize = 78;

pub(super) fn run(arguments: &Ask, env: &Environment) -> Result<Report> {
    let workspace = env.open()?;
    let recorded = meant_or_last(&workspace.sessions, arguments.author.session.as_deref())?;
    let mut writer = Writer::to(workspace, recorded, arguments.author.by.clone(), env);
    if !env.interactive {
        let error = Error::new(Kind::Usage, "there is no terminal to ask at");
        return Err(error.hint("journal missing --format json lists what is open, journal apply answers it"));
    }
    let spinner = Spinner::start("Reading what the session changed", env.terminal);
    let document = missing::as_it_stands(&writer.workspace, &writer.recorded, env)?;
    drop(spinner);
    let end = interview(&mut writer, &document, arguments.full)?;
    let line = match end {
        InterviewEnd::Nothing => "Nothing is open.".to_owned(),
        InterviewEnd::Ended(answers) | InterviewEnd::Left(answers) => format!("{} kept.", count(answers, "answer")),
    };
    Ok(Report::say(std::iter::once(line).chain(writer.late())))
}

/// How an interview ended, with the number of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InterviewEnd {
    /// There was nothing to ask.
    Nothing,
    /// All was asked that was to be asked, or the rest was declined.
    Ended(usize),
    /// The person left in the middle.
    Left(usize),
}

/// What a person does with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reply {
    Answer(String),
    Skip,
    Edit,
    End,
    Leave,
}

/// Asks what is open and keeps each answer at once.
pub(super) fn interview(writer: &mut Writer<'_>, document: &Document, full: bool) -> Result<InterviewEnd> {
    let mut lines = lines()?;
    ask(writer, document, full, |suggestion| line(&mut lines, suggestion))
}

fn ask(writer: &mut Writer<'_>, document: &Document, full: bool, mut reply: impl FnMut(&str) -> Result<Reply>) -> Result<InterviewEnd> {
    let questions = open::questions(open::open(document, &writer.narrative));
    let asked = if full { questions.len() } else { questions.len().min(FEW) };
    if asked == 0 {
        return Ok(InterviewEnd::Nothing);
    }
    introduce(asked, questions.len(), writer.late().is_some());
    let mut answers = 0;
    for (number, question) in questions.iter().take(asked).enumerate() {
        say(format_args!("\n{} {}", styled(FAINT, &format!("{}/{asked}", number + 1)), styled(STRONG, question[0].field.heading)));
        for slot in question {
            show(slot);
            match answer(writer, slot, &mut reply)? {
                Reply::Answer(_) => answers += 1,
                Reply::End => return Ok(InterviewEnd::Ended(answers)),
                Reply::Leave => return Ok(InterviewEnd::Left(answers)),
                Reply::Skip | Reply::Edit => {}
            }
        }
    }
    Ok(InterviewEnd::Ended(answers))
}

fn introduce(asked: usize, open: usize, has_ended: bool) {
    let all = if open > asked { format!(" (of {open}; --full asks all)") } else { String::new() };
    say(styled(STRONG, &format!("What only you can say: {}{all}", count(asked, "question"))));
    let leave = if has_ended { "and so does Ctrl-C" } else { "Ctrl-C leaves with the session still open" };
    let keys = format!(
        "Enter takes what stands in the line and skips an empty one; e opens the editor. Every answer is kept at once: \
         Ctrl-D in an empty line ends the questions, {leave}."
    );
    for line in wrapped(&keys, WIDTH) {
        say(styled(FAINT, &line));
    }
}

fn show(slot: &Slot) {
    let optional = if slot.required { "" } else { " (if you like)" };
    for line in wrapped(&format!("{}{optional}", slot.question.text), WIDTH - 4) {
        say(format_args!("    {line}"));
    }
    for evidence in &slot.evidence {
        for (number, line) in wrapped(&clean(&evidence.text), WIDTH - 6).iter().enumerate() {
            let mark = if number == 0 { "·" } else { " " };
            say(styled(FAINT, &format!("    {mark} {line}")));
        }
    }
}

/// Reads until the answer can be kept, or there is none.
fn answer(writer: &mut Writer<'_>, slot: &Slot, reply: &mut impl FnMut(&str) -> Result<Reply>) -> Result<Reply> {
    let suggestion = slot.suggestion.as_deref().map(|text| clean(&one_line(text)).into_owned()).unwrap_or_default();
    loop {
        let said = match reply(&suggestion)? {
            Reply::Edit => match editor::write(&writer.workspace, writer.recorded.log.folder(), slot.question.text, &suggestion) {
                Ok(text) if text.is_empty() => Reply::Skip,
                Ok(text) => {
                    say(styled(FAINT, &format!("    {}", clean(&cut(&one_line(&text), WIDTH - 4)))));
                    Reply::Answer(text)
                }
                Err(error) => {
                    complain(&error);
                    continue;
                }
            },
            other => other,
        };
        let Reply::Answer(text) = &said else { return Ok(said) };
        match keep(writer, slot.field, text) {
            Ok(()) => return Ok(said),
            Err(error) if error.kind == Kind::Usage => complain(&error),
            Err(error) => return Err(error),
        }
    }
}

fn complain(error: &Error) {
    say(format_args!("    {}", clean(&error.message)));
}

fn keep(writer: &mut Writer<'_>, field: &'static Field, text: &str) -> Result<()> {
    let value = match &field.shape {
        Shape::Records(record) => serde_json::json!([statements::item(record, text)]),
        Shape::Texts => serde_json::json!([text]),
        shape => set::value(shape, text),
    };
    let refused = |refusal: Refusal| Error::new(Kind::Usage, format!("{}; nothing was kept", refusal.what));
    if let Some(value) = check(&field.shape, &value, field.key).map_err(refused)? {
        writer.state(field, &value)?;
    }
    Ok(())
}

fn lines() -> Result<DefaultEditor> {
    // the terminal itself, so that a document printed to a file stays clean
    let config = Config::builder().behavior(Behavior::PreferTerm).build();
    DefaultEditor::with_config(config).map_err(unreadable)
}

fn unreadable(error: ReadlineError) -> Error {
    Error::new(Kind::Failed, format!("the terminal cannot be read: {error}"))
        .hint("journal stop --no-input asks nothing; journal set --list")
}

fn line(lines: &mut DefaultEditor, suggestion: &str) -> Result<Reply> {
    match lines.readline_with_initial("  > ", (suggestion, "")) {
        Ok(text) => Ok(match text.trim() {
            "" => Reply::Skip,
            "e" => Reply::Edit,
            text => Reply::Answer(text.to_owned()),
        }),
        Err(ReadlineError::Interrupted) => Ok(Reply::Leave),
        Err(ReadlineError::Eof) => Ok(Reply::End),
        Err(error) => Err(unreadable(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use clap::Parser;

    use super::*;
    use crate::cli::{Author, Cli};

    /// An empty repository in which a session of debugging runs.
    fn session() -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut git = Command::new("git");
        git.args(["init", "-q"]).current_dir(folder.path()).env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(git.status().expect("git runs").success());
        let env = Environment {
            now: chrono::DateTime::parse_from_rfc3339("2026-11-22T09:00:00+01:00").expect("a time"),
            cwd: folder.path().canonicalize().expect("it is there"),
            user_settings: None,
            folder: None,
            agent: None,
            git_dir: None,
            unedited: false,
            hook: None,
            called: "journal".into(),
            path: Vec::new(),
            home: None,
            shell: "/bin/sh".into(),
            terminal: false,
            interactive: false,
        };
        let cli = Cli::parse_from(["journal", "start", "Twice", "--type", "debugging"]);
        crate::commands::run(cli, &env).expect("it starts");
        (folder, env)
    }

    /// Asks with these replies, the last one for ever.
    fn interviewed(env: &Environment, full: bool, replies: &[Reply]) -> (Result<InterviewEnd>, Document, usize) {
        let mut writer = Writer::open(&Author::default(), env).expect("a session runs");
        let document = missing::as_it_stands(&writer.workspace, &writer.recorded, env).expect("it can be read");
        let mut asked = 0;
        let end = ask(&mut writer, &document, full, |_| {
            asked += 1;
            Ok(replies[(asked - 1).min(replies.len() - 1)].clone())
        });
        let again = Writer::open(&Author::default(), env).expect("it still runs");
        let document = missing::as_it_stands(&again.workspace, &again.recorded, env).expect("it can be read");
        (end, document, asked)
    }

    fn say(text: &str) -> Reply {
        Reply::Answer(text.into())
    }

    #[test]
    fn who_leaves_loses_nothing_and_is_asked_the_rest_again() {
        let (_folder, env) = session();
        let (left, document, _) = interviewed(&env, false, &[say("Sent once now."), Reply::Skip, Reply::Leave]);
        assert_eq!((left.expect("it ends"), document.executive_summary.as_deref()), (InterviewEnd::Left(1), Some("Sent once now.")));
        let (ended, document, asked) = interviewed(&env, false, &[Reply::Skip, say("A short timeout"), Reply::End]);
        assert_eq!((ended.expect("it ends"), document.root_cause.why.as_deref()), (InterviewEnd::Ended(1), Some("A short timeout")));
        assert_eq!(asked, 3, "a problem and its reason are asked together");
    }

    #[test]
    fn all_can_be_answered_and_then_nothing_is_asked() {
        let (_folder, env) = session();
        let (few, ..) = interviewed(&env, false, &[Reply::Skip]);
        assert_eq!(few.expect("it ends"), InterviewEnd::Ended(0));
        let (_, document, asked) = interviewed(&env, true, &[say("Said\nwith more")]);
        assert!(asked > FEW, "{asked}");
        assert_eq!((document.insights[0].title.as_str(), document.insights[0].impact.as_deref()), ("Said", Some("with more")));
        assert_eq!(document.next_steps.immediate[0].text, "Said with more");
        let (end, _, asked) = interviewed(&env, true, &[Reply::Skip]);
        assert_eq!((end.expect("it ends"), asked), (InterviewEnd::Nothing, 0));
    }
}
