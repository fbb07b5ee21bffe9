//! How a command line names the system that it touches: each function gives the name, or nothing where there is none.

use crate::evidence::shell::{Args, Command, host};

/// Labels of host names that belong to package registries and mirrors.
const REGISTRIES: &[&str] = &[
    "registry", "mirror", "mirrors", "packages", "pypi", "npm", "npmjs", "crates", "rubygems", "packagist", "pythonhosted", "deb", "apt",
    "yum",
];

/// Whether it is this machine.
pub(super) fn is_local(name: &str) -> bool {
    let bare = name.trim_start_matches('[').split([':', ']']).next().unwrap_or(name);
    matches!(bare, "localhost" | "0.0.0.0" | "")
        || bare.starts_with("127.")
        || bare.ends_with(".localhost")
        || name.starts_with("[::1]")
        || name == "::1"
}

/// Whether it names something else than this machine, and not what only the shell knows.
pub(super) fn is_known(name: &str) -> bool {
    !is_local(name) && !name.contains(['$', '`', '*', '{', '<', '\n'])
}

/// Whether it is no system of anybody's: this machine, a package registry, a mirror, a name that only the shell knows.
pub(super) fn is_skipped(name: &str) -> bool {
    !is_known(name) || name.split(['.', ':']).any(|label| REGISTRIES.contains(&label))
}

/// A name or address without `:5432`: as the same host is named by a flag.
fn without_port(host: String) -> String {
    let port = host.rsplit_once(':').filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map_or(host.clone(), |(host, _)| host.to_owned())
}

/// Host and port of an address with a scheme.
pub(super) fn of_address(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (!host.is_empty()).then(|| host.to_owned())
}

