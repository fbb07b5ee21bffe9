//! Systems, changes of configuration, tools and security facts: what the recorded commands and the watched files show.

use std::collections::HashSet;

use chrono::Duration;

use super::Composer;
use crate::attribution::{ForeignMove, MoveKind};
use crate::document::*;
use crate::event::{Ran, Watch};
use crate::evidence::systems::{self, Effect, SystemKind, SystemUse};
use crate::forge::display_url;
use crate::markdown::{code, text};
use crate::session::{Run, WatchedSample};

/// Tools that are listed.
const TOOLS: usize = 15;
/// Commands that a fact names.
const NAMED: usize = 2;

/// A system with all that was done to it.
struct Involved {
    /// Its name, kind and place, as it was used first.
    system_use: SystemUse,
    /// What was done, when, in time order.
    done: Vec<(Effect, Time)>,
}

impl Involved {
    /// Its name with the place that it is in.
    fn placed(&self) -> String {
        match self.system_use.place() {
            Some(place) => format!("{} on {place}", self.system_use.name),
            None => self.system_use.name.clone(),
        }
    }
}

/// Whether one of the others is within it: a host is affected by what was done to a service there.
fn is_place(host: &str, names: &[String]) -> bool {
    names.iter().any(|name| name.strip_suffix(host).is_some_and(|service| service.ends_with(" on ")))
}

