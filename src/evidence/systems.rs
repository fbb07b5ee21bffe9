//! Command lines → the systems that they touched, and what was done there. Pure: nothing is looked up, no name is resolved.
//!
//! A family of commands is a row of `table::FAMILIES`: which programs, how the system is named, which words inspect, change or restart it.
//! What is not known to do either is only said to have been used. This machine, package registries and mirrors are no systems.

use super::shell::{self, Args, Command, CommandLines, Place, PlaceKind, Wrappers};

mod changes;
mod effects;
mod names;
mod security;
mod table;
mod verbs;
#[cfg(test)]
mod tests;

pub use changes::{Changed, changes, says};
pub use security::{SecurityFact, facts};
use table::Family;

/// What was done to a system, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// A command about it failed.
    Failed,
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
    /// It read its settings anew and went on running.
    Reloaded,
    /// It was restarted.
    Restarted,
}

impl Effect {
    /// In the past tense.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Used => "used",
            Self::Inspected => "inspected",
            Self::Fetched => "fetched",
            Self::Pulled => "pulled",
            Self::Pushed => "pushed",
            Self::Changed => "changed",
            Self::Reloaded => "reloaded",
            Self::Restarted => "restarted",
        }
    }

    /// Whether something is different afterwards.
    pub fn mutates(self) -> bool {
        self >= Self::Pushed
    }

    /// Whether it claims that the command succeeded.
    pub fn claims(self) -> bool {
        self >= Self::Fetched
    }
}

/// What a system is, in words. Those that are told apart have a name here, the others stand in their row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemKind(&'static str);

impl SystemKind {
    /// A machine that is reached by name.
    pub const HOST: Self = Self("host");
    /// Machines that a playbook runs on.
    pub const ANSIBLE_HOSTS: Self = Self("Ansible hosts");
    /// A container.
    pub const CONTAINER: Self = Self("container");
    /// A service of a compose file.
    pub const COMPOSE_SERVICE: Self = Self("compose service");
    /// A pod of a cluster.
    pub const POD: Self = Self("pod");
    /// A service of an operating system.
    pub const SERVICE: Self = Self("service");
    /// What lets traffic in and out.
    pub const FIREWALL: Self = Self("firewall");
    /// Commands that run at set times.
    pub const SCHEDULED_JOBS: Self = Self("scheduled jobs");
    /// Somebody else's machines that run an application.
    pub const APPLICATION_PLATFORM: Self = Self("application platform");
    /// A server that was asked over HTTP.
    pub const WEB_ADDRESS: Self = Self("web address");
    /// The other side of a pull, fetch or push.
    pub const REMOTE: Self = Self("git remote");
    /// A system that somebody named without saying what it is.
    pub const STATED: Self = Self("system");

    /// As a journal says it.
    pub fn word(self) -> &'static str {
        self.0
    }
}

/// A system that a command line uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemUse {
    /// Its name as typed, without user, port, query and credentials.
    pub name: String,
    /// What it is.
    pub kind: SystemKind,
    /// What it is in, the nearest first; empty where it is named by itself.
    pub places: Vec<String>,
    /// What was done, if the command succeeded.
    pub effect: Effect,
    /// It is the line's only command: the line's exit code is its own.
    pub alone: bool,
}

impl SystemUse {
    /// The other side of a pull, fetch or push.
    pub fn remote(name: String, effect: Effect) -> Self {
        system_use(name, SystemKind::REMOTE, effect)
    }

    /// Whether it is of this kind and named by itself, not in a place that is named.
    pub fn is(&self, kind: SystemKind) -> bool {
        self.kind == kind && self.places.is_empty()
    }

    /// Whether it is one of this machine, as far as the line says.
    pub fn is_local(&self) -> bool {
        const LOCAL: [SystemKind; 5] =
            [SystemKind::SERVICE, SystemKind::CONTAINER, SystemKind::COMPOSE_SERVICE, SystemKind::FIREWALL, SystemKind::SCHEDULED_JOBS];
        LOCAL.iter().any(|kind| self.is(*kind))
    }

    /// What it is in, from the nearest outwards: `default context on web1`.
    pub fn place(&self) -> Option<String> {
        (!self.places.is_empty()).then(|| self.places.join(" on "))
    }
}

