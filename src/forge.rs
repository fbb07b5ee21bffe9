//! Forges: one row each, with its hosts and pages, what a description may hold there and how long it may be.
//!
//! Text in, text out; asks no server. A host that no row knows gives no link, since a wrong one is worse than none.

mod remote;

use clap::ValueEnum;
use serde::Serialize;

use crate::change::Oid;
pub use remote::display_url;
use remote::{Remote, encode};

/// The forges that are known. The names are public (options, JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    /// SourceHut
    Sourcehut,
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
#[derive(Debug)]
pub struct Forge {
    /// Its name.
    pub name: ForgeName,
    /// What people call it.
    pub title: &'static str,
    /// What it can show.
    pub can: Capabilities,
    /// Longest description, in UTF-16 units: below what the forge takes, so that a bot's line still fits.
    pub limit: usize,
    /// Longest description in bytes.
    pub bytes: usize,
    /// Longest title of a request in characters.
    pub title_limit: usize,
    /// Parts of the names of hosts that are likely its: enough to choose limits by, not for links.
    hosts: &'static [&'static str],
    /// The repository's page, where the address is one of this forge beyond doubt.
    page: fn(&Remote) -> Option<String>,
    /// A commit's page; `{page}` is the repository's, `{id}` the commit.
    commit: &'static str,
    /// The page that opens a new request, from `{head}` into `{base}`.
    request: &'static str,
}

const ALL: Capabilities = Capabilities { details: true, task_lists: true, tables: true, comments: true };
const PLAIN: Capabilities = Capabilities { details: false, task_lists: false, ..ALL };

/// The rows. The first is what an unknown forge is taken for.
pub const FORGES: &[Forge] = &[
    Forge {
        name: ForgeName::Github,
        title: "GitHub",
        can: ALL,
        limit: 65_000,
        bytes: 260_000,
        title_limit: 256,
        hosts: &["github"],
        page: |remote| owner_and_name(remote, remote.first_label() == "github" || remote.host == "ssh.github.com"),
        commit: "{page}/commit/{id}",
        request: "{page}/compare/{base}...{head}?expand=1",
    },
    Forge {
        name: ForgeName::Gitlab,
        title: "GitLab",
        can: ALL,
        limit: 1_000_000,
        bytes: 1_000_000,
        title_limit: 255,
        hosts: &["gitlab"],
        page: |remote| (remote.label_has("gitlab") && remote.segments() >= 2).then(|| remote.page(&remote.path)),
        commit: "{page}/-/commit/{id}",
        request: "{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={head}&merge_request%5Btarget_branch%5D={base}",
    },
    Forge {
        name: ForgeName::Gitea,
        title: "Gitea",
        can: ALL,
        limit: 65_000,
        bytes: 260_000,
        title_limit: 255,
        hosts: &["gitea", "forgejo", "codeberg.org"],
        page: |remote| {
            let known = remote.host == "codeberg.org" || remote.label_has("gitea") || remote.label_has("forgejo");
            owner_and_name(remote, known)
        },
        commit: "{page}/commit/{id}",
        request: "{page}/compare/{base}...{head}",
    },
    Forge {
        name: ForgeName::Azure,
        title: "Azure DevOps",
        can: PLAIN,
        limit: 3_900,
        bytes: 15_600,
        title_limit: 400,
        hosts: &["dev.azure.com", "visualstudio.com"],
        page: azure,
        commit: "{page}/commit/{id}",
        request: "{page}/pullrequestcreate?sourceRef={head}&targetRef={base}",
    },
    Forge {
        name: ForgeName::Bitbucket,
        title: "Bitbucket",
        can: Capabilities { comments: false, ..PLAIN },
        limit: 100_000,
        bytes: 100_000,
        title_limit: 255,
        hosts: &["bitbucket.org"],
        page: |remote| owner_and_name(remote, matches!(&*remote.host, "bitbucket.org" | "altssh.bitbucket.org")),
        commit: "{page}/commits/{id}",
        request: "{page}/pull-requests/new?source={head}&dest={base}",
    },
    Forge {
        name: ForgeName::BitbucketServer,
        title: "Bitbucket Data Center",
        can: Capabilities { comments: false, tables: false, ..PLAIN },
        limit: 32_000,
        bytes: 32_000,
        title_limit: 255,
        hosts: &["bitbucket", "stash"],
        // projects and people stand in other places of its pages than of its addresses
        page: |_| None,
        commit: "{page}/commits/{id}",
        request: "{page}/pull-requests?create&sourceBranch={head}&targetBranch={base}",
    },
    // requests are mails, shown as the text they are
    Forge {
        name: ForgeName::Sourcehut,
        title: "SourceHut",
        can: Capabilities { comments: false, tables: false, ..PLAIN },
        limit: 65_000,
        bytes: 260_000,
        title_limit: 255,
        hosts: &["git.sr.ht"],
        page: |remote| owner_and_name(remote, remote.host == "git.sr.ht" && remote.path.starts_with('~')),
        commit: "{page}/commit/{id}",
        request: "{page}/send-email",
    },
];

