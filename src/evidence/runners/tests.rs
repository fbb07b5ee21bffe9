//! Every row on what the runner really printed, where it could be run; `docs/test-runners.md` lists the others as untested.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use Outcome::{Contradictory, Failed, NoTests, Passed, Unknown};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runners")
}

/// A kept output: its command, exit code and text.
fn kept(name: &str) -> (String, Option<i32>, String) {
    let text = fs::read_to_string(fixtures().join(format!("{name}.txt"))).unwrap_or_else(|_| panic!("no kept output {name}"));
    let (command, rest) = text.split_once('\n').expect("a command");
    let (exit, output) = rest.split_once('\n').expect("an exit code");
    let exit = exit.strip_prefix("# exit ").and_then(|code| code.parse().ok());
    (command.strip_prefix("$ ").expect("a command").to_owned(), exit, output.to_owned())
}

/// A kept output, and what it says: outcome; runner; passed, failed and skipped (− where not said); whether partial; names; message.
type Case = (&'static str, Outcome, &'static str, &'static str, bool, &'static [&'static str], &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("automake-1.16.5/mixed", Failed, "Automake", "1 1 2", false, &["breaks.sh"], ""),
    ("automake-1.16.5/none", NoTests, "Automake", "0 0 0", false, &[], ""),
    ("automake-1.16.5/pass", Passed, "Automake", "1 0 0", false, &[], ""),
    ("ava-7.0.0/mixed", Failed, "AVA", "1 1 2", false, &["breaks"], ""),
    ("ava-7.0.0/none", Failed, "", "- - -", false, &[], ""),
    ("ava-7.0.0/pass", Passed, "AVA", "1 0 0", false, &[], ""),
    ("ava-7.0.0/tap", Failed, "TAP", "2 1 2", false, &["breaks"], ""),
    ("bats-1.8.2/mixed", Failed, "TAP", "1 1 1", false, &["breaks"], ""),
    ("bats-1.8.2/pretty", Failed, "Bats", "1 1 1", false, &["breaks"], ""),
    ("behave-1.3.3/mixed", Failed, "behave", "2 1 0", false, &["features/cart.feature:4  break"], "the cart is broken"),
    ("behave-1.3.3/tagged", Failed, "behave", "1 1 1", false, &["features/cart.feature:4  break"], "the cart is broken"),
    ("bun-1.4.5/bail", Failed, "", "- - -", false, &[], ""),
    ("bun-1.4.5/mixed", Failed, "Bun", "1 1 2", false, &["Cart > breaks"], "expect(received).toBe(expected)"),
    ("bun-1.4.5/none", NoTests, "Bun", "0 0 0", false, &[], ""),
    ("cargo-1.95.0/all", Failed, "cargo test", "4 1 1", false, &["tests::breaks"], "assertion `left == right` failed: counted wrongly"),
    ("cargo-1.95.0/broken", Failed, "cargo test", "- - -", true, &[], "error[E0425]: cannot find function `nothing` in this scope"),
    ("cargo-1.95.0/lib", Failed, "cargo test", "2 1 1", false, &["tests::breaks"], "assertion `left == right` failed: counted wrongly"),
    ("cargo-1.95.0/none", NoTests, "cargo test", "0 0 0", false, &[], ""),
    ("cargo-1.95.0/pass", Passed, "cargo test", "4 0 1", false, &[], ""),
    ("cargo-1.95.0/stopped", Failed, "cargo test", "2 1 1", true, &["tests::breaks"], "assertion `left == right` failed: counted wrongly"),
    ("catch2-2.13.10/mixed", Failed, "Catch2", "1 1 0", false, &["breaks"], "REQUIRE( 1 == 2 )"),
    ("catch2-2.13.10/none", NoTests, "Catch2", "0 0 0", false, &[], ""),
    ("catch2-2.13.10/pass", Passed, "Catch2", "1 0 0", false, &[], ""),
    ("ctest-4.4.4/mixed", Failed, "CTest", "1 2 2", false, &["bad", "gone"], ""),
    ("ctest-4.4.4/none", NoTests, "CTest", "0 0 0", false, &[], ""),
    ("ctest-4.4.4/pass", Passed, "CTest", "1 0 0", false, &[], ""),
    ("ctest-4.4.4/stop", Failed, "CTest", "1 1 0", true, &["bad"], ""),
    ("cucumber-12.9.0/mixed", Failed, "Cucumber", "1 2 0", false, &["features/cart.feature:5", "features/cart.feature:8"], "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:"),
    ("cucumber-12.9.0/none", NoTests, "Cucumber", "0 0 0", false, &[], ""),
    ("cucumber-12.9.0/pass", Passed, "Cucumber", "1 0 0", false, &[], ""),
    ("deno-2.9.6/mixed", Failed, "Deno", "1 1 1", false, &["breaks"], "Error: no database"),
    ("deno-2.9.6/none", NoTests, "Deno", "0 0 0", false, &[], ""),
    ("exunit-1.14.0/mixed", Failed, "ExUnit", "1 1 1", false, &["breaks (CartTest)"], "Assertion with == failed"),
    ("go-1.19.8/broken", Failed, "go test", "- - -", true, &[], "./x_test.go:3:28: undefined: nothing"),
    ("go-1.19.8/json", Failed, "go test", "3 3 1", false, &["TestBreaks", "TestTable/two", "TestTable"], "cart_test.go:4: got 1, want 2"),
    ("go-1.19.8/none", NoTests, "go test", "0 0 0", false, &[], ""),
    ("go-1.19.8/panic-json", Failed, "go test", "0 1 0", true, &["TestX"], ""),
    ("go-1.19.8/panic", Failed, "go test", "- 1 -", true, &["TestX"], "panic: gone [recovered]"),
    ("go-1.19.8/pass-verbose", Passed, "go test", "1 0 0", false, &[], ""),
    ("go-1.19.8/pass", Passed, "go test", "- - -", false, &[], ""),
    ("go-1.19.8/plain", Failed, "go test", "- 3 -", false, &["TestBreaks", "TestTable", "TestTable/two"], "cart_test.go:4: got 1, want 2"),
    ("go-1.19.8/verbose", Failed, "go test", "3 3 1", false, &["TestBreaks", "TestTable", "TestTable/two"], "cart_test.go:4: got 1, want 2"),
    ("go-1.27.3/broken", Failed, "go test", "- - -", true, &[], "./x_test.go:3:28: undefined: nothing"),
    ("go-1.27.3/json", Failed, "go test", "3 3 1", false, &["TestBreaks", "TestTable/two", "TestTable"], "cart_test.go:4: got 1, want 2"),
    ("go-1.27.3/none", NoTests, "go test", "0 0 0", false, &[], ""),
    ("go-1.27.3/panic-json", Failed, "go test", "0 1 0", true, &["TestX"], ""),
    ("go-1.27.3/panic", Failed, "go test", "- 1 -", true, &["TestX"], "panic: gone [recovered, repanicked]"),
    ("go-1.27.3/pass-verbose", Passed, "go test", "1 0 0", false, &[], ""),
    ("go-1.27.3/pass", Passed, "go test", "- - -", false, &[], ""),
    ("go-1.27.3/plain", Failed, "go test", "- 3 -", false, &["TestBreaks", "TestTable", "TestTable/two"], "cart_test.go:4: got 1, want 2"),
    ("go-1.27.3/verbose", Failed, "go test", "3 3 1", false, &["TestBreaks", "TestTable", "TestTable/two"], "cart_test.go:4: got 1, want 2"),
    ("googletest-1.12.1/mixed", Failed, "GoogleTest", "1 1 1", false, &["Cart.Breaks"], "a.cc:3: Failure"),
    ("googletest-1.12.1/none", NoTests, "GoogleTest", "0 0 0", false, &[], ""),
    ("googletest-1.12.1/pass", Passed, "GoogleTest", "1 0 0", false, &[], ""),
    ("gradle-4.4.1/mixed", Failed, "Gradle", "2 2 1", false, &["CartTest > breaks", "CartTest > error"], "java.lang.AssertionError at CartTest.java:2"),
    ("jasmine-7.0.0/mixed", Failed, "Jasmine", "1 1 2", false, &["Cart breaks"], "Expected 1 to be 2."),
    ("jasmine-7.0.0/none", NoTests, "Jasmine", "0 0 0", false, &[], ""),
    ("jest-30.5.2/bail", Failed, "Jest", "1 2 2", true, &["Cart › breaks", "top level"], "expect(received).toBe(expected) // Object.is equality"),
    ("jest-30.5.2/broken", Failed, "Jest", "2 2 2", true, &["Cart › breaks", "top level"], "expect(received).toBe(expected) // Object.is equality"),
    ("jest-30.5.2/mixed", Failed, "Jest", "2 2 2", false, &["Cart › breaks", "top level"], "expect(received).toBe(expected) // Object.is equality"),
    ("jest-30.5.2/none-allowed", NoTests, "Jest", "0 0 0", false, &[], ""),
    ("jest-30.5.2/none", NoTests, "Jest", "0 0 0", false, &[], ""),
    ("jest-30.5.2/pass", Passed, "Jest", "1 0 0", false, &[], ""),
    ("maven-3.8.7-surefire-2.22.3/mixed", Failed, "Maven", "2 2 1", false, &["CartTest.breaks", "CartTest.error"], "expected:<1> but was:<2>"),
    ("minitest-5.17.0/mixed", Failed, "minitest", "1 2 1", false, &["CartTest#test_c", "CartTest#test_b"], "RuntimeError: no database"),
    ("minitest-5.17.0/none", NoTests, "minitest", "0 0 0", false, &[], ""),
    ("mocha-12.0.3/bail", Failed, "Mocha", "1 1 0", true, &["Cart breaks"], "AssertionError [ERR_ASSERTION]: 1 == 2"),
    ("mocha-12.0.3/dot", Failed, "Mocha", "1 2 2", false, &["Cart breaks", "Cart deep too"], "AssertionError [ERR_ASSERTION]: 1 == 2"),
    ("mocha-12.0.3/missing", NoTests, "Mocha", "0 0 0", false, &[], ""),
    ("mocha-12.0.3/mixed", Failed, "Mocha", "1 2 2", false, &["Cart breaks", "Cart deep too"], "AssertionError [ERR_ASSERTION]: 1 == 2"),
    ("mocha-12.0.3/none", NoTests, "Mocha", "0 0 0", false, &[], ""),
    ("mocha-12.0.3/pass", Passed, "Mocha", "1 0 0", false, &[], ""),
    ("node-20.20.2/none", NoTests, "node:test", "0 0 0", false, &[], ""),
    ("node-20.20.2/spec", Failed, "node:test", "2 2 2", false, &["breaks", "too"], "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:"),
    ("node-20.20.2/tap", Failed, "node:test", "2 2 2", false, &["breaks", "too"], ""),
    ("nextest-0.9.143/flaky", Failed, "cargo nextest", "2 1 4", false, &["cart tests::breaks"], "assertion `left == right` failed: counted wrongly"),
    ("nextest-0.9.143/mixed", Failed, "cargo nextest", "2 2 3", false, &["cart tests::breaks", "cart::flaky second_try"], "assertion `left == right` failed: counted wrongly"),
    ("nextest-0.9.143/none", NoTests, "cargo nextest", "0 0 7", false, &[], ""),
    ("nextest-0.9.143/pass", Passed, "cargo nextest", "2 0 5", false, &[], ""),
    ("nextest-0.9.143/stopped", Failed, "cargo nextest", "1 1 3", true, &["cart tests::breaks"], "assertion `left == right` failed: counted wrongly"),
    ("nextest-0.9.143/timeout", Failed, "cargo nextest", "3 4 0", false, &["cart tests::breaks", "cart::flaky aborts", "cart::flaky second_try", "cart::flaky slow"], "assertion `left == right` failed: counted wrongly"),
    ("nextest-0.9.143/with-doctests", Passed, "cargo test, cargo nextest", "2 0 6", false, &[], ""),
    ("nextest-0.9.143/wrapped", Failed, "cargo nextest", "2 2 3", false, &["cart tests::breaks", "cart::flaky second_try"], "assertion `left == right` failed: counted wrongly"),
    ("phpunit-9.6.7/mixed", Failed, "PHPUnit", "2 2 2", false, &["CartTest::testError", "CartTest::testBad"], "RuntimeException: no database"),
    ("phpunit-9.6.7/none", NoTests, "PHPUnit", "0 0 0", false, &[], ""),
    ("phpunit-9.6.7/pass", Passed, "PHPUnit", "1 0 0", false, &[], ""),
    ("phpunit-9.6.7/skipped", Passed, "PHPUnit", "1 0 1", false, &[], ""),
    ("phpunit-9.6.7/stop", Failed, "PHPUnit", "1 1 0", true, &["CartTest::testBad"], "Failed asserting that 3 is identical to 2."),
    ("phpunit-9.6.7/testdox", Failed, "PHPUnit", "2 2 2", false, &[], ""),
    ("playwright-1.65.1/line", Failed, "Playwright", "1 2 2", false, &["cart.spec.js:2:25 › breaks", "cart.spec.js:3:1 › flaky"], "Error: expect(received).toBe(expected) // Object.is equality"),
    ("playwright-1.65.1/list", Failed, "Playwright", "1 2 2", false, &["cart.spec.js:2:25 › breaks", "cart.spec.js:3:1 › flaky"], "Error: expect(received).toBe(expected) // Object.is equality"),
    ("playwright-1.65.1/mixed", Failed, "Playwright", "2 1 2", false, &["cart.spec.js:2:25 › breaks"], "Error: expect(received).toBe(expected) // Object.is equality"),
    ("playwright-1.65.1/none", NoTests, "Playwright", "0 0 0", false, &[], ""),
    ("playwright-1.65.1/stop", Failed, "Playwright", "1 1 0", true, &["cart.spec.js:2:25 › breaks"], "Error: expect(received).toBe(expected) // Object.is equality"),
    ("prove-3.44/mixed", Failed, "prove", "5 1 -", false, &["breaks"], ""),
    ("prove-3.44/none", Failed, "", "- - -", false, &[], ""),
    ("prove-3.44/pass", Passed, "prove", "2 0 -", false, &[], ""),
    ("prove-3.44/skip-all", NoTests, "prove", "0 0 -", false, &[], ""),
    ("prove-3.44/verbose", Failed, "prove", "5 1 -", false, &["breaks"], ""),
    ("pytest-9.2.0/collection", Failed, "pytest", "0 0 0", true, &[], "test_bad.py: ModuleNotFoundError: No module named 'nothing_here'"),
    ("pytest-9.2.0/empty", NoTests, "pytest", "0 0 0", false, &[], ""),
    ("pytest-9.2.0/first-failure", Failed, "pytest", "1 1 0", true, &["test_shop.py::test_discount"], "AssertionError: rounds half up"),
    ("pytest-9.2.0/mixed-quiet-color", Failed, "pytest", "3 3 2", false, &["test_shop.py::test_discount", "test_shop.py::test_each[2]", "test_shop.py::test_db"], "RuntimeError: no database"),
    ("pytest-9.2.0/mixed", Failed, "pytest", "3 3 2", false, &["test_shop.py::test_discount", "test_shop.py::test_each[2]", "test_shop.py::test_db"], "RuntimeError: no database"),
    ("pytest-9.2.0/none", NoTests, "pytest", "0 0 0", false, &[], ""),
    ("pytest-9.2.0/pass", Passed, "pytest", "2 0 0", false, &[], ""),
    ("pytest-9.2.0/xdist", Failed, "pytest", "3 3 2", false, &["test_shop.py::test_each[2]", "test_shop.py::test_discount", "test_shop.py::test_db"], "RuntimeError: no database"),
    ("rspec-3.12.0/documentation", Failed, "RSpec", "1 1 2", false, &["Cart breaks"], "expected: 2 got: 1"),
    ("rspec-3.12.0/mixed", Failed, "RSpec", "1 1 2", false, &["Cart breaks"], "expected: 2 got: 1"),
    ("rspec-3.12.0/none", NoTests, "RSpec", "0 0 0", false, &[], ""),
    ("rspec-3.12.0/outside", Failed, "RSpec", "0 0 0", true, &[], "NameError: uninitialized constant Nothing"),
    ("tape-5.10.2/mixed", Failed, "TAP", "1 1 0", false, &["should be strictly equal"], ""),
    ("unittest-3.11.7/empty", NoTests, "unittest", "0 0 0", false, &[], ""),
    ("unittest-3.11.7/mixed", Failed, "unittest", "1 2 2", false, &["test_d (test_cart.CartTest.test_d)", "test_b (test_cart.CartTest.test_b)"], "RuntimeError: no database"),
    ("unittest-3.11.7/none", NoTests, "unittest", "0 0 0", false, &[], ""),
    ("unittest-3.13.0/empty", NoTests, "unittest", "0 0 0", false, &[], ""),
    ("unittest-3.13.0/mixed", Failed, "unittest", "1 2 2", false, &["test_d (test_cart.CartTest.test_d)", "test_b (test_cart.CartTest.test_b)"], "RuntimeError: no database"),
    ("vitest-4.1.12/bail", Failed, "Vitest", "1 1 2", true, &["cart.test.js > Cart > breaks"], "AssertionError: expected 1 to be 2 // Object.is equality"),
    ("vitest-4.1.12/mixed", Failed, "Vitest", "2 1 2", false, &["cart.test.js > Cart > breaks"], "AssertionError: expected 1 to be 2 // Object.is equality"),
    ("vitest-4.1.12/none", NoTests, "Vitest", "0 0 0", false, &[], ""),
    ("vitest-4.1.12/pass", Passed, "Vitest", "1 0 0", false, &[], ""),
    ("vitest-4.1.12/verbose", Failed, "Vitest", "2 1 2", false, &["cart.test.js > Cart > breaks"], "AssertionError: expected 1 to be 2 // Object.is equality"),
    ("vitest-4.1.12/wrapped", Failed, "Vitest", "2 1 2", false, &["cart.test.js > Cart > breaks"], "AssertionError: expected 1 to be 2 // Object.is equality"),
    ("zig-0.17.1/mixed", Failed, "Zig", "1 1 1", false, &["a.test.breaks"], "expected 3, found 2"),
    ("zig-0.17.1/none", NoTests, "Zig", "0 0 0", false, &[], ""),
    ("zig-0.17.1/pass", Passed, "Zig", "1 0 0", false, &[], ""),
];

#[test]
fn real_outputs_are_read() {
    for (name, proves, runner, counts, partial, failing, message) in CASES {
        let (command, exit, output) = kept(name);
        let results = read(&command, exit, &output);
        assert_eq!(outcome(exit, results.as_ref()), *proves, "{name}");
        let found = results.unwrap_or_default();
        let number = |n: Option<u32>| n.map_or("-".to_owned(), |n| n.to_string());
        let numbers = [found.passed, found.failed, found.skipped].map(number).join(" ");
        let said = (found.runner.as_str(), numbers.as_str(), found.partial, found.message.as_deref().unwrap_or_default());
        assert_eq!(said, (*runner, *counts, *partial, *message), "{name}");
        assert_eq!(found.failing, *failing, "{name}");
    }
}

#[test]
fn every_kept_output_has_a_case() {
    let folders = fs::read_dir(fixtures()).expect("kept outputs").flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    let names = files.filter(|file| file.path().extension().is_some_and(|end| end == "txt"));
    let name = |file: fs::DirEntry| file.path().with_extension("").strip_prefix(fixtures()).expect("inside").display().to_string();
    for name in names.map(name) {
        assert!(CASES.iter().any(|case| case.0 == name), "{name}");
    }
}

/// The table in the documentation says what was tried; it is made from the rows and the kept outputs.
#[test]
fn the_documentation_says_which_rows_saw_real_output() {
    let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, _, runner, ..) in CASES.iter().filter(|case| !case.2.is_empty()) {
        let folder = name.split('/').next().unwrap_or_default();
        let versions = seen.entry(runner).or_default();
        if !versions.contains(&folder) {
            versions.push(folder);
        }
    }
    let line = |row: &RunnerRow| match seen.get(row.name) {
        Some(folders) => format!("| {} | {} |", row.name, folders.join(", ")),
        None => format!("| {} | untested: read by what is documented of its output |", row.name),
    };
    let table: Vec<String> = ROWS.iter().map(line).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/test-runners.md");
    let text = fs::read_to_string(&path).expect("the documentation");
    for line in &table {
        assert!(text.contains(line), "docs/test-runners.md lacks this line:\n{line}\n\nthe whole table:\n{}", table.join("\n"));
    }
}

