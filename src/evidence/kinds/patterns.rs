//! The notation of the kind table, and a matcher that looks at a handful of patterns a path instead of at all of them.
//!
//! Knows nothing of kinds. A glob compiler would do, but compiling a thousand globs costs more than a whole `journal diff`: here the
//! patterns are put into maps by what they end in, and only those that a name can meet are tried.
//!
//! Notation: `name` a file name at any depth; `a/name` the same below a folder `a`; `name/` everything below a folder of that name;
//! `^` in front: from the top only; `*` any characters but `/`; `?` any one; `#` a digit; `**` any folders; `{a,b}` either. A pattern
//! with a capital letter is matched as it is written, others whatever the letters' case.

use std::borrow::Cow;
use std::ops::Range;

/// One alternative of a pattern.
struct Pattern {
    row: usize,
    anchored: bool,
    text: Cow<'static, str>,
    /// The pattern within the text, without what marks it as anchored or as a folder's.
    range: Range<usize>,
}

impl Pattern {
    /// The folders above, as written, and the component that the pattern ends in.
    fn parts(&self) -> (Option<&str>, &str) {
        let text = &self.text[self.range.clone()];
        text.rsplit_once('/').map_or((None, text), |(parents, last)| (Some(parents), last))
    }
}

/// Where to find patterns by the component that they end in.
#[derive(Default)]
struct Index {
    patterns: Vec<Pattern>,
    /// Numbers of patterns by the hash of a [`Key`]. What meets here by chance is told apart when it is tried.
    buckets: Vec<Vec<usize>>,
    /// Those without a key.
    rest: Vec<usize>,
}

