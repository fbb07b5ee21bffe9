//! Sentences that the tool itself wrote below what was stated: known by their words, so that nobody is said to have stated them.

/// A sentence of the tool's own at the end of what was stated.
pub(super) fn without_derived<'b>(blocks: &[&'b str], is_derived: fn(&str) -> bool) -> (String, Option<&'b str>) {
    match blocks.split_last() {
        Some((last, rest)) if is_derived(last) => (rest.join("\n\n"), Some(last)),
        _ => (blocks.join("\n\n"), None),
    }
}

/// "4 commits, 7 files (+31 −6) on `branch`."
pub(super) fn is_fact_sentence(block: &str) -> bool {
    let commits = block.split_once(", ").is_some_and(|(front, behind)| {
        let number = front.strip_suffix(" commits").or_else(|| front.strip_suffix(" commit")).unwrap_or_default();
        (front == "No commit" || number.parse::<u32>().is_ok()) && (behind.starts_with("no file differs") || behind.contains(" (+"))
    });
    commits || block.starts_with("No file was changed and no commit made")
}

pub(super) fn is_start_sentence(block: &str) -> bool {
    block.starts_with("Started") && ["on `", "at `", "before the first commit"].iter().any(|mark| block.contains(mark))
}

/// What stands before the failure that was observed.
pub(super) const OBSERVED: &str = "Observed: ";

/// "Observed: `InvoiceTest::testOnce` failed at 09:31: …".
pub(super) fn is_failure_sentence(block: &str) -> bool {
    block.strip_prefix(OBSERVED).is_some_and(|sentence| sentence.starts_with('`') && sentence.contains("` failed at "))
}
