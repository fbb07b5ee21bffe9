//! The table of secrets: one row a kind. Known shapes first, then what the place gives away (headers, URLs, arguments, assignments).

use std::ops::Range;

use regex::Match;

use super::names;
use super::values::{self, Style};

/// One kind of secret.
pub(super) struct Kind {
    /// Its stored name.
    pub(super) id: &'static str,
    /// Its name for people, as it stands in the mask.
    pub(super) name: &'static str,
    /// What every line with such a secret contains (an expression, any case): the prefilter.
    pub(super) hint: &'static str,
    /// The shape; group `s` is what is masked (else all of it), group `k` the key's name.
    pub(super) pattern: &'static str,
    /// How far around the hint the pattern is tried.
    pub(super) scope: Scope,
    /// Looks at what the pattern found and decides what of it is secret, if anything.
    pub(super) accept: fn(&Candidate<'_>) -> Option<Secret>,
}

/// How far a secret reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// It stands on one line.
    Line,
    /// It may take several.
    Text,
}

/// A secret in a text.
pub(super) struct Secret {
    /// Where it is.
    pub(super) range: Range<usize>,
    /// What to call it.
    pub(super) name: &'static str,
}

/// What a row's pattern found.
pub(super) struct Candidate<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The row's name.
    pub(super) name: &'static str,
    /// The key's name, where the pattern has one.
    pub(super) key: Option<Match<'a>>,
    /// The piece that would be masked.
    pub(super) secret: Match<'a>,
}

impl<'a> Candidate<'a> {
    fn key(&self) -> &'a str {
        self.key.map_or("", |key| key.as_str())
    }

    /// A piece of the secret's text as the secret, under a name of its own.
    fn part(&self, part: &str, name: &'static str) -> Option<Secret> {
        let offset = self.secret.as_str().find(part)?;
        let start = self.secret.start() + offset;
        Some(Secret { range: start..start + part.len(), name })
    }
}

const fn token(id: &'static str, name: &'static str, hint: &'static str, pattern: &'static str) -> Kind {
    Kind { id, name, hint, pattern, scope: Scope::Line, accept: unless_placeholder }
}