/// What is certain about a component that meets a pattern: the whole of it, what follows a dot, its first or its last byte.
#[derive(Clone, Copy)]
enum Key<'a> {
    Whole(&'a str),
    Extension(&'a str),
    First(u8),
    Last(u8),
}

const BUCKETS: usize = 1 << 10;

impl Key<'_> {
    /// FNV-1a: names are short and nobody gains by collisions in a table of constants.
    fn bucket(self) -> usize {
        let hash = |seed: u32, bytes: &[u8]| bytes.iter().fold(seed, |hash, &b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
        let hash = match self {
            Self::Whole(name) => hash(0x811c_9dc5, name.as_bytes()),
            Self::Extension(name) => hash(0x2f, name.as_bytes()),
            Self::First(byte) => hash(0x3d, &[byte]),
            Self::Last(byte) => hash(0x59, &[byte]),
        };
        (hash ^ (hash >> 16)) as usize % BUCKETS
    }
}

/// File patterns and folder patterns apart, for paths as written and for paths in lower case.
#[derive(Default)]
pub(super) struct Matcher {
    cased: [Index; 2],
    folded: [Index; 2],
}

const FILE: usize = 0;
const FOLDER: usize = 1;

impl Matcher {
    /// Adds a white-space separated list of patterns under a row's number.
    pub(super) fn add(&mut self, row: usize, patterns: &'static str) {
        for pattern in patterns.split_ascii_whitespace() {
            each_alternative(pattern.into(), &mut |pattern| {
                let cased = pattern.bytes().any(|b| b.is_ascii_uppercase());
                let sides = if cased { &mut self.cased } else { &mut self.folded };
                sides[if pattern.ends_with('/') { FOLDER } else { FILE }].add(row, pattern);
            });
        }
    }

    /// The rows with a pattern that the path meets, ascending, each once.
    pub(super) fn rows(&self, path: &str) -> Vec<usize> {
        let mut rows = Vec::new();
        collect(&self.cased, path, &mut rows);
        collect(&self.folded, &path.to_ascii_lowercase(), &mut rows);
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// More folders than any real tree nests; what lies deeper is matched by its first folders and its name only.
const DEPTH: usize = 64;

fn collect(sides: &[Index; 2], path: &str, rows: &mut Vec<usize>) {
    let parts: Vec<&str> = path.split('/').collect();
    let Some((_, folders)) = parts.split_last() else { return };
    sides[FILE].search(&parts, parts.len() - 1, rows);
    for at in 0..folders.len().min(DEPTH) {
        sides[FOLDER].search(&parts, at, rows);
    }
}

impl Index {
    fn add(&mut self, row: usize, text: Cow<'static, str>) {
        let anchored = text.starts_with('^');
        let range = usize::from(anchored)..text.strip_suffix('/').map_or(text.len(), str::len);
        let pattern = Pattern { row, anchored, text, range };
        let id = self.patterns.len();
        match key(pattern.parts().1) {
            Some(key) => {
                self.buckets.resize_with(BUCKETS, Vec::new);
                self.buckets[key.bucket()].push(id);
            }
            None => self.rest.push(id),
        }
        self.patterns.push(pattern);
    }

    /// Tries the patterns that can end in component `at`.
    fn search(&self, parts: &[&str], at: usize, rows: &mut Vec<usize>) {
        let name = parts[at];
        let bytes = name.as_bytes();
        let extensions = name.match_indices('.').take(8).map(|(i, _)| Key::Extension(&name[i + 1..]));
        let ends = [bytes.first().map(|b| Key::First(*b)), bytes.last().map(|b| Key::Last(*b)), Some(Key::Whole(name))];
        let keys = ends.into_iter().flatten().chain(extensions);
        let found = keys.filter_map(|key| self.buckets.get(key.bucket())).chain([&self.rest]);
        for &id in found.flatten() {
            let pattern = &self.patterns[id];
            let (parents, last) = pattern.parts();
            if glob(last.as_bytes(), bytes) && parents_match(parents, &parts[..at], pattern.anchored) {
                rows.push(pattern.row);
            }
        }
    }
}

/// What every component that meets this one has.
fn key(last: &str) -> Option<Key<'_>> {
    let wild = |text: &str| text.contains(['*', '?', '#']);
    match (last.strip_prefix("*."), last.as_bytes()) {
        _ if !wild(last) => Some(Key::Whole(last)),
        (Some(extension), _) if !wild(extension) => Some(Key::Extension(extension)),
        (_, [first, ..]) if !matches!(first, b'*' | b'?' | b'#') => Some(Key::First(*first)),
        (_, [.., end]) if !matches!(end, b'*' | b'?' | b'#') => Some(Key::Last(*end)),
        _ => None,
    }
}

/// Whether the folders above end in the wanted ones (begin with them too where the pattern is anchored).
fn parents_match(wanted: Option<&str>, folders: &[&str], anchored: bool) -> bool {
    let Some(wanted) = wanted else {
        return !anchored || folders.is_empty();
    };
    let (rest, last) = wanted.rsplit_once('/').map_or((None, wanted), |(rest, last)| (Some(rest), last));
    if last == "**" {
        // one `**` a pattern: it is tried at each depth, deeper ones would multiply
        return (0..=folders.len().min(DEPTH)).any(|depth| parents_match(rest, &folders[..depth], anchored));
    }
    folders.split_last().is_some_and(|(name, above)| glob(last.as_bytes(), name.as_bytes()) && parents_match(rest, above, anchored))
}

/// `*`, `?` and `#` within one component; remembers the last star only, so the time is at most the product of the lengths.
pub(super) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == b'?' || c == text[t] || (c == b'#' && text[t].is_ascii_digit()) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

/// The pattern with its braces written out.
fn each_alternative(pattern: Cow<'static, str>, found: &mut impl FnMut(Cow<'static, str>)) {
    let Some((before, rest)) = pattern.split_once('{') else {
        return found(pattern);
    };
    let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
    for choice in inside.split(',') {
        each_alternative([before, choice, after].concat().into(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation() {
        for (pattern, path, meets) in [
            ("a.b", "x/a.b", true),
            ("a.b", "x/A.B", true),
            ("A.b", "x/a.b", false),
            ("^a.b", "x/a.b", false),
            ("^x/*.b", "x/a.b", true),
            ("db/*.rb", "app/db/s.rb", true),
            ("db/", "app/db/x/s.rb", true),
            ("db/", "app/db", false),
            ("^db/", "app/db/x", false),
            ("a/**/*.md", "a/b/c/d.md", true),
            ("a/**/*.md", "a/d.md", true),
            ("a/**/*.md", "b/d.md", false),
            ("{a,b}.{c,d}", "b.d", true),
            ("v#*__*.sql", "V12__init.sql", true),
            ("v#*__*.sql", "views__x.sql", false),
            ("*.d.ts", "x.d.ts", true),
            ("*_test.go", "_test.go", true),
            ("*_test.go", "latest.go", false),
            ("roles/*/tasks/", "roles/web/tasks/main.yml", true),
            ("*.x", "a.b.x", true),
        ] {
            let mut matcher = Matcher::default();
            matcher.add(3, pattern);
            assert_eq!(matcher.rows(path) == [3], meets, "{pattern} on {path}");
        }
    }

    #[test]
    fn deep_and_long_paths_are_cheap() {
        let mut matcher = Matcher::default();
        matcher.add(0, "a/**/*.md a/ *a*a*a*b");
        let path = format!("{}{}", "a/".repeat(20_000), "a".repeat(20_000));
        assert_eq!(matcher.rows(&path), [0]);
    }
}