#[test]
fn wrappers_are_looked_through_by_their_output() {
    let (_, _, jest) = kept("jest-30.5.2/mixed");
    let (_, _, pytest) = kept("pytest-9.2.0/mixed");
    let both = format!("{pytest}\n{jest}");
    for command in ["make test", "npm test", "docker compose exec web make", "ssh ci 'cd app; ./run'", "./ci.sh"] {
        let found = read(command, Some(1), &both).unwrap_or_else(|| panic!("nothing behind {command}"));
        assert_eq!((found.runner.as_str(), found.passed, found.failed), ("pytest, Jest", Some(5), Some(5)), "{command}");
    }
    // several invocations behind a wrapper are added up, of one that was called by its name the last counts
    let twice = format!("{jest}\n{jest}");
    let passed = |command: &str| read(command, Some(1), &twice).and_then(|found| found.passed);
    assert_eq!(
        [passed("npm test --workspaces"), passed("jest"), passed("jest a; jest b"), passed("jest --watchAll")],
        [Some(4), Some(2), Some(4), Some(2)]
    );
    // what only shows text has run no test
    for command in ["cat out.log", "git diff | less", "grep passed out.log", "docker logs ci"] {
        assert_eq!(read(command, Some(0), &both), None, "{command}");
        assert!(shows_others_text(command, &CommandLines::plain()), "{command}");
    }
    for command in
        ["", "cargo test | tail", "make test > log; cat log", "ssh ci cat log; ./ci.sh", "find . -exec make test \\;", "cat log; $RUN"]
    {
        assert!(!shows_others_text(command, &CommandLines::plain()), "{command}");
    }
}