impl Forge {
    /// The row of a name.
    pub fn named(name: ForgeName) -> &'static Self {
        FORGES.iter().find(|forge| forge.name == name).unwrap_or(&FORGES[0])
    }

    /// The forge that a remote's address points to; the first row where none does.
    pub fn of_remote(url: Option<&str>) -> &'static Self {
        let remote = url.and_then(Remote::parse);
        let at = |forge: &&Self| remote.iter().any(|remote| forge.hosts.iter().any(|known| remote.host.contains(known)));
        FORGES.iter().find(at).unwrap_or(&FORGES[0])
    }

    /// Whether a description may be this long.
    pub fn takes(&self, text: &str) -> bool {
        text.encode_utf16().count() <= self.limit && text.len() <= self.bytes
    }

    /// The page that opens a new request between two branches, where the repository has a page.
    pub fn request_url(&self, remote_url: &str, base: &str, head: &str) -> Option<String> {
        let (_, page) = find(remote_url)?;
        let [base, head] = [base, head].map(|branch| encode(branch.as_bytes(), b"/"));
        Some(fill(self.request, &[("{page}", &page), ("{base}", &base), ("{head}", &head)]))
    }
}

/// The page of a commit; none where the forge is unknown.
pub fn commit_url(remote_url: &str, id: &Oid) -> Option<String> {
    let (forge, page) = find(remote_url)?;
    is_hex(id).then(|| fill(forge.commit, &[("{page}", &page), ("{id}", id.as_str())]))
}

fn find(remote_url: &str) -> Option<(&'static Forge, String)> {
    let remote = Remote::parse(remote_url)?;
    FORGES.iter().find_map(|forge| Some((forge, (forge.page)(&remote)?)))
}

/// Puts the parts into a row's text in one pass: what a part holds is not looked at again.
fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let Some((name, value)) = parts.iter().find(|(name, _)| rest[at..].starts_with(name)) else {
            break;
        };
        out += &rest[..at];
        out += value;
        rest = &rest[at + name.len()..];
    }
    out + rest
}

fn is_hex(id: &Oid) -> bool {
    !id.as_str().is_empty() && id.as_str().bytes().all(|b| b.is_ascii_hexdigit())
}

fn owner_and_name(remote: &Remote, known: bool) -> Option<String> {
    (known && remote.segments() == 2).then(|| remote.page(&remote.path))
}

