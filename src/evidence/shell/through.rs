//! Through what runs other commands to the commands that really ran, and where.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Args, ProgramRole, Simple, is_known_for, simple};

/// Commands in commands are followed so far.
const DEEPEST: usize = 6;
/// More commands of one line are not looked at.
const MOST: usize = 200;

/// A user's own command that runs others elsewhere: `sx server 'systemctl restart nginx'`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrapper {
    /// Which argument names the system; the first is 1.
    pub host: usize,
    /// Which argument begins the command line that runs there; without it, the wrapper's own name tells all.
    pub command: Option<usize>,
}

/// Wrappers by the name of the program.
pub type Wrappers = BTreeMap<String, Wrapper>;

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A machine.
    Host,
    /// A container.
    Container,
    /// A service of a compose project.
    ComposeService,
    /// A pod.
    Pod,
    /// An application on a platform.
    Application,
    /// A container that exists for this command alone: `docker run IMAGE …`.
    OneOff,
}

/// Where a command ran.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// Its name as typed, without the user.
    pub name: String,
}

/// A command, with what ran it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The command.
    pub simple: Simple,
    /// Where it ran, the outermost place first; empty for this machine.
    pub places: Vec<Place>,
    /// `sudo`, `doas` or `su` ran it.
    pub is_privileged: bool,
    /// It only ran another command, which follows.
    pub wraps: bool,
}

impl Command {
    /// The program's name: without its folders, `.exe` and `.phar`, and without a version: `python3.12` is `python`.
    pub fn program(&self) -> &str {
        program(&self.simple)
    }

    /// What follows the program.
    pub fn arguments(&self) -> &[String] {
        self.simple.words.get(1..).unwrap_or_default()
    }

    /// Whether the command begins with these words: its program, then words in this order with nothing but flags between them, and flags
    /// anywhere behind. A word may end in `*`.
    pub fn begins(&self, own: &str) -> bool {
        if !self.is_of(own) {
            return false;
        }
        let (flags, wanted): (Vec<&str>, Vec<&str>) = own.split(' ').skip(1).partition(|word| word.starts_with('-'));
        let arguments = self.arguments();
        let words = arguments.iter().filter(|word| !word.starts_with(['-', '+']));
        flags.iter().all(|flag| arguments.iter().any(|word| fits(word, flag)))
            && words.clone().count() >= wanted.len()
            && words.zip(&wanted).all(|(word, wanted)| fits(word, wanted))
    }

    /// Whether its program is the first of these words.
    pub(in crate::evidence) fn is_of(&self, own: &str) -> bool {
        fits(self.program(), own.split(' ').next().unwrap_or(own))
    }
}

/// Whether a word is the wanted one; `*` at the beginning or the end of the wanted one stands for anything.
pub(in crate::evidence) fn fits(word: &str, wanted: &str) -> bool {
    match (wanted.strip_prefix('*'), wanted.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(rest), Some(_)) => word.contains(rest.trim_end_matches('*')),
        (Some(end), None) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == wanted,
    }
}

fn program(simple: &Simple) -> &str {
    let name = simple.words.first().map_or("", |word| word.rsplit(['/', '\\']).next().unwrap_or(word));
    let name = [".exe", ".phar", ".bat", ".cmd"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if ["python", "pip", "ruby", "php", "node", "pytest"].contains(&bare) { bare } else { name }
}

/// All commands of a line, each followed by what it runs.
pub fn commands(line: &str, wrappers: &Wrappers) -> Vec<Command> {
    let mut walk = Walk { wrappers, found: Vec::new() };
    walk.line(line, &Command::default(), 0);
    walk.found
}

struct Walk<'a> {
    wrappers: &'a Wrappers,
    found: Vec<Command>,
}

/// What a command runs.
enum Inner {
    /// These words.
    Words(Vec<String>),
    /// A command line for a shell.
    Line(String),
}

