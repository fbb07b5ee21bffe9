//! Every row of the table is read by at least one fixture (`tests/fixtures/config/`); what holds for all formats is a property.

use std::path::PathBuf;

use proptest::prelude::*;

use super::formats::{self, FORMATS};
use super::{ConfigReading, Nature, Policy, cut_alike, format_change, keys, lock_summary, locks, read, shows};
use crate::change::RepoPath;
use crate::parallel::thread_time;

/// The format by which a file is read.
pub(super) fn format_of(path: &RepoPath, head: &[u8]) -> Option<&'static str> {
    formats::find(path, head).map(|format| format.id)
}

/// A file before and after, and what is to be said about it.
struct Fixture {
    name: String,
    path: RepoPath,
    base: String,
    head: String,
    shown: String,
}

/// Secrets in fixtures are written as `{stripe-1}` and joined here, so that no scanner takes a file for a leak.
fn filled(text: &str) -> String {
    let key = |tail: &str| format!("sk_{}_{tail}", "live");
    text.replace("{stripe-1}", &key("51H8aQwErTyUiOpAsDfGhJkLz")).replace("{stripe-2}", &key("99ZzYyXxWwVvUuTtSsRrQqPp"))
}

fn fixtures() -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config");
    let mut fixtures = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
        let file = entry.expect("the folder can be read").path();
        let text = filled(&std::fs::read_to_string(&file).expect("fixtures are text"));
        let parts: Vec<&str> = text.split("#### ").collect();
        let part = |name: &str| parts.iter().find_map(|p| p.strip_prefix(name)).unwrap_or_else(|| panic!("{file:?} has no {name}"));
        fixtures.push(Fixture {
            name: file.file_stem().expect("a file has a name").to_string_lossy().into_owned(),
            path: RepoPath::from(part("path ").trim()),
            base: part("base\n").to_owned(),
            head: part("head\n").to_owned(),
            shown: part("shown\n").to_owned(),
        });
    }
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

fn reading(path: &RepoPath, base: &str, head: &str) -> ConfigReading {
    read(path, Some(base.as_bytes()), Some(head.as_bytes()), Policy::Secrets).expect("it is configuration")
}

fn printed(reading: &ConfigReading) -> String {
    let lines = |change| {
        let line = super::KeyChange::clone(change).line.unwrap_or_default();
        format_change(change, reading.note.format).into_iter().map(move |text| format!("{line} {text}\n"))
    };
    reading.changes.iter().flat_map(lines).collect()
}

/// What verifying a journal relies on.
#[test]
fn what_changed_is_among_all_keys() {
    for fixture in fixtures() {
        let changes = reading(&fixture.path, &fixture.base, &fixture.head).changes;
        let all = keys(&fixture.path, fixture.head.as_bytes(), Policy::Secrets).unwrap_or_default();
        for (change, after) in changes.iter().filter_map(|change| Some((change, change.after.as_ref()?))) {
            // what names an item of a list depends on both sides; the line does not
            let same = |key: &&super::KeyChange| key.key == change.key || key.line == change.line;
            let shown = |key: &super::KeyChange| key.after.as_ref().is_some_and(|whole| shows(after, whole));
            assert!(all.iter().filter(same).any(shown), "{}: {change:?} is not in {all:#?}", fixture.name);
        }
    }
}

#[test]
fn a_cut_value_is_known_again() {
    let text = |word: &str| format!("{} {word} {}", "before ".repeat(30), "after ".repeat(40));
    let toml = |word: &str| format!("a = \"{}\"\n", text(word));
    let path = RepoPath::from("a.toml");
    let change = reading(&path, &toml("old"), &toml("new")).changes.remove(0);
    let whole = |word: &str| keys(&path, toml(word).as_bytes(), Policy::Secrets).expect("keys").remove(0).after.expect("a value");
    let after = change.after.expect("a value");
    assert!(after.starts_with('…') && after.ends_with('…'));
    assert_eq!([shows(&after, &whole("new")), shows(&after, &whole("old"))], [true, false]);
    assert_eq!(Some(cut_alike(&whole("old"), &after)), change.before);
    for (shown, whole, same) in [("a", "a", true), ("a", "ab", false), ("a…", "ab", false), ("…b", "ab", true), ("…a", "ab", false)] {
        assert_eq!(shows(shown, whole), same, "{shown} {whole}");
    }
}