#[test]
fn shapes_that_are_not_known_give_nothing() {
    for output in
        ["", "3 passed", "Tests: many", "OK", "test result: prima. 3 bestanden; 0 fehlgeschlagen", "Résumé : 3 réussis", "passed, failed"]
    {
        assert_eq!(read("make test", Some(0), output), None, "{output}");
    }
    let of = |output: &str| read("tools/check", Some(0), output).map(|found| (found.runner, found.passed, found.failed, found.skipped));
    assert_eq!(of("…\n  7 passed, 1 failed, 2 skipped\n"), Some(("tests".to_owned(), Some(7), Some(1), Some(2))));
    assert_eq!(of("99999999999 passed, 0 failed"), None);
    let cut = format!("{GAP}\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n");
    assert!(read("cargo test", Some(0), &cut).is_some_and(|found| found.partial));
}

/// What is documented of a printer that could not be run here.
#[test]
fn failing_tests_of_pest_are_named() {
    let output = "\n   FAIL  Tests\\Feature\\StockTest\n  ⨯ reserves once                          0.02s\n  ✓ releases\n  ────────────────────────────────\n   \
                  FAILED  Tests\\Feature\\StockTest > reserves once\n  Failed asserting that -1 is identical to 0.\n\n  at tests/Feature/StockTest.php:5\n\n\n  \
                  Tests:    1 failed, 1 passed (2 assertions)\n  Duration: 0.34s\n";
    let found = read("php artisan test", Some(1), output).expect("results");
    assert_eq!((found.passed, found.failed), (Some(1), Some(1)));
    assert_eq!(found.failing, ["Tests\\Feature\\StockTest > reserves once"]);
    assert_eq!(found.message.as_deref(), Some("Failed asserting that -1 is identical to 0."));
}

