//! Which changed configuration keys open something up: a port, an address range, a login, a pipeline's rights.
//!
//! A key counts by what it is set to now where it was not set to it before. What was closed, and what a comment says, does not.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::RepoPath;
use crate::evidence::{Category, FileEvidence, KeyChange};

/// What a key opens: patterns of the key's path, and of the value that does it.
struct ExposureRow {
    what: &'static str,
    kinds: &'static [Category],
    /// Only in such files, where there are patterns.
    files: &'static [&'static str],
    key: &'static str,
    /// Ends of keys' paths and whole keys that say the same of something else.
    but: &'static str,
    /// Its first group, where it has one, is what is compared.
    value: &'static str,
    /// Values from the strictest to the loosest; of those the looser one opens.
    grades: &'static [&'static str],
}

const ROW: ExposureRow = ExposureRow { what: "", kinds: SETTINGS, files: &[], key: "", but: "", value: "", grades: &[] };

const SETTINGS: &[Category] = &[Category::Infra, Category::Config];
const ON: &str = r"(?i)^.?(?:true|yes|on|1)\b";
const OFF: &str = r"(?i)^.?(?:false|no|off|none|0)\b";

const ROWS: &[ExposureRow] = &[
    ExposureRow {
        what: NEW_PORT,
        key: r"(?:^|> |\] |\.)(?:listen|Listen|ListenStream|ListenDatagram|Port|EXPOSE)(?:#\d+|\[\d+\])?$|^port$|(?:^|\.)server\.port$|(?:^|\.)ports\[[^\]]*\](?:\.(?:port|nodePort|hostPort|containerPort|published))?$",
        value: PORT,
        ..ROW
    },
    ExposureRow {
        what: "open to every address",
        but: r"(?i)egress|outbound|route|destination|\bnat\b",
        value: r"(?:^|[^\d.:])(?:0\.0\.0\.0/0|::/0)(?:$|[^\d])",
        ..ROW
    },
    ExposureRow {
        what: "listens on every address",
        key: r"(?i)(?:^|[\]. ])(?:bind|bind[-_]address|listen_addresses)(?:\[\d+\])?$",
        value: r#"(?:^|[\s"'])(?:0\.0\.0\.0|\*|::)(?:$|[\s"'])"#,
        ..ROW
    },
    ExposureRow {
        what: "write permission of a pipeline",
        kinds: &[Category::Ci],
        key: r"(?:^|\.)permissions(?:\.[\w-]+)?$",
        value: r"^.?write(?:-all)?\b",
        ..ROW
    },
    ExposureRow {
        what: LOGIN,
        key: r"(?:^|> |\] )PermitRootLogin$",
        value: "^(?:yes|prohibit-password|without-password|forced-commands-only)$",
        grades: ROOT_LOGIN,
        ..ROW
    },
    ExposureRow {
        what: LOGIN,
        key: r"(?:^|> |\] )(?:PasswordAuthentication|PermitEmptyPasswords|KbdInteractiveAuthentication)$",
        value: "^yes$",
        ..ROW
    },
    ExposureRow { what: LOGIN, key: r"^(?:local|host\w*) ", value: r"^trust\b", ..ROW },
    ExposureRow { what: "commands as another user without a password", value: r"\bNOPASSWD:", ..ROW },
    ExposureRow { what: PROTECTION, key: r"(?i)protected-mode$|security\.enabled$", value: OFF, ..ROW },
    ExposureRow {
        what: PROTECTION,
        files: &["fail2ban/", "jail.local", "jail.conf", "jail.d/"],
        key: r"^\[[^\]]*\] enabled$",
        value: OFF,
        ..ROW
    },
    ExposureRow { what: PROTECTION, files: &["ufw/"], key: "^ENABLED$", value: OFF, ..ROW },
    ExposureRow { what: "firewall opened", key: r"^DEFAULT_(?:INPUT|FORWARD)_POLICY$", value: "(?i)^.?accept", ..ROW },
    ExposureRow {
        what: "certificates not checked",
        key: r"(?i)(?:verify[-_]?(?:ssl|tls|certs?)|(?:ssl|tls)[-_]?verify(?:[-_]?client)?|reject_?unauthorized)$",
        value: OFF,
        ..ROW
    },
    ExposureRow { what: "certificates not checked", key: r"(?i)insecure[-_]?skip[-_]?(?:tls[-_]?)?verify$", value: ON, ..ROW },
    ExposureRow {
        what: "container with the host's rights",
        key: r"(?:^|\.)(?:privileged|allowPrivilegeEscalation|hostNetwork|hostPID|hostIPC)$",
        value: ON,
        ..ROW
    },
    ExposureRow { what: "access for everybody", key: r"(?:^|> )Require$", value: "^all granted$", ..ROW },
    ExposureRow { what: "access for everybody", key: r"(?:^|> )allow(?:\[\d+\])?$", value: "^all$", ..ROW },
    ExposureRow {
        what: "rights to everything",
        key: r"(?i)(?:^|[.\]])(?:resources?|verbs|apiGroups|actions?)(?:\[\d+\])?$",
        value: r#"^["']?\*["']?$"#,
        ..ROW
    },
    ExposureRow {
        what: "root as a user",
        key: r"(?:^|\.)USER(?:#\d+)?$|^\[Service\] User$|(?:^|\.)runAsUser$",
        value: r#"^["']?(?:root|0)\b"#,
        ..ROW
    },
    ExposureRow { what: "root as a user", key: r"(?:^|\.)runAsNonRoot$", value: OFF, ..ROW },
    ExposureRow { what: "packets forwarded", key: r"(?:^|[./])(?:ip_forward|forwarding)$", value: "^1$", ..ROW },
    ExposureRow { what: "permission of an application", key: r"/uses-permission\b[^/]*/@(?:\w+:)?name$", value: r"\S+", ..ROW },
    ExposureRow { what: "permission of an application", key: r"/NS\w+UsageDescription$", value: r"\S+", ..ROW },
    ExposureRow {
        what: "unencrypted connections",
        key: r"(?:/|@|:)(?:NSAllowsArbitraryLoads\w*|usesCleartextTraffic|cleartextTrafficPermitted)$",
        value: ON,
        ..ROW
    },
    ExposureRow { what: "open to other applications", key: r"/@(?:\w+:)?exported$", value: ON, ..ROW },
    ExposureRow { what: "data may be backed up", key: r"/@(?:\w+:)?allowBackup$", value: ON, ..ROW },
];

