//! The vocabulary in which a language says where its definitions stand: plain constant data, one [`Grammar`] a language.
//!
//! Tree-sitter's own queries would say the same, but compiling one costs 10 to 120 ms for a large grammar (Swift, TypeScript),
//! more than everything else together; a table of node kinds costs some microseconds. Nothing here looks at a file.

use super::lexis::Lexis;
use super::new_tests::TestRule;
use crate::evidence::DefinitionKind;

/// What a language's syntax trees mean to us.
pub(super) struct Grammar {
    /// The rules, in groups so that related languages share them. The first that holds for a node counts.
    pub rules: &'static [&'static [Rule]],
    /// Attributes, annotations, decorators: part of a definition's surroundings, not of its extent.
    pub decorators: &'static [&'static str],
    /// What those attributes begin with that are documentation in another form: no more than a comment.
    pub documenting: &'static [&'static str],
    /// Comments.
    pub comments: &'static [&'static str],
    /// Nodes around a single definition whose extent is the definition's own: `export`, `template`, `const … ;`.
    pub wrappers: &'static [&'static str],
    /// Parameter lists; equal ones tell overloads apart.
    pub parameters: &'static [&'static str],
    /// Names with a container in them: node kind, field of the container, field of the rest.
    pub paths: &'static [(&'static str, &'static str, &'static str)],
    /// Words among those containers that are not part of a qualified name: `prototype`, `this`.
    pub silent: &'static [&'static str],
    /// Containers written in front of a name are shown but do not tell definitions apart.
    pub loose_paths: bool,
    /// Nodes around a name: node kind and the field to follow, or an empty string for the first named child.
    pub through: &'static [(&'static str, &'static str)],
    /// Words that a misread macro leaves where a name should be.
    pub reserved: &'static [&'static str],
    /// Text that the grammar does not know: the group `blank`, which means nothing here, is parsed as spaces, the group `end` as a semicolon.
    pub blanks: &'static [&'static str],
    /// What a macro call's text may consist of for it to be definitions; empty where nothing is read again.
    pub items: &'static [&'static str],
    /// How to see where definitions begin without parsing; none where that is not certain.
    pub lexis: Option<&'static Lexis>,
    /// Whether white space at a line's beginning means something.
    pub layout: Layout,
    /// Between containers.
    pub separator: &'static str,
    /// Between a container and what can be called.
    pub member: &'static str,
    /// Functions in a container are called methods.
    pub methods: bool,
    /// A method that has its container's name makes an instance.
    pub named_like_container: bool,
    /// Several definitions of one name one after the other, are one definition.
    pub clauses: bool,
    /// How tests are recognised.
    pub tests: &'static [TestRule],
}

/// A language about which nothing is known yet: what a row of `rules/` fills in.
pub(super) const BLANK: Grammar = Grammar {
    rules: &[],
    decorators: &[],
    documenting: &[],
    comments: &["comment"],
    wrappers: &[],
    parameters: &[],
    paths: &[],
    silent: &[],
    loose_paths: false,
    through: &[],
    reserved: &[],
    items: &[],
    blanks: &[],
    lexis: None,
    layout: Layout::Free,
    separator: ".",
    member: ".",
    methods: true,
    named_like_container: false,
    clauses: false,
    tests: &[],
};

/// Whether indentation is syntax.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Free,
    Significant,
}

/// What a node means.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// The node's kind.
    pub node: &'static str,
    /// What it is.
    pub role: Role,
    /// Where its name stands.
    pub name: Name,
    /// All of these must hold.
    pub when: &'static [When],
    /// Between it (or its members) and the container, where that is not the language's usual separator.
    pub separator: Option<&'static str>,
    /// Where a container is named apart from the name: a field and the kind of node to look for in it.
    pub receiver: Option<(&'static str, &'static str)>,
    /// Written in front of the name: `~`, `operator `.
    pub prefix: &'static str,
}

