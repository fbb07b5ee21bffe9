//! Walks a syntax tree and lists its definitions with their identity, extent and own text. One side of a file only; what changed is
//! `compare.rs`'s to say. Walks with a cursor and a stack of its own: nesting costs memory, never the thread's stack.

use std::collections::HashSet;
use std::ops::Range;

use tree_sitter::{Node, Parser, Tree, TreeCursor};

use super::definition::Definition;
use super::extent::{Extent, Measure};
use super::grammar::{Role, Rule};
use super::group::Group;
use super::indent::{closing, indent, is_within};
use super::language::{Compiled, Meaning};
use super::leading_comments::Lead;
use super::lines::LineIndex;
use super::names::{Around, NodeReader, Written};
use super::own_text::{hash_own_texts, hash_without_space};
use super::parse::{PATIENCE, WorkMeter, parse_parts};
use super::scope::Scope;
use crate::change::line_hash;
use crate::evidence::{DefinitionKind, NewTest};

/// How many scopes around a definition are asked whether it can be in them.
const SURROUNDINGS: usize = 128;

/// Macro calls within macro calls that are read again.
const REREADS: usize = 4;

/// What one side of a file holds.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    pub definitions: Vec<Definition>,
    /// Tests that are written as calls.
    pub tests: Vec<NewTest>,
    /// Hashes of lines in parts that hold syntax errors, less those on which a definition begins. What seems new or gone on the
    /// other side may just be unreadable here.
    pub unread: HashSet<u64>,
}

/// One level of the walk.
struct Frame {
    scope: usize,
    lead: Lead,
    wrapper: Option<Extent>,
    /// The kind of the node whose children these are, by its number.
    parent: u16,
}

/// Reads one side of a file.
pub(super) struct Extractor<'a> {
    compiled: &'static Compiled,
    source: &'a [u8],
    lines: &'a LineIndex<'a>,
    scopes: Vec<Scope>,
    rereads: Vec<(Group, usize)>,
    out: Extracted,
    /// There are syntax errors.
    broken: bool,
    work: WorkMeter,
}

impl<'a> Extractor<'a> {
    pub(super) fn new(compiled: &'static Compiled, source: &'a [u8], lines: &'a LineIndex<'a>) -> Self {
        Self {
            compiled,
            source,
            lines,
            scopes: vec![Scope::default()],
            rereads: Vec::new(),
            out: Extracted::default(),
            broken: false,
            work: WorkMeter::begin(),
        }
    }

    /// All definitions in the wanted children of the root. The tree knows nothing of the gaps.
    pub(super) fn read(mut self, parser: &mut Parser, tree: &Tree, wanted: &[bool], gaps: &[Range<usize>]) -> Extracted {
        self.broken = tree.root_node().has_error();
        self.walk(tree, 0, Some(wanted));
        for _ in 0..REREADS {
            for (group, scope) in std::mem::take(&mut self.rereads) {
                self.reread(parser, &group, scope);
            }
        }
        self.note_unread(tree, wanted);
        hash_own_texts(&mut self.out.definitions, self.source, self.compiled.grammar, gaps);
        self.out
    }

    fn note_unread(&mut self, tree: &Tree, wanted: &[bool]) {
        let root = tree.root_node();
        if !root.has_error() {
            return;
        }
        let first: HashSet<u32> = self.out.definitions.iter().map(|definition| definition.lines.0).collect();
        let mut cursor = root.walk();
        let parts = root.children(&mut cursor).enumerate();
        let broken = parts.filter(|(at, part)| wanted.get(*at) != Some(&false) && (root.is_error() || part.has_error()));
        for (_, part) in broken {
            let (from, to) = self.line_span(&part.byte_range());
            let lines = (from..=to).filter(|line| !first.contains(line));
            self.out.unread.extend(lines.map(|line| line_hash(self.lines.line(line))));
        }
    }