#[test]
fn fixtures_read_as_written() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let reading = reading(&fixture.path, &fixture.base, &fixture.head);
        let printed = printed(&reading);
        if printed != fixture.shown || reading.note.nature != Nature::Keys {
            wrong.push(format!("== {} {:?}\n{printed}", fixture.name, reading.note));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_format_has_a_fixture() {
    let fixtures = fixtures();
    for row in FORMATS {
        let read = |f: &&Fixture| format_of(&f.path, f.head.as_bytes()) == Some(row.id);
        assert!(fixtures.iter().any(|f| read(&f)), "{} has no fixture", row.id);
        assert!(!row.joiner.is_empty() && FORMATS.iter().filter(|r| r.id == row.id).count() == 1, "{}", row.id);
    }
}

#[test]
fn what_is_no_key_is_said() {
    let cases: [(&str, &str, &str, Nature); 15] = [
        ("a.yaml", "a: 1\nb: 2\n", "# why\na: 1\nb: 2 # so\n", Nature::CommentsOnly),
        ("a.yaml", "a: 1\nb: 2\n", "b: 2\na: 1\n", Nature::OrderOnly),
        ("a.yaml", "a: [x, y]\n", "a:\n  - x\n  - y\n", Nature::LayoutOnly),
        ("a.yaml", "a: x\n", "a: 'x'\n", Nature::LayoutOnly),
        ("a.yaml", "a: 1\n", "a: 1\n", Nature::Nothing),
        ("a.toml", "[a]\nb = 1\n", "a.b = 1\n", Nature::LayoutOnly),
        ("a.toml", "[a]\nb = 1\n", "[a]\nb = 1\n# end\n", Nature::CommentsOnly),
        ("a.json", "{\"a\":1,\"b\":[1,2]}", "{\"b\":[2,1],\"a\":1}", Nature::OrderOnly),
        ("a.json", "{\"a\":1}", "{\n  \"a\": 1\n}\n", Nature::LayoutOnly),
        ("a.ini", "[s]\na=1\n", "[s]\n; note\na = 1\n", Nature::CommentsOnly),
        ("n.conf", "server {\n  listen 80; # web\n}\n", "server {\n  listen 80; # the web\n}\n", Nature::CommentsOnly),
        ("nginx.conf", "a 1;\nb { c 2; }\n", "a   1; # one\nb {\n  c 2;\n}\n", Nature::CommentsOnly),
        ("a.tf", "a = 1\n", "a   = 1\r\n", Nature::LayoutOnly),
        ("a.xml", "<a><b>1</b></a>", "<a>\n  <!-- x -->\n  <b>1</b>\n</a>", Nature::CommentsOnly),
        (".env", "A=x\n", "export A=\"x\"\n", Nature::LayoutOnly),
    ];
    for (path, base, head, nature) in cases {
        let reading = reading(&RepoPath::from(path), base, head);
        assert_eq!((reading.note.nature, reading.changes.len()), (nature, 0), "{path}: {base:?} {head:?}");
    }
}

#[test]
fn an_order_that_changed_beside_comments_is_said() {
    let reading = reading(&"a.yaml".into(), "a: # one\n  - x\n  - y\n", "a: # two\n  - y\n  - x\n");
    let Nature::Text { reason, .. } = &reading.note.nature else { panic!("{:?}", reading.note) };
    assert_eq!(reason, "the order and comments changed");
}

#[test]
fn what_cannot_be_read_is_shown_as_text_without_secrets() {
    let pem = format!("-----BEGIN RSA {} KEY-----\n{}\n-----END RSA {} KEY-----", "PRIVATE", "MIIEpAIBAAKCAQEA7bq".repeat(3), "PRIVATE");
    for (path, base, head) in [
        ("a.yaml", "a: 1\n", format!("a: [1\npassword: correcthorse\n{pem}\n")),
        ("twice.yaml", "a: 1\n", "password: other\na: 1\na: 2\npassword: correcthorse\n".to_owned()),
        ("twice.json", "{}", "{\"a\": 1,\n\"password\": \"correcthorse\",\n\"a\": 2}\n".to_owned()),
        ("a.json", "{}", "{\"a\": 1\n\"password\": \"correcthorse\"\n}\n".to_owned()),
        ("a.toml", "a = 1\n", "a = \n[x\npassword = correcthorse\n".to_owned()),
        ("nginx.conf", "a 1;\n", "a {\nproxy_password: correcthorse\n".to_owned()),
        ("a.xml", "<a/>", "<a>\n<b></a>\npassword=correcthorse".to_owned()),
    ] {
        let reading = reading(&RepoPath::from(path), base, &head);
        let Nature::Text { reason, diff } = &reading.note.nature else { panic!("{path}: {:?}", reading.note) };
        assert!(reason.contains("could not be read"), "{reason}");
        assert!(!diff.contains("correcthorse") && !diff.contains("CAQEA7bq"), "{path}: {diff}");
        assert!(!diff.is_empty() && diff.lines().count() <= 12, "{path}: {diff}");
    }
}

#[test]
fn a_file_of_secrets_shows_no_value_at_all() {
    let (base, head) = ("A=plain\nB=same\nC=gone\n", "A=other\nB=same\nD=\n");
    let reading = read(&".env".into(), Some(base.as_bytes()), Some(head.as_bytes()), Policy::Everything).expect("it is configuration");
    assert_eq!(printed(&reading), "1 changed: A (value masked)\n3 added:  D\n3 removed: C (value masked)\n");
    let broken = read(&"secrets.yaml".into(), Some(b"a: [1"), Some(b"a: correcthorse"), Policy::Everything).expect("it is configuration");
    assert!(!format!("{broken:?}").contains("correcthorse"), "{broken:?}");
}

#[test]
fn names_of_packages_are_no_secrets() {
    for (path, base, shown) in [
        (
            "go.mod",
            "require github.com/aws/aws-sdk-go-v2/credentials v1.0.0\n",
            "1 before: require github.com/aws/aws-sdk-go-v2/credentials v1.0.0\n1 after:  require github.com/aws/aws-sdk-go-v2/credentials v2.0.0\n",
        ),
        (
            "package.json",
            "{\"dependencies\": {\"csrf-token\": \"1.0.0\"}}",
            "1 before: dependencies.csrf-token: \"1.0.0\"\n1 after:  dependencies.csrf-token: \"2.0.0\"\n",
        ),
        (
            "Cargo.toml",
            "[dependencies]\nsecret = \"1.0.0\"\n",
            "2 before: dependencies.secret = \"1.0.0\"\n2 after:  dependencies.secret = \"2.0.0\"\n",
        ),
        ("requirements.txt", "django-token==1.0.0\n", "1 before: django-token ==1.0.0\n1 after:  django-token ==2.0.0\n"),
        ("Gemfile", "gem 'bcrypt-pass', '~> 1.0.0'\n", "1 before: gem bcrypt-pass '~> 1.0.0'\n1 after:  gem bcrypt-pass '~> 2.0.0'\n"),
        ("mix.exs", "{:token, \"~> 1.0.0\"},\n", "1 before: dep token \"~> 1.0.0\"\n1 after:  dep token \"~> 2.0.0\"\n"),
        ("build.gradle", "storePassword '1.0.0x'\n", "1 changed: storePassword (password, value masked)\n"),
        (
            "app.ini",
            "[api]\npassword = 1.0.0x\napi token = 1.0.0x\n",
            "2 changed: [api] password (password, value masked)\n3 changed: [api] api token (token, value masked)\n",
        ),
        ("config.json", "{\"require\": {\"x\": {\"password\": \"1.0.0x\"}}}", "1 changed: require.x.password (password, value masked)\n"),
    ] {
        let reading = reading(&path.into(), base, &base.replace("1.0.0", "2.0.0"));
        assert_eq!(printed(&reading), shown, "{path}");
    }
}

#[test]
fn an_empty_file_has_no_key() {
    for path in ["variables.tf", "a.yaml", "a.json", "a.toml", "a.ini", "go.mod", "nginx.conf", "Dockerfile"] {
        for text in ["", "\n"] {
            for sides in [(None, Some(text.as_bytes())), (Some(text.as_bytes()), None)] {
                let reading = read(&path.into(), sides.0, sides.1, Policy::Secrets).expect("it is configuration");
                assert_eq!(reading.changes, [], "{path}");
            }
        }
    }
}

#[test]
fn a_whole_file_added_or_removed_gives_all_its_keys() {
    for fixture in fixtures() {
        let added = read(&fixture.path, None, Some(fixture.head.as_bytes()), Policy::Secrets).expect("it is configuration");
        let removed = read(&fixture.path, Some(fixture.head.as_bytes()), None, Policy::Secrets).expect("it is configuration");
        assert!(!added.changes.is_empty() && added.changes.len() == removed.changes.len(), "{}", fixture.name);
        assert!(added.changes.iter().all(|c| c.before.is_none() && c.after.is_some()), "{}", fixture.name);
        assert!(removed.changes.iter().all(|c| c.before.is_some() && c.after.is_none()), "{}", fixture.name);
    }
}

#[test]
fn a_line_holds_what_it_claims() {
    for fixture in fixtures() {
        let reading = reading(&fixture.path, &fixture.base, &fixture.head);
        for change in &reading.changes {
            let text = if change.after.is_some() { &fixture.head } else { &fixture.base };
            let line = text.lines().nth(change.line.expect("every key has a line") as usize - 1).unwrap_or_default();
            let first = change.after.as_deref().or(change.before.as_deref()).unwrap_or_default();
            let word = |w: &&str| w.len() > 1 && !w.contains("masked");
            let telling = change.key.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).rfind(word).unwrap_or_default();
            let value = first.split_whitespace().find(word).unwrap_or_default().trim_end_matches(['"', '\\', ',']);
            assert!(line.contains(telling) || (!value.is_empty() && line.contains(value)), "{}: {change:?} at {line:?}", fixture.name);
        }
    }
}

