//! Two outlines of a file → the keys that differ. One differ for all formats; a format only brings its [`Notation`].
//!
//! Knows nothing of secrets: values leave here as written, `show` masks them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::items;
use super::node::{Node, Outline, Scalar, Sides, Value, unquoted};

/// How a format writes the path to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// `a.b.c`, list items `[0]`.
    Dotted,
    /// `stage.RUN#2`: repeated keys are counted from one.
    Numbered,
    /// `server[x] > location / > root`.
    Nested,
    /// `[section] key`.
    Sections,
    /// `Project/ItemGroup/@Include`.
    Slashed,
    /// `require example.org/x`.
    Spaced,
}

/// A scalar that differs, with all that masking needs to know.
#[derive(Debug)]
pub(super) struct Difference<'a> {
    pub(super) key: String,
    /// Names that say what the value is, the key's own first: then the entry's (`name: DB_PASSWORD`) and the container's.
    pub(super) names: Names<'a>,
    pub(super) base: Option<&'a Scalar>,
    pub(super) head: Option<&'a Scalar>,
    pub(super) line: u32,
}

/// What the names around a value say about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names<'a> {
    /// The key itself; the list's key for an item.
    pub(super) own: &'a str,
    /// The sibling that names what `value` is: `- name: DB_PASSWORD`.
    pub(super) sibling: &'a str,
    /// The key of the map that holds it.
    pub(super) holder: &'a str,
    /// The option that stands before it in a list of arguments, on either side: `["--token", "…"]`.
    pub(super) options: [&'a str; 2],
}

/// The differing scalars in no particular order.
pub(super) fn differences<'a>(base: Option<&'a Outline>, head: Option<&'a Outline>, differ: &Differ) -> Vec<Difference<'a>> {
    let mut out = Vec::new();
    let sides = (base.map_or(&[][..], |o| &o.documents), head.map_or(&[][..], |o| &o.documents));
    match sides {
        ([_] | [], [_] | []) => {
            let roots = (sides.0.first().map(|d| &d.1), sides.1.first().map(|d| &d.1));
            // a file without content that came or went has no key to tell, not even one without a name
            let is_empty = matches!(roots, (Some(root), None) | (None, Some(root)) if is_blank(root));
            if !is_empty {
                differ.pair(String::new(), Names::default(), roots, &mut out);
            }
        }
        (base, head) => differ.entries(&KeyPosition::default(), base, head, &mut out),
    }
    out
}

/// The rules of one format.
pub(super) struct Differ {
    pub(super) notation: Notation,
    /// Keys whose value tells the items of a list apart, best first.
    pub(super) identities: &'static [&'static str],
}

/// Where in the file we are.
#[derive(Clone, Default)]
struct KeyPosition<'a> {
    path: String,
    own: &'a str,
    sibling: &'a str,
}

