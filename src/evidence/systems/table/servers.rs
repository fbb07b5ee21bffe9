//! Servers that are told by a program of their own what to do: web servers, brokers, stores of keys, firewalls.

use super::{FAMILY, Family};
use crate::evidence::systems::{SystemKind, effects, names};

/// A server that runs where its program does, and is called as that.
const SERVER: Family = Family { kind: SystemKind::SERVICE, name: names::server, ..FAMILY };

pub(super) const SERVERS: &[Family] = &[
    Family {
        programs: &["nginx", "openresty"],
        values: &["-s", "-c", "-p", "-g", "-e"],
        nothing: &["-v", "-V", "-h"],
        inspects: &["-t", "-T"],
        special: Some(effects::signal),
        ..SERVER
    },
    Family {
        programs: &["apachectl", "apache2ctl", "httpd", "caddy", "rndc"],
        values: &["-k", "-f", "--config", "--adapter", "--address", "-s", "-p"],
        nothing: &["-v", "-V", "fmt", "version"],
        inspects: &["configtest", "-t", "-S", "validate", "adapt", "status", "fullstatus"],
        reloads: &["graceful", "reload", "reconfig"],
        restarts: &["restart"],
        changes: &["start", "stop", "graceful-stop", "flush", "freeze", "thaw"],
        special: Some(effects::signal),
        ..SERVER
    },
    Family {
        programs: &["consul", "vault", "etcdctl"],
        kind: SystemKind("store of settings"),
        values: &[
            "-http-addr", "--http-addr", "-address", "--address", "--endpoints", "-token", "--token", "-namespace", "-ns", "-datacenter",
            "--cacert", "--cert", "--key", "--user", "-mount", "-format",
        ],
        nothing: &["version", "login", "agent", "server", "validate"],
        inspects: &[
            "kv get", "kv list", "kv export", "kv metadata get", "members", "catalog *", "info", "monitor", "read", "status", "list",
            "get", "watch", "endpoint *", "member list", "policy read", "policy list", "operator raft list-peers", "alarm list",
            "config read", "config list", "acl * list", "acl * read", "token lookup", "auth list", "secrets list", "user get", "user list",
            "role get", "role list", "snapshot save", "snapshot status", "operator * list*",
        ],
        changes: &[
            "kv put", "kv patch", "kv delete", "kv undelete", "kv destroy", "kv rollback", "kv import", "kv metadata put", "services *",
            "write", "delete", "policy write", "policy delete", "secrets *", "auth *", "token *", "lease *", "operator *", "put", "del",
            "txn", "compaction", "defrag", "snapshot restore", "member *", "user *", "role *", "acl *", "config *", "maint", "leave",
        ],
        ..SERVER
    },
    Family {
        programs: &["rabbitmqctl", "rabbitmq-plugins", "rabbitmqadmin"],
        kind: SystemKind("message broker"),
        values: &["-n", "--node", "-p", "--vhost", "-H", "--host", "-u", "--username", "--password", "-P", "--port", "-t", "--timeout"],
        inspects: &["list_*", "list", "show", "get", "status", "cluster_status", "environment", "report", "ping", "eval"],
        changes: &[
            "purge_queue", "purge", "delete_*", "delete", "set_*", "add_*", "clear_*", "change_password", "declare", "publish", "close",
            "close_*", "enable", "disable", "stop*", "start_app", "reset", "force_*", "join_cluster", "forget_cluster_node", "rotate_logs",
            "sync_queue", "import_definitions",
        ],
        ..SERVER
    },
    Family {
        programs: &[
            "kafka-topics", "kafka-topics.sh", "kafka-configs", "kafka-configs.sh", "kafka-consumer-groups", "kafka-consumer-groups.sh",
            "kafka-acls", "kafka-acls.sh", "kafka-delete-records", "kafka-delete-records.sh", "kafka-reassign-partitions",
            "kafka-reassign-partitions.sh",
        ],
        kind: SystemKind("message broker"),
        values: &[
            "--bootstrap-server", "--zookeeper", "--topic", "--partitions", "--replication-factor", "--config", "--group", "--entity-type",
            "--entity-name", "--add-config", "--delete-config", "--command-config", "--offset-json-file", "--reassignment-json-file",
            "--to-offset", "--to-datetime", "--shift-by",
        ],
        name: names::kafka,
        nothing: &["--version"],
        inspects: &["--list", "--describe", "--verify", "--generate"],
        changes: &["--create", "--delete", "--alter", "--execute", "--add", "--remove", "--offset-json-file", "--delete-offsets"],
        ..SERVER
    },
    Family {
        programs: &["ufw", "firewall-cmd", "nft"],
        kind: SystemKind::FIREWALL,
        values: &["--zone", "-f", "--file"],
        nothing: &["version", "--state"],
        inspects: &[
            "status", "show *", "app list", "app info", "list", "--list-all", "--list-ports", "--list-services", "--list-rich-rules",
            "--get-active-zones", "--get-default-zone", "--get-services", "--query-port", "--query-service",
        ],
        reloads: &["reload", "--reload", "--complete-reload"],
        changes: &[
            "allow", "deny", "reject", "limit", "delete", "insert", "prepend", "route", "enable", "disable", "reset", "default", "logging",
            "add", "create", "replace", "flush", "destroy", "rename", "-f", "--file", "--add-port", "--add-service", "--add-source",
            "--add-rich-rule", "--add-interface", "--add-forward-port", "--add-masquerade", "--remove-port", "--remove-service",
            "--remove-source", "--remove-rich-rule", "--remove-interface", "--remove-forward-port", "--set-default-zone", "--set-target",
            "--runtime-to-permanent", "--new-zone", "--delete-zone", "--panic-on", "--panic-off",
        ],
        ..SERVER
    },
    Family {
        programs: &["iptables", "ip6tables"],
        kind: SystemKind::FIREWALL,
        values: &["-t", "--table", "-p", "--dport", "--sport", "-j", "-s", "-d", "-i", "-o", "-m", "-w"],
        inspects: &["-L", "--list", "-S", "--list-rules", "-C", "--check"],
        changes: &[
            "-A", "--append", "-I", "--insert", "-D", "--delete", "-R", "--replace", "-F", "--flush", "-P", "--policy", "-N",
            "--new-chain", "-X", "--delete-chain", "-Z", "--zero",
        ],
        ..SERVER
    },
    Family {
        programs: &["fail2ban-client"],
        values: &["-c", "-s"],
        inspects: &["status", "get", "ping", "-t", "-d", "version", "banned"],
        reloads: &["reload"],
        restarts: &["restart"],
        changes: &["set", "start", "stop", "unban", "flushlogs", "add"],
        ..SERVER
    },
    Family {
        programs: &["crontab"],
        kind: SystemKind::SCHEDULED_JOBS,
        values: &["-u"],
        inspects: &["-l"],
        changes: &["-e", "-r", "*"],
        ..SERVER
    },
];
