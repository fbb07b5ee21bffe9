//! One fixture a language, and laws that hold for all: what is the same is not listed, the two directions of a diff mirror each other,
//! and where a diff says that nothing changed nothing is lost by not looking.

use proptest::prelude::*;
use similar::{Algorithm, DiffOp, TextDiff};

use super::embedded::EMBEDDING;
use super::grammar_rows::PARSED;
use super::header_rows::ROWS;
use super::language::{Language, LanguageReader};
use super::*;
use crate::evidence::Change;

/// A fixture of `tests/fixtures/code/`: `=== base PATH`, `=== head`, `=== changes`.
struct Case {
    path: RepoPath,
    base: String,
    head: String,
    expected: Vec<String>,
}

fn case(language: &str) -> Case {
    let file = format!("{}/tests/fixtures/code/{language}.case", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{language} has no cases, {file}: {error}"));
    let (first, rest) = text.split_once('\n').expect("a heading");
    let (base, rest) = rest.split_once("=== head\n").expect("a head");
    let (head, expected) = rest.split_once("=== changes\n").unwrap_or((rest, ""));
    Case {
        path: RepoPath::new(first.trim_start_matches("=== base ").as_bytes()),
        base: base.to_owned(),
        head: head.to_owned(),
        expected: expected.lines().map(str::to_owned).collect(),
    }
}

/// The hunks of `git diff -U0`.
fn hunks(base: &str, head: &str) -> Vec<Hunk> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(base, head);
    let number = |n: usize| u32::try_from(n).expect("a small test");
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (base, head) = (op.old_range(), op.new_range());
            Hunk {
                base_start: number(base.start) + u32::from(!base.is_empty()),
                base_lines: number(base.len()),
                head_start: number(head.start) + u32::from(!head.is_empty()),
                head_lines: number(head.len()),
            }
        })
        .collect()
}

/// `new X(…)` behind a directive that splits a field is read as a constructor's head.
#[test]
fn a_constructor_of_csharp_has_a_body() {
    let base = "class Maker\n{\n    private static readonly object c\n#if A\n        = new Thing(x);\n#else\n        = new Other(x);\n#endif\n    \
                public Maker(int a) { b = (x); }\n    public Maker(string a) => b = (x);\n}\n";
    let head = base.replace("(x)", "(y)");
    let found = listed(&reading(&"A.cs".into(), base, &head, &hunks(base, &head)));
    assert_eq!(found, ["modified class Maker 1-11", "modified constructor Maker.Maker 9-9", "modified constructor Maker.Maker 10-10"]);
}

/// What verifying a journal relies on.
#[test]
fn what_changed_is_among_all_definitions() {
    let lua = "local M = {}\nfunction M.f(opts)\n  local t = {}\n  t.__index = function(t, k)\n    return k\n  end\nend\n";
    let lua = (RepoPath::from("m.lua"), lua.to_owned(), lua.replace("return k", "return opts"));
    let cases = PARSED.iter().chain(&EMBEDDING).map(|language| case(language.name)).map(|case| (case.path, case.base, case.head));
    for (path, base, head) in cases.chain([lua]) {
        let all = CodeReader::default().all(&path, head.as_bytes()).unwrap_or_default();
        let changes = reading(&path, &base, &head, &hunks(&base, &head)).definitions;
        for change in changes.iter().filter(|change| change.change != Change::Removed) {
            let same =
                |one: &&DefinitionChange| (one.kind, &one.qualified_name, one.line) == (change.kind, &change.qualified_name, change.line);
            assert!(all.iter().any(|one| same(&one)), "{path:?}: {change:?}");
        }
    }
}

fn reading(path: &RepoPath, base: &str, head: &str, hunks: &[Hunk]) -> CodeReading {
    reading_whole_below(0, path, base, head, hunks)
}

fn reading_whole_below(whole_below: usize, path: &RepoPath, base: &str, head: &str, hunks: &[Hunk]) -> CodeReading {
    let input = Input { path, old_path: None, base: Some(base.as_bytes()), head: Some(head.as_bytes()), hunks };
    CodeReader { whole_below, ..CodeReader::default() }.read(&input)
}

