//! The table of configuration formats: how a file is recognised, read, and how its keys are written. One row a format.

use super::differ::Notation;
use super::node::Outline;
use super::{blocks, code, cron, hcl, json, lines, locks, manifests, packages, records, toml, xml, yaml};
use crate::change::RepoPath;

/// One format.
pub(super) struct Format {
    /// Its stored name.
    pub(super) id: &'static str,
    /// File names, or ends of paths where there is a slash; `*` stands for anything but a slash.
    pub(super) names: &'static [&'static str],
    /// How the path to a key is written.
    pub(super) notation: Notation,
    /// What stands between key and value when both are shown.
    pub(super) joiner: &'static str,
    /// Keys whose value tells the items of a list apart, best first.
    pub(super) identities: &'static [&'static str],
    pub(super) read: fn(&str) -> Result<Outline, String>,
    /// What a value means, where the notation hides it from most readers.
    pub(super) in_words: fn(&str) -> Option<String>,
    /// Whether a key is the name of a package, which is no secret's whatever it ends in.
    pub(super) names_package: fn(&str) -> bool,
    /// A file of it is a program, which may define functions as well.
    pub(super) is_program: bool,
}

const LIST_KEYS: &[&str] = &["name", "id", "key", "host", "path", "containerPort"];
const XML_KEYS: &[&str] = &["@id", "@name", "@key", "@Include", "@Update", "artifactId", "id", "name"];

/// Shorthand for a row.
const fn row(
    id: &'static str,
    notation: Notation,
    joiner: &'static str,
    read: fn(&str) -> Result<Outline, String>,
    names: &'static [&'static str],
) -> Format {
    let identities = match notation {
        Notation::Dotted => LIST_KEYS,
        Notation::Slashed => XML_KEYS,
        _ => &[],
    };
    Format { id, names, notation, joiner, identities, read, in_words: |_| None, names_package: |_| false, is_program: false }
}

impl Format {
    /// The row with a plain reading of its values.
    const fn explained(self, in_words: fn(&str) -> Option<String>) -> Self {
        Self { in_words, ..self }
    }

    /// The row of a manifest.
    const fn of_packages(self, names_package: fn(&str) -> bool) -> Self {
        Self { names_package, ..self }
    }

    /// The row of a programming language.
    const fn of_code(self) -> Self {
        Self { is_program: true, ..self }
    }
}

