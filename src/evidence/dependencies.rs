//! Which keys of a package manifest declare what the package depends on, and what such a key says in plain words. A manifest also holds its
//! version, its scripts and the settings of tools: none of those is a dependency.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::{FileChange, RepoPath};
use crate::evidence::{FileEvidence, KeyChange};

/// A manifest: the names of its files (`*` for a part of the name) and its keys that declare. The group `name` is the dependency's name;
/// without it the value begins with the name.
struct ManifestRow {
    files: &'static [&'static str],
    keys: &'static str,
}

const ROWS: &[ManifestRow] = &[
    ManifestRow { files: &["Cargo.toml"], keys: r"^(?:workspace\.|target\..+\.)?(?:dev-|build-)?dependencies\.(?<name>[^.\[]+)" },
    ManifestRow {
        files: &["package.json"],
        keys: r"^(?:(?:dev|peer|optional)D|d)ependencies\.(?<name>.+)|^(?:pnpm\.)?(?:overrides|resolutions)\.(?<pin>.+)",
    },
    ManifestRow { files: &["composer.json"], keys: r"^require(?:-dev)?\.(?<name>.+)" },
    ManifestRow {
        files: &["pyproject.toml"],
        keys: r"^(?:project\.(?:optional-)?dependencies|dependency-groups|build-system\.requires|tool\.(?:uv|pdm)\.dev-dependencies)\b|^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies\.(?<name>[^.\[]+)",
    },
    ManifestRow { files: &["Pipfile"], keys: r"^(?:dev-)?packages\.(?<name>[^.\[]+)" },
    ManifestRow {
        files: &["requirements*.txt", "constraints*.txt", "requirements/*.txt", "constraints/*.txt"],
        keys: r"^(?<name>[A-Za-z0-9][\w.-]*)",
    },
    ManifestRow { files: &["setup.cfg"], keys: r"\b(?:install_requires|setup_requires|tests_require)\b|^\[?options\.extras_require\b" },
    ManifestRow { files: &["environment.yml", "environment.yaml"], keys: r"^dependencies\b" },
    ManifestRow { files: &["go.mod", "go.work"], keys: r"^(?:require|replace|exclude|tool) (?<name>\S+)" },
    ManifestRow { files: &["Gemfile", "gems.rb"], keys: r"^gem (?<name>\S+)" },
    ManifestRow {
        files: &["*.gradle", "*.gradle.kts"],
        keys: r"^\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|[kK]apt|[kK]sp|annotationProcessor|classpath) (?<name>\S+:\S+)",
    },
    ManifestRow { files: &["libs.versions.toml"], keys: r"^libraries\.(?<name>[^.]+)|^versions\." },
    ManifestRow { files: &["pom.xml"], keys: r"(?:^|/)dependency\[(?:[^\]]*=)?(?<name>[^\]]+)\]" },
    ManifestRow {
        files: &["*.csproj", "*.fsproj", "*.vbproj", "Directory.*.props", "packages.config"],
        keys: r"(?:^|/)(?:PackageReference|PackageVersion|GlobalPackageReference|package)\[@(?:Include|Update|id)=(?<name>[^\]]+)\]",
    },
    ManifestRow { files: &["pubspec.yaml"], keys: r"^(?:dev_)?dependenc(?:ies|y_overrides)\.(?<name>[^.]+)" },
    ManifestRow { files: &["shard.yml"], keys: r"^(?:development_)?dependencies\.(?<name>[^.]+)" },
    ManifestRow { files: &["Chart.yaml"], keys: r"^dependencies\[name=(?<name>[^\]]+)\]" },
    ManifestRow { files: &["mix.exs"], keys: r"^dep (?<name>\S+)" },
    ManifestRow { files: &["deno.json", "deno.jsonc"], keys: r"^imports\.(?<name>.+)" },
    ManifestRow { files: &["pnpm-workspace.yaml"], keys: r"^(?:catalog|catalogs\.[^.]+|overrides)\.(?<name>.+)" },
    ManifestRow { files: &["vcpkg.json"], keys: r"^dependencies\b" },
];

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| ROWS.iter().map(|row| Regex::new(row.keys).expect("a test compiles each row")).collect());