const fn checked(
    id: &'static str,
    name: &'static str,
    hint: &'static str,
    pattern: &'static str,
    accept: fn(&Candidate<'_>) -> Option<Secret>,
) -> Kind {
    Kind { id, name, hint, pattern, scope: Scope::Line, accept }
}

const fn of_several_lines(kind: Kind) -> Kind {
    Kind { scope: Scope::Text, ..kind }
}

/// All kinds; where two overlap the earlier one names it.
#[rustfmt::skip]
pub(super) const KINDS: &[Kind] = &[
    of_several_lines(checked("private-key", "private key", "PRIVATE KEY", r#"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<s>(?:\\[nr]|[A-Za-z0-9+/= ])*(?:[\r\n]+[ \t+>|*#"'-]*(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n]*|(?:\\[nr]|[A-Za-z0-9+/=])+)?[ \t"',\\+]*)*)(?:[\s+>|*#"'\\-]*-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?"#, key_body)),
    token("age-key", "age secret key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    token("aws-access-key-id", "AWS access key id", "AKIA|ASIA|ABIA|ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    token("aws-secret-key", "AWS secret access key", "aws", r#"(?i)\baws[a-z_.-]*secret[a-z_.-]*["']?\s*(?:=>|=|:)\s*["']?(?P<s>[A-Za-z0-9/+]{40})\b"#),
    token("google-api-key", "Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{30,}"),
    token("google-oauth", "Google OAuth secret", "GOCSPX-|ya29\\.", r"\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})"),
    token("azure-storage-key", "Azure storage key", "AccountKey|SharedAccessKey", r"(?i)(?:AccountKey|SharedAccessKey)=(?P<s>[A-Za-z0-9+/]{30,}={0,2})"),
    token("azure-sas", "Azure SAS signature", "sig=", r"[?&]sig=(?P<s>[A-Za-z0-9%+/=_-]{30,})"),
    token("azure-client-secret", "Azure client secret", "Q~", r"\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    token("github-token", "GitHub token", "gh[opsur]_|github_pat_", r"\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})"),
    token("gitlab-token", "GitLab token", "gl[a-z]{2,6}-", r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_.-]{16,}"),
    token("slack-token", "Slack token", "xox[a-z]|xapp-", r"\b(?:xox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{20,})"),
    token("slack-webhook", "Slack webhook", "hooks\\.slack\\.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[A-Za-z0-9/_-]{20,})"),
    token("discord-webhook", "Discord webhook", "api/webhooks/", r"discord(?:app)?\.com/api/webhooks/(?P<s>[0-9]{10,}/[A-Za-z0-9_-]{20,})"),
    token("stripe-key", "Stripe secret key", "[sr]k_(?:live|test)_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    token("webhook-secret", "webhook signing secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=_-]{16,}"),
    token("twilio-key", "Twilio API key", "SK[0-9a-f]{4}", r"\bSK[0-9a-f]{32}\b"),
    token("sendgrid-key", "SendGrid API key", "SG\\.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}"),
    token("mailgun-key", "Mailgun API key", "key-[0-9a-f]", r"\bkey-[0-9a-f]{32}\b"),
    token("mailchimp-key", "Mailchimp API key", "[0-9a-f]-us[0-9]", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    token("npm-token", "npm token", "npm_", r"\bnpm_[A-Za-z0-9]{30,}"),
    token("pypi-token", "PyPI token", "pypi-", r"\bpypi-[A-Za-z0-9_-]{40,}"),
    token("crates-token", "crates registry token", "cio[a-z0-9]{4}", r"\bcio[A-Za-z0-9]{32}\b"),
    token("rubygems-key", "RubyGems API key", "rubygems_", r"\brubygems_[a-f0-9]{40,}"),
    token("docker-token", "Docker token", "dckr_", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    token("digitalocean-token", "DigitalOcean token", "do[opr]_v1_", r"\bdo[opr]_v1_[a-f0-9]{32,}"),
    token("heroku-key", "Heroku API key", "HRKU-", r"\bHRKU-[A-Za-z0-9_-]{30,}"),
    token("anthropic-key", "Anthropic API key", "sk-ant-", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    checked("openai-key", "OpenAI API key", "sk-", r"\bsk-[A-Za-z0-9_-]{20,}", like_random),
    token("huggingface-token", "Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    token("telegram-token", "Telegram bot token", "[0-9]:AA", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    token("discord-token", "Discord bot token", "\\.[a-z0-9_-]{6}\\.[a-z0-9_-]{4}", r"\b[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    token("jwt", "JSON web token", "eyJ", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?"),
    token("shopify-token", "Shopify token", "shp[a-z]{2}_", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    token("square-token", "Square token", "sq0[a-z]{3}-", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),
    token("databricks-token", "Databricks token", "dapi[a-f0-9]", r"\bdapi[a-f0-9]{32}"),
    token("linear-key", "Linear API key", "lin_(?:api|oauth)_", r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    token("notion-token", "Notion token", "ntn_|secret_", r"\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})\b"),
    token("atlassian-token", "Atlassian token", "AT[AC]TT3", r"\bAT[AC]TT3[A-Za-z0-9_=-]{40,}"),
    token("vault-token", "Vault token", "hv[bsr]\\.", r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}"),
    token("terraform-token", "Terraform token", "\\.atlasv1\\.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}"),
    token("grafana-token", "Grafana token", "gl(?:sa|c)_", r"\b(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})"),
    token("newrelic-key", "New Relic API key", "NRAK-", r"\bNRAK-[A-Za-z0-9]{27}"),
    token("sentry-token", "Sentry token", "sntry[su]_", r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    token("planetscale-token", "PlanetScale token", "pscale_", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}"),
    token("doppler-token", "Doppler token", "dp\\.[a-z]{2,5}\\.", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{30,}"),
    token("postman-key", "Postman API key", "PMAK-", r"\bPMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}"),
    token("supabase-token", "Supabase token", "sb(?:p|_secret)_", r"\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,})"),
    token("fly-token", "Fly.io token", "f[mo][0-9]_", r"\b(?:fm[12][ar]?|fo1)_[A-Za-z0-9+/=_-]{40,}"),
    token("laravel-key", "application key", "base64:", r"\bbase64:(?P<s>[A-Za-z0-9+/]{42,44}=?)"),
    token("password-hash", "password hash", "\\$(?:2[abxy]|argon2|[156])", r"\$(?:2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|argon2(?:id|i|d)\$[A-Za-z0-9$=,+/.]{30,}|[156]\$(?:rounds=[0-9]+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86})"),
    checked("bearer-token", "bearer token", "bearer", r"(?i)\bbearer\s+(?P<s>[A-Za-z0-9._~+/-]{12,}=*)", like_random),
    checked("basic-credentials", "basic credentials", "basic", r"(?i)\bbasic\s+(?P<s>[A-Za-z0-9+/]{8,}={0,2})", like_base64),
    checked("authorization", "authorization header", "authorization", r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?:[a-z-]+\s+)?(?P<s>[A-Za-z0-9._~+/=:-]{12,})"#, like_random),
    checked("cookie", "cookie", "cookie", r#"(?i)\b(?:set-)?cookie["']?:\s*["']?(?P<s>[A-Za-z0-9_.-]+=[^\s"']{12,}(?:;\s*[A-Za-z0-9_.-]+=[^\s"';]+)*)"#, like_random),
    checked("url-password", "password", "://", r#"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'<>()\[\]{}]*:(?P<s>[^\s/@"'<>(){}]+)@"#, url_password),
    checked("database-password", "password", "(?:postgres|mysql|mariadb|mongodb|redis|amqp)", r#"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]+)?://[^\s/:@"'<>()]*:(?P<s>[^\s"'<>(){}]+)@"#, url_password),
    checked("url-token", "token", "://", r"\bhttps?://(?P<s>[A-Za-z0-9_-]{20,})@", like_random),
    checked("argument", "password", "pass|token|secret|key|pwd", r#"(?P<k>(?:^|[\s"'])--?[A-Za-z-]*(?:password|passwd|passphrase|pass|pwd|token|secret|api-?key|access-?key|secret-?key|auth-?key))(?:=|\s+|["'],\s*["'])(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(<$-][^\s"']*)"#, argument),
    checked("mysql-argument", "password", "mysql|mariadb", r#"\b(?:mysql|mariadb)[a-z-]*\s(?:[^\n|;&]*?\s)?-p(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'|;&($-][^\s|;&]*)"#, unless_reference),
    checked("command-password", "password", "sshpass|redis-cli|docker\\s+login|pass:", r#"\b(?:sshpass\s+-p\s*|redis-cli\s(?:[^\n|;&]*?\s)?-a\s+|docker\s+login\s(?:[^\n|;&]*?\s)?-p\s+|-pass(?:in|out)\s+pass:)(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(|;&$-][^\s|;&]*)"#, unless_reference),
    checked("sql-password", "password", "password|identified", r#"(?i)\b(?:role|user|login)\s[^\n;]{0,120}?\b(?:password|identified\s+by|identified\s+with\s+\w+\s+by)\s*=?\s*(?:'\\''|\\?["'])(?P<s>[^'"\\\n]+)"#, unless_reference),
    checked("secret-command", "secret", "from-literal|secret|put-parameter|vault", r#"(?:--from-literal[ =]["']?[^\s="']+=|\b(?:gh|glab)\s+secret\s+set\s(?:[^\n|;&]*?\s)?(?:-b|--body)[ =]|\b(?:fly|flyctl)\s+secrets\s+set\s(?:[^\n|;&]*?\s)?[A-Z0-9_]+=|\bput-parameter\s(?:[^\n|;&]*?\s)?--value[ =]|--secret-string[ =]|\bvault\s+(?:kv\s+put|write)\s+\S+\s(?:[^\n|;&]*?\s)?[\w.-]+=)(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(|;&$@-][^\s"'|;&]*)"#, unless_reference),
    checked("curl-user", "password", "-u|--user", r#"\b(?:curl|wget|http)\s(?:[^\n|;&]*?\s)?(?:-u|--user)[ =]?["']?[^\s:"'$]+:(?P<s>[^\s"'(]+)"#, unless_reference),
    checked("xml-element", "secret", "</", r"(?i)<(?P<k>[a-z0-9_.:-]*(?:pass|token|secret|key|pwd|credential)[a-z0-9_.:-]*)(?:\s[^<>]*)?>(?P<s>[^<\n]+)<", element),
    checked("assignment", "secret", "pass|token|secret|key|pwd|cred|auth|psk|mnemonic|pw", r#"(?i)(?P<k>[a-z0-9_.$-]*(?:pass|token|secret|key|pwd|cred|auth|psk|mnemonic|pw)[a-z0-9_.-]*)\\?["'\]]*\s*(?:=>|:=|=|:)\s*(?P<s>\\?"[^"\n]*"?|'[^'\n]*'?|`[^`\n]*`?|[^\s"'`=(>][^\s"']*)"#, assignment),
];

/// The whole piece.
fn all(found: &Candidate<'_>) -> Option<Secret> {
    Some(Secret { range: found.secret.range(), name: found.name })
}

fn unless_placeholder(found: &Candidate<'_>) -> Option<Secret> {
    all(found).filter(|_| !values::is_placeholder(found.secret.as_str()))
}

fn unless_reference(found: &Candidate<'_>) -> Option<Secret> {
    all(found).filter(|_| !values::is_harmless(values::unquoted(found.secret.as_str())))
}

/// A header alone (in prose, in a scanner's rule) has no body worth the name.
fn key_body(found: &Candidate<'_>) -> Option<Secret> {
    let body = found.secret.as_str().bytes().filter(u8::is_ascii_alphanumeric).count();
    all(found).filter(|_| body >= 24)
}

/// Digits among letters, as words and class names do not have.
fn like_random(found: &Candidate<'_>) -> Option<Secret> {
    let text = found.secret.as_str();
    let upper = text.bytes().any(|b| b.is_ascii_uppercase()) || text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    all(found).filter(|_| values::is_mixed(text) && upper && !values::is_harmless(text))
}

/// Base64 of a name and a password: capitals among small letters and, outside of a header, digits or padding.
fn like_base64(found: &Candidate<'_>) -> Option<Secret> {
    let text = found.secret.as_str();
    let inner = text.get(1..).unwrap_or_default();
    let header = found.text[..found.secret.start()].to_ascii_lowercase().contains("authorization");
    let encoded = header || text.bytes().any(|b| b.is_ascii_digit() || b == b'=');
    let mixed = inner.bytes().any(|b| b.is_ascii_uppercase()) && inner.bytes().any(|b| b.is_ascii_lowercase());
    all(found).filter(|_| encoded && mixed)
}

/// A documentation's `user:password@host` is no secret.
fn url_password(found: &Candidate<'_>) -> Option<Secret> {
    const EXAMPLES: [&str; 7] = ["password", "pass", "passwd", "pwd", "pw", "secret", "token"];
    let text = found.secret.as_str();
    unless_reference(found).filter(|_| !EXAMPLES.iter().any(|word| text.eq_ignore_ascii_case(word)) && !text.contains("${"))
}

/// `--password X`; in prose the word after the option is a word.
fn argument(found: &Candidate<'_>) -> Option<Secret> {
    const PROSE: [&str; 30] = [
        "to",
        "is",
        "and",
        "or",
        "for",
        "from",
        "with",
        "in",
        "if",
        "as",
        "flag",
        "option",
        "argument",
        "value",
        "parameter",
        "must",
        "should",
        "can",
        "when",
        "was",
        "not",
        "the",
        "on",
        "via",
        "are",
        "instead",
        "options",
        "arguments",
        "flags",
        "parameters",
    ];
    let text = values::unquoted(found.secret.as_str());
    let word = text.trim_end_matches([',', '.', ';', ':', ')']);
    let kind = names::secret_name(found.key())?;
    let secret = !values::is_harmless(text) && !PROSE.contains(&word) && word.len() > 1;
    secret.then(|| found.part(text, kind)).flatten()
}

fn element(found: &Candidate<'_>) -> Option<Secret> {
    let kind = names::secret_name(found.key())?;
    let text = found.secret.as_str().trim();
    values::is_plausible(kind, text, Style::Quoted).then(|| found.part(text, kind)).flatten()
}

/// `key = value` in code, configuration, environment and query strings.
fn assignment(found: &Candidate<'_>) -> Option<Secret> {
    let written = found.secret.as_str();
    let quoted = written.trim_start_matches('\\').starts_with(['"', '\'', '`']);
    let body = if quoted { written.trim_matches(['"', '\'', '`', '\\']) } else { bare(found) };
    let environment = found.text[..found.secret.start()].ends_with('=')
        && !found.key().bytes().any(|b| b.is_ascii_lowercase())
        && found.key.is_some_and(|key| key.end() + 1 == found.secret.start());
    let style = match (quoted, environment) {
        (true, _) => Style::Quoted,
        (false, true) => Style::Environment,
        (false, false) => Style::Bare,
    };
    let kind = match names::secret_name(found.key()) {
        Some(kind) => Some(kind).filter(|kind| values::is_plausible(kind, body, style)),
        None => names::by_entropy(found.key(), body),
    };
    kind.and_then(|kind| found.part(body, kind))
}

/// An unquoted value: up to the next parameter in a query or connection string, without the punctuation of code after it.
fn bare<'a>(found: &Candidate<'a>) -> &'a str {
    let written = found.secret.as_str();
    let query = found.key.is_some_and(|key| found.text[..key.start()].ends_with(['?', '&']));
    let after = &found.text[found.secret.end()..];
    if after.trim_start_matches(' ').starts_with('=') {
        return ""; // a declaration: the piece is a type
    }
    let end = written.find(|c| c == ';' || (c == '&' && query)).unwrap_or(written.len());
    written[..end].trim_end_matches([',', ')', ']', '}'])
}
