//! Report files of test runners: JUnit's XML, which most of them write, and Visual Studio's TRX. Tolerant: what is not there counts
//! nothing; what is neither gives nothing.

use roxmltree::{Document, Node, ParsingOptions};

use super::output::{Counts, RunnerReading};
use crate::event::Results;

/// Larger files are not read.
const LARGEST: usize = 32 << 20;

/// A report file's results: JUnit XML or Visual Studio's TRX; none where it is neither, or larger than 32 MiB.
pub fn read_report(bytes: &[u8]) -> Option<Results> {
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(LARGEST + 1))?).ok().filter(|text| text.len() <= LARGEST)?;
    let text = text.trim_start_matches('\u{feff}');
    // .NET declares a document type nowhere, some Java tools do
    let document =
        Document::parse_with_options(text, ParsingOptions { allow_dtd: true, nodes_limit: 4_000_000, ..Default::default() }).ok()?;
    let root = document.root_element();
    match root.tag_name().name() {
        "testsuites" | "testsuite" => Some(super::result("JUnit XML", junit(root))),
        "TestRun" => Some(super::result("TRX", trx(root)?)),
        _ => None,
    }
}

/// Test cases are counted one by one: what suites say of themselves may count nested ones twice.
fn junit(root: Node<'_, '_>) -> RunnerReading {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let (mut failing, mut message) = (Vec::new(), None);
    for case in root.descendants().filter(|node| node.has_tag_name("testcase")) {
        let child = |name: &str| case.children().find(|node| node.has_tag_name(name));
        match (child("failure").or_else(|| child("error")), child("skipped")) {
            (Some(failure), _) => {
                failed += 1;
                failing.push(name(case));
                message = message.or_else(|| first_line(failure.attribute("message").or(failure.text())?));
            }
            (None, Some(_)) => skipped += 1,
            (None, None) => passed += 1,
        }
    }
    RunnerReading { summaries: vec![Counts::new(passed, failed, skipped)], failing, message, partial: false }
}

fn name(case: Node<'_, '_>) -> String {
    let name = case.attribute("name").unwrap_or_default();
    match case.attribute("classname").filter(|class| !class.is_empty() && *class != name) {
        Some(class) => format!("{class}.{name}"),
        None => name.to_owned(),
    }
}

fn trx(root: Node<'_, '_>) -> Option<RunnerReading> {
    let results: Vec<Node<'_, '_>> = root.descendants().filter(|node| node.has_tag_name_in_any("UnitTestResult")).collect();
    let counters = root.descendants().find(|node| node.has_tag_name_in_any("Counters"))?;
    let number = |name: &str| counters.attribute(name).and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
    let failed = number("failed").checked_add(number("error"))?.checked_add(number("timeout"))?;
    let counts = Counts::of_total(number("total"), failed, number("total").checked_sub(number("passed"))?.checked_sub(failed)?)?;
    let is_failed = |node: &&Node<'_, '_>| node.attribute("outcome").is_some_and(|outcome| !matches!(outcome, "Passed" | "NotExecuted"));
    let failing = results.iter().filter(is_failed).filter_map(|node| node.attribute("testName")).map(str::to_owned).collect();
    let message = root.descendants().find(|node| node.has_tag_name_in_any("Message")).and_then(|node| first_line(node.text()?));
    Some(RunnerReading { summaries: vec![counts], failing, message: message.filter(|_| failed > 0), partial: number("aborted") > 0 })
}

fn first_line(text: &str) -> Option<String> {
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

/// Names of elements whatever their namespace.
trait AnyNamespace {
    fn has_tag_name_in_any(&self, name: &str) -> bool;
}

impl AnyNamespace for Node<'_, '_> {
    fn has_tag_name_in_any(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