impl Composer<'_> {
    pub(super) fn system_uses(&self, run: &Run) -> Vec<SystemUse> {
        let ran = &run.ran;
        let mut uses = systems::used(&ran.command, self.record.lines);
        if let Some(system) = &ran.system {
            uses.iter_mut().filter(|system_use| system_use.is_local()).for_each(|system_use| system_use.places.push(system.clone()));
            // a namespace of a cluster is named behind the cluster, and what is in it stands on it
            let is_named = |name: &str| name.strip_prefix(system.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("));
            let known = uses.iter().any(|system_use| is_named(&system_use.name) || system_use.places.iter().any(|place| is_named(place)));
            uses.extend((!known).then(|| systems::stated(system, &ran.command, self.record.lines)));
        }
        let effect = |system_use: &SystemUse| ended(system_use, ran).map(|effect| self.pulled(effect, ran));
        let told = uses
            .into_iter()
            .filter_map(|system_use| Some(SystemUse { effect: effect(&system_use)?, name: self.remote(&system_use), ..system_use }));
        told.filter(|system_use| !system_use.is(SystemKind::REMOTE) || system_use.effect.claims()).collect()
    }

    /// A pull looked for others' work; that it brought some is proved by HEAD, which moved meanwhile.
    fn pulled(&self, effect: Effect, ran: &Ran) -> Effect {
        let end = ran.started + Duration::milliseconds((ran.seconds.clamp(0.0, 1e9) * 1000.0) as i64) + Duration::seconds(1);
        let moves = self.record.attribution.map(|attribution| attribution.foreign_moves.as_slice()).unwrap_or_default();
        let moved = moves.iter().filter_map(|step| step.at).any(|at| at >= ran.started - Duration::seconds(1) && at <= end);
        if effect == Effect::Pulled && !moved { Effect::Fetched } else { effect }
    }

    /// Git's own choice of a remote by its name, where the settings leave no doubt.
    fn remote(&self, system_use: &SystemUse) -> String {
        let default = self.record.default_remote.filter(|_| system_use.is(SystemKind::REMOTE) && system_use.name == systems::DEFAULT);
        default.map_or_else(|| system_use.name.clone(), str::to_owned)
    }

    /// Systems in the order in which the session met them, those that were changed first, web addresses last.
    pub(super) fn systems(&self) -> Vec<System> {
        let mut met = self.met();
        let mutated = |involved: &Involved| involved.done.iter().any(|(effect, _)| effect.mutates());
        met.sort_by_key(|involved| if mutated(involved) { 0 } else { 1 + u8::from(involved.system_use.is(SystemKind::WEB_ADDRESS)) });
        let commands = met.iter().map(|involved| (self.system(involved), Some(&involved.system_use)));
        self.with_names(commands.chain(self.watched_systems().into_iter().map(|system| (system, None))).collect())
    }

    /// The systems that commands changed or restarted; where the session was not about systems, without those of this machine, with which its
    /// work is tried out.
    pub(super) fn affected(&self) -> Vec<String> {
        let is_about_systems = matches!(self.session_type().0, SessionType::Emergency | SessionType::Infrastructure);
        let met = self.met();
        let counts = |involved: &&Involved| is_about_systems || !involved.system_use.is_local();
        let affected = met.iter().filter(counts).filter(|involved| involved.done.iter().any(|(effect, _)| *effect >= Effect::Changed));
        let mut names: Vec<String> = Vec::new();
        for name in affected.map(|involved| self.mask(&involved.placed())) {
            // a host may be a database, too
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.iter().filter(|name| !is_place(name, &names)).cloned().collect()
    }

    /// What was restarted or read its settings anew, each with when: candidates for what to watch.
    pub(super) fn restarted(&self) -> Vec<String> {
        let met = self.met();
        let again = |involved: &Involved| -> Vec<(Effect, Time)> {
            involved.done.iter().filter(|(effect, _)| *effect >= Effect::Reloaded).copied().collect()
        };
        let restarted = met.iter().map(|involved| (self.mask(&involved.placed()), again(involved))).filter(|(_, done)| !done.is_empty());
        let restarted: Vec<(String, Vec<(Effect, Time)>)> = restarted.collect();
        let names: Vec<String> = restarted.iter().map(|(name, _)| name.clone()).collect();
        let told = restarted.iter().filter(|(name, _)| !is_place(name, &names));
        told.map(|(name, of)| format!("{}: {}, {}", text(name), done(of), times(of))).collect()
    }

    /// The systems in the order in which the session met them.
    fn met(&self) -> Vec<Involved> {
        let mut met: Vec<Involved> = Vec::new();
        for run in &self.record.session.runs {
            for system_use in self.system_uses(run) {
                let at = self.local(run.ran.started);
                match met.iter_mut().find(|known| is_one(&known.system_use, &system_use)) {
                    Some(known) => {
                        known.done.push((system_use.effect, at));
                        if known.system_use.kind == SystemKind::STATED {
                            known.system_use = system_use;
                        }
                    }
                    None => met.push(Involved { done: vec![(system_use.effect, at)], system_use }),
                }
            }
        }
        self.pulls_by_git(&mut met);
        met
    }

    /// Pulls that no recorded command tells of, from the remote that git takes where none is named.
    fn pulls_by_git(&self, met: &mut Vec<Involved>) {
        let Some(remote) = self.record.default_remote else { return };
        let moves = self.record.attribution.map(|attribution| attribution.foreign_moves.as_slice()).unwrap_or_default();
        let is_plain = |step: &&ForeignMove| step.name.split_whitespace().all(|word| word.starts_with('-'));
        let pulls = moves.iter().filter(|step| step.what == MoveKind::Pull && !step.brought.is_nothing()).filter(is_plain);
        for at in pulls.filter_map(|step| step.at) {
            let at = self.local(at);
            let known = met.iter_mut().find(|known| known.system_use.name == remote && known.system_use.is(SystemKind::REMOTE));
            match known {
                Some(known) if known.done.iter().any(|(_, done)| (*done - at).abs() < Duration::minutes(1)) => {}
                Some(known) => {
                    known.done.push((Effect::Pulled, at));
                    known.done.sort_by_key(|(_, at)| *at);
                }
                None => met
                    .push(Involved { system_use: SystemUse::remote(remote.to_owned(), Effect::Pulled), done: vec![(Effect::Pulled, at)] }),
            }
        }
    }

    fn system(&self, involved: &Involved) -> System {
        System {
            name: self.mask(&involved.system_use.name),
            kind: Some(self.kind(&involved.system_use)),
            role: None,
            evidence: std::iter::once(format!("{}, {}", done(&involved.done), times(&involved.done)))
                .chain(self.address(involved))
                .collect(),
        }
    }

    /// `service on web1`.
    fn kind(&self, system_use: &SystemUse) -> String {
        let place = system_use.place().map(|place| format!(" on {}", self.mask(&place))).unwrap_or_default();
        format!("{}{place}", system_use.kind.word())
    }

    /// Each system under a name of its own, which is how an author's edits find it: a second service `app` is `app on web1`.
    fn with_names(&self, systems: Vec<(System, Option<&SystemUse>)>) -> Vec<System> {
        let mut known = HashSet::new();
        let named = |(mut system, system_use): (System, Option<&SystemUse>)| {
            if !known.insert(system.name.clone()) {
                match system_use.and_then(|system_use| Some((system_use.kind, system_use.place()?))) {
                    Some((kind, place)) => {
                        system.name = format!("{} on {}", system.name, self.mask(&place));
                        system.kind = Some(kind.word().to_owned());
                    }
                    None => system.name = format!("{} ({})", system.name, system.kind.as_deref().unwrap_or(SystemKind::STATED.word())),
                }
            }
            system
        };
        systems.into_iter().map(named).collect()
    }

    /// The address of the remote `origin`, which is the one that is known.
    fn address(&self, involved: &Involved) -> Option<String> {
        let remote = self.record.remote.filter(|_| involved.system_use.is(SystemKind::REMOTE) && involved.system_use.name == "origin")?;
        Some(self.mask(&display_url(remote)))
    }

    /// What was watched outside the repository, each with how often it was found changed.
    fn watched_systems(&self) -> Vec<System> {
        let samples = &self.record.session.watched;
        let mut names: Vec<&str> = Vec::new();
        for sample in samples {
            if !names.contains(&sample.watched.name.as_str()) {
                names.push(&sample.watched.name);
            }
        }
        names.into_iter().map(|name| self.watched(name, samples)).collect()
    }

    fn watched(&self, name: &str, samples: &[WatchedSample]) -> System {
        let samples: Vec<&WatchedSample> = samples.iter().filter(|sample| sample.watched.name == name).collect();
        let changes: Vec<(Effect, Time)> = samples
            .windows(2)
            .filter(|pair| pair[0].watched.content.is_some() && pair[1].watched.content.is_some())
            .filter(|pair| pair[0].watched.content != pair[1].watched.content)
            .map(|pair| (Effect::Changed, self.local(pair[1].at)))
            .collect();
        let unreadable = samples.iter().any(|sample| sample.watched.content.is_none());
        let kind = match samples.first().map(|sample| &sample.watched.source) {
            Some(Watch::Command(_)) => "watched by a command",
            _ => "watched file outside the repository",
        };
        let evidence = match (&samples[..], unreadable) {
            _ if !changes.is_empty() => format!("{}, {}", done(&changes), times(&changes)),
            (_, true) => "not readable at every look".to_owned(),
            ([only], false) => format!("not looked at since {}", self.local(only.at).format("%H:%M")),
            (_, false) => "not changed".to_owned(),
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
            systems::changes(&run.ran.command, self.record.lines).into_iter().map(change).collect()
        };
        runs.flat_map(of).collect()
    }

    /// Programs that were used, the most used first, as one line of Markdown each.
    pub(super) fn tools(&self) -> Vec<String> {
        let mut counts: Vec<(String, u32)> = Vec::new();
        for run in self.record.session.runs.iter().filter(|run| was_run(&run.ran)) {
            for command in self.record.lines.of(&run.ran.command).iter() {
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
        let mut kinds: Vec<(&str, Vec<Instance>)> = Vec::new();
        for run in self.record.session.runs.iter().filter(|run| run.ran.was_started()) {
            for fact in systems::facts(&run.ran.command, self.record.lines) {
                let system = fact.system.or_else(|| run.ran.system.clone()).map(|system| format!(" on {}", text(&self.mask(&system))));
                let command = format!("{}{}", code(&self.mask(&fact.command)), system.unwrap_or_default());
                let instance = Instance { command, at: self.local(run.ran.started), failed: run.ran.exit_code != Some(0), times: 1 };
                match kinds.iter_mut().find(|(what, _)| *what == fact.what) {
                    Some((_, all)) => add(all, instance),
                    None => kinds.push((fact.what, vec![instance])),
                }
            }
        }
        kinds.iter().map(|(what, all)| fact(what, all)).collect()
    }
}

/// A command that bears on security, as Markdown.
struct Instance {
    command: String,
    /// When first.
    at: Time,
    failed: bool,
    times: u32,
}

fn add(all: &mut Vec<Instance>, instance: Instance) {
    match all.iter_mut().find(|known| known.command == instance.command && known.failed == instance.failed) {
        Some(known) => known.times += 1,
        None => all.push(instance),
    }
}

/// `Run with elevated privileges: `systemctl restart x` (10:12, ×2) and 2 more.`
fn fact(what: &str, all: &[Instance]) -> String {
    let named = all.iter().take(NAMED).map(|instance| {
        let failed = if instance.failed { ", did not succeed" } else { "" };
        let times = if instance.times > 1 { format!(", ×{}", instance.times) } else { String::new() };
        format!("{} ({}{times}{failed})", instance.command, instance.at.format("%H:%M"))
    });
    let more = all.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{what}: {}{more}.", named.collect::<Vec<_>>().join(", "))
}

/// Whether both are the same system: somebody who names one does not say what it is, and a playbook runs on hosts.
fn is_one(a: &SystemUse, b: &SystemUse) -> bool {
    let is_host = |one: &SystemUse| one.is(SystemKind::HOST) || one.is(SystemKind::ANSIBLE_HOSTS);
    let is_stated = |one: &SystemUse| one.kind == SystemKind::STATED;
    let is_alike = (a.kind, &a.places) == (b.kind, &b.places) || is_stated(a) || is_stated(b) || (is_host(a) && is_host(b));
    a.name == b.name && is_alike
}

/// Whether the command started, also by what a shell says of it.
fn was_run(ran: &Ran) -> bool {
    ran.was_started() && !matches!(ran.exit_code, Some(126 | 127))
}

/// What the end of a command leaves of what it was to do; none where it did not even reach the system.
fn ended(system_use: &SystemUse, ran: &Ran) -> Option<Effect> {
    let elsewhere = [SystemKind::HOST, SystemKind::CONTAINER, SystemKind::COMPOSE_SERVICE, SystemKind::POD, SystemKind::STATED];
    let runs_elsewhere = elsewhere.iter().any(|kind| system_use.is(*kind));
    let unknown = || if system_use.effect.claims() { Effect::Used } else { system_use.effect };
    match ran.exit_code {
        Some(0) => Some(system_use.effect),
        // a program that is missing there tells that somebody was there
        _ if !(was_run(ran) || runs_elsewhere && ran.exit_code.is_some()) => None,
        None => Some(unknown()),
        Some(_) if !system_use.alone => Some(unknown()),
        Some(255) if runs_elsewhere => Some(Effect::Failed),
        Some(255) if !system_use.places.is_empty() => None,
        Some(_) if system_use.effect.claims() => Some(Effect::Failed),
        // what looks may answer with a code: not found, not active, an error page
        Some(_) if runs_elsewhere || system_use.kind == SystemKind::SERVICE || system_use.effect == Effect::Used => Some(system_use.effect),
        Some(22) if system_use.is(SystemKind::WEB_ADDRESS) => Some(system_use.effect),
        Some(_) => Some(Effect::Failed),
    }
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
    counts.sort_by_key(|(effect, _)| (*effect == Effect::Failed, *effect));
    let said = |(effect, count): &(Effect, usize)| match count {
        1 if *effect == Effect::Failed => "one command failed".to_owned(),
        _ if *effect == Effect::Failed => format!("{count} commands failed"),
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
