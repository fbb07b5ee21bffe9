//! The table of secrets: one row a kind. Known shapes first, then what the place gives away (headers, URLs, arguments, assignments).

use std::ops::Range;

use regex::Match;

use super::names;
use super::values::{self, Style};

/// One kind of secret.
pub(super) struct SecretKind {
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
    pub(super) accept: fn(&SecretCandidate<'_>) -> Option<Secret>,
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
pub(super) struct SecretCandidate<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// The row's name.
    pub(super) name: &'static str,
    /// The key's name, where the pattern has one.
    pub(super) key: Option<Match<'a>>,
    /// The piece that would be masked.
    pub(super) secret: Match<'a>,
}

impl<'a> SecretCandidate<'a> {
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

const fn token(id: &'static str, name: &'static str, hint: &'static str, pattern: &'static str) -> SecretKind {
    SecretKind { id, name, hint, pattern, scope: Scope::Line, accept: unless_placeholder }
}

const fn checked(
    id: &'static str,
    name: &'static str,
    hint: &'static str,
    pattern: &'static str,
    accept: fn(&SecretCandidate<'_>) -> Option<Secret>,
) -> SecretKind {
    SecretKind { id, name, hint, pattern, scope: Scope::Line, accept }
}

const fn of_several_lines(kind: SecretKind) -> SecretKind {
    SecretKind { scope: Scope::Text, ..kind }
}

/// All kinds; where two overlap the earlier one names it.
#[rustfmt::skip]
pub(super) const KINDS: &[SecretKind] = &[
    of_several_lines(checked("private-key", "private key", "PRIVATE KEY", r#"-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?-{4,5}(?P<s>(?:\\[nr]|[A-Za-z0-9+/= ])*(?:[\r\n]+[ \t+>|*#"'-]*(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n]*|(?:\\[nr]|[A-Za-z0-9+/=])+)?[ \t"',\\+]*)*)(?:[\s+>|*#"'\\-]*-{4,5} ?END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?-{4,5})?"#, key_body)),
    of_several_lines(token("putty-key", "private key", "Private-Lines:", r"Private-Lines: *[0-9]+\s+(?P<s>(?:[A-Za-z0-9+/]{40,}={0,2}\s+)*[A-Za-z0-9+/]{20,}={0,2})")),
    of_several_lines(checked("kubernetes-secret", "Kubernetes secret", "kind:\\s*[\"']?Secret\\b", r#"(?m)^[+-]?kind:\s*["']?Secret\b(?:.*\n)+?[+-]?(?:string)?[dD]ata:[ \t]*\n(?P<s>[+-]?[ \t]+\S.*(?:\n[+-]?[ \t]+\S.*)*)"#, all)),
    token("age-key", "age secret key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    token("aws-access-key-id", "AWS access key id", "AKIA|ASIA|ABIA|ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    token("aws-secret-key", "AWS secret access key", "aws", r#"(?i)\baws[a-z_.-]*(?:secret|session_?token)[a-z_.-]*["']?(?:\s*(?:=>|=|:)\s*|\s+)["']?(?P<s>[A-Za-z0-9/+]{40,})\b"#),
    token("signed-url", "signature of a signed URL", "X-(?:Amz|Goog)-S", r"(?i)X-(?:Amz|Goog)-(?:Signature|Security-Token)=(?P<s>[A-Za-z0-9%+/=_-]{32,})"),
    token("google-api-key", "Google API key", "AIza", r"\bAIza[0-9A-Za-z_-]{30,}"),
    token("google-oauth", "Google OAuth secret", "GOCSPX-|ya29\\.|1//0", r"\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{40,})"),
    token("azure-storage-key", "Azure storage key", "AccountKey|SharedAccessKey", r"(?i)(?:AccountKey|SharedAccessKey)=(?P<s>[A-Za-z0-9+/]{30,}={0,2})"),
    token("azure-sas", "Azure SAS signature", "sig=", r"[?&]sig=(?P<s>[A-Za-z0-9%+/=_-]{30,})"),
    token("azure-client-secret", "Azure client secret", "Q~", r"\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    token("azure-devops-token", "Azure DevOps token", "AZDO", r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),
    token("github-token", "GitHub token", "gh[opsur]_|github_pat_", r"(?:\b|_)(?P<s>gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})"),
    token("gitlab-token", "GitLab token", "gl[a-z]{2,6}-|GR1348941", r"\b(?:gl(?:pat|dt|rt|rtr|cbt|ptt|ft|ffct|imt|agent|oas|soat|wt)-[A-Za-z0-9_.-]{16,}|GR1348941[A-Za-z0-9_-]{16,})"),
    token("slack-token", "Slack token", "xox[a-z]|xapp-", r"\b(?:xox[abcdeoprs](?:\.xox[bp])?-[A-Za-z0-9%+/=-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{20,})"),
    token("slack-webhook", "Slack webhook", "hooks\\.slack\\.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<s>[A-Za-z0-9/_-]{20,})"),
    token("teams-webhook", "Teams webhook", "webhookb2/", r"\.office\.com/webhookb2/(?P<s>[A-Za-z0-9@/_-]{40,})"),
    token("discord-webhook", "Discord webhook", "api/(?:v[0-9]+/)?webhooks/", r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/(?P<s>[0-9]{10,}/[A-Za-z0-9_-]{20,})"),
    token("stripe-key", "Stripe secret key", "[sr]k_(?:org_)?(?:live|test)_", r"(?:\b|_)(?P<s>[sr]k_(?:org_)?(?:live|test)_[A-Za-z0-9]{10,})"),
    token("webhook-secret", "webhook signing secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=_-]{16,}"),
    token("twilio-key", "Twilio API key", "SK[0-9a-f]{4}", r"\bSK[0-9a-f]{32}\b"),
    token("sendgrid-key", "SendGrid API key", "SG\\.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}"),
    token("mailgun-key", "Mailgun API key", "key-[0-9a-f]|[0-9a-f]{32}-[0-9a-f]{8}-", r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})\b"),
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
    token("telegram-token", "Telegram bot token", "[0-9]:AA", r"(?:\b|bot)[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    token("discord-token", "Discord bot token", "\\.[a-z0-9_-]{6}\\.[a-z0-9_-]{4}", r"\b[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    token("jwt", "JSON web token", "eyJ", r"\beyJ[A-Za-z0-9_-]{8,}\.(?:eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?|[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]{8,}){3})"),
    token("shopify-token", "Shopify token", "shp[a-z]{2}_", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    token("square-token", "Square token", "sq0[a-z]{3}-|EAAA", r"\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60}\b)"),
    token("databricks-token", "Databricks token", "dapi[a-f0-9]", r"\bdapi[a-f0-9]{32}"),
    token("linear-key", "Linear API key", "lin_(?:api|oauth)_", r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    token("notion-token", "Notion token", "ntn_|secret_", r"\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})\b"),
    token("atlassian-token", "Atlassian token", "AT[AC]TT3", r"\bAT[AC]TT3[A-Za-z0-9_=-]{40,}"),
    token("vault-token", "Vault token", "hv[bsr]\\.", r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}"),
    checked("vault-service-token", "Vault token", "s\\.[a-z0-9]{24}", r"\bs\.(?P<s>[A-Za-z0-9]{24})\b", random),
    token("terraform-token", "Terraform token", "\\.atlasv1\\.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}"),
    token("grafana-token", "Grafana token", "gl(?:sa|c)_", r"\b(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})"),
    token("newrelic-key", "New Relic API key", "NR[A-Z]{2}-|NRAL", r"\b(?:NR(?:AK|AA|II|IQ|RA|BR|SP)-[A-Za-z0-9_-]{27,}|[0-9a-f]{36}NRAL\b)"),
    token("sentry-token", "Sentry token", "sntry[su]_", r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    token("planetscale-token", "PlanetScale token", "pscale_", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}"),
    token("doppler-token", "Doppler token", "dp\\.[a-z]{2,5}\\.", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{30,}"),
    token("postman-key", "Postman API key", "PMAK-", r"\bPMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}"),
    token("supabase-token", "Supabase token", "sb(?:p|_secret)_", r"\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,})"),
    token("fly-token", "Fly.io token", "f[mo][0-9]_", r"\b(?:fm[12][ar]?|fo1)_[A-Za-z0-9+/=_-]{40,}"),
    token("datadog-token", "Datadog token", "ddpat_", r"\bddpat_[A-Za-z0-9]{32,}"),
    token("cloudflare-key", "Cloudflare origin key", "v1\\.0-", r"\bv1\.0-[0-9a-f]{24}-[0-9a-f]{100,}"),
    token("model-key", "API key", "gsk_|r8_|xai-|pplx-|lsv2_", r"\b(?:gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}|lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10})"),
    token("build-token", "token", "CCIPAT_|bkua_|vcp_|nfp_|pul-[0-9a-f]|sq[pau]_|ico-|pnu_", r"\b(?:CCIPAT_[A-Za-z0-9]{20,}_[a-f0-9]{40}|bkua_[a-f0-9]{40}|vcp_[A-Za-z0-9]{40,}|nfp_[A-Za-z0-9]{36,}|pul-[a-f0-9]{40}|sq[pau]_[a-f0-9]{40}|ico-[A-Za-z0-9]{32}|pnu_[a-z0-9]{36})\b"),
    token("network-key", "API key", "tskey-", r"\btskey-[a-z]+-[A-Za-z0-9]{10,}-[A-Za-z0-9]{20,}"),
    token("artifactory-token", "Artifactory token", "AKCp|cmVmdGtu", r"\b(?:AKCp[A-Za-z0-9]{65,}|cmVmdGtu[A-Za-z0-9]{50,})\b"),
    token("service-token", "token", "figd_|CFPAT-|xkeysib-|shippo_|tfp_|rdme_|CLOJARS_|EZ[AT]K|FLWSECK|aio_|AQVN|LTAI|AKID|sk\\.eyJ|pat-[a-z]{2,3}[0-9]-|sl\\.|\\.[0-9a-f]{64}", r"\b(?:figd_[A-Za-z0-9_-]{36,}|CFPAT-[A-Za-z0-9_-]{40,}|xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|shippo_(?:live|test)_[a-f0-9]{40}|tfp_[A-Za-z0-9_-]{40,}|rdme_[a-z0-9]{60,}|CLOJARS_[a-z0-9]{60}|EZ[AT]K[A-Za-z0-9]{54}|FLWSECK(?:_TEST)?-[a-f0-9]{32}-X|aio_[A-Za-z0-9]{28}|AQVN[A-Za-z0-9_-]{35,38}|LTAI[A-Za-z0-9]{16,20}|AKID[A-Za-z0-9]{32}|sk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}|pat-[a-z]{2,3}[0-9]-[a-f0-9]{8}-[a-f0-9-]{27}|sl\.(?:u\.)?[A-Za-z0-9_-]{120,}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64})\b"),
    token("laravel-key", "application key", "base64:", r"\bbase64:(?P<s>[A-Za-z0-9+/]{42,44}=?)"),
    token("password-hash", "password hash", "\\$(?:2[abxy]|argon2|[1567y]|gy|apr1|scrypt)|\\{S?SHA|pbkdf2_", r"(?:\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{20,}={0,2}|pbkdf2_sha(?:1|256|512)\$[0-9]+\$[^$\s]+\$[A-Za-z0-9+/=]{27,})|\$(?:apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|(?:y|gy|7)\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{8,}\$[./A-Za-z0-9]{40,}|2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}|argon2(?:id|i|d)\$[A-Za-z0-9$=,+/.]{30,}|[156]\$(?:rounds=[0-9]+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86})"),
    checked("bearer-token", "bearer token", "bearer", r"(?i)\bbearer\s+(?P<s>[A-Za-z0-9._~+/-]{12,}=*)", like_random),
    checked("basic-credentials", "basic credentials", "basic", r"(?i)\bbasic\s+(?P<s>[A-Za-z0-9+/]{8,}={0,2})", like_base64),
    checked("authorization", "authorization header", "authorization", r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?:[a-z-]+\s+)?(?P<s>[A-Za-z0-9._~+/=:-]{12,})"#, like_random),
    checked("header-argument", "token", "-H|--header", r#"(?:-H|--header)[ =]?["']?(?i:authorization|private-token|x-[a-z-]*(?:token|key|auth|secret))["']?:\s*(?:(?i:bearer|token|basic|apikey)\s+)?(?P<s>[^\s"'$<({]{6,})"#, unless_scheme),
    checked("cookie", "cookie", "cookie", r#"(?i)\b(?:set-)?cookie["']?:\s*["']?(?P<s>[A-Za-z0-9_.-]+=[^\s"';]+(?:;\s*[A-Za-z0-9_.-]+=[^\s"';]+)*)"#, cookies),
    checked("url-password", "password", "://", r#"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"'<>()\[\]{}]*:(?P<s>[^\s/@"'<>(){}]+)@"#, url_password),
    checked("database-password", "password", "(?:postgres|mysql|mariadb|mongodb|redis|amqp)", r#"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]+)?://[^\s/:@"'<>()]*:(?P<s>[^\s"'<>(){}]+)@"#, url_password),
    checked("connection-password", "password", "password=", r#"(?i)(?:\b(?:host|hostaddr|user|dbname|port|sslmode)=[^\s"'=,]+\s(?:[^\n=]+=[^\s"'=,]+\s)*?password=|\bjdbc:[^\s"']*?[?&;]password=)(?P<s>'[^'\n]+'|[^\s"'&;,()]+)"#, connection),
    checked("prose", "password", r"pass|pwd|\bpw\b|kennwort", r#"(?i)\b(?:pass(?:word|phrase|wort|code)?|kennwort|pwd|pw)[ \t]+(?:(?:is|was|ist|war|now|jetzt|to|auf|of|for)[ \t]+){0,2}["'`]?(?P<s>[^\s"'`<>(){},;]{8,})"#, like_random),
    checked("prose-token", "token", "key|token|secret|schlüssel", r#"(?i)(?:^|[\s("'`:,;])(?:(?:api|access|auth|private|secret|signing|encryption|license)[ _-]?(?:key|schlüssel)|token|secret)[ \t]+(?:(?:is|was|ist|war|now|jetzt|to|auf|of|for)[ \t]+){0,2}["'`]?(?P<s>[^\s"'`<>(){},;]{8,})"#, like_random),
    checked("query-token", "token", "key=|sig=|signature=|auth=", r"[?&](?:key|sig|signature|auth)=(?P<s>[A-Za-z0-9_.~%+/-]{16,})", like_random),
    of_several_lines(checked("netrc", "password", "machine|default", r"\b(?:machine\s+\S+|default)\s+login\s+\S+\s+(?:account\s+\S+\s+)?password\s+(?P<s>\S+)", unless_reference)),
    checked("pgpass", "password", ":(?:5432|6432|\\*):", r"(?m)^[A-Za-z0-9_.*-]+:(?:5432|6432|\*):[A-Za-z0-9_*-]+:[A-Za-z0-9_*.-]+:(?P<s>\S+)$", unless_reference),
    checked("url-token", "token", "://", r"\bhttps?://(?P<s>[A-Za-z0-9_-]{12,})@", like_random),
    checked("argument", "password", "pass|token|secret|key|pwd", r#"(?P<k>(?:^|[\s"'])--?[A-Za-z-]*(?:password|passwd|passphrase|pass|pwd|token|secret|api-?key|(?:access|secret|auth|account|storage|master|signing|encryption|licen[sc]e)-?key))(?:=|\s+|["'],\s*["'])(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(<$-][^\s"']*)"#, argument),
    checked("sql-password", "password", "password|identified", r#"(?i)(?:\b(?:role|user|login|to)\s[^\n;]{0,120}?\b(?:password|identified\s+by|identified\s+with\s+\w+\s+(?:by|as))|\bset\s+password(?:\s+for\s+[^\n=;]{1,80}?)?)\s*=?\s*(?:password\s*\(\s*)?(?:'\\''|\\?["'])(?P<s>[^'"\\\n]+)"#, unless_reference),
    checked("acl-password", "password", "\\bo(?:n|ff)\\s", r"\bo(?:n|ff)\s+(?:(?:[~+&%#-]\S*|all\w+|reset\w*)\s+)*>(?P<s>[^\s>]{2,})", of_an_acl),
    checked("environment-default", "secret", "env", r#"(?i:\b(?:env|getenv|environ\.get|environ\.setdefault|env\.fetch|env\.get|get_env))\(\s*["'](?P<k>[A-Za-z_][\w.]*)["']\s*,\s*["'](?P<s>[^"'\n]+)["']"#, element),
    checked("setter", "secret", "(?:set|with)_?[a-z]*(?:pass|token|secret|key|pwd|cred)", r#"\b(?i:set|with)_?(?P<k>[A-Za-z]\w*)\(\s*\\?["'](?P<s>[^"'\\\n]+)\\?["']\s*\)"#, element),
    checked("login-arguments", "password", "getConnection\\(|auth\\s*=\\s*\\(|BasicAuth\\(", r#"(?:\bgetConnection\(\s*\\?["'][^"'\n]*["']\s*,|\bauth\s*=\s*\(|\b(?:HTTP|Set)?BasicAuth\()\s*\\?["'][^"'\n]*["']\s*,\s*\\?["'](?P<s>[^"'\\\n]+)"#, unless_example),
    checked("login-call", "password", "login\\(", r#"(?i:\.login)\(\s*\\?["'][^"'\n]*["']\s*,\s*\\?["'](?P<s>[^"'\\\n]{6,})"#, like_random),
    checked("jwt-key", "signing key", "jwt\\.", r#"(?i:\bjwt\.(?:encode|sign|decode|verify))\(\s*[^,"'\n]+,\s*["'](?P<s>[^"'\n]{6,})"#, unless_example),
    checked("option-default", "secret", "default", r#"["'](?P<k>--[a-z-]+)["'][^\n)]*?\bdefault\s*=\s*["'](?P<s>[^"'\n]+)["']"#, element),
    checked("xml-element", "secret", "</", r"(?i)<(?P<k>[a-z0-9_.:-]*(?:pass|token|secret|key|pwd|credential)[a-z0-9_.:-]*)(?:\s[^<>]*)?>(?P<s>[^<\n]+)<", element),
    checked("shell-variable", "secret", "set|setx", r#"\b(?:set\s+-[a-zA-Z]*x[a-zA-Z]*|setx)\s+(?P<k>[A-Za-z_]\w*)\s+(?P<s>"[^"\n]+"|'[^'\n]+'|[^\s"'(<$;|&-][^\s"';|&]*)"#, argument),
    checked("assignment", "secret", "pass|token|secret|key|pwd|cred|auth|psk|mnemonic|pw|salt|seed|recovery", r#"(?i)(?P<k>[a-z0-9_.$-]*(?:pass|token|secret|key|pwd|cred|auth|psk|mnemonic|pw|salt|seed|recovery)[a-z0-9_.-]*)\\?["'\]]*\s*(?:=>|:=|=|:)\s*(?P<s>\\?"[^"\n]*"?|'[^'\n]*'?|`[^`\n]*`?|[^\s"'`=(>][^\s"']*)"#, assignment),
];

/// The whole piece.
fn all(found: &SecretCandidate<'_>) -> Option<Secret> {
    Some(Secret { range: found.secret.range(), name: found.name })
}

fn unless_placeholder(found: &SecretCandidate<'_>) -> Option<Secret> {
    all(found).filter(|_| !values::is_placeholder(found.secret.as_str()))
}

fn unless_reference(found: &SecretCandidate<'_>) -> Option<Secret> {
    all(found).filter(|_| !values::is_harmless(values::unquoted(found.secret.as_str())))
}

/// The name of a scheme whose credentials are a reference, or masked already.
fn unless_scheme(found: &SecretCandidate<'_>) -> Option<Secret> {
    const SCHEMES: &[&str] = &["apikey", "basic", "bearer", "digest", "negotiate"];
    unless_reference(found).filter(|_| !SCHEMES.iter().any(|scheme| found.secret.as_str().eq_ignore_ascii_case(scheme)))
}

/// A header alone (in prose, in a scanner's rule) has no body worth the name.
fn key_body(found: &SecretCandidate<'_>) -> Option<Secret> {
    let body = found.secret.as_str().bytes().filter(u8::is_ascii_alphanumeric).count();
    all(found).filter(|_| body >= 24)
}

/// Digits among letters, as words and class names do not have.
fn like_random(found: &SecretCandidate<'_>) -> Option<Secret> {
    let text = found.secret.as_str();
    let upper = text.bytes().any(|b| b.is_ascii_uppercase()) || text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    all(found).filter(|_| values::is_mixed(text) && upper && !values::is_harmless(text))
}

fn random(found: &SecretCandidate<'_>) -> Option<Secret> {
    like_random(found).filter(|secret| values::is_random(&found.text[secret.range.clone()]))
}

/// Cookies of which one is long enough to let somebody in.
fn cookies(found: &SecretCandidate<'_>) -> Option<Secret> {
    let is_key = |cookie: &str| {
        let value = cookie.split_once('=').map_or("", |(_, value)| value);
        value.len() >= 12 && values::is_mixed(value) && !values::is_harmless(value)
    };
    like_random(found).filter(|_| found.secret.as_str().split(';').any(is_key))
}

/// Base64 of a name and a password: capitals among small letters and, outside of a header, digits or padding.
fn like_base64(found: &SecretCandidate<'_>) -> Option<Secret> {
    let text = found.secret.as_str();
    let inner = text.get(1..).unwrap_or_default();
    let header = found.text[..found.secret.start()].to_ascii_lowercase().contains("authorization");
    let encoded = header || text.bytes().any(|b| b.is_ascii_digit() || b == b'=');
    let mixed = inner.bytes().any(|b| b.is_ascii_uppercase()) && inner.bytes().any(|b| b.is_ascii_lowercase());
    all(found).filter(|_| encoded && mixed)
}

/// A documentation's `user:password@host` is no secret.
fn url_password(found: &SecretCandidate<'_>) -> Option<Secret> {
    let text = found.secret.as_str();
    unless_reference(found).filter(|_| !values::is_example(text) && !text.contains("${"))
}

/// `--password X`; in prose the word after the option is a word.
fn argument(found: &SecretCandidate<'_>) -> Option<Secret> {
    let text = values::unquoted(found.secret.as_str());
    let kind = names::secret_name(found.key())?;
    let secret = !values::is_harmless(text) && !values::is_prose(text) && text.len() > 1;
    secret.then(|| found.part(text, kind)).flatten()
}

/// A password of Redis' access lists, which stands among keys and commands: `> file` behind `on` is none.
fn of_an_acl(found: &SecretCandidate<'_>) -> Option<Secret> {
    let is_rule = |word: &str| word.starts_with(['~', '&', '%', '+']) || word == "allkeys" || word == "allcommands";
    unless_reference(found).filter(|_| found.text.split_whitespace().any(is_rule))
}

fn unless_example(found: &SecretCandidate<'_>) -> Option<Secret> {
    unless_reference(found).filter(|_| !values::is_example(found.secret.as_str()))
}

fn element(found: &SecretCandidate<'_>) -> Option<Secret> {
    let kind = names::secret_name(found.key())?;
    let text = found.secret.as_str().trim();
    values::is_plausible(kind, text, Style::Quoted).then(|| found.part(text, kind)).flatten()
}

/// `key = value` in code, configuration, environment and query strings.
fn assignment(found: &SecretCandidate<'_>) -> Option<Secret> {
    let written = found.secret.as_str();
    let quoted = written.trim_start_matches('\\').starts_with(['"', '\'', '`']);
    let body = if quoted { written.trim_matches(['"', '\'', '`', '\\']) } else { bare(found) };
    let environment = found.text[..found.secret.start()].ends_with('=')
        && !found.key().bytes().any(|b| b.is_ascii_lowercase())
        && found.key.is_some_and(|key| key.end() + 1 == found.secret.start());
    let style = match (quoted, environment) {
        (true, _) => Style::Quoted,
        (false, true) => Style::Environment,
        (false, false) if is_a_line(found) => Style::Line,
        (false, false) => Style::Bare,
    };
    let kind = match names::secret_name(found.key()) {
        Some(kind) => Some(kind).filter(|kind| values::is_plausible(kind, body, style)),
        None => names::by_entropy(found.key(), body),
    };
    kind.and_then(|kind| found.part(body, kind))
}

/// Whether nothing else stands on the line: `key=value` or `key: value`, as in a file of properties and in a script.
fn is_a_line(found: &SecretCandidate<'_>) -> bool {
    let (Some(key), value) = (found.key, found.secret) else { return false };
    let line_start = found.text[..key.start()].rfind('\n').map_or(0, |at| at + 1);
    let before = found.text[line_start..key.start()].trim_start_matches(['+', '-', ' ', '\t']);
    let after = found.text[value.end()..].lines().next().unwrap_or_default();
    let between = &found.text[key.end()..value.start()];
    matches!(before.trim_end(), "" | "export" | "set") && after.trim().is_empty() && (between == "=" || between == ": ")
}

/// A password among the parameters of a connection: the name of a variable, as in code, is none.
fn connection(found: &SecretCandidate<'_>) -> Option<Secret> {
    let text = values::unquoted(found.secret.as_str());
    unless_reference(found).filter(|_| !values::echoes(text)).and_then(|_| found.part(text, found.name))
}

/// An unquoted value: up to the next parameter in a query or connection string, without the punctuation of code after it.
fn bare<'a>(found: &SecretCandidate<'a>) -> &'a str {
    let written = found.secret.as_str();
    let query = found.key.is_some_and(|key| found.text[..key.start()].ends_with(['?', '&']));
    let after = &found.text[found.secret.end()..];
    if after.trim_start_matches(' ').starts_with('=') {
        return ""; // a declaration: the piece is a type
    }
    let end = written.find(|c| c == ';' || (c == '&' && query)).unwrap_or(written.len());
    written[..end].trim_end_matches([',', ')', ']', '}'])
}