/// The first word that is no flag, without its user.
pub(super) fn first_host(_: &Command, args: &Args<'_>) -> Option<String> {
    let word = args.words.iter().find(|word| !word.starts_with('+') && !word.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(host(word))
}

/// The side of a copy that lies elsewhere: `web:/etc/x`.
pub(super) fn copied(_: &Command, args: &Args<'_>) -> Option<String> {
    args.words.iter().find_map(|word| remote_side(word))
}

/// The host of `[user@]host:path`, `host::module` or an address.
pub(super) fn remote_side(word: &str) -> Option<String> {
    if word.contains("://") {
        return of_address(word);
    }
    let (before, _) = word.split_once(':')?;
    // a letter alone is a drive
    (before.len() > 1 && !before.contains('/')).then(|| host(before))
}

/// Context and namespace of a cluster.
pub(super) fn cluster(_: &Command, args: &Args<'_>) -> Option<String> {
    args.words.first()?;
    let context = args.value(&["--context", "--kube-context", "--cluster"]).unwrap_or("default context");
    Some(match args.value(&["-n", "--namespace"]) {
        Some(namespace) => format!("{context} (namespace {namespace})"),
        None => context.to_owned(),
    })
}

/// Kinds of resources in one spelling, each with its others.
const KINDS: &[(&str, &[&str])] = &[
    ("deploy", &["deployment", "deployments"]),
    ("statefulset", &["sts", "statefulsets"]),
    ("daemonset", &["ds", "daemonsets"]),
    ("replicaset", &["rs", "replicasets"]),
    ("pod", &["po", "pods"]),
    ("svc", &["service", "services"]),
    ("ingress", &["ing", "ingresses"]),
    ("configmap", &["cm", "configmaps"]),
    ("secret", &["secrets"]),
    ("job", &["jobs"]),
    ("cronjob", &["cj", "cronjobs"]),
    ("hpa", &["horizontalpodautoscaler", "horizontalpodautoscalers"]),
    ("pvc", &["persistentvolumeclaim", "persistentvolumeclaims"]),
    ("namespace", &["ns", "namespaces"]),
    ("node", &["no", "nodes"]),
];

/// What of a cluster a command names, as `deploy/api`: `KIND/NAME` or `KIND NAME …` behind the verb; none where files or selectors name it.
pub(super) fn resources_of_cluster(_: &Command, args: &Args<'_>) -> Vec<String> {
    let rest = |from: usize| args.words.get(from..).unwrap_or_default();
    let (words, one) = match args.words.first().copied() {
        Some("cordon" | "uncordon" | "drain") => return rest(1).iter().map(|node| format!("node/{node}")).collect(),
        Some("rollout") => (rest(2), false),
        Some("set") => (rest(2), true),
        Some("delete" | "scale") => (rest(1), false),
        Some("edit" | "patch" | "annotate" | "label" | "autoscale" | "taint") => (rest(1), true),
        _ => return Vec::new(),
    };
    let is_name = |word: &&&str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/".contains(&b)) && !word.ends_with('-');
    let resource = |kind: &str, name: &str| {
        let bare = kind.split('.').next().unwrap_or(kind).to_ascii_lowercase();
        let known = KINDS.iter().find(|(short, others)| *short == bare || others.contains(&bare.as_str()));
        format!("{}/{name}", known.map_or(bare.as_str(), |(short, _)| short))
    };
    let named: Vec<String> = match words {
        [first, ..] if first.contains('/') => {
            let pairs = words.iter().take_while(is_name).filter_map(|word| word.split_once('/'));
            pairs.map(|(kind, name)| resource(kind, name)).collect()
        }
        [kind, names @ ..] if is_name(&kind) => names.iter().take_while(is_name).map(|name| resource(kind, name)).collect(),
        _ => Vec::new(),
    };
    named.into_iter().take(if one { 1 } else { usize::MAX }).collect()
}

/// The application behind the verb: `argocd app sync shop`.
pub(super) fn application_of_argo(_: &Command, args: &Args<'_>) -> Option<String> {
    let at = if args.words.get(1) == Some(&"actions") { 3 } else { 2 };
    args.words.get(at).filter(|_| args.words.first() == Some(&"app")).map(|word| (*word).to_owned())
}

/// The release behind the verb, which may be two words: `helm get values shop`.
pub(super) fn release(_: &Command, args: &Args<'_>) -> Option<String> {
    let at = if matches!(args.words.first(), Some(&"get" | &"diff")) { 2 } else { 1 };
    args.words.get(at).map(|word| (*word).to_owned())
}

/// The container that a verb is about, `compose` services included.
pub(super) fn container(command: &Command, args: &Args<'_>) -> Option<String> {
    let verb = usize::from(matches!(args.words.first(), Some(&"compose" | &"container")));
    args.words.get(verb)?;
    let is_name = |word: &&&str| !word.bytes().all(|byte| byte.is_ascii_digit());
    let named = args.words.iter().skip(verb + 1).find(is_name).map(|word| (*word).to_owned());
    named.or_else(|| is_compose(command, args).then(|| "all of the compose file".to_owned()))
}

/// Whether the command is about a compose file.
pub(super) fn is_compose(command: &Command, args: &Args<'_>) -> bool {
    let is_plugin = matches!(command.program(), "docker" | "podman" | "nerdctl") && args.words.first() == Some(&"compose");
    is_plugin || matches!(command.program(), "docker-compose" | "podman-compose")
}

/// A database on another machine, or in the place where the command runs.
pub(super) fn database(command: &Command, args: &Args<'_>) -> Option<String> {
    let address = args.words.iter().find(|word| word.contains("://"));
    if let Some(address) = address {
        let host = without_port(of_address(address)?);
        let name = address.split_once("://")?.1.split(['?', '#']).next()?.split_once('/').map_or("", |(_, name)| name);
        return Some(if name.is_empty() || is_local(&host) { host } else { format!("{name} at {host}") });
    }
    let variable = |name: &str| command.simple.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let host = args.value(&["-h", "--host", "-S", "--server"]).or_else(|| variable("PGHOST")).or_else(|| variable("MYSQL_HOST"));
    let name = args.value(&["-d", "--dbname", "--database", "-D"]).or_else(|| variable("PGDATABASE")).or(args.words.first().copied());
    let name = name.filter(|name| !name.contains(|c: char| c.is_whitespace() || "=;(".contains(c)));
    match (host, name) {
        (Some(host), _) if is_local(host) || host.starts_with('/') => None,
        (Some(host), Some(name)) => Some(format!("{name} at {host}")),
        (Some(host), None) => Some(host.to_owned()),
        // without a host it is the one of where the command runs, which is a system only elsewhere
        (None, name) => name.filter(|_| !command.places.is_empty()).map(str::to_owned),
    }
}

/// A store that is named by its host alone.
pub(super) fn store(command: &Command, args: &Args<'_>) -> Option<String> {
    let address = args.value(&["-u", "--uri"]).and_then(of_address);
    let host = args.value(&["-h", "--host"]).map(str::to_owned);
    address.or(host).or_else(|| command.places.last().map(|_| command.program().trim_end_matches("-cli").to_owned()))
}

/// A service of a cloud.
pub(super) fn cloud(command: &Command, args: &Args<'_>) -> Option<String> {
    let cloud = match command.program() {
        "aws" => "AWS",
        "gcloud" | "gsutil" | "bq" => "Google Cloud",
        "az" => "Azure",
        other => other,
    };
    let service = args.words.first().filter(|service| !matches!(**service, "configure" | "config" | "login" | "auth" | "help" | "sts"))?;
    let account = args.value(&["--profile", "--project", "--subscription", "-g", "--resource-group"]);
    let region = args.value(&["--region", "--zone", "--location"]);
    let more: Vec<&str> = account.into_iter().chain(region).collect();
    Some(if more.is_empty() { format!("{cloud} {service}") } else { format!("{cloud} {service} ({})", more.join("/")) })
}

/// Flags of `aws` with a value: first those that hold for every service, then those by which it is told what of a service a command is
/// about, the most telling first.
pub(super) const AWS_VALUES: &[&str] = &[
    "--profile", "--region", "--output", "--query", "--endpoint-url", "--exclude", "--include", "--acl", "--storage-class",
    "--content-type", "--cache-control", "--cluster", "--service", "--function-name", "--db-instance-identifier",
    "--db-cluster-identifier", "--instance-ids", "--instance-id", "--group-id", "--stack-name", "--auto-scaling-group-name",
    "--cache-cluster-id", "--replication-group-id", "--nodegroup-name", "--cluster-name", "--table-name", "--bucket", "--secret-id",
    "--key-id", "--distribution-id", "--distribution", "--hosted-zone-id", "--load-balancer-name", "--role-name", "--user-name",
    "--policy-name", "--rule-name", "--pipeline-name", "--project-name", "--repository-name", "--log-group-name", "--name",
];

/// What of a cloud's service a command changes: by a flag, or the word right behind the verb. A container service is named behind its cluster.
pub(super) fn resource_of_cloud(command: &Command, args: &Args<'_>) -> Vec<String> {
    let named = match command.program() {
        "aws" => AWS_VALUES.iter().skip_while(|flag| **flag != "--service").find_map(|flag| args.value(&[flag])).map(|name| {
            match args.value(&["--cluster"]) {
                Some(cluster) => format!("{cluster}/{name}"),
                None => name.to_owned(),
            }
        }),
        "az" => args.value(&["-n", "--name"]).map(str::to_owned),
        "gcloud" | "doctl" => behind_verb(command, args),
        _ => None,
    };
    named.into_iter().collect()
}

/// The word that follows the verb without a flag between, whose value it might be.
fn behind_verb(command: &Command, args: &Args<'_>) -> Option<String> {
    let verb = (1..args.words.len().min(5)).find(|&at| super::verbs::effect_of(args.words[at]).is_some())?;
    let next = args.places.get(verb + 1).filter(|&&next| next == args.places[verb] + 1)?;
    command.arguments().get(*next).cloned()
}

/// An application of a platform, by its flag.
pub(super) fn application(command: &Command, args: &Args<'_>) -> Option<String> {
    args.words.first()?;
    let named = args.value(&["-a", "--app", "-s", "--service", "--name", "--project-name"]);
    Some(named.map_or_else(|| command.program().to_owned(), str::to_owned))
}

/// A stack or the folder of one.
pub(super) fn stack(command: &Command, args: &Args<'_>) -> Option<String> {
    args.words.first()?;
    let chdir = command.arguments().iter().find_map(|word| word.strip_prefix("-chdir="));
    let program = command.program();
    let named = args.value(&["-s", "--stack"]).map(|stack| format!("{program} {stack}"));
    // the folder is often called as the program is
    let folder = chdir.map(|folder| folder.trim_matches(['.', '/'])).filter(|folder| !folder.is_empty() && *folder != program);
    Some(named.or_else(|| folder.map(|folder| format!("{program} in {folder}"))).unwrap_or_else(|| program.to_owned()))
}

/// The hosts that a playbook is held to.
pub(super) fn inventory(command: &Command, args: &Args<'_>) -> Option<String> {
    let limit = args.value(&["-l", "--limit"]).map(str::to_owned);
    let pattern = || args.words.first().filter(|_| command.program() == "ansible").map(|word| (*word).to_owned());
    limit.or_else(pattern).or_else(|| args.value(&["-i", "--inventory"]).map(|file| format!("hosts of {file}")))
}

/// Each of several names with commas between; a pattern with wildcards or exceptions stays as it is.
pub(super) fn listed(names: &str) -> Vec<String> {
    let is_plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let all: Vec<&str> = names.split(',').map(str::trim).collect();
    if all.iter().all(|name| is_plain(name)) { all.into_iter().map(str::to_owned).collect() } else { vec![names.to_owned()] }
}

/// A unit behind the verb: `systemctl restart nginx`.
pub(super) fn unit(_: &Command, args: &Args<'_>) -> Option<String> {
    args.words.get(1).map(|unit| unit.strip_suffix(".service").unwrap_or(unit).to_owned())
}

/// A service before the verb: `service nginx restart`.
pub(super) fn service(_: &Command, args: &Args<'_>) -> Option<String> {
    args.words.get(1)?;
    Some((*args.words.first()?).to_owned())
}

/// The unit of a log.
pub(super) fn logged_unit(_: &Command, args: &Args<'_>) -> Option<String> {
    args.value(&["-u", "--unit", "--user-unit"]).map(|unit| unit.strip_suffix(".service").unwrap_or(unit).to_owned())
}

/// A server by its address, else as its program is called.
pub(super) fn server(command: &Command, args: &Args<'_>) -> Option<String> {
    let address = args.value(&["-http-addr", "--http-addr", "-address", "--address", "--endpoints", "-H", "--host"]);
    let host = |address: &str| of_address(address).unwrap_or_else(|| address.to_owned());
    let own = || command.program().trim_end_matches("ctl").to_owned();
    Some(address.map_or_else(own, |address| host(address.split(',').next().unwrap_or(address))))
}

/// The first broker that is asked.
pub(super) fn kafka(_: &Command, args: &Args<'_>) -> Option<String> {
    let brokers = args.value(&["--bootstrap-server", "--zookeeper"]);
    Some(brokers.map_or_else(|| "kafka".to_owned(), |brokers| without_port(brokers.split(',').next().unwrap_or(brokers).to_owned())))
}

/// The host of the first address.
pub(super) fn url(_: &Command, args: &Args<'_>) -> Option<String> {
    let word = args.words.iter().find(|word| word.contains("://") || word.contains('.'))?;
    let host = of_address(word).unwrap_or_else(|| word.split(['/', '?']).next().unwrap_or(word).to_owned());
    let is_host = host.contains('.') && !host.starts_with('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:_".contains(c));
    (is_host || word.contains("://")).then_some(host)
}

/// A forge, by its own program.
pub(super) fn forge(command: &Command, args: &Args<'_>) -> Option<String> {
    args.words.get(1)?;
    let repository = args.value(&["-R", "--repo"]);
    let name = if command.program() == "gh" { "GitHub" } else { "GitLab" };
    Some(repository.map_or_else(|| name.to_owned(), |repository| format!("{name}, {repository}")))
}
