//! Where templates lie, and which one to take: rows of folders and names, in the forges' own order. Names are compared without case.

use crate::change::RepoPath;
use crate::forge::ForgeName;

/// A place where a template may lie.
#[derive(Clone, Copy, Debug)]
pub struct TemplatePlace {
    /// The folder; empty for the top.
    pub folder: &'static str,
    /// Which files there are templates.
    names: fn(&str) -> bool,
    /// Whether several may lie there, to choose from.
    pub several: bool,
    /// The forges that look there.
    forges: &'static [ForgeName],
}

const GITHUB: &[ForgeName] = &[ForgeName::Github, ForgeName::Gitea];
const GITEA: &[ForgeName] = &[ForgeName::Gitea];
const GITLAB: &[ForgeName] = &[ForgeName::Gitlab];
const AZURE: &[ForgeName] = &[ForgeName::Azure];
/// Ends of the names of templates.
const NAMES: [&str; 3] = [".md", ".txt", ".markdown"];

fn single(name: &str) -> bool {
    let rest = name.strip_prefix("pull_request_template").or_else(|| name.strip_prefix("pull-request-template"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn plain(name: &str) -> bool {
    single(name) && !name.ends_with(".yaml") && !name.ends_with(".yml")
}

fn any(name: &str) -> bool {
    NAMES.iter().any(|extension| name.ends_with(extension))
}

fn default(name: &str) -> bool {
    name == "default.md"
}

/// The rows. A forge's own come first; then all others', since a repository may have moved.
const PLACES: &[TemplatePlace] = &[
    TemplatePlace { folder: ".gitlab/merge_request_templates", names: default, several: false, forges: GITLAB },
    TemplatePlace { folder: ".gitlab/merge_request_templates", names: any, several: true, forges: GITLAB },
    TemplatePlace { folder: ".azuredevops", names: plain, several: false, forges: AZURE },
    TemplatePlace { folder: ".vsts", names: plain, several: false, forges: AZURE },
    TemplatePlace { folder: ".azuredevops/pull_request_template", names: any, several: true, forges: AZURE },
    TemplatePlace { folder: ".forgejo", names: single, several: false, forges: GITEA },
    TemplatePlace { folder: ".gitea", names: single, several: false, forges: GITEA },
    TemplatePlace { folder: ".github", names: plain, several: false, forges: GITHUB },
    TemplatePlace { folder: "", names: plain, several: false, forges: GITHUB },
    TemplatePlace { folder: "docs", names: plain, several: false, forges: GITHUB },
    TemplatePlace { folder: ".gitcode", names: plain, several: false, forges: GITHUB },
    TemplatePlace { folder: ".github/pull_request_template", names: any, several: true, forges: GITHUB },
    TemplatePlace { folder: "pull_request_template", names: any, several: true, forges: GITHUB },
    TemplatePlace { folder: "docs/pull_request_template", names: any, several: true, forges: GITHUB },
    TemplatePlace { folder: ".gitcode/pull_request_template", names: any, several: true, forges: GITHUB },
];

/// The places in the order in which to look.
pub fn places(forge: ForgeName) -> impl Iterator<Item = &'static TemplatePlace> {
    let own = PLACES.iter().filter(move |place| place.forges.contains(&forge));
    own.chain(PLACES.iter().filter(move |place| !place.forges.contains(&forge)))
}

impl TemplatePlace {
    /// The templates among the files of the folder.
    pub fn among(&self, files: &[RepoPath]) -> Vec<RepoPath> {
        let mut found: Vec<RepoPath> = files.iter().filter(|path| (self.names)(&path.file_name().to_lowercase())).cloned().collect();
        found.sort();
        found
    }
}

/// Which of several to take: one named like the type of change, as `typed` lists its names, then a default, then the first.
pub fn choose<'a>(several: &'a [RepoPath], typed: &[&[&str]]) -> Option<&'a RepoPath> {
    let stem = |path: &RepoPath| {
        path.file_name().to_lowercase().rsplit_once('.').map(|(stem, _)| stem.replace(['-', ' '], "_")).unwrap_or_default()
    };
    let named = |names: &[&str]| several.iter().find(|path| names.contains(&stem(path).as_str()));
    let typed = typed.iter().find_map(|names| named(names));
    typed.or_else(|| named(&["default", "pull_request_template"])).or_else(|| several.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forges_own_places_come_first() {
        let folders = |forge| places(forge).map(|place| place.folder).take(2).collect::<Vec<_>>();
        assert_eq!(folders(ForgeName::Github), [".github", ""]);
        assert_eq!(folders(ForgeName::Gitlab)[0], ".gitlab/merge_request_templates");
        assert_eq!(folders(ForgeName::Azure)[0], ".azuredevops");
        assert_eq!(folders(ForgeName::Gitea)[0], ".forgejo");
        assert_eq!(places(ForgeName::Bitbucket).count(), PLACES.len());
    }

    #[test]
    fn names_are_those_that_forges_take() {
        let files =
            ["PULL_REQUEST_TEMPLATE.md", "pull_request_template", "pull-request-template.txt", "pull_request_templates.md", "README.md"];
        let paths: Vec<RepoPath> = files.iter().map(|name| format!(".github/{name}").as_str().into()).collect();
        let place = places(ForgeName::Github).next().expect("a place");
        assert_eq!(place.among(&paths).len(), 3);
        let several: Vec<RepoPath> = ["a.md", "bugfix.md", "default.md"].iter().map(|name| (*name).into()).collect();
        assert_eq!(choose(&several, &[&["hotfix"], &["bug", "bugfix"]]), Some(&several[1]));
        assert_eq!(choose(&several, &[&["hotfix"]]), Some(&several[2]));
        assert_eq!(choose(&several[..1], &[]), Some(&several[0]));
    }
}