/// The systems that a command line touched, each once with the strongest effect, in the order named. Of a command whose success the
/// line's exit code does not tell nothing is said but that the system was used.
pub fn used(line: &str, lines: &CommandLines<'_>) -> Vec<SystemUse> {
    let all = lines.of(line);
    let leaves: Vec<&Command> = shell::leaves(&all).collect();
    let mut found: Vec<SystemUse> = Vec::new();
    for command in &leaves {
        for mut system_use in of_command(command, lines.wrappers()) {
            system_use.alone = leaves.len() == 1;
            if command.simple.is_inner && system_use.effect.claims() {
                system_use.effect = Effect::Used;
            }
            match found
                .iter_mut()
                .find(|known| (&known.name, known.kind, &known.places) == (&system_use.name, system_use.kind, &system_use.places))
            {
                Some(known) => known.effect = known.effect.max(system_use.effect),
                None => found.push(system_use),
            }
        }
    }
    found
}

/// A system that somebody named for a line.
pub fn stated(system: &str, line: &str, lines: &CommandLines<'_>) -> SystemUse {
    let alone = shell::leaves(&lines.of(line)).count() == 1;
    let effect = effect(line, lines).min(Effect::Changed);
    let effect = if effect.claims() && !alone { Effect::Used } else { effect };
    SystemUse { name: system.to_owned(), kind: SystemKind::STATED, places: Vec::new(), effect, alone }
}

/// The strongest thing that a line does anywhere, this machine included.
pub fn effect(line: &str, lines: &CommandLines<'_>) -> Effect {
    let (all, wrappers) = (lines.of(line), lines.wrappers());
    shell::leaves(&all)
        .map(|command| of_family(command, &own(command, wrappers)).unwrap_or_else(|| plain(command)))
        .max()
        .unwrap_or(Effect::Used)
}

/// A release or a database's schema as another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A later version of the schema.
    Migrated,
    /// An earlier version of the schema.
    MigratedBack,
    /// A later release or deployment.
    Released,
    /// An earlier release or deployment.
    ReleasedBack,
}

impl Step {
    const ALL: [(Self, &[&str]); 4] = [
        (Self::ReleasedBack, table::RELEASED_BACK),
        (Self::MigratedBack, table::MIGRATED_BACK),
        (Self::Migrated, table::MIGRATED),
        (Self::Released, table::RELEASED),
    ];

    /// Whether it leads to what was before.
    pub fn is_back(self) -> bool {
        matches!(self, Self::MigratedBack | Self::ReleasedBack)
    }

    /// In the imperative.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Migrated => "Migrate the database",
            Self::MigratedBack => "Roll the migration back",
            Self::Released => "Release it",
            Self::ReleasedBack => "Roll the release back",
        }
    }

    fn of(command: &Command) -> Option<Self> {
        let is_said = |phrases: &[&str]| phrases.iter().any(|phrase| says(command, phrase));
        Self::ALL.iter().find(|(_, phrases)| is_said(phrases) && !is_trial(command)).map(|(step, _)| *step)
    }
}

/// The step that a line takes, if it succeeds; of several rather one back.
pub fn step(line: &str, lines: &CommandLines<'_>) -> Option<Step> {
    let all = lines.of(line);
    let steps = shell::leaves(&all).filter(|command| !command.simple.is_inner).filter_map(Step::of);
    steps.max_by_key(|step| step.is_back())
}

/// Whether a line has a database run a file of statements: what they do is not in the line.
pub fn runs_statements_of_a_file(line: &str, lines: &CommandLines<'_>) -> bool {
    let runs = |command: &Command| {
        let args = Family::of(command).map(|family| family.args(command));
        !command.simple.is_inner && args.is_some_and(|args| effects::reads_statements(command, &args))
    };
    shell::leaves(&lines.of(line)).any(runs)
}

/// Whether a line asks if something is well, and its exit code is the answer.
pub fn checks_health(line: &str, lines: &CommandLines<'_>) -> bool {
    let asks = |command: &Command| !command.simple.is_inner && table::HEALTH.iter().any(|phrase| says(command, phrase));
    shell::leaves(&lines.of(line)).any(asks)
}

