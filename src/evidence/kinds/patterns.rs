//! The notation of the kind table, and a matcher that looks at a handful of patterns a path instead of at all of them.
//!
//! Knows nothing of kinds. A glob compiler would do, but compiling a thousand globs costs more than a whole `journal diff`: here the
//! patterns are put into maps by what they end in, and only those that a name can meet are tried.
//!
//! Notation: `name` a file name at any depth; `a/name` the same below a folder `a`; `name/` everything below a folder of that name;
//! `^` in front: from the top only; `*` any characters but `/`; `?` any one; `#` a digit; `**` any folders; `{a,b}` either. A pattern
//! with a capital letter is matched as it is written, others whatever the letters' case.

use std::collections::HashMap;

/// One alternative of a pattern, split at its slashes.
struct Pattern {
    row: usize,
    anchored: bool,
    parents: Vec<String>,
    last: String,
}

/// Where to find patterns by the component that they end in.
#[derive(Default)]
struct Index {
    patterns: Vec<Pattern>,
    exact: HashMap<String, Vec<usize>>,
    extension: HashMap<String, Vec<usize>>,
    first: HashMap<u8, Vec<usize>>,
    last: HashMap<u8, Vec<usize>>,
    rest: Vec<usize>,
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
    pub(super) fn add(&mut self, row: usize, patterns: &str) {
        for pattern in patterns.split_whitespace().flat_map(alternatives) {
            let cased = pattern.bytes().any(|b| b.is_ascii_uppercase());
            let sides = if cased { &mut self.cased } else { &mut self.folded };
            match pattern.strip_suffix('/') {
                Some(folder) => sides[FOLDER].add(row, folder),
                None => sides[FILE].add(row, &pattern),
            }
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
    fn add(&mut self, row: usize, pattern: &str) {
        let (anchored, pattern) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
        let mut parents: Vec<String> = pattern.split('/').map(str::to_owned).collect();
        let last = parents.pop().unwrap_or_default();
        let id = self.patterns.len();
        let wild = |text: &str| text.contains(['*', '?', '#']);
        match (last.strip_prefix("*."), last.as_bytes()) {
            _ if !wild(&last) => self.exact.entry(last.clone()).or_default().push(id),
            (Some(extension), _) if !wild(extension) => self.extension.entry(extension.to_owned()).or_default().push(id),
            (_, [first, ..]) if !wild(&last[..1]) => self.first.entry(*first).or_default().push(id),
            (_, [.., end]) if !matches!(end, b'*' | b'?' | b'#') => self.last.entry(*end).or_default().push(id),
            _ => self.rest.push(id),
        }
        self.patterns.push(Pattern { row, anchored, parents, last });
    }

    /// Tries the patterns that can end in component `at`.
    fn search(&self, parts: &[&str], at: usize, rows: &mut Vec<usize>) {
        let name = parts[at];
        let bytes = name.as_bytes();
        let dots = name.match_indices('.').take(8);
        let lists = [
            self.exact.get(name),
            bytes.first().and_then(|b| self.first.get(b)),
            bytes.last().and_then(|b| self.last.get(b)),
            Some(&self.rest),
        ];
        let by_extension = dots.filter_map(|(i, _)| self.extension.get(&name[i + 1..]));
        for &id in lists.into_iter().flatten().chain(by_extension).flatten() {
            let pattern = &self.patterns[id];
            if glob(pattern.last.as_bytes(), bytes) && parents_match(&pattern.parents, &parts[..at], pattern.anchored) {
                rows.push(pattern.row);
            }
        }
    }
}

/// Whether the folders above end in the wanted ones (begin with them too where the pattern is anchored).
fn parents_match(wanted: &[String], folders: &[&str], anchored: bool) -> bool {
    let Some((last, rest)) = wanted.split_last() else {
        return !anchored || folders.is_empty();
    };
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
fn alternatives(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else {
        return vec![pattern.to_owned()];
    };
    let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
    inside.split(',').flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
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
