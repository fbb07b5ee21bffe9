//! Spreads many like pieces of work over the machine's cores: they share one queue. No threads where there is little to do. Knows nothing
//! of the work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

/// Below this much work in all a thread costs more than it saves: the time that some 100 KB take.
const LITTLE: usize = 96 << 10;

/// More threads than this gain nothing.
const THREADS: usize = 16;

/// As much as the main thread has: the same work goes as deep on each.
const STACK: usize = 8 << 20;

/// What `work` makes of each item, in the items' order. `size` says how much work one is, in bytes or what takes as long; `mine` is what
/// this thread needs for all its items, `tools` makes the same for another one.
pub fn map<T: Sync, S, R: Send>(
    items: &[T],
    size: impl Fn(&T) -> usize,
    mut mine: S,
    tools: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let total: usize = items.iter().map(&size).sum();
    let workers = match 1 + total / LITTLE {
        1 => 1,
        useful => std::thread::available_parallelism().map_or(1, usize::from).min(items.len()).min(THREADS).min(useful),
    };
    if workers <= 1 {
        return items.iter().map(|item| work(&mut mine, item)).collect();
    }
    // the largest first, so that none is left to a single worker at the end
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(size(&items[at])));
    let next = AtomicUsize::new(0);
    let take = || order.get(next.fetch_add(1, Ordering::Relaxed)).copied();
    let worker = |tools: &mut S| -> Vec<(usize, R)> { std::iter::from_fn(take).map(|at| (at, work(tools, &items[at]))).collect() };
    let mut results = std::thread::scope(|scope| {
        let start = |_| Builder::new().stack_size(STACK).spawn_scoped(scope, || worker(&mut tools())).ok();
        let others: Vec<_> = (1..workers).filter_map(start).collect(); // what cannot start leaves its share to the rest
        let mut results = worker(&mut mine);
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The processor's time that this thread has taken so far: unlike the clock it does not run on while other programs have the machine.
#[cfg(test)]
pub(crate) fn thread_time() -> std::time::Duration {
    use rustix::time::{ClockId, clock_gettime};
    let taken = clock_gettime(ClockId::ThreadCPUTime);
    taken.try_into().expect("no time is negative")
}

/// Holds that work takes no square time: four times as much of something (`part` 1 in place of 4) takes about four times as long, not sixteen.
/// What takes next to nothing either way is not looked at.
#[cfg(test)]
pub(crate) fn assert_linear<T>(name: &str, input: impl Fn(usize) -> T, work: impl Fn(&T)) {
    const NOTHING: std::time::Duration = std::time::Duration::from_millis(50);
    let time = |part: usize| {
        let input = input(part);
        let once = || {
            let before = thread_time();
            work(&input);
            thread_time() - before
        };
        once().min(once())
    };
    let (quarter, whole) = (time(4), time(1));
    assert!(whole < quarter * 9 + NOTHING, "{name}: a quarter of it takes {quarter:?}, all of it {whole:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_worked_on_once_and_stays_in_its_place() {
        for (count, size) in [(0, 1), (1, 1 << 30), (5, 10), (500, 4 << 10)] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = map(
                &items,
                |item| size + item % 7,
                0,
                || 0,
                |seen, item| {
                    (*item * 2, {
                        *seen += 1;
                        *seen
                    })
                },
            );
            assert_eq!(
                doubled.iter().map(|(result, _)| *result).collect::<Vec<_>>(),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
            assert!(doubled.iter().all(|(_, seen)| *seen <= count), "tools belong to one worker");
        }
    }
}