/// The same of runners whose output is read by what is documented of it.
#[test]
fn documented_outputs_are_read() {
    let dart = "00:00 +0: loading test/a_test.dart\n00:01 +1 ~1 -1: test/a_test.dart: adds [E]\n  Expected: <2>\n00:02 +3 ~1 -1: Some tests failed.\n";
    let scalatest = "[info] - adds *** FAILED ***\n[info]   1 did not equal 2 (A.scala:3)\n[info] Tests: succeeded 2, failed 1, canceled 0, ignored 1, pending 0\n";
    let sbt = format!(
        "{scalatest}[error] Failed: Total 3, Failed 1, Errors 0, Passed 2, Ignored 1\n[info] Passed: Total 4, Failed 0, Errors 0, Passed 4\n"
    );
    // of several processes, and then of all of them
    let rspec = "2 processes for 8 specs, ~ 4 specs per process\n3 examples, 1 failure, 1 pending\n\nrspec ./spec/a_spec.rb:4 # Cart adds\n\n\
                 5 examples, 0 failures\n\n\n8 examples, 1 failure, 1 pending\n";
    let of_two = "2 runs, 3 assertions, 0 failures, 0 errors, 0 skips\n";
    let minitest = format!(
        "2 processes for 4 tests, ~ 2 tests per process\n{of_two}{of_two}\n\n4 runs, 6 assertions, 0 failures, 0 errors, 0 skips\n"
    );
    let umbrella = "==> a\n\nFinished in 0.03 seconds (0.00s async, 0.03s sync)\n3 tests, 0 failures\n==> b\n\n  1) test b adds (BTest)\n\n\
                    Finished in 0.03 seconds (0.00s async, 0.03s sync)\n1 doctest, 5 tests, 1 failure, 1 excluded\n";
    let karma = "Chrome 120.0 (Linux x86_64): Executed 1 of 3 SUCCESS (0 secs / 0.01 secs)\nChrome 120.0 (Linux x86_64) Cart adds FAILED\n\tExpected 1 to be 2.\n\
                 Chrome 120.0 (Linux x86_64): Executed 2 of 3 (1 FAILED) (skipped 1) (0.1 secs / 0.05 secs)\nTOTAL: 1 FAILED, 1 SUCCESS\n";
    let gotestsum = "∅  shop/cmd\n✖  shop/cart (3ms)\n\n=== Failed\n=== FAIL: shop/cart TestAdd (0.00s)\n    cart_test.go:9: got 2\n\n\
                     DONE 12 tests, 1 skipped, 1 failure in 0.512s\n";
    let ginkgo = "Running Suite: Cart Suite\n\nSummarizing 1 Failure:\n  [FAIL] Cart [It] adds\n  /a/cart_test.go:9\n\n\
                  Ran 12 of 14 Specs in 0.003 seconds\nFAIL! -- 11 Passed | 1 Failed | 1 Pending | 1 Skipped\n--- FAIL: TestCart (0.00s)\nFAIL\n\n\
                  Ran 2 of 2 Specs in 0.001 seconds\nSUCCESS! -- 2 Passed | 0 Failed | 1 Flaked | 0 Pending | 0 Skipped\nPASS\n\n\
                  Ginkgo ran 2 suites in 1.2s\n";
    let cypress = "  1 passing (231ms)\n  1 failing\n\n  1) cart\n       adds:\n     AssertionError: expected 1 to equal 2\n\n  (Run Finished)\n\n\
                   \x20      Spec                   Tests  Passing  Failing  Pending  Skipped\n\
                   \x20 │ ✖  a.cy.js     00:02        3        1        1        1        - │\n\
                   \x20   ✖  1 of 1 failed (100%)  00:02        3        1        1        1        -  \n";
    for (command, exit, output, counts, failing, message) in [
        ("gotestsum ./...", 1, gotestsum, (10, 1, 1), &["TestAdd"][..], Some("cart_test.go:9: got 2")),
        ("make check", 1, gotestsum, (10, 1, 1), &["TestAdd"], Some("cart_test.go:9: got 2")),
        ("ginkgo -r", 1, ginkgo, (13, 1, 2), &["Cart [It] adds"], None),
        ("npx cypress run", 1, cypress, (1, 1, 1), &[], Some("AssertionError: expected 1 to equal 2")),
        ("npm test", 1, cypress, (1, 1, 1), &[], Some("AssertionError: expected 1 to equal 2")),
        ("flutter test", 1, dart, (3, 1, 1), &["test/a_test.dart: adds"][..], Some("Expected: <2>")),
        ("dart test", 0, "00:02 +3: All tests passed!\n", (3, 0, 0), &[], None),
        ("sbt test", 1, scalatest, (2, 1, 1), &["adds"], Some("1 did not equal 2 (A.scala:3)")),
        ("sbt test", 1, sbt.as_str(), (6, 1, 1), &["adds"], Some("1 did not equal 2 (A.scala:3)")),
        ("bundle exec parallel_rspec", 1, rspec, (6, 1, 1), &["Cart adds"], None),
        ("parallel_test", 0, minitest.as_str(), (4, 0, 0), &[], None),
        ("mix test", 1, umbrella, (7, 1, 1), &["b adds (BTest)"], None),
        ("npx karma start", 1, karma, (1, 1, 1), &["Cart adds"], Some("Expected 1 to be 2.")),
    ] {
        let found = read(command, Some(exit), output).unwrap_or_else(|| panic!("{command}: nothing in {output}"));
        assert_eq!((found.passed, found.failed, found.skipped), (Some(counts.0), Some(counts.1), Some(counts.2)), "{output}");
        assert_eq!(
            (found.failing.as_slice(), found.message.as_deref(), found.partial),
            (&failing.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()[..], message, false),
            "{output}"
        );
    }
}

