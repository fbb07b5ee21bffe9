//! JavaScript, TypeScript and TSX: declarations, functions kept in variables, fields and properties.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Extra, Lexis, Quote};
use crate::evidence::DefinitionKind::*;

const FUNCTIONS: &[&str] = &["arrow_function", "function_expression", "generator_function", "function"];

/// What is called with a function and gives it back under another guise: a component, a callback.
const WRAPPERS: &[&str] =
    &["memo", "forwardRef", "observer", "lazy", "useCallback", "useEffectEvent", "debounce", "throttle", "memoize", "asyncHandler"];

const SHARED: &[Rule] = &[
    define("function_declaration", Function),
    define("generator_function_declaration", Function),
    define("class_declaration", Class),
    define("class", Class).when(&[When::Has("name")]),
    define("function_expression", Function).named(Name::Word("default")).when(&[When::Under(&["export_statement"])]),
    define("variable_declarator", Function).when(&[When::Is("name", &["identifier"]), When::Is("value", FUNCTIONS)]),
    define("variable_declarator", Function).when(&[
        When::Is("name", &["identifier"]),
        When::Wraps("value", WRAPPERS, FUNCTIONS),
        // in a component its callbacks are a part of it
        When::Outside,
    ]),
    define("variable_declarator", Class).when(&[When::Is("name", &["identifier"]), When::Is("value", &["class"])]),
    rule("variable_declarator", Role::Shown).when(&[When::Is("name", &["identifier"]), When::Is("value", &["object"])]),
    define("assignment_expression", Function)
        .named(Name::Field("left"))
        .when(&[When::Is("left", &["member_expression", "identifier"]), When::Is("right", FUNCTIONS)]),
    define("method_definition", Constructor).when(&[When::Word("name", &["constructor"]), When::Under(&["class_body"])]),
    define("method_definition", Getter).when(&[When::Token("get"), When::NotArgument]),
    define("method_definition", Setter).when(&[When::Token("set"), When::NotArgument]),
    define("method_definition", Method).when(&[When::NotArgument]),
    define("pair", Method).named(Name::Field("key")).when(&[When::Is("value", FUNCTIONS), When::NotArgument]),
    rule("pair", Role::Shown).named(Name::Field("key")).when(&[When::Is("value", &["object"])]),
    rule("call_expression", Role::Test)
        .named(Name::Quoted)
        .when(&[When::Callee("function", &["it", "test", "specify", "fit", "xit", "xtest"])]),
    rule("arguments", Role::Arguments).named(Name::Nothing),
    rule("arrow_function", Role::Closure).named(Name::Nothing),
    rule("function_expression", Role::Closure).named(Name::Nothing),
    rule("class_body", Role::Closure).named(Name::Nothing),
];

const JAVASCRIPT_ONLY: &[Rule] = &[define("field_definition", Method).named(Name::Field("property")).when(&[When::Is("value", FUNCTIONS)])];

const TYPESCRIPT_ONLY: &[Rule] = &[
    define("public_field_definition", Method).when(&[When::Is("value", FUNCTIONS)]),
    define("abstract_class_declaration", Class),
    define("interface_declaration", Interface),
    define("type_alias_declaration", Type),
    define("enum_declaration", Enum),
];

/// The blank in front of a call signature on a line of its own, where the member above has no semicolon: `a: A<B>\n  <C>(c: C): D`. In a
/// file with elements a line that begins so is one.
const SIGNATURE: &str = r"(?:[\w>\])}]|\*/)[ \t]*\r?\n[ \t]*(?<end>[ \t])<[A-Za-z_$][\w$]*(?:[ \t]+extends\b|[ \t]*[,=>\r\n])";

const LEXIS: Lexis = Lexis {
    quotes: &[Quote::Line(b'"'), Quote::Line(b'\''), Quote::Template],
    extras: &[Extra::Regex],
    begins: b"_$@#",
    containers: &["class", "interface", "namespace", "module"],
    ..BRACES
};

pub(in super::super) const JAVASCRIPT: Grammar =
    Grammar { rules: &[SHARED, JAVASCRIPT_ONLY], comments: &["comment", "html_comment"], ..TSX };

pub(in super::super) const TYPESCRIPT: Grammar = Grammar { blanks: &[SIGNATURE], ..TSX };

pub(in super::super) const TSX: Grammar = Grammar {
    rules: &[SHARED, TYPESCRIPT_ONLY],
    decorators: &["decorator"],
    wrappers: &["export_statement", "lexical_declaration", "variable_declaration", "expression_statement", "ambient_declaration"],
    parameters: &["formal_parameters"],
    paths: &[("member_expression", "object", "property")],
    silent: &["prototype", "this", "self"],
    loose_paths: true,
    through: &[
        ("parenthesized_expression", ""),
        ("as_expression", ""),
        ("satisfies_expression", ""),
        ("non_null_expression", ""),
        ("type_assertion", ""),
    ],
    lexis: Some(&LEXIS),
    ..BLANK
};
