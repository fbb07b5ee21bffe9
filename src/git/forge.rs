//! Links to a forge's pages from a remote's address: one row a forge.
//!
//! Text in, text out; asks no server. A host that no row knows gives no link, since a wrong one is worse than none. Nothing that stands
//! before an `@` of an address ever comes out again.

use crate::change::Oid;

/// A remote's address taken apart, without its user and password.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Remote {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
    /// Without leading and trailing slashes and without `.git`.
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Git,
    Ssh,
    /// `host:path`, as scp writes it.
    Scp,
}

/// A forge: which hosts are its, and how a commit's page is called. `{base}` is the repository's page, `{id}` the commit.
struct Forge {
    knows: fn(&Remote) -> Option<String>,
    commit: &'static str,
}

const FORGES: &[Forge] = &[
    Forge {
        knows: |remote| owner_and_name(remote, remote.first_label() == "github" || remote.host == "ssh.github.com"),
        commit: "{base}/commit/{id}",
    },
    Forge {
        knows: |remote| (remote.label_has("gitlab") && remote.segments() >= 2).then(|| remote.page(&remote.path)),
        commit: "{base}/-/commit/{id}",
    },
    Forge {
        knows: |remote| owner_and_name(remote, matches!(&*remote.host, "bitbucket.org" | "altssh.bitbucket.org")),
        commit: "{base}/commits/{id}",
    },
    // Gitea, Forgejo, Codeberg
    Forge {
        knows: |remote| {
            let known = remote.host == "codeberg.org" || remote.label_has("gitea") || remote.label_has("forgejo");
            owner_and_name(remote, known)
        },
        commit: "{base}/commit/{id}",
    },
    // Azure DevOps
    Forge { knows: azure, commit: "{base}/commit/{id}" },
    // SourceHut
    Forge {
        knows: |remote| owner_and_name(remote, remote.host == "git.sr.ht" && remote.path.starts_with('~')),
        commit: "{base}/commit/{id}",
    },
];

/// The page of a commit; none where the forge is unknown.
pub fn commit_url(remote_url: &str, id: &Oid) -> Option<String> {
    let (forge, base) = find(remote_url)?;
    is_hex(id).then(|| fill(forge.commit, &[("{base}", &base), ("{id}", id.as_str())]))
}

/// The repository's page; none where the forge is unknown.
pub fn page(remote_url: &str) -> Option<String> {
    find(remote_url).map(|(_, base)| base)
}

/// The address for people's eyes: without user and password (but for the customary `git@`), query and fragment. A local path stays
/// a path; what cannot be read as an address is not shown.
pub fn display_url(remote_url: &str) -> String {
    let url = remote_url.trim();
    let user = url.contains("://git@") || url.starts_with("git@");
    match Remote::parse(url) {
        Some(remote) => remote.display(user),
        None if url.contains("://") && !url.starts_with("file://") || url.contains('@') => "(address not shown)".to_owned(),
        None => url.chars().filter(|c| !c.is_control()).collect(),
    }
}

