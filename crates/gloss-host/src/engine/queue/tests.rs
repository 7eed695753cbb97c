//! Which task starts when, and how much is read ahead.

use super::*;
use crate::run::RunOptions;

/// What happens to a queue.
enum Step {
    /// A chunk begins, and these stages are ready.
    Begin(u64, &'static [usize]),
    /// The next task that starts, by chunk and stage, if any may.
    Start(Option<(u64, usize)>),
    /// A task ends; none becomes ready because of it.
    End(u64, usize),
}

use Step::{Begin, End, Start};

/// `stages` gives workers and threads of each.
fn check(threads: usize, stages: &[(usize, usize)], steps: &[Step]) {
    let budgets = stages.iter().map(|&(workers, threads)| Budget { workers, threads });
    let queue =
        Queue::new(Cutter::new(&RunOptions::default(), threads, false), threads, budgets.collect());
    let mut chunks = BTreeMap::new();
    for (i, step) in steps.iter().enumerate() {
        match step {
            Begin(sequence, ready) => {
                let chunk = Arc::new(Chunk::new(*sequence, Vec::new(), &[]));
                queue.begin(&chunk, ready);
                chunks.insert(*sequence, chunk);
            }
            Start(expected) => {
                let started = queue.start_ready(&mut lock(&queue.state));
                let started = started.map(|(chunk, stage)| (chunk.sequence, stage));
                assert_eq!(started, *expected, "step {i}");
            }
            End(sequence, stage) => {
                queue.finish(&chunks[sequence], *stage, &[], stages.len());
            }
        }
        assert!(lock(&queue.state).busy <= threads, "step {i}");
    }
}

#[test]
fn light_tasks_run_side_by_side() {
    let steps = [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(Some((0, 1))), Start(None)];
    check(2, &[(2, 1), (2, 1)], &steps);
    // One thread, one task.
    let steps =
        [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(None), End(0, 0), Start(Some((0, 1)))];
    check(1, &[(1, 1), (1, 1)], &steps);
    // A stage has no more workers than it says; younger tasks of others go on.
    let steps = [Begin(0, &[0, 1]), Begin(1, &[0]), Start(Some((0, 0))), Start(Some((0, 1)))];
    check(4, &[(1, 1), (2, 1)], &steps);
}

#[test]
fn a_heavy_task_counts_with_all_its_threads() {
    // It waits for threads, and what is younger waits behind it.
    let steps = [
        Begin(0, &[1]),
        Begin(1, &[0, 1]),
        Start(Some((0, 1))),
        Start(None),
        End(0, 1),
        Start(Some((1, 0))),
        Start(None),
        End(1, 0),
        Start(Some((1, 1))),
    ];
    check(4, &[(1, 4), (4, 1)], &steps);
    // Beside it run as many as there are threads left.
    let steps = [
        Begin(0, &[0, 1]),
        Begin(1, &[1]),
        Begin(2, &[1]),
        Start(Some((0, 0))),
        Start(Some((0, 1))),
        Start(None),
        End(0, 1),
        Start(Some((1, 1))),
        Start(None),
        End(0, 0),
        Start(Some((2, 1))),
    ];
    check(4, &[(1, 3), (4, 1)], &steps);
    // Two heavy stages take turns.
    let steps =
        [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(None), End(0, 0), Start(Some((0, 1)))];
    check(2, &[(1, 2), (1, 2)], &steps);
    // A budget larger than the run's counts as the whole of it.
    check(2, &[(1, 9)], &[Begin(0, &[0]), Start(Some((0, 0)))]);
}
