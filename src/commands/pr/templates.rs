//! Finding the repository's template: in the base's tree, where forges read it, else in head's, else in the worktree.

use std::path::Path;

use crate::change::{Oid, RepoPath};
use crate::cli::Pr;
use crate::commands::Workspace;
use crate::document::SessionType;
use crate::error::{Error, Kind, Result};
use crate::forge::{Forge, ForgeName};
use crate::git::objects::Objects;
use crate::pull_request::conventional::{Type, conventional};
use crate::pull_request::template::Template;
use crate::pull_request::template::find::{TemplatePlace, choose, places};
use crate::pull_request::{Material, changes};
use crate::settings::no_links;

/// Templates above this many bytes are no templates.
const LIMIT: u64 = 256 << 10;

/// The template to fill with its path; none where there is none or none is wanted.
pub(super) fn find(
    arguments: &Pr,
    workspace: &Workspace,
    objects: &Objects,
    material: &Material,
    base_tree: &Oid,
    forge: &Forge,
    warnings: &mut Vec<String>,
) -> Result<Option<(String, Template)>> {
    if arguments.no_template {
        return Ok(None);
    }
    let search = TemplateSearch { workspace, objects, forge: forge.name, trees: [*base_tree, material.head_tree] };
    if let Some(name) = &arguments.template {
        return search.named(name).map(Some);
    }
    if let Some(path) = &workspace.settings.pr.template {
        return search.file(path).map(Some);
    }
    for at in places(forge.name) {
        let found = search.among(at)?;
        match found.as_slice() {
            [] => {}
            [(path, text)] if !at.several => return Ok(Some(read(path, text))),
            several => {
                let paths: Vec<RepoPath> = several.iter().map(|(path, _)| path.clone()).collect();
                let chosen = if at.several { choose(&paths, &wanted(material)) } else { paths.first() };
                let Some((path, text)) = several.iter().find(|(path, _)| Some(path) == chosen) else { continue };
                if several.len() > 1 {
                    warnings.push(format!("{} templates; {path} is filled (choose with --template NAME)", several.len()));
                }
                return Ok(Some(read(path, text)));
            }
        }
    }
    Ok(None)
}

fn read(path: &RepoPath, text: &str) -> (String, Template) {
    (path.to_display().into_owned(), Template::read(&path.file_name().to_lowercase(), text))
}

/// Names that a template for this work may have: the one type that its commits have of those with templates of their own, then what the
/// last session was.
fn wanted(material: &Material) -> Vec<&'static [&'static str]> {
    let commits = changes::surviving(&material.commits);
    let mut typed: Vec<&Type> = commits.iter().filter_map(|change| conventional(&change.commit.subject)).map(|one| one.kind).collect();
    typed.retain(|kind| !kind.templates.is_empty());
    typed.dedup();
    let of_commits = if let [kind] = typed[..] { Some(kind) } else { None };
    let of_session = material.sessions.last().and_then(|session| match session.document.session_type {
        SessionType::Debugging => Type::named("fix").map(|kind| kind.templates),
        SessionType::Feature => Type::named("feat").map(|kind| kind.templates),
        SessionType::Emergency => Some(&["hotfix"][..]),
        SessionType::Infrastructure | SessionType::Exploration => None,
    });
    of_commits.map(|kind| kind.templates).into_iter().chain(of_session).collect()
}

struct TemplateSearch<'a> {
    workspace: &'a Workspace,
    objects: &'a Objects,
    forge: ForgeName,
    trees: [Oid; 2],
}

impl TemplateSearch<'_> {
    /// The templates of a place, with their texts.
    fn among(&self, at: &TemplatePlace) -> Result<Vec<(RepoPath, String)>> {
        for tree in &self.trees {
            let Some(folder) = self.folder(tree, at.folder)? else { continue };
            let files = at.among(&self.objects.names(tree, &folder)?);
            let texts: Vec<(RepoPath, String)> =
                files.into_iter().filter_map(|path| Some((path.clone(), self.text(tree, &path)?))).collect();
            if !texts.is_empty() {
                return Ok(texts);
            }
        }
        Ok(Vec::new())
    }

    /// A folder by its name without case.
    fn folder(&self, tree: &Oid, name: &str) -> Result<Option<RepoPath>> {
        let mut at = RepoPath::from("");
        for part in name.split('/').filter(|part| !part.is_empty()) {
            let names = self.objects.names(tree, &at)?;
            let Some(found) = names.into_iter().find(|path| path.file_name().eq_ignore_ascii_case(part)) else { return Ok(None) };
            at = found;
        }
        Ok(Some(at))
    }

    /// A regular file's text; a link is not followed.
    fn text(&self, tree: &Oid, path: &RepoPath) -> Option<String> {
        let entry = self.objects.entry(tree, path).ok().flatten().filter(|entry| entry.mode & 0o170_000 == 0o100_000)?;
        let bytes = self.objects.blob(&entry.id).ok().flatten().filter(|bytes| bytes.len() as u64 <= LIMIT)?;
        String::from_utf8(bytes).ok()
    }

    /// A path of the worktree, or the name of one of several.
    fn named(&self, name: &str) -> Result<(String, Template)> {
        if self.workspace.absolute(Path::new(name)).is_file() || Path::new(name).is_absolute() {
            return self.file(Path::new(name));
        }
        let wanted = name.to_lowercase();
        let wanted = wanted.strip_suffix(".md").unwrap_or(&wanted);
        for at in places(self.forge) {
            let found = self.among(at)?;
            let is = |path: &RepoPath| {
                let file = path.file_name().to_lowercase();
                file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem) == wanted
            };
            if let Some((path, text)) = found.iter().find(|(path, _)| is(path)) {
                return Ok(read(path, text));
            }
        }
        Err(Error::new(Kind::Nothing, format!("there is no template `{name}`")).hint("give its path, or leave it out with --no-template"))
    }

    fn file(&self, path: &Path) -> Result<(String, Template)> {
        let whole = self.workspace.absolute(path);
        if !path.is_absolute() {
            no_links(&self.workspace.repository.worktree, &whole)?;
        }
        let refused =
            |why: String| Error::new(Kind::Nothing, format!("the template {} {why}", path.display())).hint("journal pr --no-template");
        let size = std::fs::metadata(&whole).map_err(|error| refused(format!("cannot be read: {error}")))?.len();
        if size > LIMIT {
            return Err(refused(format!("is larger than {} KiB", LIMIT >> 10)));
        }
        let text = std::fs::read_to_string(&whole).map_err(|error| refused(format!("cannot be read: {error}")))?;
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        Ok((path.display().to_string(), Template::read(&name, &text)))
    }
}
