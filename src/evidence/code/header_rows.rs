//! Languages that are known by their header lines only: one row a language, the patterns written after what git documents for its
//! `diff=` drivers. Each pattern has a group `name`.

use std::sync::OnceLock;

use super::fallback::HeaderPatterns;
use super::language::{Headers, Language, headers};
use crate::evidence::DefinitionKind::{Class, Enum, Function, Interface, Macro, Method, Module, Record, Struct, Type};

const BRACES: Headers = Headers {
    patterns: &[],
    not: &["//", "*", "/*", "#", "return", "else", "if ", "for ", "while ", "switch "],
    closers: &["}"],
    breaks: &[],
    flat: false,
    test: None,
    in_parts: false,
};

const ENDS: Headers = Headers { not: &["--", "!", "{", "%"], closers: &["end"], ..BRACES };

const SECTIONS: Headers = Headers { not: &["%"], closers: &[], flat: true, ..BRACES };

/// One row a language. Those with markers come before those that share their extension.
pub(super) static ROWS: &[Language] = &[
    headers("perl", &["pl", "pm", "t", "psgi"], &PERL).run_by(&["perl"]),
    headers("pascal", &["pas", "pp", "dpr", "lpr"], &PASCAL),
    headers("fortran", &["f", "for", "f77", "f90", "f95", "f03", "f08", "ftn"], &FORTRAN),
    headers("ada", &["adb", "ads", "ada"], &ADA),
    headers("tex", &["tex", "ltx", "sty", "cls"], &TEX),
    headers("objective-c", &["m", "mm"], &OBJECTIVE_C).marked(&["@interface", "@implementation", "@protocol", "#import", "#include"]),
    headers("matlab", &["m"], &MATLAB).run_by(&["octave"]),
    headers("html", &["html", "htm", "xhtml"], &HTML),
    headers("css", &["css", "scss", "less"], &CSS),
    headers("scheme", &["scm", "ss", "sld", "rkt"], &SCHEME).run_by(&["guile"]),
    headers("lisp", &["lisp", "lsp", "cl", "el"], &LISP),
    headers("clojure", &["clj", "cljs", "cljc"], &CLOJURE),
    headers("dart", &["dart"], &DART),
    headers("zig", &["zig"], &ZIG),
    headers("sql", &["sql", "pgsql", "plsql"], &SQL),
    headers("r", &["r"], &R).run_by(&["rscript", "Rscript"]),
    headers("julia", &["jl"], &JULIA).run_by(&["julia"]),
    headers("powershell", &["ps1", "psm1"], &POWERSHELL).run_by(&["pwsh"]),
    headers("groovy", &["groovy"], &GROOVY).run_by(&["groovy"]),
    headers("erlang", &["erl"], &ERLANG),
    headers("protobuf", &["proto"], &PROTOBUF),
    headers("graphql", &["graphql", "gql"], &GRAPHQL),
    headers("gherkin", &["feature"], &GHERKIN),
    headers("devicetree", &["dts", "dtsi", "dtso", "overlay"], &DEVICETREE),
];

/// The compiled patterns of a row.
pub(super) fn patterns(language: &'static Language, row: &'static Headers) -> Option<&'static HeaderPatterns> {
    static CACHE: [OnceLock<HeaderPatterns>; 32] = [const { OnceLock::new() }; 32];
    let index = ROWS.iter().position(|other| std::ptr::eq(other, language))?;
    CACHE.get(index).map(|cache| row.patterns(cache))
}

