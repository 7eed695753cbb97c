//! Work cut into chunks over threads, with results in order.

use std::ops::Range;

/// Cuts `0..count` into chunks, one a thread, and gives their results in the order of the chunks.
pub fn in_chunks<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let threads = threads.clamp(1, count.max(1));
    let bounds = |i: usize| count * i / threads;
    let work = &work;
    std::thread::scope(|scope| {
        let handles: Vec<_> =
            (1..threads).map(|i| scope.spawn(move || work(bounds(i)..bounds(i + 1)))).collect();
        let mut results = vec![work(bounds(0)..bounds(1))];
        for handle in handles {
            results.push(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    })
}