#[test]
fn the_exit_code_wins() {
    let of = |passed, failed| Results { passed: Some(passed), failed: Some(failed), ..Results::default() };
    for (exit, results, proves) in [
        (Some(0), Some(of(3, 0)), Passed),
        (Some(1), Some(of(3, 0)), Failed),
        (Some(0), Some(of(3, 1)), Contradictory),
        (Some(0), Some(of(0, 0)), NoTests),
        (Some(5), Some(of(0, 0)), NoTests),
        (Some(1), Some(Results { partial: true, ..of(0, 0) }), Failed),
        (Some(0), None, Passed),
        (Some(1), None, Failed),
        (None, Some(of(3, 0)), Unknown),
    ] {
        assert_eq!(outcome(exit, results.as_ref()), proves, "{exit:?} {results:?}");
    }
}

#[test]
fn test_and_build_commands_are_known() {
    for command in [
        "cargo test",
        "cargo +nightly test --lib",
        "cd api && cargo nextest run",
        "python -m pytest",
        "python3 -m unittest -v",
        "tools/phpunit",
        "sudo -u app vendor/bin/phpunit",
        "npm test",
        "npm run test:unit",
        "npx vitest",
        "make test",
        "make",
        "docker compose exec web php artisan test",
        "ssh ci 'go test ./...'",
        "bundle exec rspec",
        "node --test",
        "./gradlew check",
        "./mvnw -q verify",
        "dotnet test",
        "uv run pytest -q",
        "time cargo build",
        "bash -c 'mix test'",
    ] {
        assert!(is_expected(command, &CommandLines::plain()), "{command}");
    }
    for command in [
        "ls test", "cat tests/a.rs", "vim test.py", "git checkout test", "cargo run -- test", "echo 'cargo test'", "grep -r pytest .",
        "npm install jest", "node x.js",
    ] {
        assert!(!is_expected(command, &CommandLines::plain()), "{command}");
    }
}