impl Walk<'_> {
    fn line(&mut self, line: &str, around: &Command, depth: usize) {
        for simple in simple(line) {
            self.command(simple, around, depth);
        }
    }

    fn command(&mut self, mut simple: Simple, around: &Command, depth: usize) {
        if self.found.len() >= MOST {
            return;
        }
        simple.is_inner |= around.simple.is_inner;
        let mut command = Command { simple, places: around.places.clone(), is_privileged: around.is_privileged, wraps: false };
        let inner = if depth < DEEPEST { self.inner(&command) } else { None };
        let Some((inner, place)) = inner else { return self.found.push(command) };
        command.wraps = true;
        let mut within = command.clone();
        within.is_privileged |= is_known_for(command.program(), ProgramRole::Privilege);
        within.places.extend(place);
        let rest = Simple { words: Vec::new(), ..command.simple.clone() };
        self.found.push(command);
        match inner {
            Inner::Words(words) => self.command(without_assignments(Simple { words, ..rest }), &within, depth + 1),
            Inner::Line(line) => self.line(&line, &within, depth + 1),
        }
    }

    /// What the command runs, and the place it goes to for that.
    fn inner(&self, command: &Command) -> Option<(Inner, Option<Place>)> {
        let (program, arguments) = (command.program(), command.arguments());
        if let Some(wrapper) = self.wrappers.get(program) {
            let name = arguments.get(wrapper.host.checked_sub(1)?)?;
            let inner = arguments.get(wrapper.command?.checked_sub(1)?..).filter(|rest| !rest.is_empty())?;
            return Some((Inner::Line(inner.join(" ")), Some(Place { kind: PlaceKind::Host, name: name.clone() })));
        }
        remote(command)
            .map(|(inner, place)| (inner, Some(place)))
            .or_else(|| shell(command).map(|inner| (inner, None)))
            .or_else(|| prefix(program, arguments).map(|inner| (inner, None)))
    }
}

