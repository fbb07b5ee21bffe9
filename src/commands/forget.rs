//! `journal forget`: removes recorded commands for good, or lists them with their numbers.

use globset::{GlobBuilder, GlobMatcher};

use crate::cli::Forget;
use crate::commands::{Environment, Report};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Fact, Ran};
use crate::log::Log;
use crate::markdown::cut;
use crate::terminal::{FAINT, STRONG, clean, styled};
use crate::words::count;

/// Characters of a command that are shown.
const WIDTH: usize = 100;

/// A recorded command with its whole line.
struct RecordedCommand {
    event: Event,
    line: String,
}

pub(super) fn run(arguments: &Forget, env: &Environment) -> Result<Report> {
    let recorded = env.open()?.sessions.expect_active()?;
    let commands = commands(&recorded.log)?;
    if arguments.which.is_empty() && !arguments.last {
        return Ok(listing(&commands));
    }
    let chosen = chosen(arguments, &commands)?;
    recorded.writable()?;
    let events: Vec<&Event> = chosen.iter().map(|&index| &commands[index].event).collect();
    recorded.log.erase(&events)?;
    let mut lines: Vec<String> = chosen.iter().map(|&index| format_command(index, &commands[index])).collect();
    lines.insert(0, styled(STRONG, &format!("Forgotten for good: {}", count(chosen.len(), "command"))));
    Ok(Report::say(lines))
}

/// All commands in the log, those taken back among them, in the order begun.
fn commands(log: &Log) -> Result<Vec<RecordedCommand>> {
    let whole = |ran: &Ran| {
        let attached = ran.attachment.as_deref().and_then(|name| log.attachment(name).ok());
        attached.map_or_else(|| ran.command.clone(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut all: Vec<(_, RecordedCommand)> = Vec::new();
    for event in log.read()?.events {
        if let Fact::Ran(ran) = &event.fact {
            all.push((ran.started, RecordedCommand { line: whole(ran), event }));
        }
    }
    all.sort_by_key(|(started, _)| *started);
    Ok(all.into_iter().map(|(_, recorded)| recorded).collect())
}

fn listing(commands: &[RecordedCommand]) -> Report {
    if commands.is_empty() {
        return Report::say(["No command is recorded in this session.".to_owned()]);
    }
    let lines: String = commands.iter().enumerate().map(|(index, command)| format_command(index, command) + "\n").collect();
    let hint = styled(FAINT, "`journal forget NUMBER…`, `journal forget 'PATTERN'` or `journal forget --last` removes commands for good");
    Report { stdout: lines, stderr: vec![hint], ..Report::default() }
}

fn format_command(index: usize, command: &RecordedCommand) -> String {
    let at = match &command.event.fact {
        Fact::Ran(ran) => ran.started.format("%H:%M").to_string(),
        _ => String::new(),
    };
    format!("{:>4}  {at}  {}", index + 1, clean(&cut(&command.line, WIDTH)))
}

/// Indices of the commands that are meant, in order.
fn chosen(arguments: &Forget, commands: &[RecordedCommand]) -> Result<Vec<usize>> {
    let mut chosen: Vec<usize> = Vec::new();
    if arguments.last {
        chosen.extend(commands.len().checked_sub(1));
    }
    for which in &arguments.which {
        match which.parse::<usize>() {
            Ok(number) => match number.checked_sub(1).filter(|index| *index < commands.len()) {
                Some(index) => chosen.push(index),
                None => return Err(nothing(&format!("there is no command number {number}"))),
            },
            Err(_) => {
                let matcher = matcher(which)?;
                let before = chosen.len();
                chosen.extend((0..commands.len()).filter(|&index| matcher.is_match(&commands[index].line)));
                if chosen.len() == before {
                    return Err(nothing(&format!("no recorded command holds `{which}`")));
                }
            }
        }
    }
    if chosen.is_empty() {
        return Err(nothing("no command is recorded in this session"));
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

fn nothing(message: &str) -> Error {
    Error::new(Kind::Nothing, message).hint("journal forget lists what is recorded")
}

/// What holds the pattern anywhere; `*` stands for anything.
fn matcher(pattern: &str) -> Result<GlobMatcher> {
    let glob = GlobBuilder::new(&format!("*{pattern}*")).build();
    let glob = glob.map_err(|error| Error::new(Kind::Usage, format!("`{pattern}` is no pattern: {}", error.kind())));
    Ok(glob.map_err(|error| error.hint("`*` stands for anything; put other special characters into brackets, e.g. [{]"))?.compile_matcher())
}