#[test]
fn long_values_keep_their_difference_in_view() {
    let (base, head) =
        (format!("a: {}old{}\n", "x".repeat(900), "y".repeat(900)), format!("a: {}new{}\n", "x".repeat(900), "y".repeat(900)));
    let reading = reading(&"a.yaml".into(), &base, &head);
    let change = &reading.changes[0];
    let (before, after) = (change.before.as_deref().expect("modified"), change.after.as_deref().expect("modified"));
    assert!(before.contains("old") && after.contains("new") && before.chars().count() <= 162, "{change:?}");
    assert!(before.starts_with('…') && before.ends_with('…'));
}

#[test]
fn formats_by_name_and_by_content() {
    for (path, head, want) in [
        ("x/Dockerfile.prod", "", Some("dockerfile")),
        (".github/workflows/ci.yml", "", Some("yaml")),
        ("package-lock.json", "{}", None),
        ("pnpm-lock.yaml", "", None),
        ("Cargo.lock", "", None),
        (".terraform.lock.hcl", "", None),
        (".prettierrc", "{ \"a\": 1 }", Some("json")),
        (".prettierrc", "semi: false\n", Some("yaml")),
        ("conf/x.conf", "server {\n  listen 80;\n}\n", Some("nginx")),
        ("conf/x.conf", "[a]\nb=1\n", Some("ini")),
        ("conf/x.conf", "a = 1\nb = 2\n", Some("ini")),
        ("configs/board_defconfig", "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x\"\n", Some("ini")),
        ("conf/x.conf", "maxmemory 1gb\nport 1\n", Some("keywords")),
        ("conf/x.conf", "<VirtualHost *>\n</VirtualHost>\n", Some("apache")),
        ("conf/x.conf", "\u{1}\u{2}", None),
        ("src/main.rs", "", None),
        ("README.md", "", None),
    ] {
        assert_eq!(format_of(&path.into(), head.as_bytes()), want, "{path} {head:?}");
    }
}

