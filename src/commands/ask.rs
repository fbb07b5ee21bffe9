//! The interview: at `stop`, and again with `journal ask`. A person at a terminal is asked for what facts cannot supply.
//!
//! Answers are kept one by one, so that leaving in the middle loses nothing. What is asked comes from `document::open`; the line is read
//! by a library that puts the terminal back however it ends.

use rustyline::error::ReadlineError;
use rustyline::{Behavior, Config, DefaultEditor};

use crate::cli::Ask;
use crate::commands::author::{Writer, meant_or_last, title_and_body};
use crate::commands::{Report, Surroundings, editor, missing, set};
use crate::document::Document;
use crate::document::fields::{Field, Shape};
use crate::document::narrative::{Refusal, check};
use crate::document::open::{self, Slot};
use crate::error::{Error, Kind, Result};
use crate::markdown::one_line;
use crate::terminal::{FAINT, STRONG, Spinner, clean, styled, wrapped};
use crate::words::count;

/// Questions that one sitting asks, where not all are wanted.
const FEW: usize = 5;
/// Columns that a line of a question may have.
const WIDTH: usize = 78;

pub(super) fn run(arguments: &Ask, here: &Surroundings) -> Result<Report> {
    let place = here.open()?;
    let recorded = meant_or_last(&place.sessions, arguments.author.session.as_deref())?;
    let mut writer = Writer::to(place, recorded, arguments.author.by.clone(), here);
    if !here.interactive {
        let error = Error::new(Kind::Usage, "there is no terminal to ask at");
        return Err(error.hint("journal missing --format json lists what is open, journal apply answers it"));
    }
    let spinner = Spinner::start("Reading what the session changed", here.terminal);
    let document = missing::as_it_stands(&writer.place, &writer.recorded, here)?;
    drop(spinner);
    let told = interview(&mut writer, &document, arguments.full)?;
    let line = match told {
        Told::Nothing => "Nothing is open.".to_owned(),
        Told::Ended(answers) | Told::Left(answers) => format!("{} kept.", count(answers, "answer")),
    };
    Ok(Report::say(std::iter::once(line).chain(writer.late())))
}

/// How an interview ended, with the number of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
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
pub(super) fn interview(writer: &mut Writer<'_>, document: &Document, full: bool) -> Result<Told> {
    let mut lines = lines()?;
    ask(writer, document, full, |suggestion| line(&mut lines, suggestion))
}

fn ask(writer: &mut Writer<'_>, document: &Document, full: bool, mut reply: impl FnMut(&str) -> Result<Reply>) -> Result<Told> {
    let questions = open::questions(open::open(document, &writer.narrative));
    let asked = if full { questions.len() } else { questions.len().min(FEW) };
    if asked == 0 {
        return Ok(Told::Nothing);
    }
    introduce(asked, questions.len());
    let mut answers = 0;
    for (number, question) in questions.iter().take(asked).enumerate() {
        anstream::eprintln!("\n{} {}", styled(FAINT, &format!("{}/{asked}", number + 1)), styled(STRONG, question[0].field.heading));
        for slot in question {
            show(slot);
            match answer(writer, slot, &mut reply)? {
                Reply::Answer(_) => answers += 1,
                Reply::End => return Ok(Told::Ended(answers)),
                Reply::Leave => return Ok(Told::Left(answers)),
                Reply::Skip | Reply::Edit => {}
            }
        }
    }
    Ok(Told::Ended(answers))
}

fn introduce(asked: usize, open: usize) {
    let more = if open > asked { format!(" of {open}; `journal ask --full` asks all") } else { String::new() };
    anstream::eprintln!("Only you know the rest: {}{more}.", count(asked, "question"));
    let keys = "Enter skips a question or takes what stands in the line, e opens the editor, Ctrl-D ends the questions, \
                Ctrl-C leaves with the session still open. Every answer is kept at once.";
    for line in wrapped(keys, WIDTH) {
        anstream::eprintln!("{}", styled(FAINT, &line));
    }
}

fn show(slot: &Slot) {
    let optional = if slot.required { "" } else { " (if you like)" };
    for line in wrapped(&format!("{}{optional}", slot.question.text), WIDTH - 4) {
        anstream::eprintln!("    {line}");
    }
    for evidence in &slot.evidence {
        for (number, line) in wrapped(&clean(&evidence.text), WIDTH - 6).iter().enumerate() {
            let mark = if number == 0 { "·" } else { " " };
            anstream::eprintln!("{}", styled(FAINT, &format!("    {mark} {line}")));
        }
    }
}

/// Reads until the answer can be kept, or there is none.
fn answer(writer: &mut Writer<'_>, slot: &Slot, reply: &mut impl FnMut(&str) -> Result<Reply>) -> Result<Reply> {
    let suggestion = slot.suggestion.as_deref().map(|text| clean(&one_line(text)).into_owned()).unwrap_or_default();
    loop {
        let said = match reply(&suggestion)? {
            Reply::Edit => match editor::write(&writer.place, writer.recorded.log.folder(), slot.question.text, &suggestion) {
                Ok(text) if text.is_empty() => Reply::Skip,
                Ok(text) => Reply::Answer(text),
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
    anstream::eprintln!("    {}", clean(&error.message));
}

fn keep(writer: &mut Writer<'_>, field: &'static Field, text: &str) -> Result<()> {
    let value = match &field.shape {
        Shape::Records(record) => {
            let (title, body) = title_and_body(text);
            let part = record.parts.iter().find(|part| part.key != record.identity && matches!(part.shape, Shape::Text));
            let mut item = serde_json::json!({ record.identity: title });
            match (part, body) {
                (Some(part), Some(body)) => item[part.key] = body.into(),
                (None, Some(_)) => item[record.identity] = one_line(text).into(),
                _ => {}
            }
            serde_json::json!([item])
        }
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
    DefaultEditor::with_config(config).map_err(|error| Error::new(Kind::Failed, format!("the terminal cannot be read: {error}")))
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
        Err(error) => Err(Error::new(Kind::Failed, format!("the terminal cannot be read: {error}"))),
    }
}