const NEW_PORT: &str = "new listening port";
const LOGIN: &str = "login rule loosened";
const PROTECTION: &str = "protection switched off";
/// A port, and not a number of the address that it is bound to.
const PORT: &str = r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?|\[[\da-fA-F:.]*\]|\b(\d{2,5})\b";
/// From the strictest to the loosest; where nothing is set, a server takes the last but one.
const ROOT_LOGIN: &[&str] = &["no", "forced-commands-only", "prohibit-password", "yes"];

struct ExposurePatterns {
    key: Regex,
    but: Option<Regex>,
    value: Regex,
}

static PATTERNS: LazyLock<Vec<ExposurePatterns>> = LazyLock::new(|| {
    let compiled = |pattern| Regex::new(pattern).expect("a test compiles each row");
    let patterns = |row: &ExposureRow| ExposurePatterns {
        key: compiled(row.key),
        but: (!row.but.is_empty()).then(|| compiled(row.but)),
        value: compiled(row.value),
    };
    ROWS.iter().map(patterns).collect()
});

/// What keys of a file open, in the order of the table, each with its keys.
pub fn opened(file: &FileEvidence) -> Vec<(&'static str, Vec<&KeyChange>)> {
    let mut found: Vec<(&str, Vec<&KeyChange>)> = Vec::new();
    for (row, patterns) in ROWS.iter().zip(PATTERNS.iter()).filter(|(row, _)| row.is_of(&file.path, file.category)) {
        let keys = file.keys.iter().filter(|key| meets(row, patterns, key));
        match found.iter_mut().find(|(what, _)| *what == row.what) {
            Some((_, known)) => known.extend(keys),
            None => found.push((row.what, keys.collect())),
        }
    }
    found.retain(|(_, keys)| !keys.is_empty());
    found
}

/// A file with those of its keys that open something.
pub type Opened<'a> = (&'a FileEvidence, Vec<&'a KeyChange>);

/// What keys of the files open, in the order of the table, each with its files.
pub fn by_kind(files: &[FileEvidence]) -> Vec<(&'static str, Vec<Opened<'_>>)> {
    let mut found: Vec<(&'static str, Vec<Opened<'_>>)> = kinds().into_iter().map(|what| (what, Vec::new())).collect();
    for file in files {
        for (what, keys) in opened(file) {
            if let Some((_, files)) = found.iter_mut().find(|(known, _)| *known == what) {
                files.push((file, keys));
            }
        }
    }
    found.retain(|(_, files)| !files.is_empty());
    found
}

/// All that can be opened, each once.
fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = ROWS.iter().map(|row| row.what).collect();
    kinds.dedup();
    kinds
}

/// Whether a key of a file of that kind opens anything.
pub fn opens(path: &RepoPath, category: Category, key: &KeyChange) -> bool {
    ROWS.iter().zip(PATTERNS.iter()).any(|(row, patterns)| row.is_of(path, category) && meets(row, patterns, key))
}