fn read(input: &Input<'_>) -> CodeReading {
    CodeReader::default().read(input)
}

fn listed(reading: &CodeReading) -> Vec<String> {
    let definitions = reading.definitions.iter().map(|d| {
        let (change, kind) = (format!("{:?}", d.change).to_lowercase(), format!("{:?}", d.kind).to_lowercase());
        format!("{change} {kind} {} {}-{}", d.qualified_name, d.line, d.end_line)
    });
    let tests = reading.tests.iter().map(|test| format!("test {} {}", test.name, test.line));
    definitions.chain(tests).collect()
}

fn languages() -> impl Iterator<Item = (&'static str, bool)> {
    let derived = |row: &Language| matches!(row.reader, LanguageReader::Headers(_));
    PARSED.iter().chain(ROWS).chain(&EMBEDDING).map(move |row| (row.name, derived(row)))
}

#[test]
fn every_language_reads_its_cases() {
    let mut wrong = String::new();
    for (language, derived) in languages() {
        let case = case(language);
        let reading = reading(&case.path, &case.base, &case.head, &hunks(&case.base, &case.head));
        assert_eq!((reading.language, reading.note.derived), (Some(language), derived), "{language}");
        assert_eq!(reading.note.skipped, None, "{language}");
        if listed(&reading) != case.expected || case.expected.is_empty() {
            wrong += &format!("{language}:\n{}\n", listed(&reading).join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_rule_names_a_node_kind_of_its_grammar() {
    for row in &PARSED {
        let compiled = row.compiled().expect("a row with a grammar");
        let known: Vec<&str> = (0..u16::MAX).map_while(|id| compiled.parser.node_kind_for_id(id)).collect();
        let grammar = compiled.grammar;
        let kinds = [grammar.decorators, grammar.comments, grammar.wrappers, grammar.parameters];
        let rules = grammar.rules.iter().copied().flatten().map(|rule| rule.node);
        for kind in kinds.into_iter().flatten().copied().chain(rules) {
            // JavaScript shares rules with TypeScript, C with C++
            let shared = ["javascript", "c"].contains(&row.name);
            assert!(shared || known.contains(&kind), "{} has no `{kind}`", row.name);
        }
    }
}

#[test]
fn every_pattern_compiles_and_has_a_name() {
    for row in ROWS {
        let LanguageReader::Headers(headers) = row.reader else { continue };
        let patterns = headers.patterns.iter().map(|(pattern, _)| *pattern).chain(headers.test);
        for pattern in patterns {
            let regex = regex::bytes::Regex::new(pattern).unwrap_or_else(|error| panic!("{}: {error}", row.name));
            assert!(regex.capture_names().flatten().any(|name| name == "name"), "{}: {pattern}", row.name);
        }
    }
    for row in &PARSED {
        let compiled = row.compiled().expect("a row with a grammar");
        assert_eq!(compiled.grammar.blanks.len(), compiled.blanks.len(), "{}", row.name);
    }
}

#[test]
fn a_language_is_known_by_name_extension_or_interpreter() {
    let cases: [(&str, &str, Option<&str>); 14] = [
        ("a/b.rs", "", Some("rust")),
        ("Rakefile", "", Some("ruby")),
        ("bin/run", "#!/usr/bin/env -S python3 -u\n", Some("python")),
        ("bin/run", "#!/bin/bash\n", Some("bash")),
        ("bin/run", "#!/usr/bin/perl5.36 -w\n", Some("perl")),
        ("bin/run", "no interpreter", None),
        ("a.h", "int f(void);\n", Some("c")),
        ("a.h", "\nclass A {\n", Some("cpp")),
        ("a.m", "@implementation A\n", Some("objective-c")),
        ("a.m", "function a\n", Some("matlab")),
        ("A.TSX", "", Some("tsx")),
        (".bashrc", "", Some("bash")),
        ("a.unknown", "#!/bin/sh\n", None),
        ("", "", None),
    ];
    for (path, content, expected) in cases {
        assert_eq!(language(&RepoPath::new(path.as_bytes()), content.as_bytes()), expected, "{path} {content}");
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let path = RepoPath::new(&b"a.js"[..]);
    let large = "a();\n".repeat(1 << 20);
    let minified = "a();".repeat(20_000);
    for (head, expected) in [(large.as_str(), "5.0 MB, above the limit of 4 MB"), (&minified, "minified"), ("a\0b", "binary")] {
        let reading = reading(&path, "", head, &[]);
        assert_eq!((reading.language, reading.note.skipped.as_deref()), (Some("javascript"), Some(expected)));
    }
}

#[test]
fn what_is_as_far_left_as_a_broken_function_is_not_in_it() {
    let cases = [
        ("a.js", "function a() {\n  if (x) {\n  return 1;\n}\n\n// about b\nfunction b() {\n  return 1;\n}\n", "b 7-9"),
        ("a.cc", "void a() {\n  BEGIN {\n}\n\nstruct B {\n  int c() { return 1; }\n};\n", "B::c 6-6"),
        ("a.c", "int a(int x) {\n  if (x) {\n  if (x) {\n    EACH(x) {\n    }\n  }\n}\n\nint b(int x) {\n  return 1;\n}\n", "b 9-11"),
        ("a.c", "int a(int x) {\n#define EACH(x) for (x)\n  if (x) {\n  )\n  return 1;\n  }\n}\n", "a 1-7"),
        ("a.sh", "a() {\n  if x; then\n    y\n}\n\nb() {\n  echo return 1\n}\n", "b 6-8"),
    ];
    for (name, base, expected) in cases {
        let head = base.replace("return 1", "return 2");
        let head = head.replacen("return 2;\n}\n\n//", "return 1;\n}\n\n//", 1);
        let path = RepoPath::new(name.as_bytes());
        let reading = reading(&path, base, &head, &hunks(base, &head));
        let listed: Vec<String> = reading.definitions.iter().map(|d| format!("{} {}-{}", d.qualified_name, d.line, d.end_line)).collect();
        assert_eq!(listed, [expected], "{name}");
    }
}

/// One place is changed in text that the parser does not read as it is meant.
#[test]
fn what_a_parser_misreads_is_found_by_its_name() {
    let cases = [
        // a macro with a block of its own, in what begins with a type that could be defined there
        (
            "a.c",
            "struct a *\nfind(struct b *b,\n    int x)\n{\n\tEACH(b) {\n\t\tx = 1;\n\t}\n\treturn 0;\n}\n",
            "modified function find 1-9",
        ),
        ("a.c", "struct a * must_check find(void)\n{\n\tx = 1;\n}\n", "modified function find 1-4"),
        ("a.c", "int\nfind(a, b)\nint a;\nstruct b *b;\n{\n\tEACH(b) {\n\t\tx = 1;\n\t}\n}\n", "modified function find 1-9"),
        // a macro at the end of the type
        ("a.c", "static int no_inline\nfind (a_t *a)\n{\n\tx = 1;\n}\n", "modified function find 1-5"),
        ("a.c", "static char * UNUSED\nfind(void)\n{\n\tx = 1;\n}\n", "modified function find 1-5"),
        ("a.c", "unsigned long\nfind(void)\n{\n\tx = 1;\n}\n", "modified function find 1-5"),
        ("a.c", "struct a_b *\nfind(void)\n{\n\tx = 1;\n}\n", "modified function find 1-5"),
        ("a.cc", "static int UNUSED\nfind(void)\n{\n\tx = 1;\n}\n", "modified function find 1-5"),
        // macros for `try` and `catch`
        (
            "a.cc",
            "class A {\n  void b() {\n    A_TRY {\n      c();\n    }\n    A_CATCH (std::d&) {\n      x = 1;\n    }\n  }\n};\n\nint e();\n",
            "modified method A::b 2-9",
        ),
        // a property of which only who may set it is said
        ("a.kt", "class A {\n  var a = 1\n    private set\n  val b: Int\n    get() {\n      x = 1\n    }\n}\n", "modified getter A.b 4-7"),
        // a call signature below a member without a semicolon
        (
            "a.ts",
            "interface A {\n  b: B<C>\n  <D extends E>(d: D): B<D>\n  <D>(\n    d: D\n  ): D\n}\n\nfunction f() {\n  x = 1\n}\n",
            "modified function f 9-11",
        ),
        (
            "a.ts",
            "type A = {\n  b: (x: X) => B<C>\n  /** Doc. */\n  <D, E>(d: D): E\n}\n\nfunction f() {\n  x = 1\n}\n",
            "modified function f 7-9",
        ),
        ("a.ts", "type A =\n  <D>(d: D) => D\n\nfunction f() {\n  x = 1\n}\n", "modified function f 4-6"),
        ("a.tsx", "const a = (\n  <A>\n    b\n    <C>c</C>\n  </A>\n)\n\nfunction f() {\n  x = 1\n}\n", "modified function f 8-10"),
    ];
    for (name, base, expected) in cases {
        let (path, head) = (RepoPath::from(name), base.replace("x = 1", "x = 2"));
        for whole_below in [0, usize::MAX] {
            let reading = reading_whole_below(whole_below, &path, base, &head, &hunks(base, &head));
            assert_eq!(listed(&reading), [expected], "{name}: {base}");
        }
    }
}

#[test]
fn a_class_below_an_annotation_is_one() {
    let cases = [
        ("a.kt", "@Target(X)\n/** Doc. */\nannotation class A\n", "added annotation A 3-3"),
        ("a.kt", "@Target(X)\nannotation class A(val a: Int)\n", "added annotation A 2-2"),
        ("a.kt", "@B\nenum class A { C }\n", "added enum A 2-2"),
        ("a.kt", "@B\ndata class A(val a: Int)\n", "added class A 2-2"),
        ("a.kt", "val a = @B enum shl 2\n", ""),
    ];
    for (name, head, expected) in cases {
        let (base, head) = ("package a\n\n", format!("package a\n\n{head}"));
        let expected = expected.replace(" 2-2", " 4-4").replace(" 3-3", " 5-5");
        let expected: Vec<&str> = Some(expected.as_str()).filter(|expected| !expected.is_empty()).into_iter().collect();
        assert_eq!(listed(&reading(&RepoPath::from(name), base, &head, &hunks(base, &head))), expected, "{head}");
    }
}

/// How a body is laid out counts, also around functions in it; how those are laid out is theirs.
#[test]
fn a_changed_layout_counts_where_it_is() {
    let outer = "function a() {\n  b();\n  function c() {\n    d();\n  }\n  e({\n    f: 1,\n  });\n}\n";
    let object = "function a() {\n  return {\n    b() {\n      c();\n    },\n    d: 1,\n  };\n}\n";
    let cases = [
        ("a.js", outer, "    f: 1", "  f: 1", "modified function a 1-9"),
        ("a.js", outer, "  function c() {\n    d();\n  }\n", "    function c() {\n      d();\n    }\n", "modified function a.c 3-5"),
        ("a.js", outer, "  b();\n", "  b();\n\n", ""),
        ("a.js", object, "    b() {\n      c();\n    },", "   b() {\n     c();\n   },", "modified method a.b 3-5"),
        ("a.js", outer, "    d();\n  }\n", "    d();\n  };\n", "modified function a 1-9"),
        ("a.js", "class A {\n  b = 1;\n  c() {}\n}\n", "  b = 1;", "b   = 1;", ""),
    ];
    for (name, base, old, new, expected) in cases {
        let (path, head) = (RepoPath::from(name), base.replacen(old, new, 1));
        let expected: Vec<&str> = Some(expected).filter(|expected| !expected.is_empty()).into_iter().collect();
        assert_eq!(listed(&reading(&path, base, &head, &hunks(base, &head))), expected, "{head}");
    }
}

#[test]
fn hostile_nesting_is_survived() {
    for (name, open, close) in
        [("a.js", "function f(){", "}"), ("a.py", "(", ")"), ("a.c", "{", "}"), ("a.rs", "m!{", "}"), ("a.rb", "def a;", "end;")]
    {
        let path = RepoPath::new(name.as_bytes());
        let text = format!("{}\n{}\n", format!("{open}\n").repeat(20_000), format!("{close}\n").repeat(20_000));
        let reading = reading(&path, "", &text, &hunks("", &text));
        assert!(reading.definitions.len() <= 1, "{name}: {} definitions", reading.definitions.len());
    }
}

#[test]
fn line_ends_trailing_space_and_a_byte_order_mark_are_no_change() {
    for (language, _) in languages().filter(|(_, derived)| !derived) {
        let case = case(language);
        let windows = format!("\u{feff}{}", case.base.replace('\n', " \r\n"));
        let reading = reading(&case.path, &case.base, &windows, &hunks(&case.base, &windows));
        assert_eq!(listed(&reading), Vec::<String>::new(), "{language}");
    }
}

#[test]
fn an_unchanged_file_has_no_changes_and_a_reversed_diff_mirrors_them() {
    let mirrored = |reading: &CodeReading, back: bool| {
        let mut changes: Vec<(String, Change)> = reading.definitions.iter().map(|d| (d.qualified_name.clone(), d.change)).collect();
        let swap = |change: &mut Change| match change {
            Change::Added => *change = Change::Removed,
            Change::Removed => *change = Change::Added,
            Change::Modified => {}
        };
        changes.iter_mut().filter(|_| back).for_each(|(_, change)| swap(change));
        changes.sort();
        changes
    };
    for (language, _) in languages() {
        let Case { path, base, head, .. } = case(language);
        assert!(reading(&path, &base, &base, &[]).definitions.is_empty(), "{language}");
        let there = reading(&path, &base, &head, &hunks(&base, &head));
        let back = reading(&path, &head, &base, &hunks(&head, &base));
        assert_eq!(mirrored(&there, false), mirrored(&back, true), "{language}");
    }
}

#[test]
fn not_looking_at_what_a_diff_leaves_alone_loses_nothing() {
    for (language, _) in languages().filter(|(_, derived)| !derived) {
        let Case { path, base, head, .. } = case(language);
        let lines = |text: &str| u32::try_from(text.lines().count()).expect("a small test");
        let whole = Hunk { base_start: 1, base_lines: lines(&base), head_start: 1, head_lines: lines(&head) };
        let (narrow, wide) = (reading(&path, &base, &head, &hunks(&base, &head)), reading(&path, &base, &head, &[whole]));
        assert_eq!(listed(&narrow), listed(&wide), "{language}");
        // a diff that does not add up is not trusted at all
        assert_eq!(narrow, reading(&path, &base, &head, &[]), "{language}");
    }
}

#[test]
fn files_read_one_after_the_other_give_what_each_gives_alone() {
    let cases: Vec<Case> = languages().map(|(language, _)| case(language)).collect();
    let many: Vec<&Case> = std::iter::repeat_n(&cases, 6).flatten().collect();
    let hunks: Vec<Vec<Hunk>> = many.iter().map(|case| hunks(&case.base, &case.head)).collect();
    let inputs: Vec<Input<'_>> = many
        .iter()
        .zip(&hunks)
        .map(|(case, hunks)| Input {
            path: &case.path,
            old_path: None,
            base: Some(case.base.as_bytes()),
            head: Some(case.head.as_bytes()),
            hunks,
        })
        .collect();
    let mut reader = CodeReader { whole_below: 0, ..CodeReader::default() };
    assert_eq!(inputs.iter().map(|input| reader.read(input)).collect::<Vec<_>>(), inputs.iter().map(read).collect::<Vec<_>>());
}

#[test]
fn whole_files_come_and_go_with_their_definitions() {
    let (path, old) = (RepoPath::new(&b"b.py"[..]), RepoPath::new(&b"a.py"[..]));
    let text = "class A:\n    def f(self):\n        def g(): pass\n";
    let side = Some(text.as_bytes());
    let input = |old_path, base, head| Input { path: &path, old_path, base, head, hunks: &[] };
    let whole = |word: &str| vec![format!("{word} class A 1-3"), format!("{word} method A.f 2-3")];
    assert_eq!(listed(&read(&input(None, None, side))), whole("added"));
    assert_eq!(listed(&read(&input(None, side, None))), whole("removed"));
    assert_eq!(listed(&read(&input(Some(&old), side, side))), Vec::<String>::new());
}

#[test]
fn a_definition_that_moves_in_its_file_is_no_change() {
    let path = RepoPath::new(&b"a.go"[..]);
    let (one, two) = ("func One() {\n\ta()\n}\n\n", "func Two() {\n\tb()\n}\n\n");
    let (base, head) = (format!("package a\n\n{one}{two}"), format!("package a\n\n{two}{one}"));
    assert_eq!(listed(&reading(&path, &base, &head, &hunks(&base, &head))), Vec::<String>::new());
}

#[test]
fn what_only_its_attributes_tell_apart_is_modified() {
    let cases = [
        ("a.py", "import x\n\n\ndef a():\n    return 1\n", "def a", "@login(\"x\")\ndef a", "modified function a 5-6"),
        (
            "a.py",
            "class A:\n    x = 1\n    # why\n    @one\n    def a(self):\n        return 1\n",
            "@one",
            "@two",
            "modified method A.a 5-6",
        ),
        ("a.py", "class A:\n    x = 1\n    # why\n    @one\n    def a(self):\n        return 1\n", "# why", "# because", ""),
        ("a.py", "@one\n@two\nclass A:\n    def a(self):\n        return 1\n", "@one\n", "", "modified class A 2-4"),
        ("a.rs", "use x;\n\nfn b() {}\n\nfn a() {}\n\nfn c() {}\n", "fn a", "#[cfg(unix)]\nfn a", "modified function a 6-6"),
        ("a.rs", "#[one]\n/// Doc.\n#[two]\nstruct A;\n\nfn c() {}\n", "#[one]", "#[three]", "modified struct A 4-4"),
        ("a.rs", "#[one]\n/// Doc.\n#[two]\nstruct A;\n\nfn c() {}\n", "/// Doc.", "/// Other.", ""),
        ("a.rs", "#[one]\nfn a() {}\n\nfn c() {}\n", "#[one]", "#[one]\n#[doc(hidden)]", ""),
        ("a.rs", "//! Doc.\n\nfn a() {}\n", "\n\nfn", "\n#![allow(x)]\n\nfn", ""),
        ("a.rs", "#[cfg(a)]\nfn a() {}\n#[cfg(b)]\nfn a() {}\n", "#[cfg(a)]\nfn a() {}\n", "", "removed function a 2-2"),
        (
            "A.java",
            "class A {\n    public int a() {\n        return 1;\n    }\n}\n",
            "    public",
            "    @T(1)\n    public",
            "modified method A.a 3-5",
        ),
        ("A.java", "class A {\n    /** Doc. */\n    @T\n    int a() {\n    }\n}\n", "Doc", "Other", ""),
        (
            "a.kt",
            "class A {\n    fun a(): Int {\n        return 1\n    }\n}\n",
            "    fun",
            "    @T(\"x\")\n    fun",
            "modified method A.a 3-5",
        ),
        ("a.ts", "class A {\n  a(): number {\n    return 1;\n  }\n}\n", "  a()", "  @c()\n  a()", "modified method A.a 3-5"),
        ("a.ts", "export class A {\n  b = 1;\n}\n", "export", "@C({a: 1})\nexport", "modified class A 2-4"),
        (
            "A.cs",
            "class A {\n    public int A1() {\n        return 1;\n    }\n}\n",
            "    public",
            "    [Au]\n    public",
            "modified method A.A1 3-5",
        ),
        (
            "A.php",
            "<?php\nclass A\n{\n    function a()\n    {\n    }\n}\n",
            "    function",
            "    #[R(\"/x\")]\n    function",
            "modified method A::a 5-7",
        ),
        ("a.swift", "class A {\n    func a() {\n    }\n}\n", "    func", "    @objc\n    func", "modified method A.a 3-4"),
        ("a.scala", "class A {\n  def a() = {\n    1\n  }\n}\n", "  def", "  @tailrec\n  def", "modified method A.a 3-5"),
        ("a.cpp", "int a() {\n  return 1;\n}\n", "int", "[[nodiscard]]\nint", "modified function a 2-4"),
    ];
    for (name, base, old, new, expected) in cases {
        let (path, head) = (RepoPath::new(name.as_bytes()), base.replacen(old, new, 1));
        let expected: Vec<&str> = Some(expected).filter(|expected| !expected.is_empty()).into_iter().collect();
        for whole_below in [0, usize::MAX] {
            let reading = reading_whole_below(whole_below, &path, base, &head, &hunks(base, &head));
            assert_eq!(listed(&reading), expected, "{name}: {head}");
        }
    }
}

#[test]
fn a_function_that_is_given_to_what_wraps_it_is_defined() {
    let cases = [
        ("export const A = memo(function A({ id }) {\n  return 1;\n});\n", "modified function A 1-3"),
        ("export const A = forwardRef<I, {}>((props, ref) => {\n  return 1;\n});\n", "modified function A 1-3"),
        ("const A = React.memo(React.forwardRef((props, ref) => {\n  return 1;\n}), (a, b) => a === b);\n", "modified function A 1-3"),
        ("export const save = useCallback(async () => {\n  return 1;\n}, []);\n", "modified function save 1-3"),
        ("const a = list.map((one) => {\n  return 1;\n});\n", ""),
        ("const a = z.lazy(() => {\n  return 1;\n});\n", ""),
        ("const a = setTimeout(() => {\n  return 1;\n}, 5);\n", ""),
        ("const a = memo(B, () => {\n  return 1;\n});\n", ""),
        ("function A() {\n  const b = useCallback(() => {\n    return 1;\n  });\n}\n", "modified function A 1-5"),
    ];
    for (base, expected) in cases {
        let (path, head) = (RepoPath::from("a.tsx"), base.replace("return 1", "return 2"));
        let expected: Vec<&str> = Some(expected).filter(|expected| !expected.is_empty()).into_iter().collect();
        assert_eq!(listed(&reading(&path, base, &head, &hunks(base, &head))), expected, "{base}");
    }
}

#[test]
fn overloads_are_paired_by_their_text_then_by_their_parameters() {
    let path = RepoPath::new(&b"A.java"[..]);
    let base = "class A {\n  int f(int a) { return 1; }\n  int f(long a) { return 2; }\n}\n";
    let head = "class A {\n  int f(String a) { return 0; }\n  int f(long a) { return 3; }\n  int f(int a) { return 1; }\n}\n";
    let expected = ["added method A.f 2-2", "modified method A.f 3-3"];
    assert_eq!(listed(&reading(&path, base, head, &hunks(base, head))), expected);
}

#[test]
fn what_the_other_side_may_hold_unread_is_not_claimed() {
    let path = RepoPath::new(&b"a.js"[..]);
    // base is broken in a way that hides `kept`; head mends it and adds `fresh`
    let base = "class A {\n  first() { if (x) { return ( ; }\n  kept() { return 1; }\n";
    let head = "class A {\n  first() { if (x) { return 1; } }\n  kept() { return 1; }\n  fresh() { return 2; }\n}\n";
    let changes = listed(&reading(&path, base, head, &hunks(base, head)));
    assert!(changes.iter().any(|change| change.contains("A.fresh")), "{changes:?}");
    assert!(!changes.iter().any(|change| change.contains("kept")), "{changes:?}");
}

/// A function as the model sees it: its name, and a number that stands for its text.
type Model = Vec<(usize, u8)>;

fn written(model: &Model, template: &str) -> String {
    let one = |(name, body): &(usize, u8)| template.replace("NAME", &format!("f{name}")).replace("BODY", &body.to_string());
    model.iter().map(one).collect()
}

/// Some functions, each once, in any order.
fn model() -> impl Strategy<Value = Model> {
    let names = proptest::sample::subsequence((0..12).collect::<Vec<usize>>(), 0..12).prop_shuffle();
    names.prop_flat_map(|names| {
        let bodies = proptest::collection::vec(0_u8..3, names.len());
        bodies.prop_map(move |bodies| names.iter().copied().zip(bodies).collect())
    })
}

proptest! {
    #[test]
    fn changes_are_those_of_a_model(base in model(), head in model()) {
        let templates = [
            ("a.rs", "/// Doc.\n#[inline]\npub fn NAME(a: u8) -> u8 {\n    BODY\n}\n\n"),
            ("a.py", "@cached\ndef NAME(a):\n    return BODY\n\n\n"),
            ("a.js", "export const NAME = (a) => {\n  return BODY;\n};\n"),
            ("a.go", "func (s *Store) NAME(a int) int {\n\treturn BODY\n}\n\n"),
        ];
        let mut expected: Vec<(String, Change)> = head.iter().filter_map(|(name, body)| {
            let before = base.iter().find(|(other, _)| other == name);
            let change = before.map_or(Some(Change::Added), |(_, old)| (old != body).then_some(Change::Modified));
            Some((format!("f{name}"), change?))
        }).collect();
        let gone = base.iter().filter(|(name, _)| head.iter().all(|(other, _)| other != name));
        expected.extend(gone.map(|(name, _)| (format!("f{name}"), Change::Removed)));
        expected.sort();
        for (path, template) in templates {
            let (base, head) = (written(&base, template), written(&head, template));
            let reading = reading(&RepoPath::new(path.as_bytes()), &base, &head, &hunks(&base, &head));
            let mut changes: Vec<(String, Change)> = reading.definitions.iter().map(|d| (d.name.clone(), d.change)).collect();
            changes.sort();
            prop_assert_eq!(&changes, &expected, "{}", path);
            for d in reading.definitions.iter().filter(|d| d.change != Change::Removed) {
                let first = head.lines().nth(d.line as usize - 1).unwrap_or("");
                prop_assert!(first.contains(&d.name), "{}: line {} is {:?}", path, d.line, first);
            }
        }
    }

    #[test]
    fn what_is_left_out_of_parsing_makes_no_difference(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0..4_u8), 1..4), row in any::<proptest::sample::Index>(),
    ) {
        let all: Vec<(&str, bool)> = languages().filter(|(_, derived)| !derived).collect();
        let case = case(row.get(&all).0);
        let mut lines: Vec<String> = case.head.split_inclusive('\n').map(str::to_owned).collect();
        for (at, edit) in edits {
            let at = at.index(lines.len());
            match edit {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines[at] = lines[at].replacen("a", "anew", 1),
                _ => lines.insert(at, "\n".to_owned()),
            }
        }
        for head in [lines.concat(), case.head.clone()] {
            for base in [&case.head, &case.base].into_iter().filter(|base| **base != head) {
                let hunks = hunks(base, &head);
                let [parts, whole] = [0, usize::MAX].map(|below| reading_whole_below(below, &case.path, base, &head, &hunks));
                prop_assert_eq!(listed(&parts), listed(&whole), "{}", head);
            }
        }
    }

    #[test]
    fn no_text_makes_it_fail(cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6), row in any::<proptest::sample::Index>()) {
        let all: Vec<(&str, bool)> = languages().collect();
        let case = case(row.get(&all).0);
        let mut head = case.head.clone().into_bytes();
        for (at, byte) in cuts {
            let at = at.index(head.len());
            head[at] = byte;
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let reading = reading(&case.path, &case.base, &head, &hunks(&case.base, &head));
        for d in &reading.definitions {
            prop_assert!(d.line >= 1 && d.line <= d.end_line && !d.name.is_empty());
        }
    }
}
