//! C and C++: names stand at the end of a chain of declarators.

use super::super::grammar::*;
use super::super::lexis::{BRACES, Extra, Lexis, Quote};
use crate::evidence::DefinitionKind::*;

const STRUCTS: &[&str] = &["struct_specifier", "union_specifier", "enum_specifier"];

const TYPES: &[Rule] = &[
    define("struct_specifier", Struct).when(&[When::Has("body"), When::Has("name")]),
    define("union_specifier", Union).when(&[When::Has("body"), When::Has("name")]),
    define("enum_specifier", Enum).when(&[When::Has("body"), When::Has("name")]),
    define("type_definition", Type).named(Name::Field("declarator")).when(&[When::Is("type", STRUCTS), When::Unnamed("type")]),
    define("preproc_function_def", Macro).when(&[When::Outside]),
];

const FUNCTIONS: &[Rule] = &[
    rule("function_definition", Role::Test).named(Name::Pair).when(&[When::Callee("declarator", GOOGLE_TEST)]),
    // `DEFINE_COMMAND(name) { … }`: what it defines only the preprocessor knows
    rule("function_definition", Role::Skip).named(Name::Nothing).when(&[When::Lacks("type"), When::Shouted("declarator"), When::NotMember]),
    define("function_definition", Function)
        .named(Name::Field("declarator"))
        .when(&[When::Reaches("declarator", "function_declarator"), When::Has("body")]),
];

const GOOGLE_TEST: &[&str] = &["TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"];

const C_ONLY: &[Rule] =
    &[rule("compound_statement", Role::Skip), rule("field_declaration_list", Role::Skip), rule("parameter_list", Role::Skip)];

const CPP_ONLY: &[Rule] = &[
    define("function_definition", Function)
        .named(Name::Field("declarator"))
        .when(&[When::Reaches("declarator", "operator_cast"), When::Has("body")]),
    define("class_specifier", Class).when(&[When::Has("body"), When::Has("name")]),
    define("alias_declaration", Type),
    define("concept_definition", Type),
    rule("lambda_expression", Role::Closure).named(Name::Nothing),
];

const LEXIS: Lexis = Lexis { extras: &[Extra::Directives], containers: &["extern"], ..BRACES };

const CPP_LEXIS: Lexis = Lexis {
    quotes: &[Quote::Delimited, Quote::Line(b'"'), Quote::Line(b'\'')],
    begins: b"_~",
    containers: &["class", "struct", "namespace", "union", "extern"],
    ..LEXIS
};

/// An export macro between the keyword and the name: `class Q_CORE_EXPORT Object : public Base {`.
const EXPORTED: &str = r"\b(?:class|struct|union|enum)[ \t]+(?<blank>[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?)[ \t]+[A-Za-z_]\w*[ \t]*(?:final[ \t]*)?(?:[:{\r\n]|$)";

/// Macros alone on their lines, above what is no name: `FMT_BEGIN_NAMESPACE`. Above a name they could be its type.
const ALONE: &str = r"(?m)^(?<blank>(?:[A-Z][A-Z0-9_]{3,}[ \t]*\r?\n\s*)+)(?:(?:template|namespace|class|struct|union|enum|typedef|using|extern|static|inline|constexpr)\b|[#/}])";

/// A macro in front of a constructor, where a type cannot be: `FMT_CONSTEXPR buffer(int n) : size(n) {`.
const CONSTRUCTOR: &str = r"(?m)^[ \t]+(?<blank>[A-Z][A-Z0-9_]{3,}(?:\([^()\n]*\))?)[ \t]+(?:explicit[ \t]+)?[A-Za-z_]\w*\([^;{}]*\)\s*(?:noexcept\s*)?:\s*[A-Za-z_]";

/// A macro at the end of a function's type, above the name: `static int noinline_hint\nrun(void)`.
const ABOVE_NAME: &str = r"(?m)^[A-Za-z_][\w \t*]*(?:\b(?:int|void|char|long|short|float|double|bool|unsigned|\w+_t)[ \t]+|\*[ \t]*)(?<blank>[A-Z][A-Z0-9]{2,}|\w*_\w*)[ \t]*\r?\n[A-Za-z_]\w*[ \t]*\(";

/// Macros for `try` and `catch`: `APP_TRY { … } APP_CATCH(const error&) { … }`.
const TRY: &str = r"\b(?<blank>[A-Z][A-Z0-9_]*_(?:TRY|CATCH)\b[ \t]*(?:\([^(){};]*\))?)\s*\{";

pub(in super::super) const C: Grammar =
    Grammar { rules: &[TYPES, FUNCTIONS, C_ONLY], blanks: &[EXPORTED, ALONE, ABOVE_NAME], lexis: Some(&LEXIS), ..CPP };

pub(in super::super) const CPP: Grammar = Grammar {
    rules: &[TYPES, FUNCTIONS, CPP_ONLY],
    decorators: &["attribute_declaration"],
    wrappers: &["template_declaration"],
    parameters: &["parameter_list"],
    paths: &[("qualified_identifier", "scope", "name")],
    through: &[
        ("pointer_declarator", "declarator"),
        ("function_declarator", "declarator"),
        ("reference_declarator", ""),
        ("parenthesized_declarator", ""),
        ("attributed_declarator", ""),
        ("array_declarator", "declarator"),
        ("template_function", "name"),
        ("template_type", "name"),
        ("template_method", "name"),
    ],
    blanks: &[EXPORTED, ALONE, CONSTRUCTOR, ABOVE_NAME, TRY],
    reserved: &["if", "for", "while", "switch", "else", "do", "return", "void", "sizeof", "defined"],
    separator: "::",
    member: "::",
    named_like_container: true,
    lexis: Some(&CPP_LEXIS),
    ..BLANK
};
