//! Whether a command line asks for all tests, or for all that another one does. In doubt it does not.

use super::table::{BESIDE, TEST_WORDS};

/// Names of runners and tasks in which no such word is, and tasks that run tests among others.
const OTHERS: &[&str] = &["check", "tox", "nose", "ava", "bats", "karma", "verify", "pest"];
/// Options that leave no test out, beside those that only say how much is shown.
const BLAND: &[&str] = &[
    "--", "-s", "-x", "-j", "-n", "-B", "-i", "-ra", "-rA", "-race", "-count", "-cover", "--all", "--all-features", "--all-targets",
    "--batch-mode", "--cov-report", "--durations", "--failfast", "--fail-fast", "--forceExit", "--format", "--headless", "--jobs",
    "--locked", "--maxfail", "--no-cache", "--no-daemon", "--no-fail-fast", "--no-interaction", "--nologo", "--offline", "--parallel",
    "--release", "--reporter", "--run", "--runInBand", "--stop-on-failure", "--tb", "--testdox", "--watch", "--watchAll", "--workspace",
];

/// Whether a command line asks for all tests: one command, and from the word that names them on only what is known to leave none out.
pub fn runs_all_tests(command: &str) -> bool {
    let Ok(words) = shell_words::split(command) else { return false };
    let is_setting = |word: &&str| word.contains('=') && !word.starts_with('-');
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(is_setting).collect();
    let names = |word: &&str| !word.starts_with('-') && TEST_WORDS.iter().chain(OTHERS).any(|named| word.contains(named));
    let bland = |word: &str| match word.starts_with('-') {
        true => BESIDE.iter().chain(BLAND).any(|bland| *bland == word.split('=').next().unwrap_or(word)),
        false => matches!(word, "./..." | "run") || word.bytes().all(|b| b.is_ascii_digit()),
    };
    let chained = |word: &&str| word.contains(['&', '|', ';', '<', '>', '$', '`']);
    let Some(at) = words.iter().position(names).filter(|_| !words.iter().any(chained)) else { return false };
    let before = words[..at].iter().filter(|word| word.starts_with('-'));
    !words[at].contains(':') && before.chain(&words[at + 1..]).all(|word| bland(word) || words[..at].last() == Some(word) && *word == "-m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_may_leave_tests_out_is_not_all_of_them() {
        for command in [
            "pytest -q", "python -m pytest", "cargo test --workspace", "cargo nextest run", "go test -race ./...", "npm test",
            "CI=1 yarn test", "vendor/bin/phpunit", "bundle exec rspec", "mvn -q verify", "./gradlew test", "make check -j 4",
            "pytest --no-color",
        ] {
            assert!(runs_all_tests(command), "{command}");
        }
        for command in [
            "pytest tests/test_a.py::test_a", "pytest tests/unit", "pytest -k port", "cargo test port", "cargo test --lib",
            "cargo test -p core", "go test ./port", "go test -run=Port ./...", "npm run test:unit", "npm test -- --grep port",
            "mvn -Dtest=Port test", "./gradlew test --tests Port", "./gradlew :core:test", "cd core && pytest", "pytest --last-failed",
            "pytest -m fast", "make", "pytest 'open",
        ] {
            assert!(!runs_all_tests(command), "{command}");
        }
    }
}