fn pattern(path: &RepoPath) -> Option<&'static Regex> {
    let path = path.lossy();
    let name = |parts: usize| path.rmatch_indices('/').nth(parts).map_or(&path[..], |(slash, _)| &path[slash + 1..]);
    let is_named = |pattern: &str| match (name(pattern.matches('/').count()), pattern.split_once('*')) {
        (name, Some((head, tail))) => name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail),
        (name, None) => name == pattern,
    };
    ROWS.iter().zip(PATTERNS.iter()).find(|(row, _)| row.files.iter().any(|pattern| is_named(pattern))).map(|(_, keys)| keys)
}

/// Whether a key of this file declares a dependency or says more of one.
pub fn declares(file: &FileEvidence, key: &KeyChange) -> bool {
    pattern(&file.path).is_some_and(|keys| keys.is_match(&key.key))
}

/// What a manifest may say of a dependency beside its version and where it comes from.
const OPTIONS: [&str; 7] = ["optional", "default-features", "default_features", "features", "extras", "markers", "exclude"];

/// The dependency of which a key is an option: `serde` of `dependencies.serde.features`.
fn option_of<'a>(path: &RepoPath, key: &'a KeyChange) -> Option<&'a str> {
    let name = pattern(path)?.captures(&key.key)?.name("name")?;
    let option = key.key[name.end()..].strip_prefix('.')?;
    OPTIONS.contains(&option.split(['.', '[']).next().unwrap_or(option)).then_some(name.as_str())
}

/// Whether a key is an option of a dependency, which is no dependency itself.
pub fn is_option(file: &FileEvidence, key: &KeyChange) -> bool {
    option_of(&file.path, key).is_some()
}

/// Whether a key is an option of a dependency that came or went as a whole: what is told of the dependency tells it.
pub fn is_part(file: &FileEvidence, key: &KeyChange) -> bool {
    let Some(name) = option_of(&file.path, key) else { return false };
    let is_whole = |other: &&KeyChange| other.before.is_none() || other.after.is_none();
    let plain = file.keys.iter().filter(is_whole).filter_map(|other| plain(&file.path, other));
    plain.into_iter().any(|dependency| dependency.name == name.trim_matches('"'))
}

/// A dependency before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name, with the extras that are asked for: `psycopg[binary]`.
    pub name: String,
    /// What was asked for: a version or what it has to meet; empty for any.
    pub before: Option<String>,
    /// What is asked for now.
    pub after: Option<String>,
    /// What it is needed for, where that is not simply the package: `devDependencies`.
    pub scope: Option<String>,
}

/// Where a dependency of the package itself stands.
const USUAL: [&str; 8] =
    ["dependencies", "project.dependencies", "tool.poetry.dependencies", "require", "gem", "dep", "package", "packages"];

/// What a key says of a dependency; none where it says anything else or more than words could.
pub fn plain(path: &RepoPath, key: &KeyChange) -> Option<Dependency> {
    let found = pattern(path)?.captures(&key.key)?;
    let named = found.name("name");
    let (prefix, rest) = match named {
        Some(name) => (&key.key[..name.start()], &key.key[name.end()..]),
        None => key.key.strip_suffix(']')?.split_once('[').map(|(prefix, _)| (prefix, ""))?,
    };
    if !["", ".version", "].version", "]/version", "]/@Version", "]/@version"].contains(&rest) {
        return None;
    }
    let side = |value: &Option<String>| match value {
        Some(value) => requirement(named.map(|name| name.as_str().trim_matches('"')), value).map(Some),
        None => Some(None),
    };
    let (before, after) = (side(&key.before)?, side(&key.after)?);
    let name = after.as_ref().or(before.as_ref())?.0.clone();
    let is_same = before.as_ref() == after.as_ref() || [&before, &after].into_iter().flatten().any(|(other, _)| *other != name);
    let scope = prefix.trim_end_matches(['.', ' ']);
    let scope = (!scope.is_empty() && !scope.contains(['[', '/']) && !USUAL.contains(&scope)).then(|| scope.to_owned());
    let version = |side: Option<(String, String)>| side.map(|(_, version)| version);
    (!is_same).then(|| Dependency { name, before: version(before), after: version(after), scope })
}

