//! Values for people's eyes: secrets masked, one line, short, and a difference always in view.

use super::Policy;
use super::differ::{Difference, Names};
use super::formats::Format;
use super::node::{Scalar, unquoted};
use crate::evidence::KeyChange;
use crate::secrets::{self, Mask};

/// Longest value shown, in characters.
const WIDTH: usize = 160;
/// How much of what is equal is shown before a difference that stands beyond the width.
const LEAD: usize = 40;

/// A difference as it may be stored and printed.
pub(super) fn change(difference: &Difference<'_>, format: &Format, policy: Policy) -> KeyChange {
    let value = |scalar: &Scalar| masked(difference.names, scalar, format, policy);
    let (before, after) = (difference.base.map(value), difference.head.map(value));
    let (before, after) = match (before, after) {
        (Some(a), Some(b)) => {
            let (a, b) = (one_line(&a), one_line(&b));
            let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
            let from = if a.chars().count().max(b.chars().count()) > WIDTH { same.saturating_sub(LEAD) } else { 0 };
            (Some(window(&a, from)), Some(window(&b, from)))
        }
        (a, b) => (a.map(|a| window(&one_line(&a), 0)), b.map(|b| window(&one_line(&b), 0))),
    };
    KeyChange { key: window(&one_line(&secrets::mask(&difference.key).text), 0), before, after, line: Some(difference.line) }
}

/// A key of one side alone, its value whole.
pub(super) fn whole(difference: &Difference<'_>, format: &Format, policy: Policy) -> KeyChange {
    let after = difference.head.map(|scalar| one_line(&masked(difference.names, scalar, format, policy)));
    KeyChange { after, ..change(difference, format, policy) }
}

/// Whether a shown value, which may be cut on either side, is that whole one.
pub(super) fn shows(shown: &str, whole: &str) -> bool {
    let inner = shown.strip_prefix('…').unwrap_or(shown);
    shown == whole
        || match inner.strip_suffix('…').filter(|inner| inner.chars().count() == WIDTH) {
            Some(inner) if shown.starts_with('…') => whole.contains(inner),
            Some(inner) => whole.starts_with(inner),
            None => shown.starts_with('…') && whole.ends_with(inner),
        }
}

/// A whole value cut so that it can be held against a shown one: from where that one begins, as far as it still does.
pub(super) fn cut_alike(whole: &str, shown: &str) -> String {
    let lead: String = shown.strip_prefix('…').unwrap_or_default().chars().take(LEAD).collect();
    let at = whole.find(&lead).unwrap_or(0);
    window(whole, whole[..at].chars().count())
}

/// The value as written, or what is shown in its place.
pub(super) fn masked(names: Names<'_>, scalar: &Scalar, format: &Format, policy: Policy) -> String {
    let written = scalar.written.trim();
    let by_name = || {
        let options = if unquoted(written).starts_with('-') { [""; 2] } else { names.options };
        let telling = [names.own_unless_package(format), names.sibling_of_value(), names.holder_of_value(), options[0], options[1]];
        let of_a_name = telling.iter().find_map(|name| secrets::mask_value(name, written));
        of_a_name.or_else(|| names.key_of_holder(written)).or_else(|| names.named_in(written)).or_else(|| names.login(written))
    };
    match (by_name(), policy) {
        (Some(mask), Policy::Secrets) if !scalar.secret => mask.shown,
        (_, Policy::Secrets) if !scalar.secret => written.to_owned(),
        _ if unquoted(written).is_empty() => String::new(),
        (mask, _) => secrets::value_mark(mask.map(|mask| mask.kind)),
    }
}

/// Tables of manifests whose keys are packages: whatever such a name ends in, it is no secret's.
const PACKAGE_TABLES: &[&str] = &[
    "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "dev-dependencies", "build-dependencies",
    "dev_dependencies", "require", "require-dev",
];