/// `dev.azure.com/org/project/_git/name`, `ssh.dev.azure.com:v3/org/project/name` and the older hosts below `visualstudio.com`.
fn azure(remote: &Remote) -> Option<String> {
    let parts: Vec<&str> = remote.path.split('/').collect();
    let (organisation, project, name) = match (&*remote.host, &parts[..]) {
        ("dev.azure.com", [organisation, project, "_git", name]) => (*organisation, *project, *name),
        ("dev.azure.com", [organisation, "_git", name]) => (*organisation, *name, *name),
        ("ssh.dev.azure.com" | "vs-ssh.visualstudio.com", ["v3", organisation, project, name]) => (*organisation, *project, *name),
        (host, [project, "_git", name] | ["DefaultCollection", project, "_git", name]) => {
            (host.strip_suffix(".visualstudio.com")?, *project, *name)
        }
        _ => return None,
    };
    Some(format!("https://dev.azure.com/{organisation}/{project}/_git/{name}"))
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
            ("https://git.sr.ht/~u/r", ForgeName::Sourcehut),
            ("/srv/git/github/r.git", ForgeName::Github),
        ] {
            assert_eq!(Forge::of_remote(Some(url)).name, name, "{url}");
        }
        for forge in FORGES {
            assert_eq!(Forge::named(forge.name).name, forge.name);
            assert!(forge.takes(&"x".repeat(forge.limit)) && !forge.takes(&"x".repeat(forge.limit + 1)), "{}", forge.title);
        }
    }

    #[test]
    fn commits() {
        let id = Oid::new("3f2a91c0");
        for (remote, url) in [
            ("git@github.com:shop/shop.git", "https://github.com/shop/shop/commit/3f2a91c0"),
            ("https://token:x@github.com/shop/shop", "https://github.com/shop/shop/commit/3f2a91c0"),
            ("ssh://git@ssh.github.com:443/shop/shop.git", "https://github.com/shop/shop/commit/3f2a91c0"),
            ("git://github.com/shop/shop.git/", "https://github.com/shop/shop/commit/3f2a91c0"),
            ("https://github.example.org:8443/a/b.git", "https://github.example.org:8443/a/b/commit/3f2a91c0"),
            ("git@gitlab.com:g/sub/p.git", "https://gitlab.com/g/sub/p/-/commit/3f2a91c0"),
            ("ssh://git@my-gitlab.example.org:2222/g/p.git", "https://my-gitlab.example.org/g/p/-/commit/3f2a91c0"),
            ("http://gitlab.local/g/p", "http://gitlab.local/g/p/-/commit/3f2a91c0"),
            ("git@altssh.gitlab.com:g/p.git", "https://gitlab.com/g/p/-/commit/3f2a91c0"),
            ("git@bitbucket.org:t/r.git", "https://bitbucket.org/t/r/commits/3f2a91c0"),
            ("https://codeberg.org/o/r.git", "https://codeberg.org/o/r/commit/3f2a91c0"),
            ("git@gitea.example.org:o/r.git", "https://gitea.example.org/o/r/commit/3f2a91c0"),
            ("https://org@dev.azure.com/org/My%20Project/_git/r", "https://dev.azure.com/org/My%20Project/_git/r/commit/3f2a91c0"),
            ("git@ssh.dev.azure.com:v3/org/p/r", "https://dev.azure.com/org/p/_git/r/commit/3f2a91c0"),
            ("org@vs-ssh.visualstudio.com:v3/org/p/r", "https://dev.azure.com/org/p/_git/r/commit/3f2a91c0"),
            ("https://org.visualstudio.com/DefaultCollection/p/_git/r", "https://dev.azure.com/org/p/_git/r/commit/3f2a91c0"),
            ("https://git.sr.ht/~u/r", "https://git.sr.ht/~u/r/commit/3f2a91c0"),
        ] {
            assert_eq!(commit_url(remote, &id).as_deref(), Some(url), "{remote}");
        }
    }

    #[test]
    fn unknown_is_no_link() {
        for remote in [
            "git@git.example.org:shop/shop.git", "/srv/git/github.com/a/b", "../upstream.git", "C:\\repos\\github.com",
            "file:///github.com/a/b", "https://github.com/", "https://github.com/only-one", "https://gist.github.com/u/1234",
            "https://github.com/a/../b", "https://evil.example/github.com/a/b", "https://github.com:port/a/b", "ext::sh -c evil", "",
        ] {
            assert_eq!(commit_url(remote, &Oid::new("3f2a91c0")), None, "{remote}");
        }
        assert_eq!(commit_url("git@github.com:a/b", &Oid::new("\"><script>")), None);
    }

    #[test]
    fn requests() {
        let github = Forge::named(ForgeName::Github);
        let url = github.request_url("git@github.com:a/b.git", "main", "fix/a{head}#1");
        assert_eq!(url.as_deref(), Some("https://github.com/a/b/compare/main...fix/a%7Bhead%7D%231?expand=1"));
        assert_eq!(github.request_url("/srv/git/a.git", "main", "fix"), None);
    }
}