/// Name and version of what is asked for; the name may be known already.
fn requirement(name: Option<&str>, value: &str) -> Option<(String, String)> {
    let quote = ['"', '\''].into_iter().find(|quote| value.len() > 1 && value.starts_with(*quote) && value.ends_with(*quote));
    let value = if quote.is_some() { &value[1..value.len() - 1] } else { value }.trim();
    let (name, rest) = match name {
        Some(name) => (name, value),
        None => value.split_at(leading_name(value).len()),
    };
    let extras = if rest.starts_with('[') { rest.find(']')? + 1 } else { 0 };
    let version = rest[extras..].trim();
    let is_more = version.starts_with(['(', '[', '{']) || version.starts_with("=>") || version.contains(['\\', '…']);
    let is_several = version.contains(|c| quote.map_or(c == '"' || c == '\'', |quote| c == quote));
    let version = version.strip_prefix("==").or_else(|| version.strip_prefix('=')).unwrap_or(version).trim_start();
    (!name.is_empty() && !is_more && !is_several).then(|| (format!("{name}{}", &rest[..extras]), version.to_owned()))
}

impl Dependency {
    /// Whether another major version is asked for, by the first number of what is asked for.
    pub fn is_major(&self) -> bool {
        let major = |version: &Option<String>| -> Option<u64> {
            let digits = version.as_ref()?.trim_start_matches(|c: char| !c.is_ascii_digit());
            digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        major(&self.before).zip(major(&self.after)).is_some_and(|(before, after)| before != after)
    }

    /// One line, such as `psycopg[binary] 3.1.19 → 3.2.0`, without the word that says whether it came or went.
    pub fn words(&self) -> String {
        let versions: Vec<&str> = [&self.before, &self.after]
            .into_iter()
            .flatten()
            .map(|version| if version.is_empty() { "any" } else { version.as_str() })
            .collect();
        let versions = if versions == ["any"] { String::new() } else { format!(" {}", versions.join(" → ")) };
        let scope = self.scope.as_ref().map(|scope| format!(" ({scope})")).unwrap_or_default();
        format!("{}{versions}{scope}", self.name)
    }
}

/// Whether nothing but dependencies changed in this manifest, as far as its keys tell.
pub fn only_dependencies(file: &FileEvidence) -> bool {
    !file.keys.is_empty() && file.keys.iter().all(|key| declares(file, key))
}

/// Dependencies by name, each with the key that tells of it.
pub type Named<'a> = Vec<(&'a KeyChange, String)>;

/// The dependencies that the manifest did not name before.
pub fn added<'a>(file: &'a FileEvidence, change: &FileChange) -> Named<'a> {
    let mut named = named(file, |key| key.after.as_deref());
    named.retain(|(_, name)| !mentions(&file.path, change.base_blob(), name));
    named
}

/// The dependencies that the manifest no longer names.
pub fn removed<'a>(file: &'a FileEvidence, change: &FileChange) -> Named<'a> {
    let mut named = named(file, |key| key.before.as_deref());
    named.retain(|(_, name)| !mentions(&file.path, change.head_blob(), name));
    named
}

/// The dependencies of which the manifest asks for another major version.
pub fn majors(file: &FileEvidence) -> Named<'_> {
    let all = file.keys.iter().filter_map(|key| Some((key, plain(&file.path, key)?)));
    all.filter(|(_, dependency)| dependency.is_major()).map(|(key, dependency)| (key, dependency.name)).collect()
}

/// Names of the dependencies whose keys have a value on this side.
fn named<'a>(file: &'a FileEvidence, side: fn(&KeyChange) -> Option<&str>) -> Named<'a> {
    let Some(keys) = pattern(&file.path) else { return Vec::new() };
    let name = |key: &'a KeyChange| {
        let found = keys.captures(&key.key)?;
        let value = side(key)?;
        let name = found.name("name").map_or_else(|| leading_name(value), |name| name.as_str().trim_matches('"'));
        (!name.is_empty() && found.name("pin").is_none()).then(|| (key, name.to_owned()))
    };
    file.keys.iter().filter_map(name).collect()
}

/// `sentry-sdk` of `"sentry-sdk>=2.4.0"`.
fn leading_name(value: &str) -> &str {
    let value = value.trim_start_matches(['"', '\'']);
    if !value.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@'))).unwrap_or(value.len());
    &value[..end]
}

