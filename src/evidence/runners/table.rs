//! The table of test runners.

use super::output::{Output, Reading};
use super::{go, javascript, jvm, others, php, plain, python, rust, tap};
use crate::evidence::shell::Command;

/// How several summaries in one output go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summaries {
    /// The runner prints one for each target: they are added up.
    PerTarget,
    /// The runner prints one at its end.
    PerInvocation,
}
use Summaries::{PerInvocation, PerTarget};

/// One runner.
pub(super) struct Row {
    /// As people write its name.
    pub(super) name: &'static str,
    /// How a command line of its own begins: a program, then the words that must follow it in this order, flags between them aside.
    pub(super) commands: &'static [&'static str],
    /// How several summaries go together.
    pub(super) summaries: Summaries,
    /// Flags that stop it at a failure, where its output does not tell that it did.
    pub(super) stops: &'static [&'static str],
    /// Report files that it writes, as patterns relative to where it runs.
    pub(super) reports: &'static [&'static str],
    /// Other runners print such lines too: it counts only where none of them is known by its own words.
    pub(super) is_common: bool,
    /// Its results, where the output is its own.
    pub(super) read: fn(&Output) -> Option<Reading>,
}

impl Row {
    /// Whether the command is this runner's own.
    pub(super) fn is_named_by(&self, command: &Command) -> bool {
        self.commands.iter().any(|own| command.begins(own))
    }
}

const NONE: &[&str] = &[];

