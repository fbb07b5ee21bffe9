//! The user's settings: environment over `.journal.toml` at the top of the worktree over the user's own file over the built-in values.
//!
//! A tracked file can neither make anything run nor weaken the masking of secrets: there are no settings for either.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error::{Error, Kind};
use crate::evidence::Category;
use crate::evidence::kinds::Overrides;
use crate::evidence::shell::Wrappers;
use crate::markdown::one_line;

/// The file at the top of the worktree.
pub const FILE: &str = ".journal.toml";

/// Keys of a table that mean nothing here: misspelt, or of a newer version. They are told and are in nobody's way.
type Unknown = BTreeMap<String, IgnoredAny>;

/// One settings file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where journals are written, relative to the top of the worktree.
    pub folder: Option<PathBuf>,
    /// Templates to use instead of the built-in ones.
    pub templates: Templates,
    /// What of the commands is recorded.
    pub commands: Commands,
    /// Descriptions of pull requests.
    pub pr: PullRequests,
    /// Patterns of paths and the category of what they match, in the order written; the first that matches counts.
    #[serde(deserialize_with = "in_order")]
    pub classify: Vec<(String, Category)>,
    /// How commands name systems.
    pub systems: Systems,
    /// What a person should know about the files.
    #[serde(skip)]
    pub warnings: Vec<String>,
    /// Keys that mean nothing here.
    #[serde(flatten)]
    unknown: Unknown,
}

/// How commands name systems. A tracked file may say this: it makes nothing run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Systems {
    /// Commands that run others elsewhere, by name: `sx = { host = 1, command = 2 }`.
    pub wrappers: Wrappers,
    /// Keys that mean nothing here.
    #[serde(flatten)]
    unknown: Unknown,
}

/// Paths of templates, relative to the top of the worktree.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Templates {
    /// The journal.
    pub journal: Option<PathBuf>,
    /// Keys that mean nothing here.
    #[serde(flatten)]
    unknown: Unknown,
}

/// What of the commands typed in a shell is recorded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Commands {
    /// Patterns of command lines that are never recorded; `*` stands for anything.
    pub ignore: Vec<String>,
    /// Keys that mean nothing here.
    #[serde(flatten)]
    unknown: Unknown,
}

impl Commands {
    /// Whether a pattern fits the whole line. One that cannot be read fits everything: rather nothing is recorded than what should not be.
    pub fn ignores(&self, line: &str) -> bool {
        self.ignore.iter().any(|pattern| {
            let glob = globset::GlobBuilder::new(pattern).backslash_escape(true).build();
            glob.map_or(true, |glob| glob.compile_matcher().is_match(line))
        })
    }
}

/// How descriptions of pull requests are made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PullRequests {
    /// The template to fill, relative to the top of the worktree.
    pub template: Option<PathBuf>,
    /// Headings of templates and what they ask for: `summary`, `changes`, `tests`, `issues` and so on.
    pub headings: BTreeMap<String, String>,
    /// Keys that mean nothing here.
    #[serde(flatten)]
    unknown: Unknown,
}

impl Settings {
    /// Reads both files and lays the environment over them.
    pub fn read(worktree: &Path, user: Option<&Path>, folder: Option<PathBuf>) -> Result<Self, Error> {
        let user = user.map(Self::file).transpose()?.unwrap_or_default();
        let tracked = worktree.join(FILE);
        // a repository must not make us read, and quote in an error, a file from elsewhere
        let repository = if tracked.is_symlink() { Self::default() } else { Self::file(&tracked)? };
        let warnings = [user.warnings, repository.warnings].concat();
        let classify = [repository.classify, user.classify].concat();
        let commands = Commands { ignore: [repository.commands.ignore, user.commands.ignore].concat(), ..Commands::default() };
        let headings = user.pr.headings.into_iter().chain(repository.pr.headings).collect();
        let wrappers = user.systems.wrappers.into_iter().chain(repository.systems.wrappers).collect();
        let settings = Self {
            commands,
            folder: folder.or(repository.folder).or(user.folder),
            templates: Templates { journal: repository.templates.journal.or(user.templates.journal), ..Templates::default() },
            pr: PullRequests { template: repository.pr.template.or(user.pr.template), headings, ..PullRequests::default() },
            classify,
            systems: Systems { wrappers, ..Systems::default() },
            warnings,
            unknown: Unknown::default(),
        };
        settings.folder.iter().chain(&settings.templates.journal).chain(&settings.pr.template).try_for_each(|path| inside(path))?;
        Ok(settings)
    }