/// `A=b c` as a command with its own variables.
fn without_assignments(mut simple: Simple) -> Simple {
    let is_set = |word: &String| word.split_once('=').is_some_and(|(name, _)| is_name(name));
    let count = simple.words.iter().take_while(|word| is_set(word)).count();
    let set = simple.words.drain(..count).filter_map(|word| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
    simple.env.extend(set);
    simple
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Flags of `ssh` that take a value.
pub(in crate::evidence) const SSH_VALUES: &[&str] =
    &["-B", "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-Q", "-R", "-S", "-W", "-w"];
const EXEC_VALUES: &[&str] = &[
    "-u", "--user", "-e", "--env", "--env-file", "-w", "--workdir", "--detach-keys", "-f", "--file", "-p", "--project-name", "-H",
    "--host", "--context", "--index", "--profile", "--project-directory", "-c",
];
const RUN_VALUES: &[&str] = &[
    "-u", "--user", "-e", "--env", "--env-file", "-w", "--workdir", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network",
    "--entrypoint", "-h", "--hostname", "--platform", "-m", "--memory", "--cpus", "-l", "--label", "--add-host", "--ulimit", "--gpus",
];
const KUBECTL_VALUES: &[&str] = &["-n", "--namespace", "--context", "--cluster", "--kubeconfig", "-c", "--container", "-f", "-l", "--as"];

/// The name without user and port.
pub(in crate::evidence) fn host(word: &str) -> String {
    let bare = word.strip_prefix("ssh://").unwrap_or(word);
    let bare = bare.rsplit_once('@').map_or(bare, |(_, host)| host);
    let bare = if word.starts_with("ssh://") { bare.split([':', '/']).next().unwrap_or(bare) } else { bare };
    bare.to_owned()
}

fn remote(command: &Command) -> Option<(Inner, Place)> {
    let arguments = command.arguments();
    let place = |kind, name: &str| Place { kind, name: name.to_owned() };
    match command.program() {
        "ssh" | "autossh" | "mosh" => {
            let args = Args::up_to(arguments, SSH_VALUES, 1);
            let rest = &arguments[args.places.first()? + 1..];
            let rest = rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest);
            let line = if rest.is_empty() { command.simple.input.clone()? } else { rest.join(" ") };
            Some((Inner::Line(line), place(PlaceKind::Host, &host(args.words[0]))))
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" => container(command),
        "kubectl" | "oc" => {
            let dashes = arguments.iter().position(|word| word == "--")?;
            let args = Args::new(&arguments[..dashes], KUBECTL_VALUES);
            let pod = args.words.get(1).filter(|_| args.words[0] == "exec")?;
            Some((Inner::Words(arguments[dashes + 1..].to_vec()), place(PlaceKind::Pod, pod)))
        }
        // the application may be named behind the command
        "heroku" => {
            let args = Args::new(arguments, &["-a", "--app", "-r", "--remote", "-s", "--size", "-e", "--env", "--type"]);
            let at = args.places.get(1).filter(|_| matches!(args.words[0], "run" | "run:detached"))?;
            let place = match args.value(&["-a", "--app"]) {
                Some(app) => place(PlaceKind::Application, app),
                None => place(PlaceKind::OneOff, "heroku"),
            };
            Some((Inner::Line(arguments[*at..].join(" ")), place))
        }
        "lxc" | "incus" => {
            let dashes = arguments.iter().position(|word| word == "--")?;
            let name = arguments.get(1).filter(|_| arguments[0] == "exec")?;
            Some((Inner::Words(arguments[dashes + 1..].to_vec()), place(PlaceKind::Container, name)))
        }
        _ => None,
    }
}

/// `docker exec CONTAINER …`, `docker compose exec SERVICE …`, `docker run IMAGE …`.
fn container(command: &Command) -> Option<(Inner, Place)> {
    let arguments = command.arguments();
    let first = Args::up_to(arguments, EXEC_VALUES, 1);
    let (mut at, mut kind) = (*first.places.first()?, PlaceKind::Container);
    if arguments[at] == "compose" {
        at += 1 + Args::up_to(&arguments[at + 1..], EXEC_VALUES, 1).places.first()?;
        kind = PlaceKind::ComposeService;
    } else if command.program().ends_with("-compose") {
        kind = PlaceKind::ComposeService;
    }
    let (values, kind) = match arguments[at].as_str() {
        "exec" => (EXEC_VALUES, kind),
        "run" => (RUN_VALUES, PlaceKind::OneOff),
        _ => return None,
    };
    let after = &arguments[at + 1..];
    let args = Args::up_to(after, values, 1);
    let inner = after.get(args.places.first()? + 1..).filter(|inner| !inner.is_empty())?;
    Some((Inner::Words(inner.to_vec()), Place { kind, name: args.words[0].to_owned() }))
}

/// A shell that is given its commands.
fn shell(command: &Command) -> Option<Inner> {
    let arguments = command.arguments();
    let line_behind = |flag: fn(&str) -> bool| {
        let at = arguments.iter().position(|word| flag(word))?;
        arguments.get(at + 1).cloned()
    };
    let line = match command.program() {
        program if is_known_for(program, ProgramRole::Shell) => {
            let is_c = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
            line_behind(is_c).or_else(|| command.simple.input.clone().filter(|_| arguments.iter().all(|word| word.starts_with('-'))))
        }
        "su" | "runuser" => line_behind(|word| matches!(word, "-c" | "--command")),
        "nix-shell" => line_behind(|word| matches!(word, "--run" | "--command")),
        "vagrant" => line_behind(|word| matches!(word, "-c" | "--command")),
        "eval" => (!arguments.is_empty()).then(|| arguments.join(" ")),
        "watch" => {
            let args = Args::up_to(arguments, &["-n", "--interval"], 1);
            args.places.first().map(|&at| arguments[at..].join(" "))
        }
        _ => None,
    };
    line.map(Inner::Line)
}

/// A program that runs the words behind it.
struct Prefix {
    /// Its name, and the first word where that is needed.
    names: &'static [&'static str],
    /// Flags that take a value.
    values: &'static [&'static str],
    /// Words of its own before the command.
    own: usize,
}

