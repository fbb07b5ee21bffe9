//! Finds a definition's name in its node and decides whether a rule's conditions hold. Looks at one node and its children only,
//! never at what is around a definition (that is the extractor's).

use tree_sitter::Node;

use super::grammar::{Grammar, Name, Rule, When};

/// Names longer than this are no names but something misread.
const LONGEST: usize = 200;

/// Steps from a field to the name in it: declarators, parentheses, receivers.
const STEPS: usize = 32;

/// A name with the containers written in front of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// `a::b` of `a::b::c`.
    pub container: Option<String>,
    /// `c` of `a::b::c`.
    pub name: String,
}

/// Reads nodes of one file.
#[derive(Clone, Copy)]
pub(super) struct NodeReader<'a> {
    pub grammar: &'static Grammar,
    pub source: &'a [u8],
}

/// What a condition may ask about the surroundings.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub argument: bool,
    pub callable: bool,
    pub in_type: bool,
    /// The kind of the node around it.
    pub parent: &'static str,
}

impl<'a> NodeReader<'a> {
    fn text(&self, node: Node<'_>) -> &'a str {
        std::str::from_utf8(&self.source[node.byte_range()]).unwrap_or("")
    }

    /// The name that a rule finds in a node. `container` is the name of what is around.
    pub(super) fn name(&self, rule: &Rule, node: Node<'_>, container: Option<&str>) -> Option<Written> {
        let mut written = self.name_alone(rule, node, container)?;
        written.name.insert_str(0, rule.prefix);
        if let Some((field, kind)) = rule.receiver {
            written.container = self.receiver(rule, node, field, kind).or(written.container);
        }
        Some(written)
    }

    fn receiver(&self, rule: &Rule, node: Node<'_>, field: &str, kind: &str) -> Option<String> {
        let mut cursor = node.walk();
        let name = match rule.name {
            Name::Child(kind) => child_of_kind(node, kind),
            Name::Field(field) => node.child_by_field_name(field),
            _ => None,
        };
        let before_name = |child: &Node<'_>| name.is_some_and(|name| child.end_byte() <= name.start_byte());
        let found = match field {
            "" => node.named_children(&mut cursor).filter(before_name).find_map(|child| first_of_kind(child, kind, 1)),
            field => first_of_kind(node.child_by_field_name(field)?, kind, STEPS),
        };
        self.clean(found?)
    }

    fn name_alone(&self, rule: &Rule, node: Node<'_>, container: Option<&str>) -> Option<Written> {
        let plain = |name: &str| Some(Written { container: None, name: name.to_owned() });
        match rule.name {
            Name::Field(field) => self.written(node.child_by_field_name(field)?),
            Name::Child(kind) => self.written(child_of_kind(node, kind)?),
            Name::Last => self.written(node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?)?),
            Name::Word(word) => plain(word),
            Name::OfContainer => plain(container?),
            Name::Quoted => plain(&self.quoted(node)?),
            Name::Pair => plain(&self.pair(node)?),
            Name::Nothing => plain(""),
        }
    }

    fn written(&self, mut node: Node<'_>) -> Option<Written> {
        let mut containers: Vec<String> = Vec::new();
        for _ in 0..STEPS {
            if let Some((_, scope, rest)) = self.grammar.paths.iter().find(|(kind, ..)| *kind == node.kind()) {
                let scope = node.child_by_field_name(scope);
                containers.extend(scope.and_then(|scope| self.clean(self.inner(scope).unwrap_or(scope))));
                node = node.child_by_field_name(rest)?;
            } else if let Some(inner) = self.inner(node) {
                node = inner;
            } else {
                break;
            }
        }
        let name = self.clean(node).filter(|name| !self.grammar.reserved.contains(&name.as_str()))?;
        let separator = self.grammar.separator;
        let loud = |part: &&str| !self.grammar.silent.contains(part);
        let parts = containers.iter().flat_map(|container| container.split(separator));
        let container = parts.filter(loud).collect::<Vec<_>>().join(separator);
        let container = Some(container).filter(|container| !container.is_empty());
        Some(Written { container, name })
    }

