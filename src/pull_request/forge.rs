//! What a forge can show and how long a description may be: one row a forge. Nothing here asks a server.

use clap::ValueEnum;

/// The forges whose limits are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum ForgeName {
    /// GitHub, and what behaves like it
    Github,
    /// GitLab
    Gitlab,
    /// Gitea, Forgejo, Codeberg
    Gitea,
    /// Azure DevOps
    Azure,
    /// Bitbucket Cloud
    Bitbucket,
    /// Bitbucket Data Center
    BitbucketServer,
}

/// What the description's Markdown may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// `<details>` folds.
    pub details: bool,
    /// `- [ ]` is a box.
    pub task_lists: bool,
    /// Tables are drawn.
    pub tables: bool,
    /// `<!-- -->` is not shown.
    pub comments: bool,
}

/// A forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forge {
    /// Its name.
    pub name: ForgeName,
    /// What it can show.
    pub can: Capabilities,
    /// Longest description, in UTF-16 units: below what the forge takes, so that a bot's line still fits.
    pub limit: usize,
    /// Longest description in bytes.
    pub bytes: usize,
    /// Longest title in characters.
    pub title: usize,
    /// The page that opens a new request; `{page}` is the repository's, `{base}` and `{head}` branches.
    pub compare: &'static str,
    hosts: &'static [&'static str],
}

const ALL: Capabilities = Capabilities { details: true, task_lists: true, tables: true, comments: true };
const PLAIN: Capabilities = Capabilities { details: false, task_lists: false, ..ALL };

/// The rows. The first is what an unknown forge is taken for.
pub const FORGES: &[Forge] = &[
    Forge {
        name: ForgeName::Github,
        can: ALL,
        limit: 65_000,
        bytes: 260_000,
        title: 256,
        compare: "{page}/compare/{base}...{head}?expand=1",
        hosts: &["github"],
    },
    Forge {
        name: ForgeName::Gitlab,
        can: ALL,
        limit: 1_000_000,
        bytes: 1_000_000,
        title: 255,
        compare: "{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={head}&merge_request%5Btarget_branch%5D={base}",
        hosts: &["gitlab"],
    },
    Forge {
        name: ForgeName::Gitea,
        can: ALL,
        limit: 65_000,
        bytes: 260_000,
        title: 255,
        compare: "{page}/compare/{base}...{head}",
        hosts: &["gitea", "forgejo", "codeberg.org"],
    },
    Forge {
        name: ForgeName::Azure,
        can: PLAIN,
        limit: 3_900,
        bytes: 15_600,
        title: 400,
        compare: "{page}/pullrequestcreate?sourceRef={head}&targetRef={base}",
        hosts: &["dev.azure.com", "visualstudio.com"],
    },
    Forge {
        name: ForgeName::Bitbucket,
        can: Capabilities { comments: false, ..PLAIN },
        limit: 100_000,
        bytes: 100_000,
        title: 255,
        compare: "{page}/pull-requests/new?source={head}&dest={base}",
        hosts: &["bitbucket.org"],
    },
    Forge {
        name: ForgeName::BitbucketServer,
        can: Capabilities { comments: false, tables: false, ..PLAIN },
        limit: 32_000,
        bytes: 32_000,
        title: 255,
        compare: "{page}/pull-requests?create&sourceBranch={head}&targetBranch={base}",
        hosts: &["bitbucket", "stash"],
    },
];

impl Forge {
    /// The row of a name.
    pub fn named(name: ForgeName) -> &'static Self {
        FORGES.iter().find(|forge| forge.name == name).unwrap_or(&FORGES[0])
    }

    /// The forge that a remote's address points to; the first row where none does.
    pub fn of_remote(url: Option<&str>) -> &'static Self {
        let host = url.map(host).unwrap_or_default();
        let at = |forge: &&Self| forge.hosts.iter().any(|known| host.contains(known));
        FORGES.iter().find(at).unwrap_or(&FORGES[0])
    }

    /// Whether a description may be this long.
    pub fn takes(&self, text: &str) -> bool {
        text.encode_utf16().count() <= self.limit && text.len() <= self.bytes
    }
}

/// The host of an address, in lower case.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_found_by_a_host_and_leaves_room() {
        for (url, name) in [
            ("git@github.com:o/r.git", ForgeName::Github),
            ("https://gitlab.example.org/o/r", ForgeName::Gitlab),
            ("ssh://git@codeberg.org:22/o/r", ForgeName::Gitea),
            ("https://user@dev.azure.com/o/p/_git/r", ForgeName::Azure),
            ("git@bitbucket.org:o/r.git", ForgeName::Bitbucket),
            ("https://bitbucket.corp.example/scm/o/r.git", ForgeName::BitbucketServer),
            ("/srv/git/github/r.git", ForgeName::Github),
        ] {
            assert_eq!(Forge::of_remote(Some(url)).name, name, "{url}");
        }
        for forge in FORGES {
            assert_eq!(Forge::named(forge.name), forge);
            assert!(forge.takes(&"x".repeat(forge.limit)) && !forge.takes(&"x".repeat(forge.limit + 1)), "{:?}", forge.name);
        }
    }
}
