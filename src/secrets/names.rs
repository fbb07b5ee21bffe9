//! Which key names say that their value is secret. Read by the last word: `db_password` is one, `password_min_length` is not.

use super::values;
use crate::words::of_name;

/// Last words (or the last two, joined) and the kind that they name.
const LAST: [(&str, &str); 58] = [
    ("password", "password"),
    ("passwords", "password"),
    ("passwd", "password"),
    ("passwort", "password"),
    ("pwd", "password"),
    ("pw", "password"),
    ("passphrase", "password"),
    ("pass", "password"),
    ("requirepass", "password"),
    ("passwordhash", "password hash"),
    ("keypass", "password"),
    ("storepass", "password"),
    ("csrftoken", "token"),
    ("recoverycode", "recovery code"),
    ("masterauth", "password"),
    ("bindpw", "password"),
    ("secret", "secret"),
    ("secrets", "secret"),
    ("clientsecret", "secret"),
    ("token", "token"),
    ("tokens", "token"),
    ("authtoken", "token"),
    ("accesstoken", "token"),
    ("refreshtoken", "token"),
    ("bearertoken", "token"),
    ("bearer", "token"),
    ("jwt", "token"),
    ("apikey", "API key"),
    ("apikeys", "API key"),
    ("apptoken", "token"),
    ("apisecret", "secret"),
    ("accesskey", "access key"),
    ("secretkey", "secret key"),
    ("privatekey", "private key"),
    ("signingkey", "signing key"),
    ("jwtkey", "signing key"),
    ("encryptionkey", "encryption key"),
    ("decryptionkey", "encryption key"),
    ("cryptkey", "encryption key"),
    ("masterkey", "secret key"),
    ("appkey", "secret key"),
    ("authkey", "secret key"),
    ("authkeys", "secret key"),
    ("accountkey", "access key"),
    ("storagekey", "access key"),
    ("sharedkey", "secret key"),
    ("presharedkey", "secret key"),
    ("hostkey", "private key"),
    ("sshkey", "private key"),
    ("deploykey", "private key"),
    ("licensekey", "licence key"),
    ("servicekey", "API key"),
    ("noncekey", "secret key"),
    ("psk", "secret key"),
    ("credential", "credentials"),
    ("credentials", "credentials"),
    ("creds", "credentials"),
    ("mnemonic", "seed phrase"),
];

/// Words after the telling one that change nothing: `password_base64`, `SECRET_KEY_BASE`, `token_old`.
const TRAILING: [&str; 19] = [
    "value", "base", "plain", "plaintext", "prod", "production", "staging", "dev", "development", "test", "old", "new", "current",
    "previous", "default", "b64", "base64", "override", "live",
];

/// Words before `key` that make it none: `public_key`, `primary_key`, `cache_key`.
const HARMLESS_KEYS: [&str; 12] =
    ["public", "primary", "foreign", "cache", "partition", "sort", "idempotency", "pub", "object", "group", "routing", "publishable"];

/// Words before `secret` where the value is the name of an object that holds one: `existingSecret`, `imagePullSecret`.
const NAMING: [&str; 2] = ["existing", "pull"];

/// The kinds that key names can point to.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    LAST.iter().map(|(_, kind)| *kind).chain(["key"])
}

/// The kind that a key's name points to.
pub(super) fn secret_name(key: &str) -> Option<&'static str> {
    let mut words = of_name(key);
    while words.len() > 1 && words.last().is_some_and(|w| TRAILING.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit())) {
        words.pop();
    }
    let last = words.last()?.trim_end_matches(|c: char| c.is_ascii_digit());
    if NAMING.iter().any(|before| words.iter().rev().nth(1).is_some_and(|word| word == before)) && last.starts_with("secret") {
        return None;
    }
    let joined = words.len().checked_sub(2).map(|i| format!("{}{last}", words[i]));
    let named = |word: &str| LAST.iter().find(|(w, _)| *w == word).map(|(_, kind)| *kind);
    joined.as_deref().and_then(named).or_else(|| named(last)).or_else(|| fused(last))
}

/// Written as one word: `PGPASSWORD`, `dbpasswd`, `smtppass`.
fn fused(word: &str) -> Option<&'static str> {
    let ends: [(&str, &str); 6] = [
        ("password", "password"),
        ("passwd", "password"),
        ("passphrase", "password"),
        ("apikey", "API key"),
        ("authtoken", "token"),
        ("secretkey", "secret key"),
    ];
    let end = ends.iter().find(|(end, _)| word.ends_with(end)).map(|(_, kind)| *kind);
    // `bypass` and `compass` end alike
    end.or_else(|| word.strip_suffix("pass").filter(|whose| OWNERS.contains(whose)).map(|_| "password"))
}

/// Whose `…pass` is a password.
const OWNERS: [&str; 20] = [
    "db", "pg", "mysql", "redis", "user", "root", "admin", "sudo", "become", "login", "auth", "smtp", "mail", "ftp", "ssh", "http",
    "proxy", "ldap", "bind", "ssl",
];

/// A name that only hints (`…_key`, `auth`) with a value that no one would type.
pub(super) fn by_entropy(key: &str, value: &str) -> Option<&'static str> {
    let words = of_name(key);
    let (last, before) = words.split_last()?;
    let hinted = match last.as_str() {
        "key" | "keys" => !before.last().is_some_and(|w| HARMLESS_KEYS.contains(&w.as_str())) && !before.is_empty(),
        "auth" | "salt" | "seed" | "sas" | "signature" | "pat" => true,
        _ => false,
    };
    if last == "auth" && is_login(value) {
        return Some("password");
    }
    let encoded = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b':'));
    let random = value.len() >= 20 && encoded && values::is_mixed(value) && values::entropy(value) >= 3.5;
    (hinted && random && !values::is_harmless(value) && !is_uuid(value)).then_some("key")
}

/// `user:password`, both in one value.
fn is_login(value: &str) -> bool {
    let Some((user, password)) = value.split_once(':') else { return false };
    let is_name = !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@'));
    let is_word = password.len() >= 6 && !password.contains(|c: char| c.is_whitespace() || c == '/' || c == ':');
    is_name && is_word && values::is_mixed(password) && !values::is_harmless(password)
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(i, b)| if [8, 13, 18, 23].contains(&i) { b == b'-' } else { b.is_ascii_hexdigit() })
}
