//! What holds for configuration that is a program, whatever its language; its keys are in the fixtures (`tests/fixtures/config/code-*`).

use proptest::prelude::*;

use crate::change::RepoPath;
use crate::evidence::config::tests::format_of;
use crate::evidence::config::{ConfigReading, KeylessLines, Nature, Policy, read};

fn reading(path: &str, base: &str, head: &str) -> ConfigReading {
    read(&path.into(), Some(base.as_bytes()), Some(head.as_bytes()), Policy::Secrets).expect("it is configuration")
}

#[test]
fn ordinary_code_is_no_configuration() {
    for (path, format) in [
        ("config/queue.php", Some("php")),
        ("src/Queue.php", None),
        ("config/packages/queue.php", None),
        ("shop/settings.py", Some("python")),
        ("shop/settings_test.py", Some("python")),
        ("shop/settings/base.py", Some("python")),
        ("shop/config.py", None),
        ("shop/conf.py", None),
        ("docs/conf.py", Some("python")),
        ("vite.config.ts", Some("typescript")),
        (".eslintrc.cjs", Some("javascript")),
        ("src/config.ts", None),
        ("config/environments/production.rb", Some("ruby")),
        ("config/routes.rb", None),
        ("app/models/config.rb", None),
        ("config/runtime.exs", Some("elixir")),
        ("lib/config.ex", None),
    ] {
        assert_eq!(format_of(&path.into(), b""), format, "{path}");
    }
}

#[test]
fn what_is_no_key_is_said() {
    let text = || Nature::Text { reason: "what changed is no key".into(), diff: String::new() };
    for (path, base, head, nature) in [
        ("settings.py", "A = 1\n", "# why\nA = 1  # so\n", Nature::CommentsOnly),
        ("settings.py", "A = [1, 2]\n", "A = [\n    1,\n    2,\n]\n", Nature::LayoutOnly),
        ("settings.py", "A = 'x'\n", "A = \"x\"\n", Nature::LayoutOnly),
        ("settings.py", "A = f(1, 2)\n", "A = f(\n    1, 2\n)\n", Nature::LayoutOnly),
        ("settings.py", "A = 1\nB = 2\n", "B = 2\nA = 1\n", Nature::OrderOnly),
        // an import may set what is assigned before it
        ("settings.py", "A = 1\nfrom .base import *\n", "from .base import *\nA = 1\n", Nature::OrderOnly),
        ("settings.py", "if X:\n    A = 1\n", "if X:\n    A = 2\n", text()),
        ("settings.py", "if X:\n    A = 1\n    B()\n", "if X:\n    A = 1\nB()\n", text()),
        ("vite.config.js", "export default f({ a: 1 })\n", "export default g({ a: 1 })\n", text()),
        (
            "config/a.php",
            "<?php return ['a' => 1];\n",
            "<?php\n\nreturn array('a' => 1);\n",
            Nature::Text { reason: "what changed is no key".into(), diff: String::new() },
        ),
        ("config/initializers/a.rb", "def a\n  b.c = 1\nend\n", "def a\n  b.c = 2\nend\n", text()),
        ("config/config.exs", "import_config \"a.exs\"\n", "import_config \"b.exs\"\n", text()),
    ] {
        let reading = reading(path, base, head);
        let found = match reading.note.nature {
            Nature::Text { reason, .. } => Nature::Text { reason, diff: String::new() },
            other => other,
        };
        assert_eq!((found, reading.changes), (nature, Vec::new()), "{path}: {base:?} {head:?}");
    }
}

#[test]
fn lines_beside_keys_are_counted() {
    let reading = reading("settings.py", "import a\nA = 1\n", "import a\nimport b\nA = 2\nif A:\n    B = 1\n");
    assert_eq!((reading.changes.len(), reading.note.keyless), (1, KeylessLines { added: 3, removed: 0 }));
}

#[test]
fn syntax_errors_are_shown_as_text() {
    for (path, head) in [
        ("settings.py", "A = (\n"),
        ("config/a.php", "<?php return ['a' =>;\n"),
        ("a.config.ts", "export default {\n"),
        ("config/a.exs", "config [\n"),
    ] {
        let reading = reading(path, "", head);
        assert!(matches!(&reading.note.nature, Nature::Text { reason, .. } if reason.contains("could not be read as")), "{reading:?}");
    }
}