#[test]
fn lock_files_give_one_line() {
    let npm = |v: &str| format!("{{\"packages\": {{\"\": {{}}, \"node_modules/zod\": {{\"version\": \"{v}\"}}}}}}");
    let yarn = |v: &str| {
        format!(
            "# yarn\n\n\"@a/b@^1.0.0\", \"@a/b@^1.1.0\":\n  version \"{v}\"\n  dependencies:\n    c \"^1\"\n\nc@^1:\n  version \"1.0.0\"\n"
        )
    };
    let pnpm = |v: &str| {
        format!(
            "lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@{v}':\n    resolution: {{integrity: x}}\n\n  c@1.0.0:\n    engines: {{}}\n\nsnapshots:\n\n  '@a/b@{v}(c@1.0.0)': {{}}\n"
        )
    };
    let go = |name: &str, v: &str| format!("{name} {v} h1:x=\n{name} {v}/go.mod h1:y=\n");
    let cases: [(&str, String, String, Option<&str>); 12] = [
        (
            "mix.lock",
            "%{\n  \"ex_doc\": {:hex, :ex_doc, \"0.40.2\", \"f5\", [:mix], [{:earmark, \"~> 1.4\"}], \"hexpm\", \"aa\"},\n}\n".into(),
            "%{\n  \"ex_doc\": {:hex, :ex_doc, \"0.40.3\", \"f6\", [:mix], [{:earmark, \"~> 1.4\"}], \"hexpm\", \"ab\"},\n}\n".into(),
            Some("1 package updated (ex_doc 0.40.2 → 0.40.3)"),
        ),
        (
            "go.sum",
            go("github.com/go-task/slim-sprig/v3", "v3.0.0") + &go("github.com/prometheus-operator/prometheus-operator", "v0.70.0"),
            go("github.com/go-task/slim-sprig/v3", "v3.1.0") + &go("github.com/prometheus-operator/prometheus-operator", "v0.71.0"),
            Some("2 packages updated"),
        ),
        ("pnpm-lock.yaml", pnpm("1.0.0"), pnpm("1.1.0"), Some("1 package updated (@a/b 1.0.0 → 1.1.0)")),
        ("yarn.lock", yarn("1.0.0"), yarn("1.1.0"), Some("1 package updated (@a/b 1.0.0 → 1.1.0)")),
        (
            "yarn.lock",
            "__metadata:\n  version: 8\n\n\"c@npm:^1\":\n  version: 1.0.0\n".into(),
            "__metadata:\n  version: 9\n\n\"c@npm:^1\":\n  version: 1.2.0\n".into(),
            Some("1 package updated (c 1.0.0 → 1.2.0)"),
        ),
        (
            "Cargo.lock",
            "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[[package]]\nname = \"b\"\nversion = \"2.0\"\n".into(),
            "[[package]]\nname = \"a\"\nversion = \"1.1\"\n[[package]]\nname = \"c\"\nversion = \"3.0\"\n".into(),
            Some("1 package updated (a 1.0 → 1.1), 1 added (c 3.0), 1 removed (b 2.0)"),
        ),
        (
            "composer.lock",
            "{\"packages\": []}".into(),
            "{\"packages\": [{\"name\": \"x/y\", \"version\": \"v1\"}]}".into(),
            Some("1 package added (x/y v1)"),
        ),
        ("package-lock.json", npm("3.1.0"), npm("3.2.0"), Some("1 package updated (zod 3.1.0 → 3.2.0)")),
        (
            "Gemfile.lock",
            "GEM\n    rails (7.0)\n      rack (>= 2)\n".into(),
            "GEM\n    rails (7.1)\n".into(),
            Some("1 package updated (rails 7.0 → 7.1)"),
        ),
        ("go.sum", String::new(), (0..5).map(|i| format!("m/{i} v1 h1:x=\nm/{i} v1/go.mod h1:y=\n")).collect(), Some("5 packages added")),
        ("package-lock.json", npm("3.1.0"), npm("3.1.0"), None),
        ("yarn.lock", "a".into(), "b".into(), None),
    ];
    for (path, base, head, want) in &cases {
        assert_eq!(lock_summary(&(*path).into(), base.as_bytes(), head.as_bytes()).as_deref(), *want, "{path}");
    }
    for row in locks::LOCKS {
        assert!(cases.iter().any(|(path, ..)| row.names.contains(path)), "{:?} has no case", row.names);
    }
}

