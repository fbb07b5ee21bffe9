//! Kinds of paths, as cases.

use proptest::prelude::*;

use super::*;
use Category::*;

fn kind(path: &str) -> FileKind {
    classify(&path.into(), None, false, &Overrides::default())
}

#[test]
fn categories() {
    for (path, category) in [
        // conflicts, by precedence
        ("tests/fixtures/package-lock.json", Lockfile),
        ("vendor/x_test.go", Vendored),
        ("vendor/pkg/CHANGELOG.md", Vendored),
        (".github/workflows/test.yml", Ci),
        ("migrations/test_0001.py", Migration),
        ("docs/conf.py", Config),
        ("config/routes.rb", Code),
        ("src/test/resources/application.yml", Test),
        ("k8s/secret.yaml", Infra),
        ("playbooks/restore.md", Artifact),
        ("playbooks/site.yml", Infra),
        ("Manifest.toml", Config),
        // folders that claim less than their name
        ("src/config/mod.rs", Code),
        ("src/charts/Bar.tsx", Code),
        ("charts/web/values.yaml", Infra),
        ("app/incidents/model.rb", Code),
        ("incidents/2026-01-01.md", Artifact),
        ("src/docs/render.rs", Code),
        ("docs/script.js", Docs),
        ("docs/guide.md", Docs),
        ("doc/man_docs.go", Code),
        ("doc/README.md", Docs),
        ("tests/test_echo.py.rej", Generated),
        ("api-test.c", Test),
        ("docs/0007-use-locks.md", Artifact),
        ("docs/_posts/2025-01-29-released.markdown", Docs),
        ("docs/_config.yml", Config),
        ("src/latest.php", Code),
        ("src/UserTest.php", Test),
        ("src/features/cart/index.ts", Code),
        ("app/inventory/stock.py", Code),
        ("lang/it/auth.php", Asset),
        ("locale/it/messages.po", Asset),
        // single names
        ("packages/billing/src/Services/InvoiceService.php", Code),
        ("packages/billing/tests/InvoiceServiceTest.php", Test),
        ("config/queue.yaml", Config),
        ("config/app.php", Config),
        ("config/autoload/server.php", Config),
        ("shop/settings.py", Config),
        ("shop/settings/base.py", Config),
        ("shop/settings/components/database.py", Config),
        ("shop/settings/views.py", Code),
        ("shop/settings/tests.py", Test),
        ("shop/settings/index.ts", Code),
        ("shop/local_settings.py", Config),
        ("shop/config.py", Code),
        ("shop/conf.py", Code),
        ("gunicorn.conf.py", Config),
        ("vite.config.ts", Config),
        ("commitlint.config.cjs", Config),
        ("src/app/app.config.ts", Code),
        ("config/environments/production.rb", Config),
        ("config/runtime.exs", Config),
        ("deploy/nginx/site.conf", Config),
        (".env.example", Config),
        ("composer.lock", Lockfile),
        ("README.md", Docs),
        ("LICENSE-MIT", Docs),
        ("install.sh", Code),
        ("INSTALL", Docs),
        ("Cargo.toml", Config),
        ("build.rs", Code),
        ("Dockerfile.prod", Infra),
        ("main.tf", Infra),
        ("CLAUDE.md", Artifact),
        (".claude/agents/ops/db.md", Artifact),
        ("boards/b.dts", Code),
        ("plugin/a.vim", Code),
        ("policies/allow.rego", Code),
        ("models/user.prisma", Migration),
        ("drivers/serial/Kconfig", Config),
        ("arch/arm/configs/board_defconfig", Config),
        ("api/v1/orders.proto", Migration),
        ("V12__orders.sql", Migration),
        ("report.sql", Code),
        ("logo.svg", Asset),
        ("data/rates.csv", Asset),
        ("scratch.txt", Asset),
        ("routes.txt", Asset),
        ("data/words.txt", Asset),
        ("data/README.md", Docs),
        ("notes.txt", Docs),
        ("lib/release-notes.txt", Docs),
        ("README.txt", Docs),
        ("docs/list.txt", Docs),
        ("runbooks/restore.txt", Artifact),
        ("notes.xyz", Asset),
        ("project/plugins.sbt", Config),
        ("src/builtin.jq", Code),
        ("web/page.html.heex", Code),
        ("nuget.config", Config),
        ("docs/hugo.toml", Config),
        (".foorc", Config),
        ("src/config.h.in", Code),
        ("app.yml.example", Config),
        ("notes.example.in", Asset),
        ("src/external/serde.rs", Code),
        ("external/zlib/a.c", Vendored),
        ("api/server.pb.go", Generated),
        ("dist/app.js", Generated),
        ("build/tasks.js", Generated),
        ("tests/__snapshots__/a.snap", Generated),
        ("bin/console", Code),
        ("Jenkinsfile", Ci),
        ("jquery.cart.js", Code),
        ("etc/sudoers.d/deploy", Config),
        ("ssh/sshd_config", Config),
        ("roles/base/files/sshd_config", Config),
        ("roles/tls/files/renew.cron", Config),
        ("roles/tls/files/motd", Infra),
        ("roles/tls/files/renew.sh", Code),
        ("roles/tls/files/logo.png", Asset),
        ("ld/stm32f405.ld", Config),
        ("sshd_config", Config),
        ("ssh/sshd_config.d/50-local.conf", Config),
        ("ssh/ssh_config", Config),
        ("pam.d/sshd", Config),
    ] {
        assert_eq!(kind(path).category, category, "{path}");
    }
}

