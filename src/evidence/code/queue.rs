//! Reads many changed files at once: the machine's cores share one queue. No threads where there is little to do.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{CodeReading, Input, read};

/// Below this many bytes in all a thread costs more than it saves.
const LITTLE: usize = 96 << 10;

/// More threads than this gain nothing.
const THREADS: usize = 16;

/// Reads all files; the readings are in the order of the inputs.
pub(super) fn read_all(inputs: &[Input<'_>]) -> Vec<CodeReading> {
    let size = |input: &Input<'_>| input.base.map_or(0, <[u8]>::len) + input.head.map_or(0, <[u8]>::len);
    let total: usize = inputs.iter().map(size).sum();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(inputs.len()).min(THREADS).min(1 + total / LITTLE);
    if workers <= 1 {
        return inputs.iter().map(read).collect();
    }
    // the largest first, so that none is left to a single worker at the end
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(size(&inputs[at])));
    let next = AtomicUsize::new(0);
    let work = || -> Vec<(usize, CodeReading)> {
        let take = || order.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        std::iter::from_fn(take).map(|at| (at, read(&inputs[at]))).collect()
    };
    let mut readings = vec![CodeReading::default(); inputs.len()];
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let theirs = helpers.into_iter().flat_map(|helper| helper.join().unwrap_or_default());
        for (at, reading) in theirs.chain(mine) {
            readings[at] = reading;
        }
    });
    readings
}
