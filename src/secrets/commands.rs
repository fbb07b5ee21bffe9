//! Command lines with secrets in their arguments: one row for the programs that take one the same way.
//!
//! Only what the program's own manual calls a password, a token or a secret is one. Options that say so by their name (`--password`)
//! need no row: `kinds` has one for all of them. Running text is read, not parsed: a command also stands in notes, scripts and logs.

use std::sync::LazyLock;

use regex::Regex;

use super::kinds::Secret;
use super::values;

/// Programs that take a secret the same way.
pub(super) struct CommandRow {
    /// Its name for people, as it stands in the mask.
    pub(super) name: &'static str,
    /// What every text with such a command contains: one of these words.
    pub(super) hints: &'static str,
    /// The programs, with the words behind them that matter (an expression).
    pub(super) programs: &'static str,
    /// What leads to a secret in the arguments (an expression). A value follows, unless the expression names it itself as group `s`.
    pub(super) before: &'static str,
}

const fn row(name: &'static str, hints: &'static str, programs: &'static str, before: &'static str) -> CommandRow {
    CommandRow { name, hints, programs, before }
}

/// All rows. A program may have several.
#[rustfmt::skip]
pub(super) const ROWS: &[CommandRow] = &[
    row("password", "mysql mariadb", r"(?:mysql|mariadb)[a-z_-]*", r"\s-p"),
    row("password", "sshpass useradd usermod mongo cqlsh cypher-shell rdesktop elasticsearch-users twine", r"sshpass|useradd|usermod|mongosh?|mongo(?:dump|restore|export|import|stat|top)|cqlsh|cypher-shell|rdesktop|elasticsearch-users|twine", r"\s-p[ =]?"),
    row("password", "7z rar", r"7z[az]?|rar|unrar", r"\s-p"),
    row("password", "sqlcmd bcp ipmitool zip mosquitto_", r"sqlcmd|bcp|ipmitool|zip|unzip|mosquitto_(?:pub|sub|rr)", r"\s-P[ =]?"),
    row("password", "login", r"(?:docker|podman|nerdctl|buildah|skopeo|crane|oras|helm\s+registry|az|az\s+acr|oc|cf|argocd)\s+(?:auth\s+)?login", r"\s-p[ =]?"),
    row("password", "redis-cli valkey-cli", r"redis-cli|valkey-cli", r"\s(?:-a|--pass|(?i:config\s+set\s+(?:requirepass|masterauth)))\s+"),
    row("password", "redis-cli valkey-cli", r"redis-cli|valkey-cli", r#"\s(?i:auth)\s+(?P<s>[^\s|;&"'(]+(?:\s+[^\s|;&"'(]+)?)"#),
    row("password", "ldap", r"ldap(?:search|modify|add|delete|modrdn|whoami|passwd|compare)", r"\s-w\s+"),
    row("password", "smbclient rpcclient smbmap", r"smbclient|rpcclient|smbmap", r#"\s-U\s*["']?[^\s%"']+%"#),
    row("password", "sqlplus sqlldr expdp impdp rman", r"sqlplus|sqlldr|expdp|impdp|rman", r#"\s["']?[A-Za-z][\w$#]*/(?P<s>[^\s@"'/]+)@"#),
    row("password", "rabbitmqctl", r"rabbitmqctl", r"\s(?:add_user|change_password|authenticate_user)\s+[^\s-]\S*\s+"),
    row("password", "htpasswd", r"htpasswd", r"\s(?:-[a-zA-Z]*n[a-zA-Z]*\s+(?:-\S+\s+)*\S+|-[a-zA-Z]*b[a-zA-Z]*\s+(?:-\S+\s+)*\S+\s+\S+)\s+"),
    row("password", "openssl", r"openssl", r"\s(?:-pass(?:in|out)?\s+pass:|-k\s+|passwd\s+(?:-(?:salt\s+\S+|\w+)\s+)*)"),
    row("password", "curl wget http xh", r"curl|wget|https?|xh", r#"\s(?:-[a-zA-Z]*[uUa]|--user|--proxy-user|--auth)[ =]?["']?[^\s:"'$/-][^\s:"'$/]*:(?P<s>[^\s"'(/][^\s"'(]*)"#),
    row("cookie", "curl", r"curl", r#"\s(?:-b|--cookie)[ =]?["']?(?P<s>[\w.-]+=[^\s"'][^"'\n]{7,})"#),
    row("cookie", "curl wget http xh", r"curl|wget|https?|xhs?", r#"\s(?:(?:-H|--header)[ =]?)?["']?(?i:cookie):\s*(?P<s>[\w.-]+=[^\s"'][^"'\n]{7,})"#),
    row("token", "curl", r"curl", r"\s--oauth2-bearer[ =]"),
    row("token", "http xh", r"https?|xhs?", r#"\s["']?(?i:authorization):["']?(?i:bearer|token|basic|apikey)\s+(?P<s>[^\s"'$<({]{6,})"#),
    row("token", "http xh", r"https?|xhs?", r#"\s["']?(?i:private-token|x-[a-z-]*(?:token|key|auth|secret)):(?P<s>[^\s"'$<({]{6,})"#),
    row("password", "xfreerdp wfreerdp", r"xfreerdp|wfreerdp", r"\s/p:"),
    row("SNMP secret", "snmp", r"snmp(?:walk|get|getnext|set|bulkwalk|bulkget|trap|status|table)", r"\s-[cAX]\s+"),
    row("password", "nmcli", r"nmcli", r"\s(?:password|[\w.-]*psk)\s+"),
    row("password", "wpa_passphrase", r"wpa_passphrase", r"^\s+\S+\s+"),
    row("password", "neo4j-admin", r"neo4j-admin", r"\sset-initial-password\s+"),
    row("secret", "vault", r"vault\s+(?:kv\s+(?:put|patch)|write)", r"\s[\w.-]+="),
    row("Vault token", "vault", r"vault\s+login", r"^\s+(?:-\S+\s+)*(?:token=)?"),
    row("secret", "consul etcdctl", r"(?:consul\s+kv|etcdctl)\s+put", r"\s\S*(?:password|passwd|secret|token|api-?_?key)\S*\s+"),
    row("secret", "--from-literal", r"kubectl|oc", r#"\s--from-literal[ =]["']?[^\s="']+="#),
    row("secret", "gh glab", r"(?:gh|glab)\s+(?:secret|variable)\s+set", r"\s(?:-b|--body|-v|--value)[ =]?"),
    row("secret", "fly supabase", r"(?:fly|flyctl|supabase)\s+secrets\s+set", r"\s[A-Za-z_]\w*="),
    row("secret", "aws", r"aws\s+(?:ssm|secretsmanager)", r"\s--(?:value|secret-string)[ =]"),
    row("secret", "configure", r"aws\s+configure\s+set", r"\s[\w.-]*(?:secret|token)[\w.-]*\s+"),
    row("secret", "rclone", r"rclone\s+config\s+(?:create|update|password)", r"\s[\w.-]*(?:secret|token|pass|key)[\w.-]*[ =]"),
    row("secret", "keyvault", r"az\s+keyvault\s+secret\s+set", r"\s--value[ =]"),
    row("secret", "pulumi", r"pulumi\s+config\s+set", r"\s--secret\s+(?:--\S+\s+)*[\w:.-]+\s+"),
    row("secret", "pulumi", r"pulumi\s+config\s+set", r"^\s+[\w:.-]+\s+(?P<s>[^\s-]\S*)\s+--secret"),
    row("secret", "alias host", r"mc\s+(?:alias\s+set|config\s+host\s+add)", r"^\s+\S+\s+\S+\s+\S+\s+"),
    row("password", "etcdctl", r"etcdctl", r"\s--user[ =][^\s:]+:"),
    row("password", "lftp", r"lftp", r"\s-u\s*[^\s,]+,"),
    row("value", "config:set", r"(?:heroku|dokku)\s+config:set", r"\s[A-Za-z_]\w*="),
    row("value", "env:set", r"netlify\s+env:set", r"^\s+[A-Za-z_]\w*[ =]"),
    row("secret", "vercel", r"vercel\s+secrets?\s+add", r"^\s+\S+\s+"),
    row("token", "doctl", r"doctl\s+auth\s+init", r"\s-t[ =]?"),
    row("token", "login auth", r"cargo\s+login|(?:fly|flyctl)\s+auth\s+token|snyk\s+auth", r"^\s+(?:--registry[ =]\S+\s+)?"),
    row("token", "-Dsonar.", r"sonar-scanner|mvnw?|gradlew?", r"\s-Dsonar\.(?:login|token)="),
    row("token", "nuget", r"(?:dotnet\s+)?nuget\s+push", r"\s(?:-k|-ApiKey|--api-key)\s+"),
    row("password", "poetry composer", r"(?:poetry|composer)\s+config", r"\shttp-basic\.\S+\s+\S+\s+"),
    row("token", "poetry composer", r"(?:poetry|composer)\s+config", r"\s(?:pypi-token|github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|bearer)\.\S+\s+"),
    row("token", "npm yarn", r"(?:npm|pnpm|yarn)\s+(?:config\s+)?set", r"\s\S*(?:_auth|_authToken|_password|npmAuthToken)[ =]"),
    row("secret", "<<<", r"read\s+(?:-\S+\s+)*\w*(?i:pass|token|secret|key|pwd)\w*|passwd|vncpasswd|chpasswd|sudo\s+-S|wrangler\s+secret\s+put|gh\s+(?:secret\s+set|auth\s+login)|(?:docker|podman|helm\s+registry)\s+login", r"\s[^<]*<<<\s*"),
];

/// A value: a quoted string or a word, which is no option, no reference and no redirection.
const VALUE: &str = r#"(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(|;&<>$@-][^\s|;&]*)"#;
/// The arguments of a command up to its end.
const ARGUMENTS: &str = r#"(?P<arguments>\s(?:"[^"\n]*"|'[^'\n]*'|[^\n|;&"']|["'])*)"#;
/// What is printed into a program that reads a secret from its standard input.
const PRINTED: &str = r#"\b(?:echo|printf)\s+(?:-[neE]+\s+)*(?:["']?%s(?:\\n)?["']?\s+)?(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(|;&<>$@-][^\s|;&]*)\s*\|[^\n]*?(?:--password-stdin|--with-token|--stdin\b|\bchpasswd|\bsudo\s+(?:-\S+\s+)*-[a-zA-Z]*S|\bsecrets?\s+(?:set|put|create|versions\s+add)|\bkv\s+(?:put|patch)|\bpasswd\b)"#;

/// A row's two expressions: for the command and for what of its arguments is secret.
type Expressions = LazyLock<(Regex, Regex), Box<dyn Fn() -> (Regex, Regex) + Send>>;

/// The rows' expressions, each built when its program is first met; a set of them all would cost every start of ours some milliseconds.
static TABLE: LazyLock<Vec<Expressions>> = LazyLock::new(|| {
    let row =
        |row: &'static CommandRow| -> Expressions { LazyLock::new(Box::new(move || (compiled(&command(row)), compiled(&argument(row))))) };
    ROWS.iter().map(row).collect()
});

/// A whole command of the row.
pub(super) fn command(row: &CommandRow) -> String {
    format!(r"\b(?:{}){ARGUMENTS}", row.programs)
}

/// What of its arguments is secret.
pub(super) fn argument(row: &CommandRow) -> String {
    let value = if row.before.contains("?P<s>") { "" } else { VALUE };
    format!("{}{value}", row.before)
}

/// A row's expression. A test compiles every row, so that this cannot fail on a user's machine.
fn compiled(expression: &str) -> Regex {
    Regex::new(expression).unwrap_or_else(|error| panic!("a row on commands does not compile: {error}"))
}

/// The secrets in a text's command lines.
pub(super) fn secrets_in(text: &str) -> Vec<Secret> {
    static PIPED: LazyLock<Regex> = LazyLock::new(|| compiled(PRINTED));
    let mut found = Vec::new();
    let hinted = |row: &CommandRow| row.hints.split(' ').any(|hint| text.contains(hint));
    for (row, expressions) in ROWS.iter().zip(TABLE.iter()).filter(|(row, _)| hinted(row)) {
        let (command, argument) = &**expressions;
        for arguments in command.captures_iter(text).filter_map(|captures| captures.name("arguments")) {
            let secrets = argument.captures_iter(arguments.as_str()).filter_map(|captures| captures.name("s"));
            found.extend(secrets.filter_map(|secret| of(secret, arguments.start(), row.name)));
        }
    }
    if text.contains('|') {
        found.extend(PIPED.captures_iter(text).filter_map(|captures| of(captures.name("s")?, 0, "secret")));
    }
    found
}

/// The value without its quotes, where it can be a secret.
fn of(found: regex::Match<'_>, offset: usize, name: &'static str) -> Option<Secret> {
    let bare = values::unquoted(found.as_str());
    let quote = (found.len() - bare.len()) / 2;
    // a command that is told in Markdown ends before the end of its code span
    let bare = bare.trim_end_matches('`');
    let start = offset + found.start() + quote;
    (bare.len() > 1 && !values::is_harmless(bare) && !values::is_example(bare) && !values::is_prose(bare))
        .then(|| Secret { range: start..start + bare.len(), name })
}