/// What a node is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A definition.
    Define(DefinitionKind),
    /// Gives its members a container without being a definition itself: `impl`, `extension`. Part of their identity.
    Members,
    /// Gives its members a container to be shown only: an object literal's variable.
    Shown,
    /// Members belong to the container around, but with another separator: `class << self`.
    Singleton,
    /// Arguments of a call: objects in here are values, not places where one defines methods.
    Arguments,
    /// Ends [`Role::Arguments`]: an anonymous function.
    Closure,
    /// Holds text that is read again as definitions: a macro call where a definition could stand.
    Reread,
    /// A test written as a call, named by a string.
    Test,
    /// Holds nothing for us.
    Skip,
}

/// Where a name stands.
#[derive(Clone, Copy)]
pub(super) enum Name {
    /// In a field.
    Field(&'static str),
    /// In the first child of a kind.
    Child(&'static str),
    /// In the last named child.
    Last,
    /// Always this word.
    Word(&'static str),
    /// The container's own name.
    OfContainer,
    /// The first string among the arguments.
    Quoted,
    /// The first two parameters, joined with a dot.
    Pair,
    /// There is none.
    Nothing,
}

/// What must hold for a rule to count.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// The field is there.
    Has(&'static str),
    /// The field is not there.
    Lacks(&'static str),
    /// The field's text, up to a parenthesis, is in capitals.
    Shouted(&'static str),
    /// The field (or child of that kind), looked at through parentheses and casts, is of one of these kinds.
    Is(&'static str, &'static [&'static str]),
    /// The field's text is one of these words.
    Word(&'static str, &'static [&'static str]),
    /// A direct child, named or not, is of this kind.
    Token(&'static str),
    /// A child of the first kind has a child of the second.
    Holds(&'static str, &'static str),
    /// The node's text begins with these words.
    Begins(&'static [&'static str]),
    /// The parent is of one of these kinds.
    Under(&'static [&'static str]),
    /// Not among the arguments of a call in a callable, where it is a value like any other.
    NotArgument,
    /// No callable is around it.
    Outside,
    /// It stands directly in a type, `impl` or trait.
    Member,
    /// It does not.
    NotMember,
    /// The field's text begins with one of these words: the name of what is called, whatever is chained to it.
    Callee(&'static str, &'static [&'static str]),
    /// The field's node is a call of one of these words, bare or a member of what is written with a capital (`React.memo`), whose first argument
    /// is of one of these kinds, or again such a call.
    Wraps(&'static str, &'static [&'static str], &'static [&'static str]),
    /// The field's node has no field `name` itself.
    Unnamed(&'static str),
    /// A child of the field's node has a field `body`.
    HoldsBody(&'static str),
    /// The child of this kind holds this word.
    Among(&'static str, &'static str),
    /// The child of this kind has one named child only.
    Single(&'static str),
    /// On the way from the field to the name there is a node of this kind.
    Reaches(&'static str, &'static str),
}

impl When {
    /// Whether it is about what is around the node.
    pub(super) const fn asks_around(&self) -> bool {
        matches!(self, Self::Under(_) | Self::NotArgument | Self::Outside | Self::Member | Self::NotMember)
    }
}

/// A rule for a node whose name stands in the field `name`.
pub(super) const fn rule(node: &'static str, role: Role) -> Rule {
    Rule { node, role, name: Name::Field("name"), when: &[], separator: None, receiver: None, prefix: "" }
}

/// A rule for a definition whose name stands in the field `name`.
pub(super) const fn define(node: &'static str, kind: DefinitionKind) -> Rule {
    rule(node, Role::Define(kind))
}

impl Rule {
    pub(super) const fn named(mut self, name: Name) -> Self {
        self.name = name;
        self
    }

    pub(super) const fn when(mut self, when: &'static [When]) -> Self {
        self.when = when;
        self
    }

    pub(super) const fn joined(mut self, separator: &'static str) -> Self {
        self.separator = Some(separator);
        self
    }

    pub(super) const fn prefixed(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    pub(super) const fn of(mut self, field: &'static str, kind: &'static str) -> Self {
        self.receiver = Some((field, kind));
        self
    }
}