const fn row(name: &'static str, commands: &'static [&'static str], summaries: Summaries, read: fn(&Output) -> Option<Reading>) -> Row {
    Row { name, commands, summaries, stops: NONE, reports: NONE, is_common: false, read }
}

pub(super) const ROWS: &[Row] = &[
    row("cargo test", &["cargo test", "cargo t"], PerTarget, rust::cargo),
    Row {
        reports: &["target/nextest/*/junit.xml"],
        ..row("cargo nextest", &["cargo nextest run", "cargo nextest r", "cargo-nextest"], PerInvocation, rust::nextest)
    },
    row("pytest", &["pytest", "py.test"], PerInvocation, python::pytest),
    Row {
        stops: &["-f", "--failfast"],
        ..row("unittest", &["python -m unittest", "python manage.py test", "manage.py test"], PerInvocation, python::unittest)
    },
    Row { stops: &["--stop"], ..row("behave", &["behave"], PerInvocation, python::behave) },
    Row {
        stops: &["--stop-on-failure", "--stop-on-error", "--stop-on-defect"],
        ..row("PHPUnit", &["phpunit", "simple-phpunit", "artisan test", "php artisan test"], PerInvocation, php::phpunit)
    },
    Row {
        stops: &["--bail", "--stop-on-failure", "--stop-on-error", "--stop-on-defect"],
        ..row("Pest", &["pest", "artisan test", "php artisan test", "paratest"], PerInvocation, php::pest)
    },
    row("Jest", &["jest", "react-scripts test"], PerInvocation, javascript::jest),
    Row { stops: &["--bail"], ..row("Vitest", &["vitest"], PerInvocation, javascript::vitest) },
    Row { stops: &["--bail", "-b"], ..row("Mocha", &["mocha", "_mocha"], PerInvocation, javascript::mocha) },
    row("node:test", &["node --test"], PerInvocation, tap::node),
    Row { stops: &["--fail-fast"], ..row("AVA", &["ava"], PerInvocation, javascript::ava) },
    Row { stops: &["--fail-fast"], ..row("Jasmine", &["jasmine"], PerInvocation, javascript::jasmine) },
    row("Karma", &["karma start", "karma run"], PerInvocation, javascript::karma),
    row("Playwright", &["playwright test"], PerInvocation, javascript::playwright),
    row("Bun", &["bun test"], PerInvocation, javascript::bun),
    Row { stops: &["--fail-fast"], ..row("Deno", &["deno test"], PerInvocation, javascript::deno) },
    Row { stops: &["-failfast"], ..row("go test", &["go test"], PerTarget, go::go) },
    Row { stops: &["--fail-fast", "--next-failure"], ..row("RSpec", &["rspec"], PerInvocation, others::rspec) },
    row("minitest", &["rails test", "rake test"], PerInvocation, others::minitest),
    row("prove", &["prove"], PerInvocation, tap::prove),
    row("Bats", &["bats"], PerInvocation, tap::bats),
    Row { stops: &["--stop-on-failure"], ..row("CTest", &["ctest"], PerInvocation, others::ctest) },
    row("Automake", NONE, PerTarget, others::automake),
    row("GoogleTest", NONE, PerTarget, others::googletest),
    row("Catch2", NONE, PerTarget, others::catch),
    row("Zig", &["zig test", "zig build test"], PerTarget, others::zig),
    row("Cucumber", &["cucumber-js", "cucumber"], PerInvocation, others::cucumber),
    Row { reports: &["TestResults/*.trx", "*/TestResults/*.trx"], ..row("dotnet test", &["dotnet test"], PerTarget, jvm::dotnet) },
    Row {
        reports: &[
            "target/surefire-reports/TEST-*.xml", "target/failsafe-reports/TEST-*.xml", "*/target/surefire-reports/TEST-*.xml",
            "*/target/failsafe-reports/TEST-*.xml",
        ],
        ..row("Maven", &["mvn", "mvnw", "mvnd"], PerTarget, jvm::maven)
    },
    Row {
        reports: &["build/test-results/*/*.xml", "*/build/test-results/*/*.xml", "*/*/build/test-results/*/*.xml"],
        ..row("Gradle", &["gradle", "gradlew"], PerTarget, jvm::gradle)
    },
    row("sbt", &["sbt test*"], PerTarget, jvm::sbt),
    row("Dart", &["dart test", "flutter test"], PerInvocation, others::dart),
    row("ExUnit", &["mix test"], PerInvocation, others::exunit),
    row("Swift", &["swift test", "xcodebuild test"], PerInvocation, others::swift),
    Row { is_common: true, ..row("TAP", &["bats", "tape", "tap", "ava"], PerInvocation, tap::tap) },
    Row { is_common: true, ..row("tests", NONE, PerInvocation, plain::plain) },
];

/// Commands that run tests or build through a runner of their own choice.
pub(super) const WRAPPERS: &[&str] = &[
    "make test*", "make check*", "gmake test*", "ninja test", "just test*", "task test*", "mise run test*", "npm test", "npm t",
    "npm run test*", "pnpm test*", "pnpm run test*", "yarn test*", "bun run test*", "composer test*", "composer run test*",
    "composer run-script test*", "tox", "nox", "rake", "rake spec*", "nx test", "nx run-many", "turbo test", "turbo run test*",
    "bazel test", "buck2 test", "ng test", "cabal test", "stack test", "dune test", "meson test", "cypress run", "wdio", "robot", "nose2",
    "hatch test", "tests", "deno task test*", "mage test*", "gotestsum", "ginkgo", "lein test", "rebar3 eunit", "rebar3 ct", "phpspec",
    "cucumber*", "codecept run", "test.sh", "tests.sh", "run-tests*", "run_tests*", "runtests*",
];

/// Commands that show text which others wrote: results in it are not theirs.
pub(super) const READERS: &[&str] = &[
    "cat", "bat", "less", "more", "most", "head", "tail", "grep", "egrep", "rg", "ag", "ack", "sed", "awk", "jq", "git", "diff", "echo",
    "printf", "ls", "find", "journalctl", "docker logs", "docker compose logs", "kubectl logs", "kubectl get", "curl", "wget", "gh",
    "glab", "man", "history", "tee", "sort", "uniq", "wc", "cut", "tr", "dd", "zcat", "tac", "nl", "od", "xxd", "hexdump", "strings",
    "column", "seq", "yes", "xclip", "vi", "vim", "nvim", "nano", "emacs", "cd", "export", "set", "true", "sleep", "date", "journal",
    "script",
];

/// Commands that build.
pub(super) const BUILDS: &[&str] = &[
    "cargo build", "cargo b", "cargo check", "cargo c", "cargo clippy", "cargo bench", "make", "gmake", "ninja", "cmake --build",
    "just build*", "task build*", "npm run build*", "pnpm build*", "pnpm run build*", "yarn build*", "yarn run build*", "bun run build*",
    "tsc", "vite build", "webpack*", "esbuild", "rollup", "next build", "go build", "go vet", "go install", "dotnet build",
    "dotnet publish", "msbuild", "swift build", "xcodebuild", "mix compile", "bazel build", "buck2 build", "docker build",
    "docker compose build", "docker buildx build", "podman build", "zig build", "gcc", "g++", "clang*", "rustc", "javac", "sbt", "ant",
    "meson compile", "nx build", "turbo build", "turbo run build*", "python -m build", "poetry build", "uv build", "composer build*",
    "wasm-pack build", "trunk build",
];

/// Programs that build, and do whatever else their targets say.
pub(super) const BUILDERS: &[&str] = &["make", "gmake", "ninja", "sbt", "ant", "gcc", "g++", "rustc", "javac"];

/// Commands that look at the files and say whether they are in order: linters, type checks, formatters that only look, validators. What a
/// package's script is called (`lint`, `typecheck`) stands for what it runs, also behind a runner of scripts that hands its name on.
pub(super) const CHECKS: &[&str] = &[
    "make lint*",
    "make fmt-check*",
    "make format-check*",
    "make check-format*",
    "make check-fmt*",
    "make type*",
    "make vet",
    "make build*",
    "make all",
    "just lint*",
    "just fmt-check*",
    "just format-check*",
    "just check-f*",
    "just clippy*",
    "just type*",
    "task lint*",
    "task fmt-check*",
    "task type*",
    "mage lint*",
    "mise run lint*",
    "mise run type*",
    "rake lint*",
    "rake rubocop*",
    "nox -s lint*",
    "cargo fmt --check*",
    "rustfmt --check",
    "cargo doc",
    "cargo deny check",
    "cargo audit",
    "eslint",
    "tsc",
    "vue-tsc",
    "svelte-check",
    "astro check",
    "stylelint",
    "oxlint",
    "standard",
    "xo",
    "knip",
    "biome check",
    "biome lint",
    "biome ci",
    "prettier --check",
    "prettier -c",
    "markdownlint*",
    "deno lint",
    "deno check",
    "deno fmt --check",
    "npm run lint*",
    "npm run type*",
    "npm run check*",
    "npm run format:check*",
    "pnpm lint*",
    "pnpm run lint*",
    "pnpm run type*",
    "pnpm type*",
    "pnpm run check*",
    "yarn lint*",
    "yarn run lint*",
    "yarn type*",
    "yarn run type*",
    "yarn run check*",
    "bun run lint*",
    "bun run type*",
    "turbo lint",
    "turbo run lint*",
    "nx lint",
    "mypy",
    "pyright",
    "basedpyright",
    "ruff check",
    "ruff format --check",
    "flake8",
    "pylint",
    "black --check",
    "isort --check*",
    "bandit",
    "djlint",
    "python manage.py check",
    "python manage.py makemigrations --check",
    "rubocop",
    "standardrb",
    "brakeman",
    "srb tc",
    "phpstan*",
    "psalm",
    "phpcs",
    "pint --test",
    "php -l",
    "composer lint*",
    "composer run lint*",
    "composer phpstan*",
    "composer validate",
    "golangci-lint run",
    "staticcheck",
    "gofmt -l",
    "govulncheck",
    "buf lint",
    "buf breaking",
    "ktlint",
    "detekt",
    "swiftlint",
    "dotnet format --verify-no-changes",
    "mix credo",
    "mix dialyzer",
    "mix sobelow",
    "mix format --check-formatted",
    "gleam format --check",
    "hlint",
    "elm-review",
    "elm-format --validate",
    "ocamlformat --check",
    "cppcheck",
    "clang-tidy*",
    "run-clang-tidy*",
    "clang-format --dry-run",
    "clang-format -n",
    "cpplint*",
    "zig fmt --check",
    "ameba",
    "crystal tool format --check",
    "luacheck",
    "selene",
    "stylua --check",
    "perlcritic",
    "shellcheck",
    "shfmt -d",
    "shfmt -l",
    "checkbashisms",
    "hadolint",
    "yamllint",
    "actionlint",
    "ansible-lint",
    "sqlfluff lint",
    "terraform validate",
    "terraform fmt -check*",
    "tofu validate",
    "tflint",
    "tfsec",
    "checkov",
    "helm lint",
    "kubeconform",
    "kubeval",
    "kube-linter",
    "promtool check",
    "docker compose config -q",
    "docker compose config --quiet",
    "nginx -t",
    "caddy validate",
    "apachectl configtest",
    "systemd-analyze verify",
    "nix flake check",
    "statix check",
    "deadnix",
    "nixfmt --check",
    "alejandra --check",
    "pre-commit run",
    "prek run",
    "lefthook run",
    "trunk check",
    "lint",
    "lint.sh",
    "lint:*",
    "typecheck*",
    "type-check*",
    "format:check*",
    "fmt:check*",
    "yarn eslint",
    "yarn tsc",
    "yarn prettier --check",
    "yarn biome check",
    "yarn stylelint",
    "pnpm eslint",
    "pnpm tsc",
    "pnpm prettier --check",
    "pnpm biome check",
    "pnpm stylelint",
    "python -m mypy",
    "python -m ruff check",
    "python -m ruff format --check",
    "python -m black --check",
    "python -m isort --check*",
    "python -m flake8",
    "python -m pylint",
    "python -m pyright",
    "python -m bandit",
    "tox -e lint*",
    "tox -e type*",
    "tox -e mypy*",
];