/// All formats; the first row whose names fit is taken.
#[rustfmt::skip]
pub(super) const FORMATS: &[Format] = &[
    row("dockerfile", Notation::Numbered, " ", manifests::dockerfile, &["Dockerfile", "Dockerfile.*", "*.dockerfile", "Containerfile", "Containerfile.*"]),
    row("go.mod", Notation::Spaced, " ", manifests::go_mod, &["go.mod", "go.work"]).of_packages(|key| key.contains(' ')),
    row("requirements", Notation::Spaced, " ", manifests::requirements, &["requirements*.txt", "constraints*.txt", "requirements/*.txt", "constraints/*.txt"])
        .of_packages(|key| !key.starts_with('-')),
    row("gemfile", Notation::Spaced, " ", manifests::gemfile, &["Gemfile", "gems.rb"]).of_packages(|key| key.starts_with("gem ")),
    row("gradle", Notation::Spaced, " ", packages::gradle, &["*.gradle", "*.gradle.kts"]).of_packages(|key| key.contains(' ')),
    row("mix", Notation::Spaced, " ", packages::mix, &["mix.exs"]).of_packages(|key| key.starts_with("dep ")),
    row("swift", Notation::Spaced, " ", packages::swift, &["Package.swift", "Package@swift-*.swift"]).of_packages(|key| key.contains(' ')),
    row("sbt", Notation::Spaced, " ", packages::sbt, &["*.sbt"]).of_packages(|key| key.contains(':')),
    row("env", Notation::Spaced, "=", lines::env, &[".env", ".env.*", "*.env", ".envrc", ".flaskenv", "env.example"]),
    row("gitconfig", Notation::Sections, " = ", lines::gitconfig, &[".gitconfig", ".gitmodules", "gitconfig", ".git/config"]),
    row("editorconfig", Notation::Sections, " = ", lines::gitconfig, &[".editorconfig"]),
    row("systemd", Notation::Sections, "=", lines::systemd, &["*.service", "*.timer", "*.socket", "*.mount", "*.automount", "*.path", "*.target", "*.slice", "*.network", "*.netdev",
        "systemd/*.conf", "*.service.d/*.conf", "*.timer.d/*.conf", "*.container", "*.volume"]),
    row("sshd", Notation::Nested, " ", lines::ssh, &["sshd_config", "ssh_config", "sshd_config.d/*", "ssh_config.d/*", ".ssh/config"]),
    row("hosts", Notation::Spaced, " ", records::hosts, &["etc/hosts", "hosts"]),
    row("fstab", Notation::Spaced, " ", records::fstab, &["fstab"]),
    row("pg_hba", Notation::Spaced, " ", records::pg_hba, &["pg_hba.conf"]),
    row("sudoers", Notation::Spaced, " = ", records::sudoers, &["sudoers", "*.sudoers", "sudoers.d/*"]),
    row("procfile", Notation::Spaced, ": ", records::procfile, &["Procfile", "Procfile.*"]),
    row("crontab", Notation::Spaced, " @ ", cron::read, &["crontab", "crontab.*", "*.cron", "*.crontab", "cron.d/*"]).explained(cron::in_words),
    row("haproxy", Notation::Nested, " ", lines::haproxy, &["haproxy.cfg", "haproxy*.cfg", "haproxy/*.cfg"]),
    row("keywords", Notation::Spaced, " ", lines::keywords, &["sysctl.conf", "sysctl.d/*.conf", "postgresql*.conf", "redis*.conf", "sentinel*.conf", "vsftpd.conf", "dnsmasq*.conf", "chrony.conf",
        "ntp.conf", "resolv.conf", "mosquitto*.conf", "login.defs", "nsswitch.conf", "limits.conf"]),
    row("caddyfile", Notation::Nested, " ", blocks::caddy, &["Caddyfile", "Caddyfile.*", "*.caddyfile", "*.caddy"]),
    row("apache", Notation::Nested, " ", blocks::apache, &["httpd*.conf", "apache*.conf", ".htaccess", "*.htaccess", "*.vhost", "apache2/*.conf", "apache2/*/*.conf", "httpd/*.conf", "httpd/*/*.conf"]),
    row("nginx", Notation::Nested, " ", blocks::nginx, &["nginx*.conf", "*.nginx", "*.nginxconf", "nginx/*.conf", "nginx/*/*.conf", "nginx/*/*/*.conf", "nginx/sites-available/*", "nginx/sites-enabled/*"]),
    row("logrotate", Notation::Nested, " ", blocks::logrotate, &["logrotate.conf", "*.logrotate", "logrotate.d/*", "logrotate/*"]),
    row("varnish", Notation::Nested, " ", blocks::varnish, &["*.vcl"]),
    row("properties", Notation::Spaced, "=", lines::properties, &["*.properties"]),
    row("toml", Notation::Dotted, " = ", toml::read, &["*.toml", "Pipfile", ".cargo/config"]),
    row("yaml", Notation::Dotted, ": ", yaml::read, &["*.yml", "*.yaml", "*.yml.dist", "*.yaml.dist", "*.yml.example", "*.yaml.example", ".clang-format", ".clang-tidy", ".clangd", ".yamllint", ".gemrc"]),
    row("jsonc", Notation::Dotted, ": ", json::read, &["*.jsonc", "tsconfig*.json", "jsconfig*.json", ".eslintrc", ".eslintrc.json", ".babelrc", ".swcrc", ".jshintrc", ".vscode/*.json", "*.code-workspace",
        "devcontainer.json"]),
    row("json5", Notation::Dotted, ": ", json::read, &["*.json5"]),
    row("json", Notation::Dotted, ": ", json::read, &["*.json", "*.json.dist", "*.json.example", ".prettierrc", ".stylelintrc", ".lintstagedrc", ".releaserc", ".nycrc", ".mocharc", ".renovaterc",
        "*.webmanifest", "*.arb"]),
    row("hcl", Notation::Dotted, " = ", hcl::read, &["*.tf", "*.tofu", "*.tfvars", "*.tfbackend", "*.hcl", "*.nomad"]),
    row("xml", Notation::Slashed, ": ", xml::read, &["*.xml", "*.plist", "*.csproj", "*.fsproj", "*.vbproj", "*.proj", "*.props", "*.targets", "*.nuspec", "*.xml.dist", "web*.config", "app*.config",
        "packages.config", "nuget.config", "NuGet.config", "Web*.config", "App*.config", "*.entitlements"]),
    row("ini", Notation::Sections, " = ", lines::ini, &["*.ini", "*.cfg", "*.cnf", "*.ini.dist", "*.desktop", "setup.cfg", ".npmrc", ".yarnrc", ".pylintrc", ".flake8", ".coveragerc", ".hgrc", ".pypirc",
        ".wslconfig", "supervisord*.conf", "supervisor/*.conf", "supervisor/*/*.conf", "pip.conf", "php-fpm*.conf", "www.conf", "php-fpm.d/*.conf", ".aws/credentials", ".aws/config", "my.cnf", "*.inf", "jail.local", "jail.d/*",
        "fail2ban/*.conf", "fail2ban/*.local", "fail2ban/*/*.conf", "fail2ban/*/*.local", "default/ufw", "ufw/ufw.conf"]),
    // configuration that is a program; ordinary code has other names
    row("php", Notation::Dotted, " => ", code::php::read, &["config/*.php", "config/autoload/*.php"]).of_code(),
    row("python", Notation::Dotted, " = ", code::python::read, &["settings*.py", "local_settings*.py", "settings/*.py", "settings/components/*.py", "settings/environments/*.py", "doc/conf.py",
        "docs/conf.py", "doc/source/conf.py", "docs/source/conf.py", "gunicorn.conf.py"]).of_code(),
    row("javascript", Notation::Dotted, ": ", code::ecma::javascript, &["*.config.js", "*.config.cjs", "*.config.mjs", ".*rc.js", ".*rc.cjs", ".*rc.mjs"]).of_code(),
    row("typescript", Notation::Dotted, ": ", code::ecma::typescript, &["*.config.ts", "*.config.mts", "*.config.cts", ".*rc.ts"]).of_code(),
    row("ruby", Notation::Dotted, " = ", code::ruby::read, &["config/application.rb", "config/environment.rb", "config/boot.rb", "config/environments/*.rb", "config/initializers/*.rb"]).of_code(),
    row("elixir", Notation::Dotted, ": ", code::elixir::read, &["config/*.exs"]).of_code(),
];