fn meets(row: &ExposureRow, patterns: &ExposurePatterns, key: &KeyChange) -> bool {
    let Some(after) = &key.after else { return false };
    let is_meant = patterns.key.is_match(&key.key) && !patterns.but.as_ref().is_some_and(|but| but.is_match(&key.key));
    // the rules of some files stand in the key, and what they allow behind it
    let new_key = key.before.is_none() && row.key.is_empty();
    let text = if new_key { format!("{} {after}", key.key) } else { after.clone() };
    let before = key.before.as_deref().unwrap_or_default();
    let was: Vec<&str> = patterns.values_in(before).collect();
    is_meant && patterns.values_in(&text).any(|now| !was.contains(&now)) && row.is_looser(before, after)
}

impl ExposurePatterns {
    /// What a value says of the row's matter.
    fn values_in<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a str> {
        let which = usize::from(self.value.captures_len() > 1);
        self.value.captures_iter(value).filter_map(move |found| found.get(which)).map(|found| found.as_str())
    }
}

impl ExposureRow {
    fn is_of(&self, path: &RepoPath, category: Category) -> bool {
        let path = format!("/{}", path.lossy());
        let is_in = |part: &&str| path.contains(&format!("/{part}"));
        self.kinds.contains(&category) && (self.files.is_empty() || self.files.iter().any(is_in))
    }