#[test]
fn what_no_test_hangs_on() {
    for (path, is) in [
        ("README.md", true),
        ("docs/runbooks/restore.md", true),
        ("adr/0001-use-locks.md", true),
        ("notes.txt", true),
        ("data/words.txt", false),
        ("routes.txt", false),
        ("CLAUDE.md", true),
        (".claude/settings.json", false),
        ("tests/notes.py", false),
        ("src/lib.rs", false),
    ] {
        let path = RepoPath::from(path);
        assert_eq!(is_documentation(&path, classify(&path, None, false, &Overrides::default()).category), is, "{path:?}");
    }
}

#[test]
fn flags() {
    use Flag::*;
    for (path, flags) in [
        (".env", &[SecretBearing][..]),
        (".env.production", &[SecretBearing]),
        (".env.example", &[]),
        (".env.example.complete", &[]),
        ("k8s/secret.yaml", &[SecretBearing]),
        ("src/test/resources/application.yml", &[Fixture]),
        ("src/AuthService.php", &[Security]),
        ("src/author.rs", &[]),
        ("fuzz/Cargo.toml", &[Dependency, Fixture]),
        ("tests/README.md", &[Fixture]),
        ("tests/.gitignore", &[Build, Fixture]),
        ("tests/a_test.go", &[]),
        ("tests/run.bats", &[]),
        ("package.json", &[Dependency]),
        ("project/plugins.sbt", &[Dependency]),
        ("scripts/run.py", &[Script]),
        ("examples/a.rs", &[Example]),
        ("api/a.proto", &[PublicApi]),
        ("ops/alerts.yml", &[Monitoring]),
        ("jest.config.js", &[TestConfig]),
        ("Makefile", &[Build]),
        ("x/__snapshots__/a.snap", &[Generated, Snapshot]),
    ] {
        assert_eq!(kind(path).flags, flags, "{path}");
    }
}

#[test]
fn content_decides_where_names_do_not() {
    for (path, text, binary, category) in [
        ("api/client.ts", "// @generated by hand? no\n", false, Generated),
        ("deploy/web.yaml", "apiVersion: v1\nkind: Service\n", false, Infra),
        ("deploy/web.yaml", "apiVersion: v1\n", false, Config),
        ("charts/a/unittests/servicemonitor_test.yaml", "suite: a\ntests:\n  - it: renders\n", false, Test),
        ("charts/a/values_test.yaml", "image: a\n", false, Infra),
        ("template.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n", false, Infra),
        ("tools/phpunit", "#!/bin/sh\n", false, Code),
        ("assets/jquery-3.7.1.js", "/*! jQuery v3.7.1 */\n", false, Vendored),
        ("assets/jquery-3.7.1.js", "// ours\n", false, Code),
        ("tests/data.bin", "\0", true, Asset),
        ("vendor/data.bin", "\0", true, Vendored),
        ("migrations/0001.py", "# @generated\n", false, Migration),
    ] {
        let kind = classify(&path.into(), Some(text.as_bytes()), binary, &Overrides::default());
        assert_eq!(kind.category, category, "{path}: {text:?}");
    }
}

#[test]
fn user_then_attributes_then_table() {
    let rows = [("*.zzz".to_owned(), Code), ("gen/".to_owned(), Generated), ("/top/*.md".to_owned(), Artifact)];
    let mut overrides = Overrides::new(&rows).expect("globs");
    overrides.journal_folder = Some("journal".into());
    overrides.tracked_folders.insert("build".into());
    let attributes = |generated, vendored| Attributes { generated, vendored, language: Some("PHP".into()), ..Attributes::default() };
    overrides.attributes.insert("dist/own.js".into(), attributes(Some(false), None));
    overrides.attributes.insert("src/copied.c".into(), attributes(None, Some(true)));
    overrides.attributes.insert("a/b.zzz".into(), attributes(Some(true), None));
    for marker in ["sub/Project.toml", "x/mix.exs", "app/App.csproj", "src/main.rs"] {
        overrides.notice(&marker.into());
    }
    for (path, category) in [
        ("a/b.zzz", Code),
        ("x/gen/a.rs", Generated),
        ("top/a.md", Artifact),
        ("x/top/a.md", Docs),
        ("dist/own.js", Code),
        ("src/copied.c", Vendored),
        ("build/tasks.js", Code),
        ("x/build/tasks.js", Generated),
        ("sub/Manifest.toml", Lockfile),
        ("Manifest.toml", Config),
        ("x/deps/a/b.ex", Vendored),
        ("deps/a/b.ex", Code),
        ("app/bin/Debug/x.txt", Generated),
        ("bin/x.txt", Asset),
    ] {
        assert_eq!(classify(&path.into(), None, false, &overrides).category, category, "{path}");
    }
    assert_eq!(overrides.markers.len(), 3, "other names are forgotten");
    let own = |path: &str| classify(&path.into(), None, false, &overrides);
    assert!(own("journal/a.md").own && !own("journals/a.md").own && !own("journal").own);
    assert_eq!(own("dist/own.js").language.as_deref(), Some("PHP"));
}

#[test]
fn every_row_is_reached_by_its_own_patterns() {
    for row in ROWS {
        assert!(row.patterns.matches('{').count() == row.patterns.matches('}').count(), "{}", row.patterns);
        assert!(row.patterns.is_ascii());
    }
}

proptest! {
    #[test]
    fn any_bytes_have_a_kind(path in proptest::collection::vec(any::<u8>(), 0..60), head in proptest::collection::vec(any::<u8>(), 0..200)) {
        let path = RepoPath::new(path);
        let mut overrides = Overrides::default();
        overrides.notice(&path);
        let once = classify(&path, Some(&head), false, &overrides);
        prop_assert_eq!(once, classify(&path, Some(&head), false, &overrides));
    }
}
