//! Memory and threads, as far as the operating system tells: on Linux.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::finding::{Finding, Verdict};
use crate::subject::{Loading, Subject, run};
use crate::texts;

/// Batches before memory is looked at: caches and buffers have their size by then.
const WARM_UP: usize = 100;
/// Batches during which memory must not grow.
const REPEATS: usize = 200;
/// What an allocator may take meanwhile.
const SLACK: usize = 2 << 20;
/// The thread budget of the check.
const BUDGET: u32 = 2;

fn resident_bytes() -> Result<usize, Finding> {
    let unknown = || Finding::skipped("the system does not tell how much memory a process has");
    let status = fs::read_to_string("/proc/self/status").map_err(|_| unknown())?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).ok_or_else(unknown)?;
    let kilobytes = line.split_whitespace().next().and_then(|n| n.parse::<usize>().ok());
    kilobytes.map(|n| n << 10).ok_or_else(unknown)
}

fn threads() -> Result<usize, Finding> {
    let unknown = |_| Finding::skipped("the system does not tell which threads a process has");
    Ok(fs::read_dir("/proc/self/task").map_err(unknown)?.count())
}

pub fn memory(subject: &Subject) -> Verdict {
    // It looks at its own process.
    subject.only_for_libraries()?;
    resident_bytes()?;
    let loaded = subject.load()?;
    let mut worker = loaded.worker()?;
    let trials = loaded.trials(texts::ORDINARY);
    let mut repeat = |times| (0..times).for_each(|_| drop(run(&mut worker, &trials)));
    repeat(WARM_UP);
    let before = resident_bytes()?;
    repeat(REPEATS);
    let grown = resident_bytes()?.saturating_sub(before);
    if grown <= SLACK {
        return Ok(());
    }
    Err(Finding::warned(format!(
        "over {REPEATS} batches of the same {} documents the process grew by {} KiB",
        trials.len(),
        grown >> 10
    )))
}

pub fn thread_budget(subject: &Subject) -> Verdict {
    subject.only_for_libraries()?;
    let before = threads()?;
    let loaded = subject.load_as(Loading { threads: BUDGET, ..Loading::default() })?;
    let mut worker = loaded.worker()?;
    let longer = (0..20).map(|i| texts::prose(2_000, i));
    let trials = loaded.trials(longer);
    let (ended, most) = (AtomicBool::new(false), AtomicUsize::new(threads()?));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                // This thread is one that the extractor did not start.
                let count = threads().unwrap_or(0).saturating_sub(1);
                most.fetch_max(count, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        run(&mut worker, &trials);
        ended.store(true, Ordering::Relaxed);
    });
    let started = most.load(Ordering::Relaxed).saturating_sub(before);
    if started <= BUDGET as usize {
        return Ok(());
    }
    Err(Finding::warned(format!(
        "with a budget of {BUDGET} threads it has {started} besides the one that calls it"
    )))
}
