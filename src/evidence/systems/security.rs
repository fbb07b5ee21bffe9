//! Facts about commands that bear on security. Facts alone: nothing is judged, no value is shown.

use super::changes::says;
use super::effects::statements;
use super::is_trial;
use crate::evidence::shell::{Args, Command, CommandLines, ProgramRole, is_known_for};

/// A fact about a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityFact {
    /// What was done, as the beginning of a sentence.
    pub what: &'static str,
    /// The command's program and first words, without what might be a secret.
    pub command: String,
    /// Where it ran, where that is not this machine.
    pub system: Option<String>,
}

/// First words, and what they do.
const ROWS: &[(&str, &str)] = &[
    ("setfacl", "Access rights changed"),
    ("chown", "Owners changed"),
    ("chgrp", "Owners changed"),
    ("ufw", "Firewall commands"),
    ("iptables", "Firewall commands"),
    ("ip6tables", "Firewall commands"),
    ("nft", "Firewall commands"),
    ("firewall-cmd", "Firewall commands"),
    ("ssh-keygen", "Keys or certificates handled"),
    ("ssh-copy-id", "Keys or certificates handled"),
    ("openssl", "Keys or certificates handled"),
    ("gpg", "Keys or certificates handled"),
    ("certbot", "Keys or certificates handled"),
    ("keytool", "Keys or certificates handled"),
    ("vault", "Secret stores used"),
    ("kubectl create secret", "Secret stores used"),
    ("aws secretsmanager", "Secret stores used"),
    ("gh secret set", "Secret stores used"),
    ("fly secrets", "Secret stores used"),
    ("flyctl secrets", "Secret stores used"),
    ("wrangler secret", "Secret stores used"),
    ("docker secret", "Secret stores used"),
    ("aws iam", "Access management used"),
    ("gcloud iam", "Access management used"),
    ("az ad", "Access management used"),
    ("az role", "Access management used"),
    ("kubectl create clusterrolebinding", "Access management used"),
    ("kubectl create rolebinding", "Access management used"),
    ("useradd", "User accounts changed"),
    ("usermod", "User accounts changed"),
    ("userdel", "User accounts changed"),
    ("passwd", "User accounts changed"),
    ("visudo", "User accounts changed"),
    ("setenforce 0", "SELinux enforcement switched off"),
    ("docker run --privileged", "Containers run with all privileges"),
    ("podman run --privileged", "Containers run with all privileges"),
    ("git commit --no-verify", "Git hooks bypassed"),
    ("git push --no-verify", "Git hooks bypassed"),
    ("git merge --no-verify", "Git hooks bypassed"),
    ("curl --insecure", "Certificates not checked"),
    ("wget --no-check-certificate", "Certificates not checked"),
    ("git push --force*", "Remote history overwritten by a forced push"),
    ("git push -f", "Remote history overwritten by a forced push"),
];

/// What is known of the commands of a line.
pub fn facts(line: &str, lines: &CommandLines<'_>) -> Vec<SecurityFact> {
    let all = lines.of(line);
    let mut found: Vec<SecurityFact> = Vec::new();
    for command in all.iter() {
        let system = command.places.last().map(|place| place.name.clone());
        let fact = |what| SecurityFact { what, command: format_command(command), system: system.clone() };
        let privileged = (command.is_privileged && !command.wraps).then_some("Run with elevated privileges");
        let row = ROWS.iter().find(|(phrase, _)| says(command, phrase)).map(|(_, what)| *what);
        let listed = row.filter(|what| !what.starts_with("Remote history") || !is_trial(command));
        let more = [privileged, listed, permissions(command), piped(command), short_flags(command)];
        found.extend(more.into_iter().flatten().map(fact));
        let rights = rights(command).into_iter();
        found.extend(
            rights.map(|said| SecurityFact { command: format!("{} {said}", format_command(command)), ..fact("Database rights changed") }),
        );
    }
    found.dedup();
    found
}

/// Words of a command that are shown.
const WORDS: usize = 6;
/// Words of a statement that are shown.
const MOST_WORDS: usize = 16;
/// Flags behind which stands a secret, a program or a long text.
const CLOSED: &[&str] = &["-c", "-e", "-m", "-p", "-P", "-u", "-U", "-d", "-b", "-H", "-x", "-F", "--body"];

