//! What a command does where its first words do not tell: statements of databases, the direction of a copy, the method of a request.

use std::sync::LazyLock;

use regex::Regex;

use super::verbs::effect_of;
use super::{Effect, names};
use crate::evidence::shell::{Args, Command};

/// A copy changes where it goes to.
pub(super) fn direction(_: &Command, args: &Args<'_>) -> Option<Effect> {
    let (to, _) = args.words.split_last()?;
    Some(if names::remote_side(to).is_some() { Effect::Changed } else { Effect::Inspected })
}

/// What the statements do, where the line holds them.
pub(super) fn sql(command: &Command, args: &Args<'_>) -> Option<Effect> {
    match command.program() {
        "pg_dump" | "mysqldump" | "mariadb-dump" => return Some(Effect::Inspected),
        "pg_restore" | "createdb" | "dropdb" => return Some(Effect::Changed),
        _ => {}
    }
    let text = statements(command, args)?.to_lowercase();
    let is_sql = !command.program().starts_with("mongo");
    let text = if is_sql { without_noise(&text) } else { text };
    let is_done = |statement: &&str| !statement.trim_start().starts_with("explain ") || statement.contains("analyze");
    if !text.split(';').any(|statement| !statement.trim().is_empty() && is_done(&statement)) {
        return Some(Effect::Inspected);
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    const CHANGE: &[&str] = &[
        "insert", "update", "delete", "alter", "create", "drop", "truncate", "grant", "revoke", "replace", "merge", "vacuum", "reindex",
        "insertone", "insertmany", "updateone", "updatemany", "deleteone", "deletemany", "remove", "rename", "call", "copy", "lock",
        "kill", "purge", "optimize", "pg_terminate_backend", "pg_cancel_backend",
    ];
    const LOOK: &[&str] = &[
        "select", "show", "explain", "describe", "desc", "find", "findone", "count", "aggregate", "l", "d", "dt", "du", "status", "analyze",
    ];
    if words.iter().any(|word| CHANGE.contains(word)) || text.contains("set global") {
        return Some(Effect::Changed);
    }
    words.iter().any(|word| LOOK.contains(word)).then_some(Effect::Inspected)
}

/// Statements in lower case without what stands in strings, names and comments, without locks of rows that are read, and functions that
/// are called as statements are: none of it changes anything. What MySQL runs although it stands in a comment stays.
fn without_noise(text: &str) -> String {
    static NOISE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r#"'(?:[^'\\]|''|\\.)*'|"[^"]*"|`[^`]*`|--[^\n]*|/\*(?:[^!](?s:.*?))?\*/|"#,
            r"\bfor\s+(?:no\s+key\s+)?update\b|\block\s+in\s+share\s+mode\b|\b(?:replace|insert|truncate)\("
        ))
        .expect("a valid pattern")
    });
    NOISE.replace_all(text, " ").into_owned()
}

/// The statements that a database client is given in the line.
pub(super) fn statements(command: &Command, args: &Args<'_>) -> Option<String> {
    let flags = ["-c", "--command", "-e", "--execute", "-Q", "-q", "--query", "--eval"];
    args.value(&flags).map(str::to_owned).or_else(|| command.simple.input.clone())
}

/// Whether it is given statements in a file.
pub(super) fn reads_statements(command: &Command, args: &Args<'_>) -> bool {
    let is_client = matches!(
        command.program(),
        "psql"
            | "pgcli"
            | "mysql"
            | "mariadb"
            | "sqlcmd"
            | "clickhouse-client"
            | "mongosh"
            | "mongo"
            | "cqlsh"
            | "redis-cli"
            | "valkey-cli"
    );
    let file = match command.program() {
        "psql" | "pgcli" | "cqlsh" | "mongosh" => args.value(&["-f", "--file"]),
        "sqlcmd" => args.value(&["-i"]),
        "clickhouse-client" => args.value(&["--queries-file"]),
        _ => None,
    };
    is_client && (file.is_some() || !command.simple.reads.is_empty())
}

