//! A randomised tester of attribution with an independent model of what must come out.
//!
//! `JOURNAL_FUZZ_FROM` and `JOURNAL_FUZZ_SEEDS` choose the seeds; a seed that fails prints a shell script that plays it again.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

mod cost;
mod judge;
mod model;
mod play;
mod rebase;
mod regress;
mod rng;
mod sandbox;

use std::sync::atomic::{AtomicU64, Ordering};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn random_sessions_are_attributed_exactly() {
    let (from, seeds) = (number("JOURNAL_FUZZ_FROM", 1), number("JOURNAL_FUZZ_SEEDS", 40));
    let verbose = std::env::var_os("JOURNAL_FUZZ_SCRIPT").is_some();
    let next = AtomicU64::new(from);
    let work = || {
        let mut failed = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds {
                return failed;
            }
            match judge::play_and_judge(seed, verbose) {
                Ok(judge::Judged::Yes) => {}
                Ok(judge::Judged::No) => eprintln!("seed {seed}: could not be judged"),
                Err(why) => {
                    eprintln!("seed {seed}: {why}");
                    failed.push(seed);
                }
            }
        }
    };
    let mut failed: Vec<u64> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|t| t.join().expect("a thread that ends")).collect()
    });
    failed.sort_unstable();
    assert!(failed.is_empty(), "{} of {seeds} seeds failed: {failed:?}", failed.len());
}