impl<'a> Names<'a> {
    /// The key itself, but for a package's name: `require github.com/aws/aws-sdk-go-v2/credentials`.
    fn own_unless_package(&self, format: &Format) -> &'a str {
        let is_package = (format.names_package)(self.own) || PACKAGE_TABLES.contains(&self.holder);
        if is_package { "" } else { self.own }
    }

    /// The name beside a `value`; nothing for keys that have a name of their own.
    fn sibling_of_value(&self) -> &'a str {
        const ANONYMOUS: [&str; 6] = ["value", "Value", "default", "@value", "#text", "val"];
        if ANONYMOUS.contains(&self.own) { self.sibling } else { "" }
    }

    /// The container of a `value` (`password: { value: … }`), or one that holds nothing but secrets.
    fn holder_of_value(&self) -> &'a str {
        const ANONYMOUS: [&str; 7] = ["value", "Value", "default", "@value", "#text", "val", "plaintext"];
        const STORES: [&str; 5] = ["secrets", "credentials", "passwords", "api_keys", "apiKeys"];
        const ABOUT: [&str; 11] =
            ["name", "file", "path", "external", "environment", "enabled", "type", "description", "version", "user", "username"];
        let anonymous = ANONYMOUS.contains(&self.own);
        let stored = STORES.contains(&self.holder) && !ABOUT.contains(&self.own);
        if anonymous || stored { self.holder } else { "" }
    }

    /// `Jwt: { Key: … }`: the holder tells what the key is for.
    fn key_of_holder(&self, written: &str) -> Option<Mask> {
        let name = format!("{}_{}", self.holder, self.own);
        let telling = self.own.eq_ignore_ascii_case("key") && secrets::is_secret_name(&name);
        telling.then(|| secrets::mask_value(&name, written)).flatten()
    }

    /// `proxy_set_header X-Api-Key …`: the name stands in the value.
    fn named_in(&self, written: &str) -> Option<Mask> {
        const NAMING: [&str; 12] = [
            "proxy_set_header", "grpc_set_header", "add_header", "fastcgi_param", "uwsgi_param", "scgi_param", "header_up", "SetEnv",
            "RequestHeader", "Header", "http-request", "setenv",
        ];
        const VERBS: [&str; 6] = ["set", "add", "append", "always", "set-header", "add-header"];
        let mut rest = NAMING.contains(&self.own).then_some(written)?;
        while let Some((_, more)) = rest.split_once(char::is_whitespace).filter(|(word, _)| VERBS.contains(word)) {
            rest = more.trim_start();
        }
        let (name, value) = rest.split_once(char::is_whitespace)?;
        let mask = secrets::mask_value(unquoted(name), value.trim_start())?;
        let front = &written[..written.len() - value.trim_start().len()];
        Some(Mask { shown: format!("{front}{}", mask.shown), ..mask })
    }

    /// `auth: { basic: "user:password" }`.
    fn login(&self, written: &str) -> Option<Mask> {
        const BASIC: [&str; 4] = ["basicauth", "basic_auth", "basic-auth", "httpbasic"];
        let own = self.own.to_ascii_lowercase();
        let is_basic = BASIC.contains(&own.as_str()) || own == "basic" && self.holder.to_ascii_lowercase().contains("auth");
        let (user, password) = unquoted(written).split_once(':').filter(|_| is_basic)?;
        let plain = !user.is_empty() && !user.contains(char::is_whitespace) && !password.starts_with("//");
        let mask = secrets::mask_value("password", password).filter(|_| plain)?;
        Some(Mask { kind: mask.kind, shown: format!("{user}:{}", secrets::piece_mark("password")) })
    }
}

/// A reason that may quote the file: masked, one line, short.
pub(super) fn sentence(text: &str) -> String {
    window(&one_line(&secrets::mask(text).text), 0)
}

/// Line breaks and control characters written as escapes: the value stays one line and cannot move a terminal's cursor.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// At most `WIDTH` characters from `from` on, with an ellipsis where something is left out.
fn window(text: &str, from: usize) -> String {
    let lead = if from > 0 { "…" } else { "" };
    let mut left = text.chars().skip(from);
    let shown: String = left.by_ref().take(WIDTH).collect();
    let tail = if left.next().is_some() { "…" } else { "" };
    format!("{lead}{shown}{tail}")
}
