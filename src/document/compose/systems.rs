//! Systems, changes of configuration, tools and security facts: what the recorded commands and the watched files show.

use super::Composer;
use crate::document::*;
use crate::event::Watch;
use crate::evidence::shell::{self, Wrappers};
use crate::evidence::systems::{self, Effect, Touch};
use crate::markdown::code;
use crate::session::{Look, Run};

/// Tools that are listed.
const TOOLS: usize = 15;
/// Commands that a fact names.
const NAMED: usize = 2;

/// A system with all that was done to it.
struct Involved {
    name: String,
    kind: String,
    /// What was done, when, in time order.
    done: Vec<(Effect, Time)>,
}

impl Composer<'_> {
    fn wrappers(&self) -> &Wrappers {
        self.record.wrappers
    }

    fn touches(&self, run: &Run) -> Vec<Touch> {
        let mut touches = systems::touched(&run.ran.command, self.wrappers());
        let stated = run.ran.system.as_ref().filter(|system| touches.iter().all(|touch| touch.name != **system));
        let effect = || systems::effect(&run.ran.command, self.wrappers()).min(Effect::Changed);
        touches.extend(stated.map(|system| Touch { name: system.clone(), kind: "system".to_owned(), effect: effect() }));
        // what did not succeed changed nothing that we know of
        let failed = run.ran.exit_code != Some(0);
        touches.iter_mut().filter(|touch| failed && touch.effect.mutates()).for_each(|touch| touch.effect = Effect::Used);
        touches
    }

    /// Systems in the order in which the session met them.
    pub(super) fn systems(&self) -> Vec<System> {
        let mut met: Vec<Involved> = Vec::new();
        for run in &self.record.session.runs {
            for touch in self.touches(run) {
                let at = self.local(run.ran.started);
                match met.iter_mut().find(|known| known.name == touch.name && (known.kind == touch.kind || touch.kind == "system")) {
                    Some(known) => known.done.push((touch.effect, at)),
                    None => met.push(Involved { name: touch.name, kind: touch.kind, done: vec![(touch.effect, at)] }),
                }
            }
        }
        let commands = met.iter().map(|involved| self.system(involved));
        commands.chain(self.watched_systems()).collect()
    }

    fn system(&self, involved: &Involved) -> System {
        System {
            name: self.mask(&involved.name),
            kind: Some(self.mask(&involved.kind)),
            role: None,
            evidence: vec![format!("{}, {}", done(&involved.done), times(&involved.done))],
        }
    }

    /// What was watched outside the repository, each with how often it was found changed.
    fn watched_systems(&self) -> Vec<System> {
        let looks = &self.record.session.watched;
        let mut names: Vec<&str> = Vec::new();
        for look in looks.iter().filter(|look| !names.contains(&look.watched.name.as_str())).collect::<Vec<_>>() {
            if !names.contains(&look.watched.name.as_str()) {
                names.push(&look.watched.name);
            }
        }
        names.into_iter().map(|name| self.watched(name, looks)).collect()
    }

    fn watched(&self, name: &str, looks: &[Look]) -> System {
        let looks: Vec<&Look> = looks.iter().filter(|look| look.watched.name == name).collect();
        let changes: Vec<(Effect, Time)> = looks
            .windows(2)
            .filter(|pair| pair[0].watched.content.is_some() && pair[1].watched.content.is_some())
            .filter(|pair| pair[0].watched.content != pair[1].watched.content)
            .map(|pair| (Effect::Changed, self.local(pair[1].at)))
            .collect();
        let unreadable = looks.iter().any(|look| look.watched.content.is_none());
        let kind = match looks.first().map(|look| &look.watched.source) {
            Some(Watch::Command(_)) => "watched by a command",
            _ => "watched file outside the repository",
        };
        let evidence = match (changes.is_empty(), unreadable) {
            (false, _) => format!("{}, {}", done(&changes), times(&changes)),
            (true, true) => "not readable at every look".to_owned(),
            (true, false) => "not changed".to_owned(),
        };
        System { name: self.mask(name), kind: Some(kind.to_owned()), role: None, evidence: vec![evidence] }
    }

    /// Configuration that commands changed, where they succeeded.
    pub(super) fn changes_by_command(&self) -> Vec<CommandChange> {
        let runs = self.record.session.runs.iter().filter(|run| run.ran.exit_code == Some(0));
        let of = |run: &Run| -> Vec<CommandChange> {
            let change = |changed: systems::Changed| CommandChange {
                at: self.local(run.ran.started),
                command: self.mask(&changed.command),
                what: changed.what.to_owned(),
                system: changed.system.or_else(|| run.ran.system.clone()).map(|system| self.mask(&system)),
            };
            systems::changes(&run.ran.command, self.wrappers()).into_iter().map(change).collect()
        };
        runs.flat_map(of).collect()
    }

    /// Programs that were used, the most used first, as one line of Markdown each.
    pub(super) fn tools(&self) -> Vec<String> {
        let mut counts: Vec<(String, u32)> = Vec::new();
        for run in &self.record.session.runs {
            for command in shell::commands(&run.ran.command, self.wrappers()) {
                let program = command.program();
                let is_name = !program.is_empty() && !program.contains(['$', '`', '(', '=']) && program.len() < 40;
                match counts.iter_mut().find(|(known, _)| known == program) {
                    _ if !is_name || super::commands::is_everyday(program) => {}
                    Some((_, count)) => *count += 1,
                    None => counts.push((program.to_owned(), 1)),
                }
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let line = |(program, count): &(String, u32)| match count {
            1 => code(&self.mask(program)),
            _ => format!("{} ×{count}", code(&self.mask(program))),
        };
        counts.iter().take(TOOLS).map(line).collect()
    }

    /// What commands did that bears on security, one line of Markdown for each kind.
    pub(super) fn security_facts(&self) -> Vec<String> {
        let mut kinds: Vec<(&str, Vec<(String, Time)>)> = Vec::new();
        for run in &self.record.session.runs {
            for fact in systems::facts(&run.ran.command, self.wrappers()) {
                let said = (self.mask(&fact.command), self.local(run.ran.started));
                match kinds.iter_mut().find(|(what, _)| *what == fact.what) {
                    Some((_, all)) => all.push(said),
                    None => kinds.push((fact.what, vec![said])),
                }
            }
        }
        kinds.iter().map(|(what, all)| fact(what, all)).collect()
    }
}

/// `Run with elevated privileges: `systemctl restart x` (10:12) and 2 more.`
fn fact(what: &str, all: &[(String, Time)]) -> String {
    let named = all.iter().take(NAMED).map(|(command, at)| format!("{} ({})", code(command), at.format("%H:%M")));
    let more = all.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{what}: {}{more}.", named.collect::<Vec<_>>().join(", "))
}

/// `inspected ×12, changed ×3, restarted once`.
fn done(done: &[(Effect, Time)]) -> String {
    let mut counts: Vec<(Effect, usize)> = Vec::new();
    for (effect, _) in done {
        match counts.iter_mut().find(|(known, _)| known == effect) {
            Some((_, count)) => *count += 1,
            None => counts.push((*effect, 1)),
        }
    }
    counts.sort_by_key(|(effect, _)| *effect);
    let said = |(effect, count): &(Effect, usize)| match count {
        1 => format!("{} once", effect.word()),
        _ => format!("{} ×{count}", effect.word()),
    };
    counts.iter().map(said).collect::<Vec<_>>().join(", ")
}

/// `14:05–16:20`, or the one time.
fn times(done: &[(Effect, Time)]) -> String {
    let minute = |at: Option<&(Effect, Time)>| at.map(|(_, at)| at.format("%H:%M").to_string()).unwrap_or_default();
    let (first, last) = (minute(done.first()), minute(done.last()));
    if first == last { first } else { format!("{first}–{last}") }
}
