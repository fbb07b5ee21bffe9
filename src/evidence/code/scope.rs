//! What a definition has around it: the containers that make up its qualified name and its identity.

use std::ops::Range;

use super::grammar::{Grammar, Rule};
use super::names::Written;
use crate::evidence::DefinitionKind;

/// Definitions nested deeper than this belong to the text of those around them.
const DEEPEST: usize = 48;

/// What the members of a part of the tree have in common.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// The innermost container's own name.
    pub name: Option<String>,
    /// Containers as shown in qualified names.
    shown: String,
    /// Containers as they count for identity.
    path: String,
    /// The innermost definition.
    pub definition: Option<usize>,
    depth: usize,
    /// The innermost container is a type.
    pub in_type: bool,
    /// There is a callable around.
    pub callable: bool,
    /// Directly among the arguments of a call.
    pub argument: bool,
    separator: Option<&'static str>,
    /// A hash of the header of an `impl` or extension.
    pub header: u64,
    /// The scope around it, as an index.
    pub outer: usize,
    /// What is found in here is misread: only what cannot be in here, being too far left, is a definition.
    pub misread: bool,
    /// How far a container is indented that has syntax errors in it.
    pub broken: Option<Range<usize>>,
}

/// A definition's names, and the scope of what is in it.
pub(super) struct DefinitionPlace {
    pub kind: DefinitionKind,
    pub qualified_name: String,
    pub identity: String,
    /// What joins the name to its container: tells `Store.reserve` from `Store#reserve`.
    pub member: &'static str,
    pub inner: Scope,
}

impl Scope {
    /// Whether no more scopes are opened in here.
    pub(super) fn is_deepest(&self) -> bool {
        self.depth >= DEEPEST
    }

    /// Where a definition stands that is written in here.
    pub(super) fn place(&self, grammar: &Grammar, rule: &Rule, kind: DefinitionKind, written: &Written, index: usize) -> DefinitionPlace {
        let receiver = written.container.as_deref().filter(|receiver| self.name.as_deref() != Some(receiver));
        let kind = self.kind_in_here(grammar, kind, written);
        let (mut shown, mut path) = (self.shown.clone(), self.path.clone());
        if let Some(receiver) = receiver {
            join(&mut shown, grammar.separator, receiver);
            if !grammar.loose_paths {
                join(&mut path, "\0", receiver);
            }
        }
        let mut qualified_name = shown.clone();
        let member = self.member(grammar, rule, kind);
        join(&mut qualified_name, member, &written.name);
        join(&mut shown, grammar.separator, &written.name);
        join(&mut path, "\0", &written.name);
        let inner = Self {
            name: Some(written.name.clone()),
            shown,
            path,
            definition: Some(index),
            depth: self.depth + 1,
            in_type: !kind.is_callable(),
            callable: self.callable || kind.is_callable(),
            ..Self::default()
        };
        DefinitionPlace { kind, qualified_name, member, identity: format!("{}\0{}", identity_class(kind), inner.path), inner }
    }

    fn kind_in_here(&self, grammar: &Grammar, kind: DefinitionKind, written: &Written) -> DefinitionKind {
        let container = written.container.as_deref().or(self.name.as_deref().filter(|_| self.in_type));
        let last = container.and_then(|container| container.rsplit(grammar.separator).next());
        match kind {
            DefinitionKind::Function if grammar.named_like_container && last == Some(written.name.as_str()) => DefinitionKind::Constructor,
            DefinitionKind::Function if grammar.methods && container.is_some() => DefinitionKind::Method,
            kind => kind,
        }
    }

    fn member(&self, grammar: &Grammar, rule: &Rule, kind: DefinitionKind) -> &'static str {
        match kind.is_callable() {
            true => rule.separator.or(self.separator).unwrap_or(grammar.member),
            false => grammar.separator,
        }
    }

    /// The scope of members that share a container which is no definition: part of their identity.
    pub(super) fn members(&self, grammar: &Grammar, written: &Written, header: u64) -> Self {
        let mut inner = self.inside_shown(grammar, written);
        join(&mut inner.path, "\0", &written.name);
        (inner.in_type, inner.header) = (true, header);
        inner
    }

    /// The same for a container that is only shown.
    pub(super) fn inside_shown(&self, grammar: &Grammar, written: &Written) -> Self {
        let mut inner = self.clone();
        let names = written.container.iter().chain([&written.name]);
        names.for_each(|name| join(&mut inner.shown, grammar.separator, name));
        inner.name = Some(written.name.clone());
        inner.depth += 1;
        inner
    }

    /// The same container, joined to its members with another separator.
    pub(super) fn joined(&self, separator: Option<&'static str>) -> Self {
        Self { separator, ..self.clone() }
    }

    /// The same scope, where nothing should be and syntax errors are.
    pub(super) fn misread(&self) -> Self {
        Self { misread: true, ..self.clone() }
    }

    /// The same scope, its objects being arguments of a call or not.
    pub(super) fn with_argument(&self, argument: bool) -> Self {
        Self { argument, ..self.clone() }
    }
}

/// A getter and a setter of one name are two definitions; otherwise only callables and types are told apart.
fn identity_class(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Getter => "get",
        DefinitionKind::Setter => "set",
        kind if kind.is_callable() => "call",
        DefinitionKind::Macro => "macro",
        _ => "type",
    }
}

fn join(text: &mut String, separator: &str, name: &str) {
    if !text.is_empty() {
        text.push_str(separator);
    }
    text.push_str(name);
}