/// Lock files whose names a row would fit: what changed in them is one line (`locks`), not a list of keys.
const UNREAD: &[&str] = &[
    "package-lock.json", "npm-shrinkwrap.json", "deno.lock", "composer.lock", "pnpm-lock.yaml", "conda-lock.yml", "pylock.toml",
    "*.lock.hcl", "packages.lock.json", "Package.resolved", "*-lock.json", "*.lock.json", "bun.lock",
];

/// Names that leave the format open; their content says it.
const OPEN: &[&str] = &[
    "*_defconfig", "defconfig", "*.conf", "*.conf.example", "*.conf.dist", "*.config", "sites-available/*", "sites-enabled/*", "conf.d/*",
];

/// The row for a file, if it is configuration that can be read.
pub(super) fn find(path: &RepoPath, head: &[u8]) -> Option<&'static Format> {
    let text = path.lossy();
    if UNREAD.iter().any(|name| fits(name, &text)) {
        return None;
    }
    let named = FORMATS.iter().find(|row| row.names.iter().any(|name| fits(name, &text)));
    match named {
        Some(row) if row.id == "json" && path.extension().is_none_or(|e| e.ends_with("rc")) && !looks_like_json(head) => by_id("yaml"),
        Some(row) => Some(row),
        None if OPEN.iter().any(|name| fits(name, &text)) => by_content(head),
        None => None,
    }
}