    fn is_looser(&self, before: &str, after: &str) -> bool {
        let grade = |value: &str| self.grades.iter().position(|known| *known == value.replace("without-", "prohibit-"));
        let was = if before.is_empty() { self.grades.len().checked_sub(2) } else { grade(before) };
        self.grades.is_empty() || grade(after) > was
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::samples::evidence;

    #[test]
    fn what_opens_something_up_is_named_with_its_key() {
        for (path, before, after, expected) in [
            ("nginx.conf", "server {\n  listen 443 ssl;\n}\n", "server {\n  listen 443 ssl http2;\n}\n", ""),
            (
                "nginx.conf",
                "server {\n  listen 443 ssl;\n}\n",
                "server {\n  listen 443 ssl;\n  listen 8081;\n}\n",
                "new listening port: server > listen[1]",
            ),
            ("etc/ssh/sshd_config", "Port 22\n", "Port 2222\n", "new listening port: Port"),
            ("etc/ssh/sshd_config", "PermitRootLogin no\n", "PermitRootLogin yes\n", "login rule loosened: PermitRootLogin"),
            ("etc/ssh/sshd_config", "PermitRootLogin yes\n", "PermitRootLogin no\n", ""),
            ("etc/ssh/sshd_config", "PermitRootLogin yes\n", "PermitRootLogin prohibit-password\n", ""),
            ("etc/ssh/sshd_config", "PermitRootLogin without-password\n", "PermitRootLogin prohibit-password\n", ""),
            ("etc/ssh/sshd_config", "PermitRootLogin no\n", "PermitRootLogin without-password\n", "login rule loosened: PermitRootLogin"),
            ("etc/ssh/sshd_config", "Port 22\n", "Port 22\nPermitRootLogin prohibit-password\n", ""),
            ("nginx.conf", "server {\n  listen 8080;\n}\n", "server {\n  listen 127.0.0.1:8080;\n}\n", ""),
            ("nginx.conf", "server {\n  listen 8080;\n}\n", "server {\n  listen [::1]:8080;\n}\n", ""),
            (
                "compose.yaml",
                "services:\n  a:\n    ports:\n      - \"80:80\"\n",
                "services:\n  a:\n    ports:\n      - \"127.0.0.1:80:80\"\n",
                "",
            ),
            (
                "compose.yaml",
                "services:\n  a:\n    ports:\n      - \"80:80\"\n",
                "services:\n  a:\n    ports:\n      - \"10.0.0.12:90:80\"\n",
                "new listening port: services.a.ports[0]",
            ),
            ("etc/ssh/sshd_config", "Port 22\n", "Port 22\n#PermitRootLogin yes\n", ""),
            ("Dockerfile", "FROM a\nEXPOSE 80\n", "FROM a\nEXPOSE 80 9090\n", "new listening port: EXPOSE"),
            (
                "compose.yaml",
                "services:\n  a:\n    ports:\n      - \"80:80\"\n",
                "services:\n  a:\n    ports:\n      - \"80:80\"\n      - \"90:90\"\n",
                "new listening port: services.a.ports[1]",
            ),
            (
                "main.tf",
                "resource \"aws_security_group\" \"a\" {\n  ingress {\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n  egress {\n    cidr_blocks = [\"10.0.0.0/8\"]\n  }\n}\n",
                "resource \"aws_security_group\" \"a\" {\n  ingress {\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n  egress {\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n",
                "open to every address: resource.aws_security_group.a.ingress.cidr_blocks[0]",
            ),
            (
                "pg_hba.conf",
                "local all all peer\n",
                "local all all trust\nhost all all 0.0.0.0/0 md5\n",
                "open to every address: host all all 0.0.0.0/0 · login rule loosened: local all all",
            ),
            (
                "postgresql.conf",
                "listen_addresses = 'localhost'\n",
                "listen_addresses = '*'\n",
                "listens on every address: listen_addresses",
            ),
            (
                ".github/workflows/a.yml",
                "permissions:\n  contents: read\n",
                "permissions:\n  contents: write\n",
                "write permission of a pipeline: permissions.contents",
            ),
            ("config/app.yml", "permissions:\n  contents: read\n", "permissions:\n  contents: write\n", ""),
            ("config/redis.conf", "protected-mode yes\n", "protected-mode no\n", "protection switched off: protected-mode"),
            (
                "config/app.yml",
                "client:\n  tls_verify: true\n",
                "client:\n  tls_verify: false\n",
                "certificates not checked: client.tls_verify",
            ),
            (
                "apache/sites-available/s.conf",
                "<Location /admin>\n  Require ip 10.0.0.0/8\n</Location>\n",
                "<Location /admin>\n  Require all granted\n</Location>\n",
                "access for everybody: Location /admin > Require",
            ),
            (
                "nginx.conf",
                "server {\n  deny all;\n  ssl_verify_client on;\n}\n",
                "server {\n  allow all;\n  ssl_verify_client off;\n}\n",
                "certificates not checked: server > ssl_verify_client · access for everybody: server > allow",
            ),
            ("fail2ban/jail.local", "[sshd]\nenabled = true\n", "[sshd]\nenabled = false\n", "protection switched off: [sshd] enabled"),
            ("fail2ban/jail.local", "[sshd]\nenabled = false\n", "[sshd]\nenabled = true\n", ""),
            ("app.ini", "[mail]\nenabled = true\n", "[mail]\nenabled = false\n", ""),
            ("etc/ufw/ufw.conf", "ENABLED=yes\n", "ENABLED=no\n", "protection switched off: ENABLED"),
            (
                "etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\n", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n",
                "firewall opened: DEFAULT_INPUT_POLICY",
            ),
            ("systemd/a.service", "[Service]\nUser=shop\n", "[Service]\nUser=root\n", "root as a user: [Service] User"),
            ("Dockerfile", "FROM a\nUSER app\n", "FROM a\nUSER root\n", "root as a user: USER"),
            ("Dockerfile", "FROM a\nUSER root\n", "FROM a\nUSER app\n", ""),
            ("sysctl.d/9.conf", "net.ipv4.ip_forward = 0\n", "net.ipv4.ip_forward = 1\n", "packets forwarded: net.ipv4.ip_forward"),
            (
                "rbac.yaml",
                "rules:\n  - resources: [\"configmaps\"]\nkind: Role\napiVersion: rbac.authorization.k8s.io/v1\n",
                "rules:\n  - resources: [\"*\"]\nkind: Role\napiVersion: rbac.authorization.k8s.io/v1\n",
                "rights to everything: rules[0].resources[0]",
            ),
            (
                "app/AndroidManifest.xml",
                "<manifest xmlns:android=\"x\"><application android:allowBackup=\"false\"/></manifest>",
                "<manifest xmlns:android=\"x\"><uses-permission android:name=\"android.permission.CAMERA\"/><application android:allowBackup=\"true\"/></manifest>",
                "permission of an application: manifest/uses-permission[@name=android.permission.CAMERA]/@name · data may be backed up: manifest/application/@allowBackup",
            ),
            (
                "ios/Info.plist",
                "<plist><dict><key>NSAllowsArbitraryLoads</key><false/></dict></plist>",
                "<plist><dict><key>NSAllowsArbitraryLoads</key><true/></dict></plist>",
                "unencrypted connections: plist/dict/NSAllowsArbitraryLoads",
            ),
            ("config/app.yml", "database:\n  port: 5432\n", "database:\n  port: 5433\n", ""),
        ] {
            let evidence = evidence(&[(path, Some(before), Some(after))]);
            let names = |keys: Vec<&KeyChange>| keys.iter().map(|key| key.key.clone()).collect::<Vec<_>>().join(", ");
            let told = opened(&evidence.files[0]).into_iter().map(|(what, keys)| format!("{what}: {}", names(keys)));
            assert_eq!(told.collect::<Vec<_>>().join(" · "), expected, "{path}: {after}");
        }
        assert_eq!(kinds().len(), kinds().iter().collect::<std::collections::HashSet<_>>().len());
    }
}