/// Manifests of Python, whose packages are the same in any case, and with `_` for `-`.
const ONE_IN_ANY_CASE: [&str; 4] = ["pyproject.toml", "Pipfile", "setup.cfg", ".txt"];

/// Whether a text has this name, not as a part of another.
fn mentions(path: &RepoPath, text: Option<&[u8]>, name: &str) -> bool {
    let file_name = path.file_name();
    let any_case = ONE_IN_ANY_CASE.iter().any(|manifest| file_name.ends_with(manifest));
    let spelled = |text: &str| if any_case { text.to_ascii_lowercase().replace('_', "-") } else { text.to_owned() };
    let (text, name) = (spelled(&String::from_utf8_lossy(text.unwrap_or_default())), spelled(name));
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    text.match_indices(&name).any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + name.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::samples::evidence;

    #[test]
    fn a_dependency_is_told_in_plain_words() {
        for (path, base, head, words) in [
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"a\", \"psycopg[binary]==3.1.19\"]\n",
                "[project]\ndependencies = [\"psycopg[binary]==3.2.0\"]\n",
                &["psycopg[binary] 3.1.19 → 3.2.0", "a"][..],
            ),
            (
                "pyproject.toml",
                "[project.optional-dependencies]\ntest = [\"b>=1,<2\", \"c~=1; python_version < '3.9'\"]\n",
                "[project.optional-dependencies]\ntest = [\"a>=1\", \"b>=2,<3\", \"c~=2; python_version < '3.9'\"]\n",
                &[
                    "a >=1 (project.optional-dependencies.test)",
                    "b >=1,<2 → >=2,<3 (project.optional-dependencies.test)",
                    "c ~=1; python_version < '3.9' → ~=2; python_version < '3.9' (project.optional-dependencies.test)",
                ],
            ),
            // another extra is more than another version
            ("pyproject.toml", "[project]\ndependencies = [\"a[x]==1\"]\n", "[project]\ndependencies = [\"a[y]==1\"]\n", &[]),
            (
                "package.json",
                r#"{"dependencies": {"@x/y": "^1.6.0", "lodash.merge": "1"}}"#,
                r#"{"dependencies": {"@x/y": "^1.7.2", "lodash.merge": "2"}, "devDependencies": {"z": "1"}}"#,
                &["@x/y ^1.6.0 → ^1.7.2", "lodash.merge 1 → 2", "z 1 (devDependencies)"],
            ),
            (
                "Cargo.toml",
                "[dependencies]\na = \"1\"\nb = { version = \"1\" }\n",
                "[dependencies]\na = \"2\"\nb = { version = \"2\", features = [\"x\"] }\n",
                &["a 1 → 2", "b 1 → 2"],
            ),
            (
                "requirements.txt",
                "psycopg[binary]==3.1\nb\n",
                "psycopg[binary]==3.2\nb>=1\n",
                &["psycopg[binary] 3.1 → 3.2", "b any → >=1"],
            ),
            ("environment.yml", "dependencies:\n- numpy=1.2\n", "dependencies:\n- numpy=1.3\n- pip\n", &["numpy 1.2 → 1.3", "pip"]),
            (
                "go.mod",
                "require a.org/b v1.0.0\nreplace x => ../x\n",
                "require a.org/b v1.1.0\nreplace x => ../y\n",
                &["a.org/b v1.0.0 → v1.1.0"],
            ),
            (
                "Gemfile",
                "gem 'a', '~> 1'\ngem 'b', '1', require: 'x'\n",
                "gem 'a', '~> 2'\ngem 'b', '2', require: 'x'\n",
                &["a ~> 1 → ~> 2"],
            ),
            ("mix.exs", "{:a, \"~> 1.0\"},\n", "{:a, \"~> 2.0\"},\n", &["a ~> 1.0 → ~> 2.0"]),
            (
                "mix.exs",
                "defp deps, do: [{:a, \"~> 1.0\"}, {:b, \"1\"}]\n",
                "defp deps, do: [{:a, \"~> 1.2\"}]\n",
                &["a ~> 1.0 → ~> 1.2", "b 1"],
            ),
            (
                "pom.xml",
                "<p><dependencies><dependency><artifactId>a</artifactId><version>1</version></dependency></dependencies></p>",
                "<p><dependencies><dependency><artifactId>a</artifactId><version>2</version></dependency></dependencies></p>",
                &["a 1 → 2"],
            ),
            (
                "Chart.yaml",
                "dependencies:\n- name: redis\n  version: 1.0.0\n",
                "dependencies:\n- name: redis\n  version: 2.0.0\n",
                &["redis 1.0.0 → 2.0.0"],
            ),
        ] {
            let evidence = evidence(&[(path, Some(base), Some(head))]);
            let file = &evidence.files[0];
            let told: Vec<String> = file.keys.iter().filter_map(|key| plain(&file.path, key)).map(|it| it.words()).collect();
            assert_eq!(told, words, "{path}: {:?}", file.keys);
        }
    }

    #[test]
    fn only_what_declares_is_a_dependency() {
        for (path, base, head, declared, adds_one, removes_one) in [
            (
                "package.json",
                r#"{"version": "1", "dependencies": {"a": "1"}}"#,
                r#"{"version": "2", "dependencies": {"a": "1"}}"#,
                0,
                false,
                false,
            ),
            ("package.json", r#"{"dependencies": {"a": "1"}}"#, r#"{"dependencies": {"a": "2"}, "proxy": "x"}"#, 1, false, false),
            ("package.json", r#"{"devDependencies": {"a": "1"}}"#, r#"{"devDependencies": {"b": "1"}}"#, 2, true, true),
            ("package.json", r#"{"devDependencies": {"a": "1"}}"#, r#"{"dependencies": {"a": "1"}}"#, 2, false, false),
            (
                "Cargo.toml",
                "[package]\nrust-version = \"1.70\"\n",
                "[package]\nrust-version = \"1.88\"\nexclude = [\"/a\"]\n",
                0,
                false,
                false,
            ),
            ("Cargo.toml", "[dependencies]\na = \"1\"\n", "[dependencies]\na = { version = \"1\", features = [\"x\"] }\n", 1, false, false),
            (
                "Cargo.toml",
                "[dependencies]\na = \"1\"\n",
                "[dependencies]\na = \"1\"\nb = { version = \"1\", optional = true }\n",
                2,
                true,
                false,
            ),
            ("pyproject.toml", "[project]\ndependencies = [\"a>=1\"]\n", "[project]\ndependencies = [\"a>=2\", \"b\"]\n", 2, true, false),
            ("pyproject.toml", "[project]\ndependencies = [\"a>=1\", \"b\"]\n", "[project]\ndependencies = [\"a>=1\"]\n", 1, false, true),
            ("pyproject.toml", "[tool.ruff.lint]\nselect = [\"E\"]\n", "[tool.ruff.lint]\nselect = [\"E\", \"ICN\"]\n", 0, false, false),
            (
                "go.mod",
                "module m\n\ngo 1.21\n\nrequire a.org/b v1.0.0\n",
                "module m\n\ngo 1.22\n\nrequire (\n\ta.org/b v1.1.0\n\ta.org/c v1.0.0\n)\n",
                2,
                true,
                false,
            ),
            ("requirements/base.txt", "a==1\n", "a==2\nb==1\n", 2, true, false),
            ("requirements-dev.txt", "a==1\n", "a==2\nb==1\n", 2, true, false),
            ("build.gradle", "version = '1'\n", "version = '2'\nimplementation 'g:a:1'\n", 1, true, false),
            (
                "A.csproj",
                "<Project><ItemGroup><Folder Include=\"x\" /></ItemGroup></Project>",
                "<Project><ItemGroup></ItemGroup></Project>",
                0,
                false,
                false,
            ),
            ("app.toml", "[dependencies]\na = \"1\"\n", "[dependencies]\na = \"2\"\n", 0, false, false),
        ] {
            let evidence = evidence(&[(path, Some(base), Some(head))]);
            let (file, change) = (&evidence.files[0], &evidence.changes[0]);
            let found: Vec<&String> = file.keys.iter().filter(|key| declares(file, key)).map(|key| &key.key).collect();
            assert!(found.len() >= declared && (declared > 0 || found.is_empty()), "{path}: {found:?} of {:?}", file.keys);
            assert_eq!(
                (!added(file, change).is_empty(), !removed(file, change).is_empty()),
                (adds_one, removes_one),
                "{path}: {:?}",
                file.keys
            );
        }
        assert_eq!(PATTERNS.len(), ROWS.len());
    }
}
