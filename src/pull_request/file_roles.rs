//! What a file of the difference is to somebody who reviews it.

use super::Material;
use crate::change::RepoPath;
use crate::evidence::kinds::{self, Flag};
use crate::evidence::{Category, FileEvidence, dependencies};

/// Settings that nobody begins to read with: what tools ignore, how editors and hooks are set up, a manifest's line or two that declare no
/// dependency.
pub(super) fn is_aside(file: &FileEvidence) -> bool {
    let name = file.path.file_name().to_lowercase();
    let of_tools = (name.starts_with('.') || name.ends_with("ignore")) && !file.flags.contains(&Flag::SecretBearing);
    let little = file.flags.contains(&Flag::Dependency) && file.added.max(file.removed) <= 2;
    match file.category {
        Category::Config => of_tools || little && !file.keys.iter().any(|key| dependencies::declares(file, key)),
        Category::Ci => !is_pipeline(file),
        _ => false,
    }
}

/// Whether no manifest beside a lock file asks for anything else.
pub(super) fn moved_alone(file: &FileEvidence, material: &Material) -> bool {
    let folder = |path: &RepoPath| path.lossy().rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
    let here = folder(&file.path);
    let declares = |other: &FileEvidence| other.keys.iter().any(|key| dependencies::declares(other, key));
    // one lock file holds what the manifests of all packages below ask for
    let is_below =
        |other: &FileEvidence| here.is_empty() || folder(&other.path) == here || other.path.lossy().starts_with(&format!("{here}/"));
    !material.evidence.files.iter().any(|other| is_below(other) && declares(other))
}

/// Repository automation that is filed with the pipelines and runs none: beginnings of paths, and parts of names.
const NO_PIPELINE: &[&str] = &[
    ".github/issue_template", ".github/pull_request_template", ".github/discussion_template", ".github/funding", ".github/dependabot",
    ".github/release.", ".github/labeler", ".github/stale", ".github/settings", ".pre-commit-config.", ".lintstagedrc", ".husky/",
    ".mergify.", ".renovaterc", "renovate", "lefthook.", "codecov.", ".codecov.", ".changeset/", "cliff.toml", "codeowners",
];

/// Whether a file says what a pipeline does. A folder `ci` below the root holds values and scripts of something else, as Helm's charts do.
pub(super) fn is_pipeline(file: &FileEvidence) -> bool {
    let path = file.path.lossy().to_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_other = |start: &str| path.starts_with(start) || name.starts_with(start) || path.contains("template/");
    let below = path.contains("/ci/") && !path.starts_with(".gitlab/") && !path.starts_with(".github/");
    file.category == Category::Ci && !below && !NO_PIPELINE.iter().any(|start| is_other(start))
}

/// Whether a file moves a database: what describes an interface (`*.proto`, `openapi.yaml`) is of the same kind of files.
pub(super) fn is_migration(file: &FileEvidence) -> bool {
    file.category == Category::Migration && kinds::is_migration(&file.flags)
}

/// Whether a file is there for the tests in it, and not for what they read.
pub(super) fn is_test(file: &FileEvidence) -> bool {
    file.category == Category::Test && !kinds::supports_tests(&file.path)
}