    fn walk(&mut self, tree: &Tree, scope: usize, wanted: Option<&[bool]>) {
        let mut cursor = tree.walk();
        let mut frames = vec![Frame { scope, lead: Lead::default(), wrapper: None, parent: tree.root_node().kind_id() }];
        let mut top = 0;
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let skip = frames.len() == 1 && wanted.is_some_and(|wanted| wanted.get(top) == Some(&false));
            let frame = frames.last_mut().expect("the root's frame is never popped");
            let inner = match skip {
                true => None,
                false => self.visit(cursor.node(), frame),
            };
            if let Some(inner) = inner
                && cursor.goto_first_child()
            {
                frames.push(inner);
                continue;
            }
            if !advance(&mut cursor, &mut frames) {
                return;
            }
            top += usize::from(frames.len() == 1);
        }
    }

    /// Looks at one node; gives what its children are to be read with, if they are.
    fn visit(&mut self, node: Node<'_>, frame: &mut Frame) -> Option<Frame> {
        let compiled = self.compiled;
        let meaning = compiled.meaning(node);
        if meaning.comment || meaning.decorator {
            frame.lead.extend(compiled.grammar, self.source, self.measure().trimmed(node), meaning.decorator);
            return None;
        }
        if !node.is_named() && !node.is_error() {
            return None;
        }
        let lead = match frame.wrapper {
            Some(_) => frame.lead.clone(),
            None => std::mem::take(&mut frame.lead).above(self.source, node.start_byte()),
        };
        if meaning.parameters {
            self.sign(frame.scope, node);
        }
        let mut inner = Frame { scope: frame.scope, lead: Lead::default(), wrapper: None, parent: node.kind_id() };
        if meaning.wrapper && self.measure().is_single(node) {
            inner.wrapper = frame.wrapper.clone().or_else(|| Some(self.measure().extent(node)));
            inner.lead = lead;
            return Some(inner);
        }
        inner.scope = self.apply(meaning, node, frame, &lead)?;
        Some(inner)
    }

    /// Does what the first rule that holds says; gives the scope of the node's children, nothing where they are not read.
    fn apply(&mut self, meaning: &Meaning, node: Node<'_>, frame: &Frame, lead: &Lead) -> Option<usize> {
        let around = self.believed(frame, meaning, node, lead);
        let scope = &self.scopes[around];
        let reading = NodeReader { grammar: self.compiled.grammar, source: self.source };
        let surroundings = Around {
            argument: scope.argument,
            callable: scope.callable,
            in_type: scope.in_type,
            parent: self.compiled.parser.node_kind_for_id(frame.parent).unwrap_or_default(),
        };
        let Some(rule) = meaning.rules.iter().find(|rule| reading.holds(rule, node, surroundings)) else {
            return Some(frame.scope);
        };
        if scope.is_deepest() || (scope.misread && rule.role != Role::Skip) {
            return Some(frame.scope);
        }
        let written = reading.name(rule, node, scope.name.as_deref());
        match (rule.role, written) {
            (Role::Skip, _) if !node.has_error() => return None,
            (Role::Skip, _) if !scope.misread => {
                let misread = scope.misread();
                return Some(self.open(misread, around, node, node.start_byte()));
            }
            (Role::Skip, _) => {}
            (Role::Reread, _) => self.rereads.extend(Group::of_call(node).map(|group| (group, around))),
            (Role::Define(kind), Some(written)) => return Some(self.define(kind, rule, &written, node, (frame, around), lead)),
            (Role::Test, Some(written)) => self.out.tests.push(NewTest { name: written.name, line: self.lines.number(node.start_byte()) }),
            (role, Some(written)) => return Some(self.enter(role, rule, &written, node, around)),
            (_, None) => {}
        }
        Some(frame.scope)
    }

    /// Opens a scope that is no definition.
    fn enter(&mut self, role: Role, rule: &Rule, written: &Written, node: Node<'_>, scope: usize) -> usize {
        let (outer, grammar) = (&self.scopes[scope], self.compiled.grammar);
        let inner = match role {
            Role::Members => outer.members(grammar, written, self.header(node)),
            Role::Shown => outer.inside_shown(grammar, written),
            Role::Singleton => outer.joined(rule.separator),
            Role::Arguments if !outer.argument => outer.with_argument(true),
            Role::Closure if outer.argument => outer.with_argument(false),
            _ => return scope,
        };
        self.open(inner, scope, node, self.measure().extent(node).range.start)
    }

    /// Opens a scope for what is in a node that begins at `start`.
    fn open(&mut self, mut scope: Scope, outer: usize, node: Node<'_>, start: usize) -> usize {
        scope.outer = outer;
        scope.broken = node.has_error().then(|| indent(self.source, start)).flatten();
        self.scopes.push(scope);
        self.scopes.len() - 1
    }

    /// The innermost scope that a definition can be in, from how far it is indented; those around it that it cannot be in end above it.
    fn believed(&mut self, frame: &Frame, meaning: &Meaning, node: Node<'_>, lead: &Lead) -> usize {
        let scope = frame.scope;
        // the preprocessor's lines begin on the left wherever they stand
        let defines = |rule: &Rule| matches!(rule.role, Role::Define(kind) if kind != DefinitionKind::Macro) || rule.role == Role::Members;
        let reading = NodeReader { grammar: self.compiled.grammar, source: self.source };
        if !self.broken || scope == 0 || !meaning.rules.iter().any(|rule| defines(rule) && reading.may_hold(rule, node)) {
            return scope;
        }
        let start = frame.wrapper.as_ref().map_or_else(|| self.measure().extent(node).range.start, |wrapper| wrapper.range.start);
        let Some(inner) = indent(self.source, start) else {
            return scope;
        };
        let (mut at, mut believed) = (scope, scope);
        for _ in 0..SURROUNDINGS {
            let outer = self.scopes[at].outer;
            let broken = self.scopes[at].broken.as_ref();
            if broken.is_some_and(|indent| !is_within(self.source, &inner, indent)) {
                self.end_above(at, lead.start().unwrap_or(start).min(start));
                believed = outer;
            }
            at = outer;
        }
        believed
    }

    /// Ends a scope's definition where another one begins that is not in it.
    fn end_above(&mut self, scope: usize, start: usize) {
        let Scope { definition, outer, .. } = self.scopes[scope];
        let own = definition.filter(|_| definition != self.scopes[outer].definition);
        if let Some(at) = own.filter(|&at| self.out.definitions[at].extent.contains(&start)) {
            let from = self.out.definitions[at].extent.start;
            let extent = from..closing(self.source, from, start);
            self.out.definitions[at].lines = self.line_span(&extent);
            self.out.definitions[at].extent = extent;
        }
    }

    fn define(
        &mut self,
        kind: DefinitionKind,
        rule: &Rule,
        written: &Written,
        node: Node<'_>,
        (frame, around): (&Frame, usize),
        lead: &Lead,
    ) -> usize {
        let scope = &self.scopes[around];
        let place = scope.place(self.compiled.grammar, rule, kind, written, self.out.definitions.len());
        let wrapper = frame.wrapper.clone().unwrap_or_else(|| self.measure().extent(node));
        let decorated = lead.decorated().unwrap_or(wrapper.start).min(wrapper.start);
        let start = wrapper.range.start;
        self.out.definitions.push(Definition {
            kind: place.kind,
            name: written.name.clone(),
            qualified_name: place.qualified_name,
            identity: place.identity,
            lead: lead.start().unwrap_or(decorated).min(decorated),
            decorated,
            outer: scope.definition,
            own: 0,
            marks: lead.marks().rotate_left(1) ^ wrapper.marks,
            signature: scope.header,
            member: place.member,
            lines: self.line_span(&wrapper.range),
            first_line: line_hash(self.lines.line(self.lines.number(wrapper.range.start))),
            extent: wrapper.range,
        });
        let inner = self.open(place.inner, around, node, start);
        if place.kind == DefinitionKind::Module {
            self.scopes[inner].broken = None; // what is in a module is often not indented
        }
        inner
    }

    fn measure(&self) -> Measure<'a> {
        Measure { compiled: self.compiled, source: self.source }
    }

    fn line_span(&self, extent: &Range<usize>) -> (u32, u32) {
        let last = extent.end.saturating_sub(1).max(extent.start);
        (self.lines.number(extent.start), self.lines.number(last))
    }

    /// Takes in a parameter list of the definition around it.
    fn sign(&mut self, scope: usize, node: Node<'_>) {
        if let Some(index) = self.scopes[scope].definition {
            let definition = &mut self.out.definitions[index];
            let parameters = hash_without_space(&self.source[node.byte_range()]);
            definition.signature = definition.signature.rotate_left(7) ^ parameters;
        }
    }

    /// A hash of what stands before the body.
    fn header(&self, node: Node<'_>) -> u64 {
        let end = node.child_by_field_name("body").map_or(node.end_byte(), |body| body.start_byte());
        hash_without_space(&self.source[node.start_byte()..end])
    }

    /// Whether a macro call's text is definitions and nothing else.
    fn is_items(&self, tree: &Tree) -> bool {
        let (root, items) = (tree.root_node(), self.compiled.grammar.items);
        let mut cursor = root.walk();
        let is_item = |node: Node<'_>| {
            let meaning = self.compiled.meaning(node);
            let kind = match node.kind() {
                // a call with a semicolon after it
                "expression_statement" => node.named_child(0).map_or("", |inner| inner.kind()),
                kind => kind,
            };
            meaning.comment || meaning.decorator || items.contains(&kind)
        };
        !root.has_error() && root.named_children(&mut cursor).all(is_item)
    }

    /// Reads the text of a macro call as definitions; where it is none, the brace groups in it.
    fn reread(&mut self, parser: &mut Parser, group: &Group, scope: usize) {
        if self.work.exceeds(PATIENCE) {
            return;
        }
        match parse_parts(parser, self.source, &[group.range]) {
            Some(tree) if self.is_items(&tree) => self.walk(&tree, scope, None),
            _ => group.inner.iter().for_each(|inner| self.reread(parser, inner, scope)),
        }
    }
}

/// To the next node that is not below the current one.
fn advance(cursor: &mut TreeCursor<'_>, frames: &mut Vec<Frame>) -> bool {
    while !cursor.goto_next_sibling() {
        if frames.len() == 1 {
            return false;
        }
        frames.pop();
        cursor.goto_parent();
    }
    true
}