    fn inner<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        // a word guards a head (`when`), a symbol is itself what is defined
        let operator = node.child_by_field_name("operator");
        if operator.is_some_and(|operator| !self.text(operator).starts_with(char::is_alphabetic)) {
            return None;
        }
        match self.grammar.through.iter().find(|(kind, _)| *kind == node.kind())?.1 {
            "" => node.named_child(0),
            field => node.child_by_field_name(field),
        }
    }

    /// A name's text without quotes, type arguments and white space.
    fn clean(&self, node: Node<'_>) -> Option<String> {
        let written = self.text(node).trim();
        if node.kind() == "operator_name" {
            return Some(written.split_ascii_whitespace().collect::<Vec<_>>().join(" ")); // `operator()`
        }
        if node.kind().ends_with("_type") {
            // a type that is no name: `[T; N]`, `(A, B)`, `fn() -> T`
            let text: String = written.split_ascii_whitespace().collect();
            return (!text.is_empty() && text.len() <= LONGEST).then_some(text);
        }
        let text = written.trim_matches(['"', '\'', '`']);
        let quoted = text.len() < written.len();
        let symbol = text.contains("operator") || !text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | ':'));
        let end = text.find(if symbol { ['(', '\n'] } else { ['<', '('] });
        let text = &text[..end.filter(|&end| end > 0 && !quoted).unwrap_or(text.len())];
        let name = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let misread = name.contains(' ') && !symbol && !quoted;
        (!name.is_empty() && !misread && name.len() <= LONGEST).then_some(name)
    }

    /// The text of the first string among the arguments.
    fn quoted(&self, node: Node<'_>) -> Option<String> {
        let arguments = field_or_child(node, "arguments")?;
        let first = arguments.named_child(0)?;
        let first = if first.kind() == "argument" { first.named_child(0)? } else { first };
        let first = Some(first).filter(|first| first.kind().contains("string"))?;
        let text = self.text(first).trim_matches(['"', '\'', '`']);
        (!text.is_empty() && text.len() <= LONGEST && !text.contains('\n')).then(|| text.to_owned())
    }

    /// `A.B` of `TEST(A, B)`.
    fn pair(&self, node: Node<'_>) -> Option<String> {
        let parameters = node.child_by_field_name("declarator")?.child_by_field_name("parameters")?;
        let word = |index| parameters.named_child(index).map(|parameter| self.text(parameter));
        Some(format!("{}.{}", word(0)?, word(1)?))
    }

    /// Whether all of a rule's conditions hold.
    pub(super) fn holds(&self, rule: &Rule, node: Node<'_>, around: Around) -> bool {
        rule.when.iter().all(|when| self.condition(when, node, around).unwrap_or(false))
    }

    /// Whether all of its conditions hold in some surroundings.
    pub(super) fn may_hold(&self, rule: &Rule, node: Node<'_>) -> bool {
        let anywhere = Around { argument: false, callable: false, in_type: false, parent: "" };
        let mut alone = rule.when.iter().filter(|when| !when.asks_around());
        alone.all(|when| self.condition(when, node, anywhere).unwrap_or(false))
    }

    fn condition(&self, when: &When, node: Node<'_>, around: Around) -> Option<bool> {
        Some(match when {
            When::Has(field) => node.child_by_field_name(field).is_some(),
            When::Lacks(field) => node.child_by_field_name(field).is_none(),
            When::Shouted(field) => {
                let text = self.text(node.child_by_field_name(field)?);
                let name = text.split('(').next().unwrap_or(text).trim();
                name.contains(|c: char| c.is_uppercase()) && !name.contains(':') && !name.contains(|c: char| c.is_lowercase())
            }
            When::Is(field, kinds) => {
                let mut inner = field_or_child(node, field)?;
                for _ in 0..STEPS {
                    if kinds.contains(&inner.kind()) {
                        return Some(true);
                    }
                    inner = self.inner(inner)?;
                }
                false
            }
            When::Word(field, words) => words.contains(&self.text(node.child_by_field_name(field)?)),
            When::Callee(field, words) => {
                let text = self.text(node.child_by_field_name(field)?);
                let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
                words.contains(&&text[..end])
            }
            When::Wraps(field, words, kinds) => self.wraps(node.child_by_field_name(field)?, words, kinds),
            When::Token(kind) => child_of_kind(node, kind).is_some(),
            When::Holds(kind, inner) => child_of_kind(child_of_kind(node, kind)?, inner).is_some(),
            When::Begins(words) => words.iter().copied().eq(self.text(node).split_ascii_whitespace().take(words.len())),
            When::Under(kinds) => kinds.contains(&around.parent),
            When::Unnamed(field) => node.child_by_field_name(field)?.child_by_field_name("name").is_none(),
            When::HoldsBody(field) => {
                let holder = node.child_by_field_name(field)?;
                let mut cursor = holder.walk();
                holder.children(&mut cursor).any(|child| child.child_by_field_name("body").is_some())
            }
            When::Among(kind, word) => self.text(child_of_kind(node, kind)?).split_ascii_whitespace().any(|w| w == *word),
            When::Single(kind) => child_of_kind(node, kind)?.named_child_count() == 1,
            When::NotArgument => !(around.argument && around.callable),
            When::Outside => !around.callable,
            When::Member => around.in_type,
            When::NotMember => !around.in_type,
            When::Reaches(field, kind) => self.reaches(node.child_by_field_name(field)?, kind),
        })
    }

    fn wraps(&self, call: Node<'_>, words: &[&str], kinds: &[&str]) -> bool {
        let mut argument = self.wrapped(call, words);
        for _ in 0..STEPS {
            let Some(inner) = argument else { return false };
            if kinds.contains(&inner.kind()) {
                return true;
            }
            argument = self.wrapped(inner, words);
        }
        false
    }

    /// The first argument of a call of one of these words.
    fn wrapped<'t>(&self, call: Node<'t>, words: &[&str]) -> Option<Node<'t>> {
        let callee = self.text(call.child_by_field_name("function")?);
        let (of, word) = callee.rsplit_once('.').unwrap_or(("", callee));
        let known = words.contains(&word) && (of.is_empty() || of.starts_with(char::is_uppercase));
        call.child_by_field_name("arguments").filter(|_| known)?.named_child(0)
    }

    fn reaches(&self, mut node: Node<'_>, kind: &str) -> bool {
        for _ in 0..STEPS {
            if node.kind() == kind {
                return true;
            }
            match self.inner(node) {
                Some(inner) => node = inner,
                None => return false,
            }
        }
        false
    }
}

fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| child.kind() == kind)
}

/// The first node of a kind, looking at first children before their siblings, some levels deep.
fn first_of_kind<'t>(node: Node<'t>, kind: &str, levels: usize) -> Option<Node<'t>> {
    if node.kind() == kind {
        return Some(node);
    }
    let levels = levels.checked_sub(1)?;
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find_map(|child| first_of_kind(child, kind, levels))
}

fn field_or_child<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name).or_else(|| child_of_kind(node, name))
}
