//! What GitLab would put into its default template itself: `%{first_commit}` and its like.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::pull_request::Material;
use crate::pull_request::changes::surviving;
use crate::pull_request::layout::bullets;
use crate::pull_request::sanitise::Sanitiser;

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"%\{[a-z_]+\}").expect("a valid pattern"));

/// The text with its variables replaced; one that is not known stays.
pub fn expanded(text: &str, material: &Material, it: &Sanitiser) -> String {
    let commits = surviving(&material.commits);
    let whole = |change: &&crate::change::CommitChange| it.prose(&format!("{}\n\n{}", change.commit.subject, change.commit.body));
    let multiline = || commits.iter().find(|change| !change.commit.body.is_empty()).or(commits.first());
    let authors = || {
        let mut all: Vec<String> =
            commits.iter().map(|change| it.title(&format!("Co-authored-by: {} <{}>", change.commit.author, change.commit.email))).collect();
        all.sort();
        all.dedup();
        all.join("\n")
    };
    let variables: [(&str, &dyn Fn() -> String); 7] = [
        ("%{first_commit}", &|| commits.first().map(whole).unwrap_or_default()),
        ("%{first_multiline_commit}", &|| multiline().map(whole).unwrap_or_default()),
        ("%{first_multiline_commit_description}", &|| multiline().map(|change| it.prose(&change.commit.body)).unwrap_or_default()),
        ("%{all_commits}", &|| bullets(&commits.iter().map(|change| it.line(&change.commit.subject)).collect::<Vec<_>>())),
        ("%{source_branch}", &|| material.branch.clone().map(|branch| it.line(&branch)).unwrap_or_default()),
        ("%{target_branch}", &|| it.line(&material.base.branch)),
        ("%{co_authored_by}", &authors),
    ];
    // in one pass: what a commit says is not looked at again
    let value = |found: &Captures<'_>| match variables.iter().find(|(name, _)| *name == &found[0]) {
        Some((_, value)) => value(),
        None => found[0].to_owned(),
    };
    VARIABLE.replace_all(text, value).into_owned()
}