const PREFIXES: &[Prefix] = &[
    Prefix { names: &["sudo", "doas", "pkexec"], values: &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D"], own: 0 },
    Prefix { names: &["env"], values: &["-u", "--unset", "-C", "--chdir"], own: 0 },
    Prefix { names: &["nohup", "setsid", "command", "exec", "builtin", "noglob", "stdbuf", "unbuffer", "xvfb-run"], values: &[], own: 0 },
    Prefix { names: &["time", "gtime"], values: &["-f", "-o"], own: 0 },
    Prefix { names: &["nice"], values: &["-n"], own: 0 },
    Prefix { names: &["ionice"], values: &["-c", "-n"], own: 0 },
    Prefix { names: &["timeout", "gtimeout"], values: &["-s", "-k", "--signal", "--kill-after"], own: 1 },
    Prefix { names: &["taskset", "flock", "chroot"], values: &[], own: 1 },
    Prefix { names: &["xargs"], values: &["-n", "-P", "-I", "-L", "-d", "-E", "-s", "-a"], own: 0 },
    Prefix { names: &["strace", "ltrace"], values: &["-o", "-e", "-p", "-s"], own: 0 },
    Prefix { names: &["npx", "bunx", "pnpx"], values: &["-p", "--package"], own: 0 },
    Prefix { names: &["pnpm exec", "pnpm dlx", "yarn exec", "yarn run", "yarn dlx", "npm exec", "bun x"], values: &[], own: 1 },
    Prefix { names: &["bundle exec", "mise exec", "rbenv exec", "pyenv exec"], values: &[], own: 1 },
    Prefix {
        names: &["poetry run", "uv run", "pipenv run", "hatch run", "rye run", "pdm run"],
        values: &["--with", "--extra", "--group", "-p"],
        own: 1,
    },
    Prefix { names: &["direnv exec"], values: &[], own: 2 },
];

fn prefix(program: &str, arguments: &[String]) -> Option<Inner> {
    let is_name = |name: &&str| match name.split_once(' ') {
        Some((first, second)) => first == program && arguments.first().is_some_and(|word| word == second),
        None => *name == program,
    };
    if let Some(row) = PREFIXES.iter().find(|row| row.names.iter().any(is_name)) {
        let own = row.own;
        let args = Args::up_to(arguments, row.values, own + 1);
        return args.places.get(own).map(|&at| Inner::Words(arguments[at..].to_vec()));
    }
    script(program, arguments).filter(|words| !words.is_empty()).map(Inner::Words)
}

/// `php vendor/bin/phpunit`, `node node_modules/.bin/jest`, `coverage run -m pytest`: the program is the script. `find … -exec`, `git bisect
/// run`: it is behind a word of theirs.
fn script(program: &str, arguments: &[String]) -> Option<Vec<String>> {
    let is_installed = |word: &str| ["vendor/bin/", "node_modules/", "bin/", ".phar"].iter().any(|part| word.contains(part));
    match program {
        "php" | "node" | "ruby" => {
            let at = Args::up_to(arguments, &["-d", "-r", "--require", "-I"], 1).places.first().copied()?;
            is_installed(&arguments[at]).then(|| arguments[at..].to_vec())
        }
        "coverage" if arguments.first().is_some_and(|word| word == "run") => {
            let at = arguments.iter().position(|word| word == "-m")?;
            arguments.get(at + 1..).map(<[String]>::to_vec)
        }
        "python" if arguments.first().is_some_and(|word| word == "-m") => {
            let is_runner = arguments.get(1).is_some_and(|module| matches!(module.as_str(), "pytest" | "behave" | "coverage" | "ansible"));
            is_runner.then(|| arguments[1..].to_vec())
        }
        "find" => {
            let at = arguments.iter().position(|word| matches!(word.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"))? + 1;
            let inner = arguments[at..].iter().take_while(|word| !matches!(word.as_str(), ";" | "+"));
            Some(inner.cloned().collect())
        }
        "git" if arguments.starts_with(&["bisect".to_owned(), "run".to_owned()]) => Some(arguments[2..].to_vec()),
        _ => None,
    }
}