#[test]
fn hostile_files_are_bounded() {
    let deep = |open: &str, n: usize| open.repeat(n);
    let nested: String = (0..3000).map(|i| format!("{}a:\n", " ".repeat(i % 1500))).collect();
    let bomb: String = (0..60).map(|i| format!("a{i}: &a{i} [*a{}, *a{0}, *a{0}, *a{0}]\n", i - 1)).collect();
    let tables: String = (0..20_000).map(|i| format!("[t.a{i}]\n")).collect();
    let items: String = (0..20_000).map(|i| format!("- {i}\n")).collect();
    for (path, text) in [
        ("a.json", deep("[", 200_000)),
        ("a.json", deep("{\"a\":", 100_000)),
        ("a.yaml", deep("[", 100_000)),
        ("a.yaml", deep("- ", 100_000)),
        ("a.yaml", deep("? ", 100_000)),
        ("a.yaml", nested),
        ("a.yaml", bomb),
        ("a.yaml", items),
        ("a.yaml", deep("a: {{ x }}\n", 20_000)),
        ("a.toml", format!("a = {}", deep("[", 100_000))),
        ("a.toml", deep("a.", 50_000) + "b = 1"),
        ("a.toml", tables),
        ("a.tf", format!("a = {}", deep("(", 100_000))),
        ("a.tf", deep("a {\n", 50_000)),
        ("a.tf", deep("<<A\n", 20_000)),
        ("a.tf", format!("a = \"{}", deep("${\"", 50_000))),
        ("a.xml", deep("<a>", 100_000)),
        ("a.xml", format!("<a{}/>", (0..20_000).map(|i| format!(" x{i}=\"\"")).collect::<String>())),
        ("nginx.conf", deep("a {", 100_000)),
        ("nginx.conf", deep("a$", 200_000)),
        ("Caddyfile", deep("{a", 100_000)),
        ("a.ini", deep(" a", 200_000)),
        ("Dockerfile", deep("RUN a \\\n", 50_000)),
        (".env", deep("A=\"\n", 20_000)),
        ("crontab", (0..20_000).map(|i| format!("#0 3 * * * a{i}\n")).collect()),
        ("settings.py", deep("A = ", 50_000) + "1"),
        ("settings.py", deep("A = 1\n", 50_000)),
        ("settings.py", (0..5_000).map(|i| format!("{}class A:\n", " ".repeat(i))).collect()),
        ("settings.py", deep("A['b'] = 1\n", 20_000)),
        ("settings.py", format!("PASSWORD = {}'a'", deep("'b' + ", 50_000))),
        ("config/a.php", format!("<?php return {}", deep("['a' => ", 50_000))),
        ("config/a.php", format!("<?php $a{} = 1;", deep("['b']", 20_000))),
        ("a.config.ts", format!("export default 1{}", deep(" as A", 20_000))),
        ("a.config.js", format!("export default {}1", deep("a => ", 20_000))),
        ("config/environments/a.rb", format!("config{} = 1", deep(".a", 20_000))),
        ("config/a.exs", deep("config :a, b: 1\n", 20_000)),
    ] {
        let before = thread_time();
        read(&path.into(), Some(b"a: 1"), Some(text.as_bytes()), Policy::Secrets);
        read(&path.into(), Some(text.as_bytes()), Some(&text.as_bytes()[..text.len() - 1]), Policy::Secrets);
        let took = thread_time() - before;
        assert!(took.as_secs() < 30, "{path} {:?}… took {took:?}", &text[..20]);
    }
}