#[test]
fn checks_are_known() {
    for command in [
        "npx tsc --noEmit",
        "npx eslint . --max-warnings 0",
        "cargo build --release",
        "cargo clippy -- -D warnings",
        "make",
        "make lint",
        "npm run lint",
        "pnpm run typecheck",
        "docker compose exec web vendor/bin/phpstan analyse",
        "uv run mypy src",
        "terraform validate",
        "go vet ./...",
        "cargo fmt --check",
        "cargo fmt --all -- --check",
        "cargo +nightly clippy",
        "bundle exec rubocop",
        "bin/rubocop",
        "uv run ruff check .",
        "ruff format --check .",
        "python3 -m mypy src",
        "black . --check",
        "isort --check-only .",
        "golangci-lint run ./...",
        "npx prettier --check .",
        "pnpm lint",
        "yarn lint",
        "yarn run lint",
        "yarn eslint src",
        "npm run format:check",
        "cppcheck --error-exitcode=1 src",
        "clang-tidy-18 src/a.c",
        "clang-format --dry-run --Werror a.c",
        "shellcheck -x install.sh",
        "stylelint '**/*.css'",
        "ktlint",
        "./gradlew :app:ktlintCheck",
        "detekt --all-rules",
        "swiftlint lint --strict",
        "hadolint Dockerfile",
        "yamllint .",
        "actionlint",
        "tflint --recursive",
        "terraform fmt -check -recursive",
        "buf lint",
        "./scripts/lint.sh",
        "tox -e lint",
        "php vendor/bin/php-cs-fixer fix --dry-run",
        "pre-commit run --all-files",
    ] {
        assert!(is_check(command, &CommandLines::plain()), "{command}");
    }
    for command in [
        "make deploy", "make clean", "npm run start", "prettier --write .", "cargo fmt", "black .", "terraform fmt", "cargo run",
        "ls lint", "git commit -m 'npm run lint'", "cat tsc.log",
    ] {
        assert!(!is_check(command, &CommandLines::plain()), "{command}");
    }
}