impl Differ {
    fn pair<'a>(&self, path: String, names: Names<'a>, sides: Sides<'a>, out: &mut Vec<Difference<'a>>) {
        use Value::{List, Map, Scalar};
        let (base, head) = sides;
        match (base.map(|n| &n.value), head.map(|n| &n.value)) {
            (None, None) => {}
            (Some(Scalar(a)), Some(Scalar(b))) if a.meaning() == b.meaning() => {}
            (Some(Map(a)), Some(Map(b))) => self.entries(&place(path, names, sides), a, b, out),
            (Some(List(a)), Some(List(b))) => self.items(&place(path, names, sides), &all(a), &all(b), out),
            (Some(Map(a)), None) if !a.is_empty() => self.entries(&place(path, names, sides), a, &[], out),
            (None, Some(Map(b))) if !b.is_empty() => self.entries(&place(path, names, sides), &[], b, out),
            (Some(List(a)), None) if !a.is_empty() => self.items(&place(path, names, sides), &all(a), &[], out),
            (None, Some(List(b))) if !b.is_empty() => self.items(&place(path, names, sides), &[], &all(b), out),
            (a, b) if a.is_none_or(is_leaf) && b.is_none_or(is_leaf) => {
                out.push(Difference { key: path, names, base: a.map(leaf), head: b.map(leaf), line: head.or(base).map_or(1, |n| n.line) });
            }
            _ => {
                // a scalar became a table or the other way round; nothing is said about "no value" becoming one
                if !base.is_some_and(is_blank) {
                    self.pair(path.clone(), names, (base, None), out);
                }
                if !head.is_some_and(is_blank) {
                    self.pair(path, names, (None, head), out);
                }
            }
        }
    }

    fn entries<'a>(&self, place: &KeyPosition<'a>, base: &'a [(String, Node)], head: &'a [(String, Node)], out: &mut Vec<Difference<'a>>) {
        let (old, new) = (grouped(base), grouped(head));
        let gone = base.iter().filter(|(key, _)| !new.contains_key(key.as_str()));
        let mut seen = HashSet::new();
        for (key, _) in head.iter().chain(gone) {
            if !seen.insert(key.as_str()) {
                continue;
            }
            let none = Vec::new();
            let (a, b) = (old.get(key.as_str()).unwrap_or(&none), new.get(key.as_str()).unwrap_or(&none));
            let section = b.iter().chain(a).any(|n| matches!(n.value, Value::Map(_)));
            let path = self.join(&place.path, key, section);
            let names = Names { own: key, sibling: place.sibling, holder: place.own, options: [""; 2] };
            let named_elements = self.notation == Notation::Slashed && !place.path.is_empty() && self.identity(a, b).is_some();
            if a.len() > 1 || b.len() > 1 || named_elements {
                let repeated = KeyPosition { path, own: key, sibling: place.sibling };
                self.items(&repeated, a, b, out);
            } else {
                self.pair(path, names, (a.first().copied(), b.first().copied()), out);
            }
        }
    }

    /// Items are the same by what names them, else by equal content, else by their place between items that stayed.
    fn items<'a>(&self, place: &KeyPosition<'a>, base: &[&'a Node], head: &[&'a Node], out: &mut Vec<Difference<'a>>) {
        let names = Names { own: place.own, sibling: place.sibling, holder: place.own, options: [""; 2] };
        if let Some(identity) = self.identity(base, head) {
            for (label, sides) in matched_by(base, head, |node| node.field(identity).unwrap_or_default()) {
                let path = format!("{}[{identity}={label}]", place.path);
                self.item(path, identity, names, sides, out);
            }
        } else if let Some(label) = self.label(place, base, head) {
            for (label, sides) in matched_by(base, head, |node| label(node).unwrap_or_default()) {
                self.pair(format!("{}[{label}]", place.path), names, sides, out);
            }
        } else {
            for (index, sides) in items::paired(base, head) {
                let path = match self.notation {
                    Notation::Numbered => format!("{}#{}", place.path, index + 1),
                    _ => format!("{}[{index}]", place.path),
                };
                let options = [option_before(head, sides.1), option_before(base, sides.0)];
                self.pair(path, Names { options, ..names }, sides, out);
            }
        }
    }

    /// An item with a name. Where it is new or gone its name is in the path already and is not told again.
    fn item<'a>(&self, path: String, identity: &str, names: Names<'a>, sides: Sides<'a>, out: &mut Vec<Difference<'a>>) {
        let before = out.len();
        let own = self.join(&path, identity, false);
        let alone = sides.0.is_none() || sides.1.is_none();
        self.pair(path, names, sides, out);
        if alone && out.len() > before + 1 {
            let mut index = 0;
            out.retain(|difference| {
                index += 1;
                index <= before || difference.key != own
            });
        }
    }

    /// The key that tells the items of both sides apart.
    fn identity(&self, base: &[&Node], head: &[&Node]) -> Option<&'static str> {
        self.identities.iter().copied().find(|id| identifies(id, base) && identifies(id, head))
    }

    /// What tells the items of both sides apart where they are no maps: the package that is required, or the key of an assignment.
    fn label(&self, place: &KeyPosition<'_>, base: &[&Node], head: &[&Node]) -> Option<Label> {
        let fits = |label: Label| !self.identities.is_empty() && are_told_apart(label, base) && are_told_apart(label, head);
        let required = lists_packages(&place.path).then_some(required as Label);
        required.into_iter().chain([assigned as Label]).find(|label| fits(*label))
    }

    fn join(&self, parent: &str, key: &str, section: bool) -> String {
        let separator = match self.notation {
            Notation::Dotted | Notation::Numbered => ".",
            Notation::Nested => " > ",
            Notation::Sections | Notation::Spaced => " ",
            Notation::Slashed => "/",
        };
        let key = match self.notation {
            Notation::Dotted if needs_quotes(key) => format!("{key:?}"),
            Notation::Sections if section => format!("[{key}]"),
            _ => key.to_owned(),
        };
        if parent.is_empty() { key } else { format!("{parent}{separator}{key}") }
    }
}