/// Whether a command only shows what it would do, or how it is used.
fn is_trial(command: &Command) -> bool {
    let is = |word: &String| match word.split_once('=') {
        Some((flag, value)) => table::TRIALS.contains(&flag) && !matches!(value, "none" | "false"),
        None => table::TRIALS.contains(&word.as_str()),
    };
    let short = || table::SHORT_TRIALS.iter().any(|phrase| says(command, phrase)) && Args::new(command.arguments(), &["-e"]).has(&["-n"]);
    command.arguments().iter().any(is) || short()
}

fn of_command(command: &Command, wrappers: &Wrappers) -> Vec<SystemUse> {
    let own: Vec<SystemUse> = own(command, wrappers).into_iter().chain(git(command)).collect();
    // what happens inside a place changes the place; only what restarts the place itself restarts it
    let inside = of_family(command, &own).map_or_else(|| plain(command), |effect| effect.min(Effect::Changed));
    let place = |place: &Place| Some(system_use(place.name.clone(), place_kind(place.kind)?, inside));
    let places = command.places.iter().filter(|place| names::is_known(&place.name)).filter_map(place);
    let around = command.places.iter().rfind(|place| place.kind != PlaceKind::OneOff).map(|place| place.name.clone());
    let own = own.into_iter().filter(|_| command.places.iter().all(|place| names::is_known(&place.name)));
    places
        .chain(own.map(|mut system_use| {
            system_use.places.extend(around.clone());
            system_use
        }))
        .collect()
}

fn system_use(name: String, kind: SystemKind, effect: Effect) -> SystemUse {
    SystemUse { name, kind, places: Vec::new(), effect, alone: true }
}

/// None for what is no system: nothing of it is there afterwards.
fn place_kind(kind: PlaceKind) -> Option<SystemKind> {
    match kind {
        PlaceKind::Host => Some(SystemKind::HOST),
        PlaceKind::Container => Some(SystemKind::CONTAINER),
        PlaceKind::ComposeService => Some(SystemKind::COMPOSE_SERVICE),
        PlaceKind::Pod => Some(SystemKind::POD),
        PlaceKind::Application => Some(SystemKind::APPLICATION_PLATFORM),
        PlaceKind::OneOff => None,
    }
}

/// The systems that the command itself names, all with the same effect.
fn own(command: &Command, wrappers: &Wrappers) -> Vec<SystemUse> {
    if let Some(wrapper) = wrappers.get(command.program()) {
        let name = wrapper.host.checked_sub(1).and_then(|at| command.arguments().get(at));
        return name
            .filter(|name| names::is_known(name))
            .map(|name| system_use(name.clone(), SystemKind::HOST, Effect::Used))
            .into_iter()
            .collect();
    }
    Family::of(command).and_then(|family| family.system_uses(command)).unwrap_or_default()
}

impl Family {
    fn of(command: &Command) -> Option<&'static Self> {
        table::families().find(|family| family.programs.contains(&command.program()))
    }

    fn system_uses(&self, command: &Command) -> Option<Vec<SystemUse>> {
        let args = self.args(command);
        let name = (self.name)(command, &args).filter(|name| !names::is_skipped(name))?;
        let effect = self.effect(command, &args)?;
        // a look is at the whole; what is changed is one thing of it
        let resources = self.resources.filter(|_| effect >= Effect::Changed).map(|named| named(command, &args)).unwrap_or_default();
        if !resources.is_empty() && resources.iter().all(|resource| names::is_known(resource)) {
            let of = |resource| SystemUse { places: vec![name.clone()], ..system_use(resource, self.resource, effect) };
            return Some(resources.into_iter().map(of).collect());
        }
        let kind = if names::is_compose(command, &args) { SystemKind::COMPOSE_SERVICE } else { self.kind };
        let each = if self.lists { names::listed(&name) } else { vec![name] };
        Some(each.into_iter().map(|name| system_use(name, kind, effect)).collect())
    }

    /// The command's arguments; flags before the verb may take a value where they take none behind it.
    fn args<'a>(&self, command: &'a Command) -> Args<'a> {
        let arguments = command.arguments();
        let Some(&verb) = Args::up_to(arguments, self.globals, 1).places.first().filter(|_| !self.globals.is_empty()) else {
            return Args::new(arguments, self.values);
        };
        let within = (arguments[verb] == "compose").then(|| Args::up_to(&arguments[verb + 1..], self.globals, 1));
        let at = within.as_ref().and_then(|within| within.places.first()).map_or(verb, |second| verb + 1 + second);
        let mut args = Args::new(&arguments[at..], self.values);
        if at > verb {
            args.words.insert(0, "compose");
        }
        args
    }

    /// None for what touches nothing: a help text, a formatter.
    fn effect(&self, command: &Command, args: &Args<'_>) -> Option<Effect> {
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| begins(args, phrase));
        if says(self.nothing) || args.has(&["--help", "--version"]) {
            return None;
        }
        let special = self.special.and_then(|special| special(command, args));
        let effect = special.or_else(|| self.effect_of(args)).unwrap_or(self.otherwise);
        Some(if is_trial(command) { effect.min(Effect::Inspected) } else { effect })
    }

    /// What the phrase does that says most: `container inspect` only looks although `container *` changes. Of equals the stronger one.
    fn effect_of(&self, args: &Args<'_>) -> Option<Effect> {
        let known = [
            (self.inspects, Effect::Inspected),
            (self.changes, Effect::Changed),
            (self.reloads, Effect::Reloaded),
            (self.restarts, Effect::Restarted),
        ];
        let phrases = known.into_iter().flat_map(|(phrases, effect)| phrases.iter().map(move |phrase| (*phrase, effect)));
        let met = phrases.filter(|(phrase, _)| begins(args, phrase));
        met.max_by_key(|(phrase, _)| phrase.trim_end_matches('*').len()).map(|(_, effect)| effect)
    }
}