    fn file(path: &Path) -> Result<Self, Error> {
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).map_err(|error| {
            Error::new(Kind::Failed, format!("{} cannot be read: {error}", path.display())).hint("make it readable, or remove it")
        })?;
        let settings: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| format!(" in line {}", text[..span.start.min(text.len())].matches('\n').count() + 1));
            let message = format!("{} cannot be read{}: {}", path.display(), line.unwrap_or_default(), one_line(error.message()));
            Error::new(Kind::Failed, message).hint("correct that line, then type the same again")
        })?;
        let warnings = settings.unknown().map(|key| format!("{} has `{}`, which is no setting here", path.display(), one_line(&key)));
        Ok(Self { warnings: warnings.collect(), ..settings })
    }

    /// The keys of a file that mean nothing here, dotted.
    fn unknown(&self) -> impl Iterator<Item = String> {
        let tables = [
            ("", &self.unknown),
            ("templates.", &self.templates.unknown),
            ("commands.", &self.commands.unknown),
            ("pr.", &self.pr.unknown),
            ("systems.", &self.systems.unknown),
        ];
        tables.into_iter().flat_map(|(table, keys)| keys.keys().map(move |key| format!("{table}{key}")))
    }

    /// What the user says about kinds of files.
    pub fn overrides(&self) -> Result<Overrides, Error> {
        Overrides::new(&self.classify).map_err(|error| {
            Error::new(Kind::Failed, format!("a pattern of [classify] cannot be read: {error}")).hint(format!("correct it in {FILE}"))
        })
    }

    /// Where journals go: as set, else `.claude/journal` where `.claude` exists, else `journal`.
    pub fn journal_folder(&self, worktree: &Path) -> PathBuf {
        let default = || {
            if worktree.join(".claude").is_dir() { ".claude/journal" } else { "journal" }
        };
        self.folder.clone().unwrap_or_else(|| default().into())
    }

    /// The text of the user's own template for journals.
    pub fn journal_template(&self, worktree: &Path) -> Result<Option<String>> {
        let Some(path) = &self.templates.journal else { return Ok(None) };
        let path = worktree.join(path);
        no_links(worktree, &path)?;
        if !path.is_file() {
            let message = format!("the template {} is not a file", path.display());
            return Err(Error::new(Kind::Failed, message).hint(format!("correct `journal` under [templates] in {FILE}")).into());
        }
        Ok(Some(fs::read_to_string(&path).with_context(|| format!("could not read the template {}", path.display()))?))
    }
}

/// A table as rows, in the order of the file.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Category)>, D::Error> {
    struct Rows;
    impl<'de> Visitor<'de> for Rows {
        type Value = Vec<(String, Category)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table of patterns and categories")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            std::iter::from_fn(|| map.next_entry().transpose()).collect()
        }
    }
    deserializer.deserialize_map(Rows)
}

/// A setting must not lead out of the worktree, nor into git's own folder.
fn inside(path: &Path) -> Result<(), Error> {
    let leaves = |part: Component<'_>| !matches!(part, Component::Normal(name) if name != ".git") && part != Component::CurDir;
    if path.components().any(leaves) {
        let message = format!("the setting `{}` leads out of the worktree", path.display());
        return Err(Error::new(Kind::Failed, message).hint(format!("name a folder inside it, in {FILE} or JOURNAL_FOLDER")));
    }
    Ok(())
}

/// A symbolic link on the way would let a repository name any place of the machine.
pub fn no_links(worktree: &Path, path: &Path) -> Result<()> {
    let mut at = worktree.to_owned();
    for part in path.strip_prefix(worktree).unwrap_or(path).components() {
        at.push(part);
        if at.is_symlink() {
            let message = format!("{} is a symbolic link: journal neither reads nor writes through it", at.display());
            return Err(Error::new(Kind::InTheWay, message).hint(format!("choose another folder in {FILE} (folder = \"…\")")).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_command_lines() {
        let commands = Commands { ignore: vec!["ls*".into(), "vault *".into(), "*--secret*".into()], ..Commands::default() };
        for (line, ignored) in
            [("ls -l /etc", true), ("vault read a/b", true), ("x\ny --secret z", true), ("make test", false), ("vaults", false)]
        {
            assert_eq!(commands.ignores(line), ignored, "{line}");
        }
        assert!(Commands { ignore: vec!["[".into()], ..Commands::default() }.ignores("anything"));
        assert!(!Commands::default().ignores("anything"));
    }

    #[test]
    fn the_nearer_file_wins_and_nothing_leads_outside() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let user = dir.path().join("user.toml");
        fs::write(&user, "folder = \"notes\"\n[classify]\n\"*.dat\" = \"asset\"\n").expect("written");
        fs::write(dir.path().join(FILE), "folder = \"docs/journal\"\n").expect("written");
        let read = |folder: Option<&str>| Settings::read(dir.path(), Some(&user), folder.map(PathBuf::from));
        let settings = read(None).expect("readable");
        assert_eq!((settings.journal_folder(dir.path()), settings.classify[0].1), ("docs/journal".into(), Category::Asset));
        assert_eq!(read(Some("here")).expect("readable").journal_folder(dir.path()), PathBuf::from("here"));
        for outside in ["../elsewhere", "/etc", ".git/hooks"] {
            assert!(read(Some(outside)).expect_err("refused").message.contains("leads out"), "{outside}");
        }
        fs::write(dir.path().join(FILE), "[classify]\n\"z/**\" = \"code\"\n\"a/**\" = \"docs\"\n").expect("written");
        let rows = read(None).expect("readable").classify;
        assert_eq!(rows.iter().map(|(glob, _)| glob.as_str()).collect::<Vec<_>>(), ["z/**", "a/**", "*.dat"]);
        fs::write(dir.path().join(FILE), "# ours\nfolder = 1\n").expect("written");
        let message = read(None).expect_err("refused").message;
        assert!(message.contains("in line 2: invalid type") && !message.contains('\n'), "{message}");
    }

    #[test]
    fn keys_that_mean_nothing_are_told_and_are_not_in_the_way() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let text = "folder = \"notes\"\ncolour = [1]\n[commands]\nignore = [\"x *\"]\n\"odd\\nkey\" = { a = 1 }\n[later.still]\nx = 1\n";
        fs::write(dir.path().join(FILE), text).expect("written");
        let settings = Settings::read(dir.path(), None, None).expect("readable");
        assert_eq!((settings.journal_folder(dir.path()), settings.commands.ignores("x y")), ("notes".into(), true));
        let file = dir.path().join(FILE);
        let told = ["colour", "later", "commands.odd key"].map(|key| format!("{} has `{key}`, which is no setting here", file.display()));
        assert_eq!(settings.warnings, told);
    }
}