/// The program and the words behind it, up to what might be a secret; of an assignment the name alone.
fn format_command(command: &Command) -> String {
    let mut shown = vec![command.program().to_owned()];
    let is_open =
        |word: &&String| !CLOSED.contains(&word.as_str()) && !word.contains('(') && !word.contains(char::is_whitespace) && word.len() < 80;
    let arguments = command.arguments();
    let open = arguments.iter().take(WORDS).take_while(is_open);
    shown.extend(open.map(|word| match word.split_once('=').filter(|_| !word.contains("://")) {
        Some((name, _)) => format!("{name}=…"),
        None => word.clone(),
    }));
    if shown.len() <= arguments.len() {
        shown.push("…".to_owned());
    }
    shown.join(" ")
}

/// `chmod 777`, `chmod o+w`, `chmod -R a+rwx`.
fn permissions(command: &Command) -> Option<&'static str> {
    let mode = Args::new(command.arguments(), &[]).words.first().copied().filter(|_| command.program() == "chmod")?;
    let octal = mode.len() >= 3 && mode.bytes().all(|digit| digit.is_ascii_digit());
    let by_all = octal && mode.ends_with(['2', '3', '6', '7']);
    let symbolic = mode
        .split(',')
        .any(|part| part.split_once(['+', '=']).is_some_and(|(who, what)| what.contains('w') && (who.contains('o') || who.contains('a'))));
    Some(if by_all || symbolic { "Made writable for everybody" } else { "Permissions changed" })
}

/// The statements of a database's client that change who may do what, as far as no secret can stand in them.
fn rights(command: &Command) -> Vec<String> {
    let is_client = matches!(command.program(), "psql" | "mysql" | "mariadb" | "sqlcmd" | "clickhouse-client");
    let args = Args::new(command.arguments(), &["-c", "--command", "-e", "--execute", "-Q", "-q", "--query", "-h", "-U", "-u", "-d", "-D"]);
    let Some(text) = is_client.then(|| statements(command, &args)).flatten() else { return Vec::new() };
    text.split(';').filter_map(right).collect()
}

/// `GRANT ALL ON x TO y`, without what says how `y` proves who it is; `ALTER ROLE app`, without what is altered.
fn right(statement: &str) -> Option<String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let is = |at: usize, any: &[&str]| words.get(at).is_some_and(|word| any.iter().any(|known| word.eq_ignore_ascii_case(known)));
    let length = if is(0, &["grant", "revoke"]) {
        (0..words.len()).find(|at| is(*at, &["identified", "with", "password", "require"])).unwrap_or(words.len()).min(MOST_WORDS)
    } else if is(0, &["create", "alter", "drop"]) && is(1, &["user", "role"]) {
        if is(2, &["if"]) { 2 } else { 3 }
    } else {
        return None;
    };
    Some(words[..length.min(words.len())].join(" "))
}

/// `curl … | sh`.
fn piped(command: &Command) -> Option<&'static str> {
    let fetches = matches!(command.program(), "curl" | "wget");
    let runs = |program: &String| {
        let program = program.rsplit('/').next().unwrap_or_default();
        let is_interpreter = || matches!(program, "python" | "python3" | "node" | "perl" | "ruby");
        [ProgramRole::Shell, ProgramRole::Privilege].iter().any(|role| is_known_for(program, *role)) || is_interpreter()
    };
    (fetches && command.simple.piped_into.iter().any(runs)).then_some("Fetched from the network and run")
}

/// `curl -k`, `git commit -n`, `git push -uf`.
fn short_flags(command: &Command) -> Option<&'static str> {
    let values = ["-C", "-c", "-m", "-o", "-H", "-X", "-d", "-u", "-F", "-A", "-w"];
    let args = Args::new(command.arguments(), &values);
    match (command.program(), args.words.first()) {
        ("curl", _) if args.has(&["-k"]) => Some("Certificates not checked"),
        ("git", Some(&"commit")) if args.has(&["-n"]) => Some("Git hooks bypassed"),
        ("git", Some(&"push")) if args.words.iter().skip(1).any(|word| word.starts_with('+')) => {
            Some("Remote history overwritten by a forced push")
        }
        _ => None,
    }
}
