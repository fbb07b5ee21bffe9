//! What two looks at a file tell, and that nothing of a secret is kept.

use super::*;
use crate::evidence::config::{Policy, read};

fn kept(path: &str, text: &str) -> StoredContent {
    let kept = StoredContent::of(&RepoPath::from(path), text.as_bytes(), &Sealer::new([7; 16]));
    serde_json::from_str(&serde_json::to_string(&kept).expect("serialises")).expect("reads back")
}

fn keys_of(difference: &Difference) -> Vec<(&str, Option<&str>, Option<&str>)> {
    difference.changes.iter().map(|change| (change.key.as_str(), change.before.as_deref(), change.after.as_deref())).collect()
}

#[test]
fn keys_are_told_before_and_after() {
    let text = "[program:worker]\ncommand=php artisan queue:work\nnumprocs=8\n";
    let (base, head) = (kept("etc/worker.conf", text), kept("etc/worker.conf", &text.replace("=8", "=4")));
    let difference = compare(&base, &head).expect("they differ");
    assert_eq!(keys_of(&difference), [("[program:worker] numprocs", Some("8"), Some("4"))]);
    assert_eq!((difference.status, compare(&base, &base)), (Status::Modified, None));
    assert_eq!(compare(&StoredContent::absent(), &head).expect("new").status, Status::Added);
    assert_eq!(compare(&head, &StoredContent::absent()).expect("gone").status, Status::Deleted);
    assert_eq!(compare(&StoredContent::absent(), &StoredContent::absent()), None);
}

#[test]
fn a_secret_is_known_to_have_changed_and_is_not_kept() {
    for (path, text, key) in [
        ("db.ini", "[db]\nuser = shop\npassword = {}\n", "[db] password"),
        ("db.toml", "[db]\nuser = \"shop\"\npassword = \"{}\"\n", "db.password"),
        ("db.json", "{\"db\": {\"password\": \"{}\"}}\n", "db.password"),
        ("app.yaml", "env:\n  - name: DB_PASSWORD\n    value: {}\n", "env[name=DB_PASSWORD].value"),
        ("app.yaml", "url: postgres://shop:{}@db/shop\n", "url"),
        (".env", "GREETING={}\n", "GREETING"),
    ] {
        let side = |secret: &str| kept(path, &text.replace("{}", secret));
        let (base, head) = (side("hunter2x"), side("Tr0ub4dor"));
        for one in [&base, &head] {
            let stored = serde_json::to_string(one).expect("serialises");
            assert!(!stored.contains("hunter2x") && !stored.contains("Tr0ub4dor"), "{path}: {stored}");
        }
        let difference = compare(&base, &head).expect("they differ");
        let found = keys_of(&difference);
        assert_eq!((found.len(), found[0].0), (1, key), "{path}");
        assert_eq!(found[0].1, found[0].2, "{path}: both sides are masked alike");
        assert!(found[0].1.is_some_and(|value| value.contains("masked")), "{path}: {found:?}");
        assert_eq!(compare(&base, &side("hunter2x")), None, "{path}");
    }
}

#[test]
fn what_is_no_key_is_said() {
    for (path, base, head, remark) in [
        ("a.ini", "# one\nx = 1\n", "# two\nx = 1\n", "only comments changed"),
        ("a.ini", "x = 1\ny = 2\n", "y = 2\nx = 1\n", "only the order changed"),
        ("a.ini", "# one\nx = 1\ny = 2\n", "# two\ny = 2\nx = 1\n", "the order and comments changed"),
        ("a.ini", "x = 1\n", "x  =  1\n", "only white space changed"),
        ("a.json", "{\"a\": 1}", "{\"a\": ", "after the change it could not be read as json"),
        ("id_rsa", "one", "two", "a file that usually holds secrets: its content is not shown"),
        ("a.bin", "\0one", "\0three", "not a text in UTF-8: 4 bytes before, 6 bytes after"),
        ("notes.txt", "password: hunter2x\n", "password: Tr0ub4dor\n", "only masked values differ"),
    ] {
        let difference = compare(&kept(path, base), &kept(path, head)).expect("they differ");
        let said = difference.remark.unwrap_or_default();
        assert!(said.starts_with(remark), "{path}: {said}");
        assert!(difference.changes.is_empty(), "{path}");
    }
    let difference = compare(&kept("notes.txt", "one\ntwo\n"), &kept("notes.txt", "one\nthree\n")).expect("they differ");
    assert_eq!(difference.text.as_deref(), Some("-two\n+three\n"));
}

#[test]
fn a_look_tells_what_the_repository_s_reader_tells() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config");
    for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
        let text = std::fs::read_to_string(entry.expect("readable").path()).expect("text");
        let part = |name: &str| text.split("#### ").find_map(|part| part.strip_prefix(name)).expect("a part").to_owned();
        let path = RepoPath::from(part("path ").trim());
        let (base, head) = (part("base\n"), part("head\n"));
        let secret = kinds::flags(&path, Some(head.as_bytes())).contains(&Flag::SecretBearing);
        let policy = if secret { Policy::Everything } else { Policy::Secrets };
        let Some(reading) = read(&path, Some(base.as_bytes()), Some(head.as_bytes()), policy) else { continue };
        let Some(difference) = compare(&kept(path.lossy().as_ref(), &base), &kept(path.lossy().as_ref(), &head)) else { continue };
        assert_eq!(difference.changes, reading.changes, "{}", path.lossy());
    }
}

#[test]
fn deep_nesting_is_kept_as_text() {
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    assert!(kept("deep.json", &deep).describe().contains("nested too deep"));
}