/// The option that stands before an item in a list of arguments.
fn option_before<'a>(items: &[&'a Node], item: Option<&Node>) -> &'a str {
    /// No list of arguments is longer.
    const MOST: usize = 1000;
    let at = item.filter(|_| items.len() <= MOST).and_then(|item| items.iter().position(|other| std::ptr::eq(*other, item)));
    match at.and_then(|at| items.get(at.checked_sub(1)?)).map(|before| &before.value) {
        Some(Value::Scalar(before)) if unquoted(&before.written).starts_with('-') => unquoted(&before.written),
        _ => "",
    }
}

fn needs_quotes(key: &str) -> bool {
    key.is_empty() || key.contains(|c: char| c == '.' || c == '"' || c.is_whitespace() || c.is_control())
}

/// The place inside a container, with the name that a sibling gives to its `value`.
fn place<'a>(path: String, names: Names<'a>, (base, head): Sides<'a>) -> KeyPosition<'a> {
    let node = head.or(base);
    let sibling = NAMING.iter().find_map(|key| node.and_then(|n| n.field(key)));
    KeyPosition { path, own: names.own, sibling: sibling.unwrap_or_default() }
}

/// Keys whose value names what the `value` beside them is.
const NAMING: [&str; 6] = ["name", "key", "Name", "Key", "@name", "@key"];

fn all(items: &[Node]) -> Vec<&Node> {
    items.iter().collect()
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Scalar(_) => true,
        Value::Map(entries) => entries.is_empty(),
        Value::List(items) => items.is_empty(),
    }
}

fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => scalar.written.is_empty(),
        other => is_leaf(other),
    }
}

/// A leaf's text; an empty container is written as such.
fn leaf(value: &Value) -> &Scalar {
    static EMPTY: LazyLock<[Scalar; 2]> = LazyLock::new(|| ["{}", "[]"].map(Scalar::plain));
    match value {
        Value::Scalar(scalar) => scalar,
        Value::Map(_) => &EMPTY[0],
        Value::List(_) => &EMPTY[1],
    }
}

fn grouped(entries: &[(String, Node)]) -> HashMap<&str, Vec<&Node>> {
    let mut groups: HashMap<&str, Vec<&Node>> = HashMap::new();
    for (key, node) in entries {
        groups.entry(key).or_default().push(node);
    }
    groups
}

/// Whether every item has this key, each with another value.
fn identifies(identity: &str, items: &[&Node]) -> bool {
    let mut seen = HashSet::new();
    items.iter().all(|item| item.field(identity).is_some_and(|value| seen.insert(value)))
}

/// Pairs items with the same label, in head's order, then those that only base has.
fn matched_by<'a>(base: &[&'a Node], head: &[&'a Node], label: impl Fn(&'a Node) -> &'a str) -> Vec<(&'a str, Sides<'a>)> {
    let mut old: HashMap<&str, &Node> = base.iter().map(|node| (label(node), *node)).collect();
    let mut pairs: Vec<(&str, Sides<'a>)> = head.iter().map(|node| (label(node), (old.remove(label(node)), Some(*node)))).collect();
    pairs.extend(base.iter().filter(|n| old.contains_key(label(n))).map(|n| (label(n), (Some(*n), None))));
    pairs
}

/// What names an item that is no map.
type Label = fn(&Node) -> Option<&str>;

/// Lists of requirements.
const PACKAGES: [&str; 5] = ["dependencies", "dev-dependencies", "requires", "install_requires", "requirements"];
/// Maps of such lists.
const PACKAGES_BY_GROUP: [&str; 4] = ["optional-dependencies", "dependency-groups", "dev-dependencies", "extras_require"];

fn lists_packages(path: &str) -> bool {
    let mut names = path.rsplit('.');
    names.next().is_some_and(|name| PACKAGES.contains(&name)) || names.next().is_some_and(|name| PACKAGES_BY_GROUP.contains(&name))
}

/// Whether all items have a name, each another one.
fn are_told_apart(label: Label, items: &[&Node]) -> bool {
    let mut seen = HashSet::new();
    items.iter().all(|item| label(item).is_some_and(|name| seen.insert(name)))
}

/// The package of an item that reads `package`, `package[extra]>=1` or `package = 1`.
fn required(node: &Node) -> Option<&str> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let text = unquoted(scalar.written.trim());
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_asked = rest.is_empty() || rest.trim_start().starts_with(['[', '=', '>', '<', '~', '!', ';', '@', ',']);
    (is_asked && name.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(name)
}

/// The key of an item that reads `KEY=value`.
fn assigned(node: &Node) -> Option<&str> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let (key, _) = scalar.written.trim_start_matches(['"', '\'']).split_once('=')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!key.is_empty() && key.chars().all(plain)).then_some(key)
}
