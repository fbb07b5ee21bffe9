//! Commands that change configuration without a file of the repository: what they change, by the command.

use super::effects::statements;
use super::is_trial;
use crate::evidence::shell::{self, Args, Command, CommandLines};

/// A change of configuration by a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What kind of configuration it is.
    pub what: &'static str,
    /// The command, without the values of secrets.
    pub command: String,
    /// Where it ran, where that is not this machine.
    pub system: Option<String>,
}

/// What is shown of a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All of it.
    Whole,
    /// As far as one word behind the row's own, and names of what is set: it sets secrets.
    Names,
}
use Shown::{Names, Whole};

/// First words of commands that change configuration, and what they change.
const ROWS: &[(&str, &str, Shown)] = &[
    ("sysctl -w", "kernel parameter", Whole),
    ("kubectl set", "Kubernetes object", Whole),
    ("kubectl edit", "Kubernetes object", Whole),
    ("kubectl patch", "Kubernetes object", Whole),
    ("kubectl scale", "Kubernetes object", Whole),
    ("kubectl annotate", "Kubernetes object", Whole),
    ("kubectl label", "Kubernetes object", Whole),
    ("kubectl create secret *", "Kubernetes secret", Names),
    ("kubectl create configmap", "Kubernetes object", Whole),
    ("kubectl taint", "Kubernetes node", Whole),
    ("helm upgrade --set*", "Helm release", Whole),
    ("helm install --set*", "Helm release", Whole),
    ("aws ssm put-parameter", "AWS parameter", Names),
    ("aws secretsmanager put-secret-value", "AWS secret", Names),
    ("aws configure set", "AWS settings", Names),
    ("gcloud config set", "Google Cloud settings", Whole),
    ("heroku config:set", "application setting", Names),
    ("heroku config:unset", "application setting", Names),
    ("fly secrets set", "application secret", Names),
    ("flyctl secrets set", "application secret", Names),
    ("fly secrets unset", "application secret", Names),
    ("gh secret set", "repository secret", Names),
    ("gh secret delete", "repository secret", Names),
    ("gh variable set", "repository variable", Names),
    ("glab variable set", "repository variable", Names),
    ("wrangler secret put", "application secret", Names),
    ("vercel env add", "application setting", Names),
    ("vercel env rm", "application setting", Names),
    ("railway variables --set", "application setting", Names),
    ("vault kv put", "Vault secret", Names),
    ("vault write", "Vault setting", Names),
    ("consul kv put", "Consul key", Whole),
    ("etcdctl put", "etcd key", Whole),
    ("systemctl enable", "service", Whole),
    ("systemctl disable", "service", Whole),
    ("systemctl mask", "service", Whole),
    ("systemctl unmask", "service", Whole),
    ("systemctl edit", "service", Whole),
    ("systemctl set-*", "service", Whole),
    ("ufw allow", "firewall", Whole),
    ("ufw deny", "firewall", Whole),
    ("ufw delete", "firewall", Whole),
    ("ufw enable", "firewall", Whole),
    ("ufw disable", "firewall", Whole),
    ("iptables -A", "firewall", Whole),
    ("iptables -I", "firewall", Whole),
    ("iptables -D", "firewall", Whole),
    ("iptables -F", "firewall", Whole),
    ("iptables -P", "firewall", Whole),
    ("firewall-cmd --add-*", "firewall", Whole),
    ("firewall-cmd --remove-*", "firewall", Whole),
    ("nft add", "firewall", Whole),
    ("nft delete", "firewall", Whole),
    ("crontab -e", "scheduled jobs", Whole),
    ("crontab -r", "scheduled jobs", Whole),
    ("npm config set", "npm settings", Names),
    ("pip config set", "pip settings", Names),
    ("composer config", "Composer settings", Names),
    ("timedatectl set-*", "clock", Whole),
    ("hostnamectl set-*", "host name", Whole),
    ("localectl set-*", "locale", Whole),
    ("setenforce", "SELinux", Whole),
    ("setsebool", "SELinux", Whole),
    ("a2ensite", "Apache site", Whole),
    ("a2dissite", "Apache site", Whole),
    ("a2enmod", "Apache module", Whole),
    ("a2dismod", "Apache module", Whole),
    ("update-alternatives --set", "alternatives", Whole),
    ("defaults write", "macOS defaults", Whole),
    ("rabbitmqctl set_*", "RabbitMQ", Names),
    ("usermod", "user account", Whole),
];

/// What a command line changes in configuration, command by command.
pub fn changes(line: &str, lines: &CommandLines<'_>) -> Vec<Changed> {
    let all = lines.of(line);
    let of = |command: &Command| {
        let (what, shown) = change(command)?;
        let system = command.places.last().map(|place| place.name.clone());
        Some(Changed { what, command: shown.map_or_else(|| whole(command), |words| names(command, words)), system })
    };
    shell::leaves(&all).filter(|command| !is_trial(command)).filter_map(of).collect()
}

