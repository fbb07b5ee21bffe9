//! What goes to a terminal: repository text made harmless, styles, and a spinner for what takes long.
//!
//! Colours appear only where the stream is a terminal and nobody objects (`NO_COLOR`, `TERM=dumb`); `anstream` decides that.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::words::reorders;

/// Failures.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What to do next.
pub const HINT: Style = AnsiColor::Cyan.on_default();
/// What is new.
pub const ADDED: Style = AnsiColor::Green.on_default();
/// What is gone.
pub const REMOVED: Style = AnsiColor::Red.on_default();
/// What is different.
pub const MODIFIED: Style = AnsiColor::Yellow.on_default();
/// Headings.
pub const STRONG: Style = Style::new().bold();
/// What is of less weight.
pub const FAINT: Style = Style::new().dimmed();

/// The text in a style.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Untrusted text for a terminal: no control character survives, so nothing can colour, move the cursor or change the order of letters.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| {
                if c == '\n' || c == '\t' {
                    ' '
                } else if is_unsafe(c) {
                    '\u{fffd}'
                } else {
                    c
                }
            })
            .collect(),
    )
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || reorders(c)
}

/// The text in lines of at most `width` characters, broken between words; a longer word has a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What a question that is answered with yes or no takes an empty line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAnswer {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Prints a message to the person. That nobody can read it changes nothing about what was done, nor whether it was.
pub fn say(message: impl std::fmt::Display) {
    writeln!(anstream::stderr().lock(), "{message}").ok();
}

/// Asks a person a question that is answered with yes or no.
pub fn confirm(question: &str, default: DefaultAnswer, mut input: impl BufRead) -> io::Result<bool> {
    write!(anstream::stderr(), "{question} [{}] ", if default == DefaultAnswer::Yes { "Y/n" } else { "y/N" }).ok();
    anstream::stderr().flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    Ok(match answer.trim() {
        "" => default == DefaultAnswer::Yes,
        answer => matches!(answer, "y" | "Y" | "yes"),
    })
}

/// How long something may take before a spinner appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows a spinner on stderr from half a second on, until it is dropped. Nothing happens where stderr is no terminal.
#[derive(Debug)]
pub struct Spinner {
    done: Option<Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Spinner {
    /// Begins to wait.
    pub fn start(what: &'static str, terminal: bool) -> Self {
        if !terminal {
            return Self { done: None, thread: None };
        }
        let (done, wait) = channel();
        Self { done: Some(done), thread: Some(std::thread::spawn(move || spin(what, &wait))) }
    }
}

fn spin(what: &'static str, wait: &Receiver<()>) {
    if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = indicatif::ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(Duration::from_millis(120));
    let _ = wait.recv(); // an error means the same as a message: it is over
    bar.finish_and_clear();
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a spinner that failed must not fail the command
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_is_the_default() {
        use DefaultAnswer::{No, Yes};
        for (line, default, confirmed) in
            [("\n", Yes, true), ("", No, false), ("y\n", No, true), (" yes \n", No, true), ("n\n", Yes, false), ("what\n", Yes, false)]
        {
            assert_eq!(confirm("Sure?", default, line.as_bytes()).expect("a line"), confirmed, "{line:?} {default:?}");
        }
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three\nfour", 9), ["one two", "three", "four"]);
        assert_eq!(wrapped("incomprehensibly long größe", 9), ["incomprehensibly", "long", "größe"]);
        assert!(wrapped(" ", 9).is_empty());
    }

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        for (text, shown) in [
            ("plain größer", "plain größer"),
            ("\x1b[31mred\x07", "\u{fffd}[31mred\u{fffd}"),
            ("two\nlines\tand", "two lines and"),
            ("a\u{202e}b\u{9b}c", "a\u{fffd}b\u{fffd}c"),
        ] {
            assert_eq!(clean(text), shown);
        }
    }
}