#[test]
fn tests_that_passed_when_tried_again_and_expectations_written_anew_are_counted() {
    let playwright = "Running 3 tests using 2 workers\n\n  1 flaky\n    [chromium] › a.spec.ts:3:5 › removes\n  2 passed (7.5s)\n";
    let nextest = "     Summary [   0.012s] 3 tests run: 3 passed (1 slow, 2 flaky), 0 skipped\n";
    let maven = "[WARNING] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Flakes: 1\n";
    let vitest = " Snapshots  2 updated\n Test Files  1 passed (1)\n      Tests  4 passed (4)\n";
    let jest = " › 1 snapshot updated.\nTests:       4 passed, 4 total\nSnapshots:   1 written, 3 updated, 5 passed, 9 total\n";
    for (command, output, passed, retried, snapshots) in [
        ("npx playwright test", playwright, 3, Some(1), None),
        ("cargo nextest run", nextest, 3, Some(2), None),
        ("mvn test", maven, 4, Some(1), None),
        ("npx vitest run -u", vitest, 4, None, Some(2)),
        ("npx jest -u", jest, 4, None, Some(3)),
        ("npx vitest run", "      Tests  4 passed (4)\n  3 updated packages\n", 4, None, None),
    ] {
        let found = read(command, Some(0), output).unwrap_or_else(|| panic!("{command}"));
        assert_eq!((found.passed, found.failed), (Some(passed), Some(0)), "{command}");
        assert_eq!((found.retried, found.snapshots), (retried, snapshots), "{command}");
    }
}