#[test]
fn names_of_secrets_are_no_secrets_and_their_defaults_are() {
    for (path, source, masked) in [
        ("settings.py", "PASSWORD = os.environ[\"DB_PASSWORD\"]", false),
        ("settings.py", "PASSWORD = os.environ.get(\"DB_PASSWORD\", \"hunter2x9\")", true),
        ("config/a.php", "<?php return ['password' => env('DB_PASSWORD')];", false),
        ("config/a.php", "<?php return ['password' => env('DB_PASSWORD', 'hunter2x9')];", true),
        ("config/a.php", "<?php return ['password' => 'hunter2x9'];", true),
        ("a.config.js", "module.exports = { password: process.env.DB_PASSWORD || 'hunter2x9' }", true),
        ("a.config.js", "module.exports = { password: process.env['DB_PASSWORD'] }", false),
        ("config/initializers/a.rb", "config.password = ENV.fetch(\"DB_PASSWORD\") { \"hunter2x9\" }", true),
        ("config/initializers/a.rb", "config.password = ENV[\"DB_PASSWORD\"]", false),
        ("config/a.exs", "config :a, password: System.get_env(\"DB_PASSWORD\") || \"hunter2x9\"", true),
    ] {
        let reading = read(&path.into(), None, Some(source.as_bytes()), Policy::Secrets).expect("it is configuration");
        let [change] = reading.changes.as_slice() else { panic!("{path}: {reading:?}") };
        let after = change.after.as_deref().unwrap_or_default();
        assert_eq!((after.contains("value masked"), after.contains("hunter")), (masked, false), "{path}: {after}");
    }
}

const PROGRAMS: [(&str, &str); 7] = [
    ("config/queue.php", include_str!("../../../../tests/fixtures/config/code-php.txt")),
    ("shop/settings/base.py", include_str!("../../../../tests/fixtures/config/code-python.txt")),
    ("web/next.config.js", include_str!("../../../../tests/fixtures/config/code-javascript.txt")),
    ("eslint.config.mjs", include_str!("../../../../tests/fixtures/config/code-eslint.txt")),
    ("vite.config.ts", include_str!("../../../../tests/fixtures/config/code-typescript.txt")),
    ("config/environments/production.rb", include_str!("../../../../tests/fixtures/config/code-ruby.txt")),
    ("config/runtime.exs", include_str!("../../../../tests/fixtures/config/code-elixir.txt")),
];

/// Digits, and letters in quotes, outside of comments.
fn literals(text: &str) -> Vec<usize> {
    let lines = text.split_inclusive('\n').scan(0, |start, line| {
        *start += line.len();
        Some((*start - line.len(), line))
    });
    let in_line = |(start, line): (usize, &str)| {
        let is_literal = |at: &usize| {
            let before = &line[..*at];
            let byte = line.as_bytes()[*at];
            let is_quoted = before.matches(['"', '\'']).count() % 2 == 1;
            !["#", "//", "/*"].iter().any(|mark| before.contains(mark))
                && (byte.is_ascii_digit() || byte.is_ascii_alphabetic() && is_quoted)
        };
        (0..line.len()).filter(is_literal).map(|at| start + at).collect::<Vec<_>>()
    };
    lines.flat_map(in_line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_changed_literal_is_never_silent(program in prop::sample::select(PROGRAMS.to_vec()), place in any::<prop::sample::Index>(), with in "[a-z]") {
        let (path, fixture) = program;
        let (_, rest) = fixture.split_once("#### base\n").expect("a fixture has a base");
        let (base, _) = rest.split_once("#### head\n").expect("a fixture has a head");
        let places = literals(base);
        let at = places[place.index(places.len())];
        let byte = base.as_bytes()[at];
        let with = if byte.is_ascii_digit() { ((byte - b'0' + 1) % 10 + b'0') as char } else { with.chars().next().unwrap_or('x') };
        prop_assume!(byte != with as u8);
        let head = format!("{}{with}{}", &base[..at], &base[at + 1..]);
        let reading = read(&RepoPath::from(path), Some(base.as_bytes()), Some(head.as_bytes()), Policy::Secrets).expect("it is configuration");
        let told = reading.note.keyless != KeylessLines::default() || matches!(reading.note.nature, Nature::Keys | Nature::Text { .. });
        prop_assert!(told, "{path} {at}: {reading:?}\n{head}");
    }
}