/// What a command changes and, where it sets secrets, how many of its words are shown.
fn change(command: &Command) -> Option<(&'static str, Option<usize>)> {
    let listed = || ROWS.iter().find(|(phrase, ..)| says(command, phrase));
    git(command)
        .or_else(|| crontab(command))
        .or_else(|| redis(command))
        .or_else(|| sql(command))
        .map(|what| (what, None))
        .or_else(|| listed().map(|(phrase, what, shown)| (*what, (*shown == Names).then(|| words(phrase) + 1))))
}

/// Whether a command begins with these words, also where flags with values stand before its verb.
pub fn says(command: &Command, phrase: &str) -> bool {
    command.begins(phrase) || command.is_of(phrase) && without_globals(command).begins(phrase)
}

/// The command with the flags that stand before its verb, and their values, taken out: `kubectl -n prod set …`.
fn without_globals(command: &Command) -> Command {
    let values =
        ["-n", "--namespace", "--context", "--kube-context", "--kubeconfig", "--profile", "--region", "-a", "--app", "-R", "--repo"];
    let arguments = command.arguments();
    let first = Args::up_to(arguments, &values, 1).places.first().copied().unwrap_or(0);
    let words = command.simple.words.iter().take(1).chain(&arguments[first.min(arguments.len())..]).cloned().collect();
    let mut bare = command.clone();
    bare.simple.words = words;
    bare
}

/// `git config KEY VALUE`; a key alone is asked for.
fn git(command: &Command) -> Option<&'static str> {
    let args = Args::new(command.arguments(), &["-C", "-c", "-f", "--file", "--blob", "--type", "--git-dir"]);
    if command.program() != "git" || args.words.first() != Some(&"config") {
        return None;
    }
    let asks = args.has(&["--get", "--get-all", "--get-regexp", "--list", "-l"]) || matches!(args.words.get(1), Some(&"get" | &"list"));
    let sets = args.words.len() > 2 || args.has(&["--unset", "--unset-all", "--add", "--replace-all", "--edit", "-e", "--remove-section"]);
    (sets && !asks).then_some("git settings")
}

/// `crontab FILE` and `… | crontab -`.
fn crontab(command: &Command) -> Option<&'static str> {
    let args = Args::new(command.arguments(), &["-u"]);
    (command.program() == "crontab" && !args.words.is_empty() && !args.has(&["-l"])).then_some("scheduled jobs")
}

fn redis(command: &Command) -> Option<&'static str> {
    let args = Args::new(command.arguments(), &["-h", "-p", "-a", "-n", "-u", "--user", "--pass"]);
    let is = |at: usize, wanted: &str| args.words.get(at).is_some_and(|word: &&str| word.eq_ignore_ascii_case(wanted));
    (matches!(command.program(), "redis-cli" | "valkey-cli") && is(0, "config") && is(1, "set")).then_some("Redis setting")
}

fn sql(command: &Command) -> Option<&'static str> {
    let is_client = matches!(command.program(), "psql" | "mysql" | "mariadb" | "mysqladmin" | "sqlcmd" | "clickhouse-client");
    let values = ["-h", "-p", "-U", "-d", "-c", "--command", "-e", "--execute", "-Q", "-q", "--query", "-u", "-P", "-f", "-D"];
    let text = is_client.then(|| statements(command, &Args::new(command.arguments(), &values))).flatten()?.to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sets = ["alter system ", "set global ", "set persist ", "alter database ", "alter role ", "alter user "];
    sets.iter().any(|phrase| text.contains(phrase)).then_some("database setting")
}

/// Words of a row that are no flags.
fn words(phrase: &str) -> usize {
    phrase.split(' ').filter(|word| !word.starts_with('-')).count()
}

fn whole(command: &Command) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@,+%^".contains(c);
    let quoted = |word: &String| match !word.chars().all(is_plain) {
        true if word.contains('\'') => format!("\"{word}\""),
        true => format!("'{word}'"),
        false => word.clone(),
    };
    command.simple.words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// The program, its verb and the names that it sets; the values of flags that are not known might be secrets, and so might all that follows.
fn names(command: &Command, words: usize) -> String {
    let mut out = vec![command.program().to_owned()];
    for word in without_globals(command).arguments() {
        match word.split_once('=') {
            _ if word.starts_with('-') => break,
            Some((name, _)) => out.push(format!("{name}=…")),
            None if out.len() < words => out.push(word.clone()),
            None => {}
        }
    }
    let named = command.arguments().windows(2).find(|pair| pair[0] == "--name" || pair[0] == "--secret-id");
    out.extend(named.map(|pair| pair[1].clone()));
    out.join(" ")
}