#[test]
fn what_a_command_line_asks_for() {
    for (line, asked) in [
        ("npx vitest run -u", "npx vitest run"),
        ("npm test -- --updateSnapshot", "npm test"),
        ("pytest -v 'tests/a b.py'", "pytest tests/a b.py"),
        ("cargo test --all-features", "cargo test --all-features"),
    ] {
        assert_eq!(super::asked(line).join(" "), asked, "{line}");
    }
}

#[test]
fn two_libraries_of_one_run_are_added_and_numbers_name_what_has_no_title() {
    let swift = "\t Executed 3 tests, with 0 failures (0 unexpected) in 0.1 (0.1) seconds\n◇ Test run started.\n\
                 ✔ Test run with 5 tests passed after 0.001 seconds.\n";
    let found = read("swift test", Some(0), swift).expect("a result");
    assert_eq!((found.passed, found.failed, found.skipped), (Some(8), Some(0), Some(0)));
    let prove = "t/a.t .. ok\nt/b.t .. Failed 2/3 subtests\n\nTest Summary Report\n-------------------\n\
                 t/b.t (Wstat: 512 (exited 2) Tests: 3 Failed: 2)\n  Failed tests:  2, 3\nFiles=2, Tests=5,  0 wallclock secs\nResult: FAIL\n";
    let found = read("prove -l", Some(1), prove).expect("a result");
    assert_eq!((found.failed, found.failing), (Some(2), vec!["t/b.t test 2".to_owned(), "t/b.t test 3".to_owned()]));
}

#[test]
fn report_files_are_read() {
    for (file, counts, failing) in [
        ("pytest-9.2.0.xml", (Some(3), Some(3), Some(2)), vec!["test_shop.test_discount", "test_shop.test_each[2]", "test_shop.test_db"]),
        ("surefire-2.22.3.xml", (Some(1), Some(2), Some(1)), vec!["CartTest.breaks", "CartTest.error"]),
        ("gradle-4.4.1.xml", (Some(1), Some(2), Some(1)), vec!["CartTest.breaks", "CartTest.error"]),
    ] {
        let bytes = fs::read(fixtures().join("reports").join(file)).expect("a kept report");
        let found = read_report(&bytes).unwrap_or_else(|| panic!("{file}"));
        assert_eq!((found.passed, found.failed, found.skipped), counts, "{file}");
        assert_eq!(found.failing, failing, "{file}");
    }
    let nested = "<testsuites tests=\"9\"><testsuite tests=\"2\"><testsuite tests=\"2\" timestamp=\"2026-01-01T10:00:00\"><testcase name=\"a\"/>\
                  <testcase name=\"b\" classname=\"C\"><error>\n  gone\n</error></testcase></testsuite></testsuite></testsuites>";
    let found = read_report(nested.as_bytes()).expect("a report");
    assert_eq!(
        (found.passed, found.failed, found.failing, found.message),
        (Some(1), Some(1), vec!["C.b".to_owned()], Some("gone".to_owned()))
    );
    let trx = "<TestRun xmlns=\"http://example.org/x\"><Results><UnitTestResult testName=\"N.A\" outcome=\"Failed\"><Output><ErrorInfo><Message>no\n</Message>\
               </ErrorInfo></Output></UnitTestResult></Results><ResultSummary><Counters total=\"3\" passed=\"1\" failed=\"1\" /></ResultSummary></TestRun>";
    let found = read_report(trx.as_bytes()).expect("a report");
    assert_eq!((found.passed, found.failed, found.skipped, found.failing), (Some(1), Some(1), Some(1), vec!["N.A".to_owned()]));
    for other in ["", "<html/>", "{}", "<testsuite>", "\u{0}"] {
        assert_eq!(read_report(other.as_bytes()), None, "{other}");
    }
    assert_eq!(reports("pytest --junit-xml=out/a.xml"), ["out/a.xml"]);
    assert_eq!(reports("./gradlew test").first().map(String::as_str), Some("build/test-results/*/*.xml"));
    assert_eq!(reports("ls"), Vec::<String>::new());
}

proptest::proptest! {
    #[test]
    fn no_output_panics(output in "([a-zA-Z0-9 #:,|=()\\[\\]'✓✘ℹ●.-]{0,40}\n){0,12}") {
        read("make test", Some(1), &output);
        read_report(output.as_bytes());
    }
}
