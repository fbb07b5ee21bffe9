//! What the demo plays: a queue that hands out jobs twice, found by a test, fixed by a lock and a configuration key.

use super::{Step, StepOutcome};

/// Length of the session.
pub(super) const MINUTES: i64 = 52;
pub(super) const BRANCH: &str = "fix/double-send";
pub(super) const FIRST: &str = "Import the invoice worker";
/// The test, run with `sh`.
pub(super) const TEST: &str = "tests/double_send.sh";

pub(super) const FILES: [(&str, &str); 4] = [
    ("README.md", "# Invoice worker\n\nTakes invoices from a queue and sends each of them once.\n"),
    ("worker/invoices.py", INVOICES),
    ("config/queue.yaml", "default: redis\nconnections:\n  redis:\n    queue: invoices\n    retry_after: 90\n    block_for: 5\n"),
    (TEST, TEST_TEXT),
];

const INVOICES: &str = r#"class InvoiceWorker:
    """Sends invoices, one after the other."""

    def __init__(self, mailer, clock):
        self.mailer = mailer
        self.clock = clock

    def send(self, invoice):
        if invoice.sent_at:
            return False
        self.mailer.deliver(invoice)
        invoice.sent_at = self.clock.now()
        return True

    def retry_failed(self, invoices, limit=50):
        return sum(self.send(invoice) for invoice in invoices[:limit])
"#;

const TEST_TEXT: &str = r#"# Two workers must not send one invoice twice: sending takes a lock, and a job is not handed out again while it may still run.
failed=0
grep -q "with self.locks.hold" worker/invoices.py || { echo "FAIL sending takes no lock"; failed=$((failed + 1)); }
retry=$(sed -n 's/ *retry_after: //p' config/queue.yaml)
[ "$retry" -gt 300 ] || { echo "FAIL retry_after is $retry, a job may take 300 seconds"; failed=$((failed + 1)); }
echo "$((2 - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
"#;

const START: &[&str] = &[
    "start",
    "Invoices are sent twice under load",
    "--type",
    "debugging",
    "--goal",
    "Find out why invoices are sent twice, and stop it",
    "--situation",
    "Support reports 412 invoices sent twice since 06:00.",
];

const SUMMARY: &[&str] = &[
    "set",
    "executive_summary",
    "A job that runs longer than `retry_after` was handed to a second worker, so large invoices were sent twice. Sending now takes a lock, and \
     `retry_after` exceeds the longest job.",
];

pub(super) const STEPS: &[Step] = &[
    Step::Edit(-5, "README.md", "each of them once.", "each of them once. (Local notes from before the session.)"),
    Step::Journal(0, START),
    Step::Test(11, "Reproduce the double send", StepOutcome::Fails),
    Step::Journal(
        17,
        &["note", "--phase", "root-cause", "retry_after (90 s) is shorter than a job may take (300 s): the queue hands it out again"],
    ),
    Step::Edit(
        24,
        "worker/invoices.py",
        "        self.mailer.deliver(invoice)\n        invoice.sent_at = self.clock.now()\n        return True\n",
        "        with self.locks.hold(self.lock_name(invoice), seconds=330):\n            self.mailer.deliver(invoice)\n            invoice.sent_at = self.clock.now()\n        return True\n\n    def lock_name(self, invoice):\n        return f\"invoice:{invoice.id}\"\n",
    ),
    Step::Edit(
        25,
        "worker/invoices.py",
        "    def __init__(self, mailer, clock):\n        self.mailer = mailer\n",
        "    def __init__(self, mailer, clock, locks):\n        self.locks = locks\n        self.mailer = mailer\n",
    ),
    Step::Commit(27, &["worker/invoices.py"], "fix(worker): take a lock before sending an invoice"),
    Step::Test(30, "Reproduce the double send", StepOutcome::Fails),
    Step::Edit(34, "config/queue.yaml", "retry_after: 90", "retry_after: 330"),
    Step::Commit(35, &["config/queue.yaml"], "config: retry_after must exceed the longest job\n\nFixes #418"),
    Step::Test(38, "Confirm the fix", StepOutcome::Passes),
    Step::Edit(
        48,
        "docs/runbooks/double-send.md",
        "",
        "# When invoices are sent twice\n\nCompare `retry_after` in `config/queue.yaml` with the longest job: it must be larger.\n",
    ),
    Step::Journal(50, &["add", "insight", "retry_after must exceed every job's timeout"]),
    Step::Journal(50, &["add", "next", "Alert when a lock is refused more than 5 times a minute", "--short-term"]),
    Step::Journal(51, SUMMARY),
    Step::Journal(52, &["stop", "--no-input"]),
];