/// Verbs in any case; `config get` looks, `config set` changes.
pub(super) fn redis(_: &Command, args: &Args<'_>) -> Option<Effect> {
    const LOOK: &[&str] = &[
        "get", "mget", "hget", "hgetall", "keys", "scan", "info", "ping", "llen", "lrange", "ttl", "type", "exists", "dbsize", "monitor",
        "slowlog", "zrange", "smembers", "scard", "zcard", "lindex", "memory", "client", "latency", "strlen", "xinfo", "xlen", "time",
    ];
    const CHANGE: &[&str] = &[
        "set", "del", "unlink", "hset", "hdel", "lpush", "rpush", "lpop", "rpop", "lrem", "ltrim", "sadd", "srem", "zadd", "zrem",
        "expire", "flushall", "flushdb", "config", "incr", "decr", "rename", "persist", "restore", "migrate", "acl", "failover",
        "replicaof", "slaveof", "shutdown", "setex", "mset", "publish",
    ];
    let verb = args.words.first()?.to_ascii_lowercase();
    let reads_settings = verb == "config" && args.words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("get"));
    match verb.as_str() {
        verb if reads_settings || LOOK.contains(&verb) => Some(Effect::Inspected),
        verb if CHANGE.contains(&verb) => Some(Effect::Changed),
        _ => None,
    }
}

/// Clouds that put the verb behind the groups: `gcloud compute instances list`.
pub(super) fn cloud_verb(command: &Command, args: &Args<'_>) -> Option<Effect> {
    download(command, args).or_else(|| args.words.iter().skip(1).take(4).find_map(|word| effect_of(word)))
}

/// A copy from a store of objects to this machine changes nothing there.
pub(super) fn download(_: &Command, args: &Args<'_>) -> Option<Effect> {
    let verb = args.words.iter().take(2).position(|word| matches!(*word, "cp" | "sync" | "rsync"))?;
    let [source, to, ..] = args.words.get(verb + 1..)? else { return None };
    (source.contains("://") && !to.contains("://")).then_some(Effect::Inspected)
}

pub(super) fn ansible(command: &Command, args: &Args<'_>) -> Option<Effect> {
    if args.has(&["--check", "-C", "--list-hosts", "--list-tasks", "--syntax-check"]) {
        return Some(Effect::Inspected);
    }
    match args.value(&["-m", "--module-name"]) {
        Some("ping" | "setup" | "gather_facts" | "stat" | "debug") => Some(Effect::Inspected),
        Some("reboot") => Some(Effect::Restarted),
        Some("copy" | "template" | "file" | "apt" | "yum" | "dnf" | "package" | "service" | "systemd" | "user" | "lineinfile") => {
            Some(Effect::Changed)
        }
        _ => (command.program() == "ansible-playbook").then_some(Effect::Changed),
    }
}

/// What a server is told by a signal: `nginx -s reload`, `apachectl -k graceful`.
pub(super) fn signal(_: &Command, args: &Args<'_>) -> Option<Effect> {
    match args.value(&["-s", "-k"])? {
        "reload" | "graceful" => Some(Effect::Reloaded),
        "restart" => Some(Effect::Restarted),
        "stop" | "quit" | "reopen" | "start" | "graceful-stop" => Some(Effect::Changed),
        _ => None,
    }
}

/// A request that only asks inspects; what others do is not known.
pub(super) fn request(_: &Command, args: &Args<'_>) -> Option<Effect> {
    let method =
        args.value(&["-X", "--request"]).or(args.words.first().copied().filter(|word| word.chars().all(|c| c.is_ascii_uppercase())));
    let sends = args.has(&[
        "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "-F", "--form", "-T", "--upload-file", "--json", "--post-data",
    ]);
    match method {
        Some("GET" | "HEAD" | "OPTIONS") => Some(Effect::Inspected),
        Some(_) => Some(Effect::Used),
        None => Some(if sends { Effect::Used } else { Effect::Inspected }),
    }
}
