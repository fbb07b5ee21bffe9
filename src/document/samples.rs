//! Parts of documents for tests.

use super::TestRun;

/// A run of a moment, as an older document holds it.
pub(crate) fn test_run(command: &str, passed: u32, failed: u32) -> TestRun {
    serde_json::from_value(serde_json::json!({
        "at": "2026-11-22T09:40:00+01:00", "command": command, "runner": "PHPUnit", "exit_code": i32::from(failed > 0),
        "passed": passed, "failed": failed, "skipped": null, "seconds": 1.0, "stale": null,
    }))
    .expect("a run")
}
