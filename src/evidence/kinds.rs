//! What kind of file a path is: one table of path and name rules (`kinds/table.rs`) in order of precedence, then a look at the first lines.
//!
//! In order: the user's configuration, `.gitattributes`, the journal's own folder, then the table: lockfile, vendored, generated, asset,
//! migration, artifact, pipeline, infrastructure, test, documentation, dependency manifest, configuration, translation and data, code.
//! A generator's notice in the text overrides tests and what comes after them. A binary file is an asset unless it is a lockfile, vendored
//! or generated.
//!
//! What has no name of its own among the twelve categories: prose without markup is documentation where its name or folder says so
//! (`notes.txt`, `docs/list.txt`). Translations and data (`*.po`, `*.csv`, `data/`) are assets: content that a program carries, nothing to
//! read definitions or keys from. So is a text of unknown kind (`routes.txt`): it is listed and counted, and nothing is claimed about it. An unknown file with an interpreter line is code, an unknown
//! dot-file configuration.
//!
//! Where a folder's name alone would claim too much, the table is narrower than common lists: `config/`, `charts/`, `docs/` below the top
//! and the like leave source files alone; `build/`, `out/` and `target/` are output only where base does not track them (a tracked one
//! is nearly always hand-written). No repository is read here: what a rule needs to know of the tree is told in [`Overrides`].

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::change::{Attributes, RepoPath};
use crate::evidence::Category;
use crate::words;

mod content;
mod patterns;
mod table;

use patterns::Matcher;
use table::{FileKindRow, Guard, ROWS};

/// What the kind rules notice beside the category. Several may hold for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Usually holds secrets; its values are always masked.
    SecretBearing,
    /// Bears on security.
    Security,
    /// Dashboards, alerts.
    Monitoring,
    /// Configures tests.
    TestConfig,
    /// Configures a server or a service of the system, where it is configuration.
    Server,
    /// Declares dependencies.
    Dependency,
    /// Configures a build or tool.
    Build,
    /// Part of a public interface.
    PublicApi,
    /// Shows how a whole database is built: it moves none.
    Schema,
    /// Written by a program.
    Generated,
    /// An example.
    Example,
    /// Supports tests.
    Fixture,
    /// A recorded expectation.
    Snapshot,
    /// A script.
    Script,
}

/// What a path turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// Its one category.
    pub category: Category,
    /// What else holds, each once, sorted.
    pub flags: Vec<Flag>,
    /// The language that `.gitattributes` gives it.
    pub language: Option<String>,
    /// It lies in the journal's own folder: no part of the session's work.
    pub own: bool,
}

/// What the user, the repository and its tree say about kinds.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    user: Vec<Category>,
    globs: GlobSet,
    /// By path, for the changed files.
    pub attributes: HashMap<RepoPath, Attributes>,
    /// Folder of the journals, relative to the top.
    pub journal_folder: Option<RepoPath>,
    /// Folders that base tracks among those that [`output_folder`] names.
    pub tracked_folders: HashSet<RepoPath>,
    markers: HashMap<Vec<u8>, Vec<String>>,
}

impl Overrides {
    /// Reads the configuration's `[classify]` rows; the first one that meets a path holds. A glob without a slash meets names at any depth,
    /// one that ends in a slash all that is below the folder.
    pub fn new(user: &[(String, Category)]) -> Result<Self, globset::Error> {
        let mut globs = GlobSetBuilder::new();
        for (glob, _) in user {
            globs.add(GlobBuilder::new(&anchor(glob)).literal_separator(true).build()?);
        }
        Ok(Self { user: user.iter().map(|(_, category)| *category).collect(), globs: globs.build()?, ..Self::default() })
    }

    /// Tells of a path of the tree. Only a few names matter (`Project.toml` beside `Manifest.toml` and so on); the others are forgotten.
    pub fn notice(&mut self, path: &RepoPath) {
        let name = path.file_name();
        let wanted = |row: &FileKindRow| matches!(row.guard, Guard::Beside(marker) if patterns::glob(marker.as_bytes(), name.as_bytes()));
        if ROWS.iter().any(wanted) {
            self.markers.entry(folder(path.as_bytes()).to_vec()).or_default().push(name.into_owned());
        }
    }

    fn stated(&self, path: &str) -> Option<Category> {
        self.globs.matches(path).first().map(|&row| self.user[row])
    }

    fn has_marker_above(&self, path: &[u8], marker: &str) -> bool {
        let mut above = folder(path);
        loop {
            let here = self.markers.get(above).into_iter().flatten();
            if here.into_iter().any(|name| patterns::glob(marker.as_bytes(), name.as_bytes())) {
                return true;
            }
            if above.is_empty() || self.markers.is_empty() {
                return false;
            }
            above = folder(above);
        }
    }

