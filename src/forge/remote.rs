//! A remote's address taken apart, and what of it may be shown.
//!
//! Text in, text out; asks no server. Nothing that stands before an `@` of an address ever comes out again. Which host is which forge's the
//! table above knows.

/// A remote's address taken apart, without its user and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remote {
    scheme: Scheme,
    /// In lower case.
    pub(super) host: String,
    port: Option<u16>,
    /// Without leading and trailing slashes and without `.git`.
    pub(super) path: String,
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

impl Remote {
    /// Reads an address; none where it is no address or may hold a password where none belongs.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let url = url.trim();
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

    pub(super) fn first_label(&self) -> &str {
        self.host.split('.').next().unwrap_or_default()
    }

    pub(super) fn label_has(&self, word: &str) -> bool {
        self.host.split('.').any(|label| label.contains(word))
    }

    pub(super) fn segments(&self) -> usize {
        self.path.split('/').count()
    }

    /// Where the web pages of this host are: an SSH port says nothing of them, an HTTP port does.
    pub(super) fn page(&self, path: &str) -> String {
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

/// Percent-encodes what is neither unreserved nor in `also`.
pub(super) fn encode(bytes: &[u8], also: &[u8]) -> String {
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
    use crate::change::Oid;
    use crate::forge::commit_url;
    use proptest::prelude::*;

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
