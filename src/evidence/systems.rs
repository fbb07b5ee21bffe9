//! Command lines → the systems that they touched, and what was done there. Pure: nothing is looked up, no name is resolved.
//!
//! A family of commands is a row of `table::FAMILIES`: which programs, how the system is named, which words inspect, change or restart it.
//! What is not known to do either is only said to have been used. This machine, package registries and mirrors are no systems.

use super::shell::{self, Args, Command, Place, PlaceKind, Wrappers};

mod changes;
mod names;
mod security;
mod table;
#[cfg(test)]
mod tests;

pub use changes::{Changed, changes};
pub use security::{Fact, facts};
use table::{FAMILIES, Family};

/// What was done to a system, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Something that is not known to change it.
    Used,
    /// It was looked at.
    Inspected,
    /// Work was fetched from it.
    Fetched,
    /// Work was pulled from it.
    Pulled,
    /// Work was pushed to it.
    Pushed,
    /// It was changed.
    Changed,
    /// It was restarted.
    Restarted,
}

impl Effect {
    /// In the past tense.
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Inspected => "inspected",
            Self::Fetched => "fetched",
            Self::Pulled => "pulled",
            Self::Pushed => "pushed",
            Self::Changed => "changed",
            Self::Restarted => "restarted",
        }
    }

    /// Whether something is different afterwards.
    pub fn mutates(self) -> bool {
        self >= Self::Pushed
    }
}

/// A system that a command line touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Its name as typed, without user, port, query and credentials.
    pub name: String,
    /// What it is: `host`, `container`, `service on web1`.
    pub kind: String,
    /// What was done.
    pub effect: Effect,
}

/// The systems that a command line touched, each once with the strongest effect, in the order named.
pub fn touched(line: &str, wrappers: &Wrappers) -> Vec<Touch> {
    let mut found: Vec<Touch> = Vec::new();
    for command in shell::commands(line, wrappers).iter().filter(|command| !command.wraps) {
        for touch in of_command(command, wrappers) {
            match found.iter_mut().find(|known| known.name == touch.name && known.kind == touch.kind) {
                Some(known) => known.effect = known.effect.max(touch.effect),
                None => found.push(touch),
            }
        }
    }
    found
}

/// The strongest thing that a line does anywhere, this machine included.
pub fn effect(line: &str, wrappers: &Wrappers) -> Effect {
    let all = shell::commands(line, wrappers);
    let leaves = all.iter().filter(|command| !command.wraps);
    leaves.map(|command| own(command, wrappers).map_or_else(|| plain(command), |touch| touch.effect)).max().unwrap_or(Effect::Used)
}

fn of_command(command: &Command, wrappers: &Wrappers) -> Vec<Touch> {
    let own = own(command, wrappers).or_else(|| git(command));
    // what happens inside a place changes the place; only what restarts the place itself restarts it
    let inside = own.as_ref().map_or_else(|| plain(command), |touch| touch.effect.min(Effect::Changed));
    let place = |place: &Place| Touch { name: place.name.clone(), kind: place_kind(place.kind).to_owned(), effect: inside };
    let places = command.places.iter().filter(|place| !names::is_local(&place.name)).map(place);
    let kind = |kind: String| match command.places.last() {
        Some(place) => format!("{kind} on {}", place.name),
        None => kind,
    };
    places.chain(own.map(|touch| Touch { kind: kind(touch.kind), ..touch })).collect()
}

fn place_kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Host => "host",
        PlaceKind::Container => "container",
        PlaceKind::ComposeService => "compose service",
        PlaceKind::Pod => "pod",
    }
}

/// The system that the command itself names.
fn own(command: &Command, wrappers: &Wrappers) -> Option<Touch> {
    if let Some(wrapper) = wrappers.get(command.program()) {
        let name = command.arguments().get(wrapper.host.checked_sub(1)?)?.clone();
        return Some(Touch { name, kind: "host".to_owned(), effect: Effect::Used });
    }
    let family = FAMILIES.iter().find(|family| family.programs.contains(&command.program()))?;
    let args = Args::new(command.arguments(), family.values);
    let name = (family.name)(command, &args).filter(|name| !names::is_skipped(name))?;
    Some(Touch { name, kind: family.kind.to_owned(), effect: family.effect(command, &args)? })
}

impl Family {
    /// None for what touches nothing: a help text, a formatter.
    fn effect(&self, command: &Command, args: &Args<'_>) -> Option<Effect> {
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| begins(args, phrase));
        if says(self.nothing) || args.has(&["--help", "--version"]) {
            return None;
        }
        let special = self.special.and_then(|special| special(command, args));
        let known = [(self.restarts, Effect::Restarted), (self.changes, Effect::Changed), (self.inspects, Effect::Inspected)];
        Some(special.or_else(|| known.into_iter().find(|(phrases, _)| says(phrases)).map(|(_, effect)| effect)).unwrap_or(self.otherwise))
    }
}

/// Whether the words begin with the phrase; a phrase with a flag in it wants that flag anywhere.
fn begins(args: &Args<'_>, phrase: &str) -> bool {
    let (flags, wanted): (Vec<&str>, Vec<&str>) = phrase.split(' ').partition(|word| word.starts_with('-'));
    flags.iter().all(|flag| args.has(&[flag]))
        && args.words.len() >= wanted.len()
        && args.words.iter().zip(&wanted).all(|(word, wanted)| shell::fits(word, wanted))
}

/// What a command of no family does where it runs.
fn plain(command: &Command) -> Effect {
    let is = |phrases: &[&str]| phrases.iter().any(|phrase| command.begins(phrase));
    let writes = command.simple.writes.iter().any(|file| file != "/dev/null" && !file.starts_with('&'));
    if is(table::RESTARTS) {
        Effect::Restarted
    } else if writes || is(table::CHANGES) {
        Effect::Changed
    } else if is(table::INSPECTS) {
        Effect::Inspected
    } else {
        Effect::Used
    }
}

/// The remote of a `git pull`, `push` or `fetch`.
fn git(command: &Command) -> Option<Touch> {
    if command.program() != "git" {
        return None;
    }
    let args = Args::new(command.arguments(), &["-C", "-c", "--git-dir", "--work-tree", "-o", "--push-option", "--depth", "-b", "-j"]);
    let effect = match *args.words.first()? {
        "pull" => Effect::Pulled,
        "push" if !args.has(&["--dry-run", "-n"]) => Effect::Pushed,
        "fetch" => Effect::Fetched,
        "ls-remote" => Effect::Inspected,
        _ => return None,
    };
    let remote = args.words.get(1).copied().unwrap_or("origin");
    let name = names::of_address(remote).unwrap_or_else(|| remote.to_owned());
    Some(Touch { name, kind: "git remote".to_owned(), effect })
}