    /// Whether the path lies in the folder of the journals: no part of a session's work.
    pub fn owns(&self, path: &RepoPath) -> bool {
        self.journal_folder.as_ref().is_some_and(|folder| path.is_below(folder))
    }
}

fn anchor(glob: &str) -> String {
    let below = if glob.ends_with('/') { "**" } else { "" };
    match glob.strip_prefix('/') {
        Some(rest) => format!("{rest}{below}"),
        None if glob.trim_end_matches('/').contains('/') => format!("{glob}{below}"),
        None => format!("**/{glob}{below}"),
    }
}

/// The outermost folder of the path that is named like build output (`build`, `out`, `target`). Whether base tracks it decides:
/// see [`Overrides::tracked_folders`].
pub fn output_folder(path: &RepoPath) -> Option<RepoPath> {
    let bytes = path.as_bytes();
    let slashes = bytes.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(i, _)| i);
    let named = |end: &usize| table::OUTPUT_FOLDERS.iter().any(|name| RepoPath::new(&bytes[..*end]).file_name().eq_ignore_ascii_case(name));
    let end = slashes.into_iter().find(named)?;
    Some(RepoPath::new(&bytes[..end]))
}

/// What kind of file a path is. `head` holds its first lines where they are at hand (40 are enough), `binary` is git's word for it.
pub fn classify(path: &RepoPath, head: Option<&[u8]>, binary: bool, overrides: &Overrides) -> FileKind {
    let silent = Attributes::default();
    let file = KnownFile {
        path,
        text: path.lossy().into_owned(),
        head: head.unwrap_or_default(),
        attributes: overrides.attributes.get(path).unwrap_or(&silent),
        overrides,
    };
    let rows = file.rows();
    let category = file.category(&rows, binary);
    FileKind { category, flags: file.flags(&rows, category), language: file.attributes.language.clone(), own: overrides.owns(path) }
}

/// Whether a file of this category is documentation, which no test hangs on: a runbook or a decision is one too, settings of an agent are not.
pub fn is_documentation(path: &RepoPath, category: Category) -> bool {
    category == Category::Docs || (category == Category::Artifact && is_in(DOCUMENT, &path.lossy()))
}

/// What else holds of a path, by the table alone: settings say of what category a file is, not what it is like.
pub fn flags(path: &RepoPath, head: Option<&[u8]>) -> Vec<Flag> {
    classify(path, head, false, &Overrides::default()).flags
}

/// Whether a file with these flags bears on security where it is in use. Of a document or a test it must be the name that says so, not
/// a word of its path.
pub fn bears_on_security(path: &RepoPath, category: Category, flags: &[Flag]) -> bool {
    use Category::*;
    let in_use = matches!(category, Code | Config | Infra | Ci | Migration);
    let named = || TABLE.rows.rows(&path.lossy()).into_iter().any(|number| ROWS[number].flags.contains(&Flag::Security));
    flags.contains(&Flag::Security) && (in_use || (category == Docs && named()))
}

/// Whether a file of the category of migrations is the schema of an interface (`*.proto`, `openapi.yaml`), which touches no database.
pub fn is_schema(path: &RepoPath) -> bool {
    flags(path, None).contains(&Flag::PublicApi)
}

/// Whether a file of the category of migrations moves a database: what describes an interface or a whole schema does not.
pub fn is_migration(flags: &[Flag]) -> bool {
    !flags.iter().any(|flag| matches!(flag, Flag::PublicApi | Flag::Schema))
}

/// Whether a file of the category of migrations holds none itself, by its path.
pub fn is_any_schema(path: &RepoPath) -> bool {
    !is_migration(&flags(path, None))
}

/// Whether a file of the category of tests holds none itself, by its path: data, a manifest, a text.
pub fn supports_tests(path: &RepoPath) -> bool {
    flags(path, None).iter().any(|flag| matches!(flag, Flag::Fixture | Flag::Snapshot))
}

/// Whether it is content that is no text, by its name: an image, an archive, a font.
pub fn is_media(path: &RepoPath) -> bool {
    is_in(MEDIA, &path.lossy())
}

/// Whether a file's name is in a group of extensions.
fn is_in(group: usize, path: &str) -> bool {
    TABLE.groups.rows(path.rsplit('/').next().unwrap_or_default()).contains(&group)
}

/// The table ready for matching, made when the first path is asked about.
static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

struct Table {
    rows: Matcher,
    exceptions: Matcher,
    groups: Matcher,
}

/// Numbers of the groups of extensions that are asked for.
const SOURCE: usize = 0;
const DOCUMENT: usize = 1;
const MEDIA: usize = 2;

