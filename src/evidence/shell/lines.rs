//! Command lines that were read, each once: a session repeats its commands, and many questions are asked of each.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Command, Wrappers, commands};

/// Reads command lines, through these wrappers, and keeps what it read.
#[derive(Debug)]
pub struct CommandLines<'a> {
    wrappers: &'a Wrappers,
    read: RefCell<HashMap<String, Rc<[Command]>>>,
}

impl<'a> CommandLines<'a> {
    /// None is read yet.
    pub fn new(wrappers: &'a Wrappers) -> Self {
        Self { wrappers, read: RefCell::default() }
    }

    /// All commands of a line, each followed by what it runs.
    pub fn of(&self, line: &str) -> Rc<[Command]> {
        let known = self.read.borrow().get(line).cloned();
        known.unwrap_or_else(|| {
            let read: Rc<[Command]> = commands(line, self.wrappers).into();
            self.read.borrow_mut().insert(line.to_owned(), Rc::clone(&read));
            read
        })
    }

    /// The user's own commands that run others elsewhere.
    pub fn wrappers(&self) -> &'a Wrappers {
        self.wrappers
    }
}

impl CommandLines<'static> {
    /// Reads through what runs others everywhere, and nothing of the user's own.
    pub fn plain() -> Self {
        static NONE: Wrappers = Wrappers::new();
        Self::new(&NONE)
    }
}

/// Those of a line's commands that run no other.
pub fn leaves(commands: &[Command]) -> impl Iterator<Item = &Command> {
    commands.iter().filter(|command| !command.wraps)
}