/// Whether the words begin with the phrase; a phrase with a flag in it wants that flag anywhere.
fn begins(args: &Args<'_>, phrase: &str) -> bool {
    let (flags, wanted): (Vec<&str>, Vec<&str>) = phrase.split(' ').partition(|word| word.starts_with('-'));
    flags.iter().all(|flag| args.has(&[flag]))
        && args.words.len() >= wanted.len()
        && args.words.iter().zip(&wanted).all(|(word, wanted)| shell::fits(word, wanted))
}

/// What its family says that a command does, whether or not it names the system: a client of a database talks to the one of the place where
/// it runs.
fn of_family(command: &Command, own: &[SystemUse]) -> Option<Effect> {
    let unnamed = || {
        let family = Family::of(command)?;
        family.effect(command, &family.args(command)).filter(|effect| *effect != Effect::Used)
    };
    own.first().map(|system_use| system_use.effect).or_else(unnamed)
}

/// What a command of no family does where it runs.
fn plain(command: &Command) -> Effect {
    let effect = spoken(command);
    if is_trial(command) { effect.min(Effect::Inspected) } else { effect }
}

fn spoken(command: &Command) -> Effect {
    let is = |phrases: &[&str]| phrases.iter().any(|phrase| command.begins(phrase));
    let writes = command.simple.writes.iter().any(|file| file != "/dev/null" && !file.starts_with('&'));
    if is(table::RESTARTS) {
        Effect::Restarted
    } else if writes || is(table::CHANGES) || Step::of(command).is_some() {
        Effect::Changed
    } else if is(table::INSPECTS) {
        Effect::Inspected
    } else {
        Effect::Used
    }
}

/// The remote that git takes where none is named; which one that is its settings say.
pub const DEFAULT: &str = "default remote";

/// The remote of a `git pull`, `push` or `fetch`.
fn git(command: &Command) -> Option<SystemUse> {
    if command.program() != "git" {
        return None;
    }
    let args = Args::new(command.arguments(), &["-C", "-c", "--git-dir", "--work-tree", "-o", "--push-option", "--depth", "-b", "-j"]);
    let effect = match *args.words.first()? {
        "pull" => Effect::Pulled,
        "push" if !is_trial(command) => Effect::Pushed,
        "fetch" => Effect::Fetched,
        _ => return None,
    };
    let remote = args.words.get(1).copied().unwrap_or(DEFAULT);
    let name = names::of_address(remote).or_else(|| names::remote_side(remote)).unwrap_or_else(|| remote.to_owned());
    let elsewhere = args.value(&["-C", "--git-dir", "--work-tree"]).map(|folder| format!(" of {folder}")).unwrap_or_default();
    Some(SystemUse::remote(format!("{name}{elsewhere}"), effect)).filter(|system_use| names::is_known(&system_use.name))
}
