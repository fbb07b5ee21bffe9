//! What the range itself shows, yes or no: on these boxes, tables and the type of the change stand.

use super::changes::surviving;
use super::conventional::{Type, conventional};
use super::{Description, Material, file_roles};
use crate::evidence::{Category, FileEvidence, dependencies};

/// What boxes may stand on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Head has tests that the base has not.
    pub(super) tests_added: bool,
    /// Files of tests are new or changed.
    pub(super) tests_changed: bool,
    /// All tests passed at head.
    pub(super) tests_pass: bool,
    /// Commands that passed at head.
    pub(super) passed: Vec<String>,
    pub(super) docs: bool,
    pub(super) readme: bool,
    pub(super) changelog: bool,
    pub(super) breaking: bool,
    pub(super) migration: bool,
    pub(super) issue: bool,
    pub(super) images: bool,
    pub(super) signed_off: bool,
    pub(super) base: String,
    /// The one type that the commits or the files support, e.g. `fix`.
    pub kind: Option<&'static str>,
}

impl Facts {
    /// Collects them.
    pub fn of(material: &Material, description: &Description) -> Self {
        let files = &material.evidence.files;
        let changelog = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
            ["changelog", "changes", "history", "news", "release_notes", "releases"].iter().any(|word| name.starts_with(word))
                || ["changes/", "changelog/", "changelogs/", ".changeset/", "newsfragments/", "changelog.d/"]
                    .iter()
                    .any(|folder| path.contains(folder))
        };
        let commits = surviving(&material.commits);
        Self {
            tests_added: files.iter().any(|file| !file.tests.is_empty()),
            tests_changed: files.iter().any(|file| file_roles::is_test(file) && file.added > 0),
            tests_pass: description.verification.suite_passes(),
            passed: description.verification.passed_at_head().map(str::to_owned).collect(),
            docs: files.iter().any(|file| file.category == Category::Docs && file.added > 0 && !changelog(&file.path.lossy())),
            readme: files.iter().any(|file| file.added > 0 && file.path.file_name().to_lowercase().starts_with("readme")),
            changelog: files.iter().any(|file| file.added > 0 && changelog(&file.path.lossy())),
            breaking: !description.breaking.is_empty(),
            migration: files.iter().any(|file| file.added > 0 && file_roles::is_migration(file)),
            issue: description.issues.iter().any(|line| !line.is_empty()),
            images: !description.images.is_empty(),
            signed_off: !commits.is_empty() && commits.iter().all(|change| change.commit.body.contains("Signed-off-by: ")),
            base: material.base.branch.clone(),
            kind: kind(material),
        }
    }
}

/// Flags that make a run one of all there is.
const OF_ALL: &[&str] = &["--workspace", "--all"];

impl Facts {
    /// Whether this command passed at head, or the same of the whole workspace.
    pub(super) fn has_passed(&self, command: &str) -> bool {
        let is_wider = |ran: &str| ran.strip_prefix(command).is_some_and(|rest| rest.split_whitespace().all(|flag| OF_ALL.contains(&flag)));
        self.passed.iter().any(|ran| ran == command || is_wider(ran))
    }
}

/// The type that all commits have, or that the files leave no choice about.
fn kind(material: &Material) -> Option<&'static str> {
    let types: Vec<Option<&Type>> =
        surviving(&material.commits).iter().map(|change| conventional(&change.commit.subject).map(|one| one.kind)).collect();
    let first = types.first().copied().flatten();
    if let Some(first) = first.filter(|first| types.iter().all(|kind| *kind == Some(first))) {
        return Some(first.name);
    }
    if types.iter().any(Option::is_some) {
        return None;
    }
    let only = |categories: &[Category]| {
        let files = &material.evidence.files;
        !files.is_empty() && files.iter().all(|file| categories.contains(&file.category))
    };
    let dependencies = |file: &FileEvidence| file.category == Category::Lockfile || dependencies::only_dependencies(file);
    match () {
        () if only(&[Category::Docs]) => Some("docs"),
        () if only(&[Category::Test]) => Some("test"),
        () if only(&[Category::Ci]) => Some("ci"),
        () if !material.evidence.files.is_empty() && material.evidence.files.iter().all(dependencies) => Some("deps"),
        () => None,
    }
}