impl Table {
    fn new() -> Self {
        let (mut rows, mut exceptions, mut groups) = (Matcher::default(), Matcher::default(), Matcher::default());
        for (number, row) in ROWS.iter().enumerate() {
            rows.add(number, row.patterns);
            exceptions.add(number, row.except);
        }
        groups.add(SOURCE, table::SOURCE);
        groups.add(DOCUMENT, table::DOCUMENT);
        groups.add(MEDIA, table::MEDIA);
        Self { rows, exceptions, groups }
    }
}

/// A path with all that is known of it.
struct KnownFile<'a> {
    path: &'a RepoPath,
    text: String,
    head: &'a [u8],
    attributes: &'a Attributes,
    overrides: &'a Overrides,
}

impl KnownFile<'_> {
    /// The rows that hold, in order of precedence.
    fn rows(&self) -> Vec<&'static FileKindRow> {
        let exceptions = TABLE.exceptions.rows(&self.text);
        let met = TABLE.rows.rows(&self.text);
        let held = met.into_iter().filter(|number| !exceptions.contains(number)).map(|number| &ROWS[number]);
        held.filter(|row| self.passes(row.guard) && !self.is_excluded(row)).collect()
    }

    fn passes(&self, guard: Guard) -> bool {
        match guard {
            Guard::Path => true,
            Guard::NotSource => !is_in(SOURCE, &self.text),
            Guard::Document => is_in(DOCUMENT, &self.text),
            Guard::Beside(marker) => self.overrides.has_marker_above(self.path.as_bytes(), marker),
            Guard::UntrackedOutput => output_folder(self.path).is_some_and(|folder| !self.overrides.tracked_folders.contains(&folder)),
            Guard::Banner => content::has_banner(self.head),
            Guard::Line(beginnings) => content::has_lines(self.head, beginnings),
        }
    }

    /// Whether the attributes say that this is not so (`-linguist-vendored`).
    fn is_excluded(&self, row: &FileKindRow) -> bool {
        let said = match row.category {
            Some(Category::Generated) => self.attributes.generated,
            Some(Category::Vendored) => self.attributes.vendored,
            Some(Category::Docs) => self.attributes.documentation,
            _ => None,
        };
        said == Some(false)
    }

    fn category(&self, rows: &[&FileKindRow], binary: bool) -> Category {
        if let Some(stated) = self.overrides.stated(&self.text).or(self.attributed()) {
            return stated;
        }
        let category = rows.iter().find_map(|row| row.category).unwrap_or_else(|| self.unlisted(rows));
        let binary = self.attributes.binary.unwrap_or(binary);
        let written = || self.attributes.generated != Some(false) && content::is_generated(&self.text, self.head);
        match category {
            Category::Lockfile | Category::Vendored | Category::Generated => category,
            _ if binary => Category::Asset,
            _ if table::is_soft(category) && written() => Category::Generated,
            _ => category,
        }
    }

    fn attributed(&self) -> Option<Category> {
        let says = [
            (self.attributes.vendored, Category::Vendored),
            (self.attributes.generated, Category::Generated),
            (self.attributes.documentation, Category::Docs),
        ];
        says.into_iter().find(|(said, _)| *said == Some(true)).map(|(_, category)| category)
    }

    /// No row knows the name: see the module's text.
    fn unlisted(&self, rows: &[&FileKindRow]) -> Category {
        let name = self.path.file_name();
        if let Some(whole) = table::SUFFIXES.iter().find_map(|suffix| self.text.strip_suffix(suffix)).filter(|whole| !whole.ends_with('/'))
        {
            return classify(&whole.into(), Some(self.head), false, self.overrides).category;
        }
        let script = rows.iter().any(|row| row.flags.contains(&Flag::Script)) && !name.contains('.');
        if content::is_script(self.head) || script {
            Category::Code
        } else if name.starts_with('.') {
            Category::Config
        } else {
            Category::Asset
        }
    }

    fn flags(&self, rows: &[&FileKindRow], category: Category) -> Vec<Flag> {
        let mut flags: Vec<Flag> = rows.iter().flat_map(|row| row.flags).copied().collect();
        flags.extend((category == Category::Generated).then_some(Flag::Generated));
        flags.extend((category == Category::Code && content::is_script(self.head)).then_some(Flag::Script));
        flags
            .extend(words::of_name(&self.text).iter().any(|word| table::SECURITY_WORDS.contains(&word.as_str())).then_some(Flag::Security));
        flags.sort_unstable();
        flags.dedup();
        flags
    }
}

fn folder(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&b| b == b'/').map_or(b"", |slash| &path[..slash])
}

#[cfg(test)]
mod tests;