#[test]
fn a_limit_is_no_syntax_error() {
    let keys = |n: usize| (0..n).map(|i| format!("k{i}:\n  v: {i}\n")).collect::<String>();
    let change = |n: usize, line: &str| {
        let (base, head) = (keys(n), keys(n) + line);
        read(&"a.yaml".into(), Some(base.as_bytes()), Some(head.as_bytes()), Policy::Secrets).expect("a reading")
    };
    assert_eq!(change(16_000, "more: 1\n").changes.len(), 1);
    for long in [change(20_000, "more: 1\n"), change(1, &format!("more: {}\n", "x".repeat(40_000)))] {
        let Nature::Text { reason, .. } = &long.note.nature else { panic!("{:?}", long.note) };
        assert!(reason.ends_with("which its grammar cannot count"), "{reason}");
    }
}

/// A fixture's head with some bytes changed, so that readers get near-misses rather than noise.
fn mutated() -> impl Strategy<Value = (RepoPath, Vec<u8>, Vec<u8>)> {
    let edits = proptest::collection::vec(
        (any::<prop::sample::Index>(), 0..4_u8, prop::sample::select(b"\"'`{}[]()<>:=;#\\\n -&*!|,.$%x\x00\xff".to_vec())),
        1..6,
    );
    let all: Vec<(RepoPath, String)> = fixtures().into_iter().map(|f| (f.path, f.head)).collect();
    (prop::sample::select(all), edits).prop_map(|((path, text), edits)| {
        let mut bytes = text.clone().into_bytes();
        for (index, action, byte) in edits {
            let at = index.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match action {
                0 => bytes.insert(at, byte),
                1 if !bytes.is_empty() => drop(bytes.remove(at)),
                2 => bytes.truncate(at),
                _ => bytes[at] = byte,
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        (path, text.into_bytes(), bytes)
    })
}

#[test]
fn a_line_that_nothing_continues_ends_at_its_backslash() {
    for (path, text) in
        [("a.service", "[Service]\nExecStart=/usr/bin/shop serve \\\n"), ("Caddyfile", "shop.example.org {\n\tencode gzip\n}\n\\")]
    {
        let reading = read(&path.into(), Some(text.as_bytes()), Some(format!("{text}\n").as_bytes()), Policy::Secrets);
        assert_eq!(reading.expect("a format").changes, [], "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_differs_from_itself((path, _, bytes) in mutated()) {
        // a line end more, so that both sides are really read
        let longer = [&bytes[..], b"\n"].concat();
        if let Some(reading) = read(&path, Some(&bytes), Some(&longer), Policy::Secrets) {
            prop_assert!(reading.changes.is_empty(), "{:?}", reading.changes);
        }
    }

    #[test]
    fn a_change_read_backwards_is_the_same_change((path, base, head) in mutated()) {
        let forth = read(&path, Some(&base), Some(&head), Policy::Secrets);
        let back = read(&path, Some(&head), Some(&base), Policy::Secrets);
        if let (Some(forth), Some(back)) = (forth, back)
            && forth.note.format == back.note.format
        {
            let sides = |c: &super::KeyChange| (c.before.is_some(), c.after.is_some());
            let mut a: Vec<_> = forth.changes.iter().map(sides).collect();
            let mut b: Vec<_> = back.changes.iter().map(sides).map(|(x, y)| (y, x)).collect();
            a.sort_unstable();
            b.sort_unstable();
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn no_bytes_panic_any_reader(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in "[a-z{}\\[\\]<>:=;#\"' \\n&*!|,.$-]{0,80}") {
        for row in FORMATS {
            let path = RepoPath::from(row.names[0].replace('*', "a").as_str());
            for input in [bytes.as_slice(), text.as_bytes()] {
                read(&path, Some(input), Some(b"a"), Policy::Secrets);
                read(&path, None, Some(input), Policy::Everything);
            }
        }
    }
}