/// The row of a lock file that can be summed up.
pub(super) fn lock(path: &RepoPath) -> Option<&'static locks::Lock> {
    let text = path.lossy();
    locks::LOCKS.iter().find(|lock| lock.names.iter().any(|name| fits(name, &text)))
}

/// The row with this name.
pub(super) fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|row| row.id == id)
}

fn looks_like_json(head: &[u8]) -> bool {
    head.trim_ascii_start().first().is_none_or(|b| matches!(b, b'{' | b'[' | b'"' | b'/'))
}

/// What the lines of a file that is only called `.conf` look like; none where no shape clearly fits.
fn by_content(head: &[u8]) -> Option<&'static Format> {
    let text = String::from_utf8_lossy(&head[..head.len().min(64 * 1024)]);
    let bare = |l: &'_ str| l.split(" #").next().map_or(0, |bare| bare.trim_end().len());
    // what a comment behind a line says is no part of its shape
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', ';'])).map(|l| &l[..bare(l)]);
    let lines: Vec<&str> = lines.filter(|l| !l.is_empty()).collect();
    let share = |fits: &dyn Fn(&str) -> bool| lines.iter().filter(|l| fits(l)).count() * 10 >= lines.len() * 9;
    let assignment = |l: &str| l.split_once('=').is_some_and(|(key, _)| !key.is_empty() && !key.trim().contains(char::is_whitespace));
    let section = |l: &str| l.starts_with('[') && l.ends_with(']');
    let directive = |l: &str| {
        let mut words = l.split(" #").next().unwrap_or(l).trim_end().strip_suffix(';').unwrap_or("=").split_whitespace();
        words.next().is_some_and(|name| !name.contains('=')) && words.next().is_none_or(|value| !value.starts_with('='))
    };
    let id = match lines.first()? {
        first if first.starts_with("<?xml") || first.starts_with("<!") => "xml",
        first if first.starts_with('{') && !first.starts_with("{$") => "json",
        _ if lines.iter().any(|l| l.starts_with('<') && l.ends_with('>')) && lines.iter().any(|l| l.starts_with("</")) => "apache",
        _ if lines.iter().any(|l| l.ends_with('{')) && lines.iter().any(|l| l.ends_with(';')) => "nginx",
        _ if share(&directive) => "nginx",
        _ if lines.iter().any(|l| section(l)) && share(&|l| section(l) || l.contains(['=', ':']) || !l.contains(' ')) => "ini",
        _ if share(&|l| assignment(l)) => "ini",
        _ if share(&|l| l.starts_with(|c: char| c.is_ascii_alphabetic()) && l.contains([' ', '\t', '='])) => "keywords",
        _ => return None,
    };
    by_id(id)
}

/// Whether a pattern fits the last components of a path, as many as the pattern has.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.rsplit('/');
    pattern.rsplit('/').all(|want| parts.next().is_some_and(|part| star(want.as_bytes(), part.as_bytes())))
}

/// `*` matching without backtracking beyond the last star.
fn star(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut mark) = (0, 0, None);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            mark = Some((p, t));
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            p += 1;
            t += 1;
        } else if let Some((star, from)) = mark {
            (p, t, mark) = (star + 1, from + 1, Some((star, from + 1)));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&b| b == b'*')
}