static PERL: Headers = Headers {
    patterns: &[
        (r"^\s*sub\s+(?:\w+::)*(?<name>\w+)\s*(?:\([^)]*\))?\s*(?::[^{;]*)?(?:\{|#|$)", Function),
        (r"^\s*package\s+(?<name>[\w:]+)\s*\{", Module),
    ],
    not: &["#", "="],
    test: Some(r#"^\s*subtest\s+["'](?<name>[^"']+)"#),
    ..BRACES
};

static PASCAL: Headers = Headers {
    patterns: &[
        (r"(?i)^\s*(?:class\s+)?(?:procedure|function|constructor|destructor|operator)\s+(?<name>[\w.]+)", Function),
        (r"(?i)^\s*(?<name>\w+)\s*=\s*(?:packed\s+)?(?:class|object|interface)\b", Class),
        (r"(?i)^\s*(?<name>\w+)\s*=\s*(?:packed\s+)?record\b", Record),
    ],
    not: &["//", "{", "(*"],
    ..ENDS
};

static FORTRAN: Headers = Headers {
    patterns: &[
        (r"(?i)^\s*(?:[\w*()= ]+\s)?(?:subroutine|function)\s+(?<name>\w+)", Function),
        (r"(?i)^\s*(?:program|module|submodule\s*\([^)]*\)|block\s+data)\s+(?<name>\w+)\s*$", Module),
        (r"(?i)^\s*type\s*(?:,[^:]*)?(?:::)?\s+(?<name>\w+)\s*$", Type),
    ],
    not: &["!", "C ", "c ", "*", "end", "END", "End", "call", "CALL", "use", "USE"],
    ..ENDS
};

static ADA: Headers = Headers {
    patterns: &[
        (r"(?i)^\s*(?:overriding\s+|not\s+overriding\s+)?(?:procedure|function|entry)\s+(?<name>[\w.]+)", Function),
        (r"(?i)^\s*(?:package|protected|task)\s+(?:body\s+|type\s+)?(?<name>[\w.]+)", Module),
        (r"(?i)^\s*(?:sub)?type\s+(?<name>\w+)", Type),
    ],
    not: &["--"],
    closers: &["end ", "end;"],
    ..ENDS
};

static TEX: Headers = Headers {
    patterns: &[(r"^\s*\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?(?:\[[^\]]*\])?\{(?<name>[^}]*)", Module)],
    ..SECTIONS
};

static HTML: Headers = Headers { patterns: &[(r"(?i)^\s*<h[1-6](?:\s[^>]*)?>(?<name>[^<]+)", Module)], ..SECTIONS };

static CSS: Headers = Headers {
    patterns: &[(r"^(?<name>[.#@:*\[\w&>~+-][^{};]*?)\s*(?:\{|,\s*$)", Module)],
    not: &["//", "/*", "*/", "@import", "@charset", "@use", "@include"],
    ..BRACES
};

static MATLAB: Headers = Headers {
    patterns: &[(r"^\s*function\s+(?:[^=(]*=\s*)?(?<name>[\w.]+)", Function), (r"^\s*classdef\s+(?:\([^)]*\)\s*)?(?<name>\w+)", Class)],
    not: &["%", "#"],
    ..ENDS
};

static OBJECTIVE_C: Headers = Headers {
    patterns: &[
        // a declaration, which ends in a semicolon, is no definition
        (r"^\s*[-+]\s*\([^)]*\)\s*(?<name>\w+(?:\s*:[^{;]*)?)\s*(?:\{.*)?$", Method),
        (r"^\s*@implementation\s+(?<name>\w+)", Class),
        (r"^\s*@interface\s+(?<name>\w+)", Interface),
        (r"^\s*@protocol\s+(?<name>\w+)\s*(?:<|$)", Interface),
        (r"^[A-Za-z_][\w\s*]*?[\s*](?<name>\w+)\s*\([^;]*$", Function),
    ],
    closers: &["}", "@end"],
    in_parts: true,
    ..BRACES
};

static SCHEME: Headers = Headers {
    patterns: &[
        (r"^\s*\(define(?:/public|/override|\*|-public)?\s+\(+(?<name>[^\s()]+)", Function),
        (r"^\s*\(define(?:-syntax|-syntax-rule)\s+\(?(?<name>[^\s()]+)", Macro),
        (r"^\s*\((?:define-record-type|struct|define-struct)\s+\(?(?<name>[^\s()]+)", Struct),
    ],
    not: &[";"],
    closers: &[],
    breaks: &["("],
    ..BRACES
};

static LISP: Headers = Headers {
    patterns: &[
        (r"(?i)^\s*\((?:cl-)?(?:defun|defmethod|defgeneric|defsubst)\s+(?<name>[^\s()]+)", Function),
        (r"(?i)^\s*\((?:cl-)?defmacro\s+(?<name>[^\s()]+)", Macro),
        (r"(?i)^\s*\((?:cl-)?defstruct\s+\(?(?<name>[^\s()]+)", Struct),
        (r"(?i)^\s*\(defclass\s+(?<name>[^\s()]+)", Class),
    ],
    not: &[";"],
    closers: &[],
    breaks: &["("],
    ..BRACES
};

static CLOJURE: Headers = Headers {
    patterns: &[
        (r"^\s*\((?:defn-?|defmulti|defmethod)\s+(?:\^\S+\s+)*(?<name>[^\s()\[]+)", Function),
        (r"^\s*\(defmacro\s+(?<name>[^\s()\[]+)", Macro),
        (r"^\s*\((?:defrecord|deftype)\s+(?<name>[^\s()\[]+)", Record),
        (r"^\s*\(defprotocol\s+(?<name>[^\s()\[]+)", Interface),
    ],
    not: &[";"],
    closers: &[],
    breaks: &["("],
    test: Some(r"^\s*\(deftest\s+(?<name>[^\s()\[]+)"),
    ..BRACES
};

static DART: Headers = Headers {
    patterns: &[
        (r"^\s*(?:(?:abstract|base|final|sealed|interface|mixin)\s+)*(?:class|mixin|extension)\s+(?<name>\w+)", Class),
        (r"^\s*enum\s+(?<name>\w+)", Enum),
        (
            r"^\s*(?:(?:static|external|abstract|late|final)\s+)*(?:[\w<>?,.\[\]]+(?:<[^()]*>)?\s+)(?:get\s+|set\s+)?(?<name>\w+)\s*(?:<[^()]*>)?\s*\([^;]*(?:\{|=>.*|async\*?\s*\{|\($|,)\s*$",
            Function,
        ),
    ],
    not: &["//", "*", "/*", "return", "else", "if", "for", "while", "switch", "await", "throw", "new", "case", "yield", "assert"],
    test: Some(r#"^\s*(?:test|testWidgets)\(\s*['"](?<name>[^'"]+)"#),
    ..BRACES
};

static ZIG: Headers = Headers {
    patterns: &[
        (r"^\s*(?:pub\s+)?(?:export\s+|extern\s+|inline\s+|noinline\s+)*fn\s+(?<name>\w+)", Function),
        (r"^\s*(?:pub\s+)?const\s+(?<name>\w+)\s*=\s*(?:extern\s+|packed\s+)?struct\b", Struct),
        (r"^\s*(?:pub\s+)?const\s+(?<name>\w+)\s*=\s*(?:extern\s+)?enum\b", Enum),
    ],
    test: Some(r#"^\s*test\s+"(?<name>[^"]+)""#),
    ..BRACES
};

static SQL: Headers = Headers {
    patterns: &[
        (
            r#"(?i)^\s*create\s+(?:or\s+(?:replace|alter)\s+)?(?:definer\s*=\s*\S+\s+)?(?:function|procedure|proc|trigger)\s+(?:if\s+not\s+exists\s+)?(?<name>[\w."`\[\]]+)"#,
            Function,
        ),
        (
            r#"(?i)^\s*create\s+(?:or\s+replace\s+)?(?:(?:temp|temporary|unlogged|materialized)\s+)*(?:table|view|type)\s+(?:if\s+not\s+exists\s+)?(?<name>[\w."`\[\]]+)"#,
            Type,
        ),
    ],
    not: &["--", "/*", "*"],
    closers: &[")", "$$", "end"],
    breaks: &["insert ", "alter ", "drop ", "update ", "delete ", "create ", "grant ", "select "],
    ..BRACES
};

static R: Headers = Headers {
    patterns: &[(r"^\s*(?<name>[\w.]+)\s*(?:<-|=)\s*function\s*\(", Function)],
    not: &["#"],
    test: Some(r#"^\s*test_that\(\s*["'](?<name>[^"']+)"#),
    ..BRACES
};

static JULIA: Headers = Headers {
    patterns: &[
        (r"^\s*(?:@\w+\s+)*function\s+(?:\w+\.)*(?<name>[\w!]+)", Function),
        (r"^\s*(?:mutable\s+)?struct\s+(?<name>\w+)", Struct),
        (r"^\s*macro\s+(?<name>\w+)", Macro),
        (r"^(?<name>[\w!]+)\([^=]*\)\s*=[^=]", Function),
    ],
    not: &["#"],
    ..ENDS
};

static POWERSHELL: Headers = Headers {
    patterns: &[(r"(?i)^\s*(?:function|filter)\s+(?:\w+:)?(?<name>[\w-]+)", Function), (r"(?i)^\s*class\s+(?<name>\w+)", Class)],
    not: &["#"],
    ..BRACES
};

static GROOVY: Headers = Headers {
    patterns: &[
        (r"^\s*(?:(?:public|private|protected|static|final|abstract)\s+)*class\s+(?<name>\w+)", Class),
        (r"^\s*(?:(?:public|private|protected|static|final)\s+)*(?:def|void|[A-Z][\w<>,\[\]]*)\s+(?<name>\w+)\s*\([^;]*\{\s*$", Function),
    ],
    test: Some(r#"^\s*(?:def|void)\s+["'](?<name>[^"']+)["']\s*\(\)\s*\{"#),
    ..BRACES
};

static ERLANG: Headers = Headers { patterns: &[(r"^(?<name>[a-z]\w*)\([^.]*(?:->|when|,|\($)", Function)], not: &["%", "-"], ..SECTIONS };

static PROTOBUF: Headers = Headers {
    patterns: &[
        (r"^\s*message\s+(?<name>\w+)", Struct),
        (r"^\s*enum\s+(?<name>\w+)", Enum),
        (r"^\s*service\s+(?<name>\w+)", Interface),
        (r"^\s*rpc\s+(?<name>\w+)", Method),
    ],
    ..BRACES
};

static GRAPHQL: Headers = Headers {
    patterns: &[
        (r"^\s*(?:extend\s+)?(?:type|input|union|scalar)\s+(?<name>\w+)", Type),
        (r"^\s*(?:extend\s+)?interface\s+(?<name>\w+)", Interface),
        (r"^\s*(?:extend\s+)?enum\s+(?<name>\w+)", Enum),
    ],
    not: &["#"],
    ..BRACES
};

static GHERKIN: Headers =
    Headers { patterns: &[], test: Some(r"^\s*(?:Scenario(?: Outline| Template)?|Example):\s*(?<name>\S.*)"), ..SECTIONS };

static DEVICETREE: Headers = Headers { patterns: &[(r"^\s*(?<name>&?[\w@,.:\s-]*[\w@,.-]|/)\s*\{\s*$", Module)], ..BRACES };