fn find(remote_url: &str) -> Option<(&'static Forge, String)> {
    let remote = Remote::parse(remote_url.trim())?;
    FORGES.iter().find_map(|forge| Some((forge, (forge.knows)(&remote)?)))
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

impl Remote {
    fn parse(url: &str) -> Option<Self> {
        match url.split_once("://") {
            Some((scheme, rest)) => Self::parse_url(scheme, rest),
            None => Self::parse_scp(url),
        }
    }

    fn parse_url(scheme: &str, rest: &str) -> Option<Self> {
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "git" => Scheme::Git,
            "ssh" | "git+ssh" | "ssh+git" => Scheme::Ssh,
            _ => return None,
        };
        let (authority, path) = rest.split_once('/')?;
        let place = authority.rsplit('@').next()?;
        let (host, port) = match place.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (place, None),
        };
        Self::new(scheme, host, port, path)
    }

    /// `[user@]host:path`; neither a path with a colon in it nor a drive letter.
    fn parse_scp(url: &str) -> Option<Self> {
        let (place, path) = url.split_once(':')?;
        let host = place.rsplit('@').next()?;
        let is_address = host.len() > 1 && !place.contains('/') && !place.contains('\\');
        is_address.then(|| Self::new(Scheme::Scp, host, None, path)).flatten()
    }

    fn new(scheme: Scheme, host: &str, port: Option<u16>, path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next()?.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let odd = |part: &str| matches!(part, "" | "." | "..");
        let readable = !host.is_empty() && host.chars().all(plain) && !path.split('/').any(odd);
        // an `@` left in the path may be the rest of a password that held a slash or a colon
        let clean = !path.contains('@') && !path.contains("%40") && !path.chars().any(char::is_control);
        (readable && clean).then(|| Self { scheme, host: host.to_ascii_lowercase(), port, path: encode(path.as_bytes(), b"/~%") })
    }

    fn first_label(&self) -> &str {
        self.host.split('.').next().unwrap_or_default()
    }

    fn label_has(&self, word: &str) -> bool {
        self.host.split('.').any(|label| label.contains(word))
    }

    fn segments(&self) -> usize {
        self.path.split('/').count()
    }

    /// Where the web pages of this host are: an SSH port says nothing of them, an HTTP port does.
    fn page(&self, path: &str) -> String {
        let host = self.host.strip_prefix("ssh.").or(self.host.strip_prefix("altssh.")).unwrap_or(&self.host);
        match (self.scheme, self.port) {
            (Scheme::Http, Some(port)) => format!("http://{host}:{port}/{path}"),
            (Scheme::Http, None) => format!("http://{host}/{path}"),
            (Scheme::Https, Some(port)) if port != 443 => format!("https://{host}:{port}/{path}"),
            _ => format!("https://{host}/{path}"),
        }
    }

    fn display(&self, git_user: bool) -> String {
        let user = if git_user { "git@" } else { "" };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let (host, path) = (&self.host, &self.path);
        match self.scheme {
            Scheme::Scp => format!("{user}{host}:{path}"),
            Scheme::Ssh => format!("ssh://{user}{host}{port}/{path}"),
            Scheme::Http => format!("http://{host}{port}/{path}"),
            Scheme::Https => format!("https://{host}{port}/{path}"),
            Scheme::Git => format!("git://{host}{port}/{path}"),
        }
    }
}

fn is_hex(id: &Oid) -> bool {
    !id.as_str().is_empty() && id.as_str().bytes().all(|b| b.is_ascii_hexdigit())
}

/// Percent-encodes what is neither unreserved nor in `also`.
pub fn encode(bytes: &[u8], also: &[u8]) -> String {
    let mut out = String::new();
    for &b in bytes {
        match b {
            b'-' | b'.' | b'_' | b'~' => out.push(b as char),
            _ if b.is_ascii_alphanumeric() || also.contains(&b) => out.push(b as char),
            _ => out += &format!("%{b:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn shown_without_credentials() {
        for (remote, shown) in [
            ("git@git.example.org:shop/shop.git", "git@git.example.org:shop/shop"),
            ("deploy@git.example.org:shop/shop.git", "git.example.org:shop/shop"),
            ("https://user:secret@example.org:8443/a/b.git?token=x", "https://example.org:8443/a/b"),
            ("https://user:se/cr@et@example.org/a/b.git", "(address not shown)"),
            ("user:secret@example.org:a/b", "(address not shown)"),
            ("ssh://git@example.org:22/a", "ssh://git@example.org:22/a"),
            ("/srv/git/a.git", "/srv/git/a.git"),
            ("../a.git", "../a.git"),
        ] {
            assert_eq!(display_url(remote), shown, "{remote}");
        }
    }

    proptest! {
        #[test]
        fn no_input_panics(url in any::<String>()) {
            let _ = (commit_url(&url, &Oid::new("abc")), display_url(&url));
        }

        #[test]
        fn user_info_never_comes_out(
            scheme in "(https|http|ssh|git|HTTPS|git\\+ssh)://|",
            user in "u[a-z:/@%#?.\\\\-]{0,12}",
            host in "github\\.com|gitlab\\.x\\.org|dev\\.azure\\.com|h",
            separator in "[:/]",
        ) {
            // the marker stands in for whatever the user part holds
            let url = format!("{scheme}{user}:S3CRET@{host}{separator}o/r.git");
            prop_assert!(!display_url(&url).contains("S3CRET"), "{}", display_url(&url));
            prop_assert!(!commit_url(&url, &Oid::new("abc")).unwrap_or_default().contains("S3CRET"));
        }
    }
}
