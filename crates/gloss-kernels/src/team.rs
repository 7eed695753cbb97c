//! Threads that wait for short work, and share it out.
//!
//! A token of a language model is a few hundred pieces of work of some microseconds each. To wake a thread
//! for each would cost more than the work, so helpers look for the next piece for a while before they sleep.

use std::cell::UnsafeCell;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a helper looks for work before it sleeps: longer than what lies between two tokens.
const AWAKE: Duration = Duration::from_micros(400);
/// Looks between which a waiting thread lets others have the processor.
const LOOKS: usize = 64;

/// A number of threads that callers have in common. Each caller is a [`Member`]; the threads that members
/// leave idle help them. Helpers start when they are first of use, and end with the team.
#[derive(Debug)]
pub struct Team {
    threads: usize,
    /// Members that there are.
    members: AtomicUsize,
    board: Arc<Board>,
    /// The helpers. Whoever holds it may put up work.
    helpers: Mutex<Vec<JoinHandle<()>>>,
}

/// One who works with a team, on a thread of its own.
#[derive(Debug)]
pub struct Member(Option<Arc<Team>>);

/// Work that is put up for the helpers.
struct Work {
    /// Borrowed for as long as the gate is open or somebody inside.
    piece: *const (dyn Fn(usize) + Sync),
    pieces: usize,
}

/// Where helpers find work.
struct Board {
    /// Whether there is work, and who is at it; see [`Gate`].
    gate: AtomicU64,
    work: UnsafeCell<Option<Work>>,
    /// The next piece that nobody has taken.
    next: AtomicUsize,
    failed: AtomicBool,
    ended: AtomicBool,
    asleep: AtomicUsize,
    bed: Mutex<()>,
    call: Condvar,
}

// SAFETY: `work` is written only by who holds `Team::helpers`, while the gate is closed and nobody inside;
// it is read only inside. What it points to may be used by several threads.
unsafe impl Sync for Board {}
// SAFETY: as above.
unsafe impl Send for Board {}

/// The state of a board in one number, so that entering and closing cannot miss each other: whether it is
/// open, which work it is (31 bits), how many may be inside, and how many are (16 bits each).
#[derive(Clone, Copy)]
struct Gate(u64);

impl Gate {
    const OPEN: u64 = 1 << 63;
    const MOST: usize = u16::MAX as usize;

    fn new(number: u64, limit: usize) -> Self {
        Self(Self::OPEN | (number & 0x7FFF_FFFF) << 32 | (limit.min(Self::MOST) as u64) << 16)
    }

    fn is_open(self) -> bool {
        self.0 & Self::OPEN != 0
    }

    fn number(self) -> u64 {
        self.0 >> 32 & 0x7FFF_FFFF
    }

    fn limit(self) -> u64 {
        self.0 >> 16 & 0xFFFF
    }

    fn inside(self) -> u64 {
        self.0 & 0xFFFF
    }
}

impl Team {
    /// A team of so many threads, those of its members included.
    #[must_use]
    pub fn new(threads: NonZero<usize>) -> Self {
        let board = Board {
            gate: AtomicU64::new(0),
            work: UnsafeCell::new(None),
            next: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            asleep: AtomicUsize::new(0),
            bed: Mutex::new(()),
            call: Condvar::new(),
        };
        Self {
            threads: threads.get().min(Gate::MOST),
            members: AtomicUsize::new(0),
            board: Arc::new(board),
            helpers: Mutex::new(Vec::new()),
        }
    }

    /// The threads, those of its members included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Makes the caller a member, until what is returned is dropped.
    #[must_use]
    pub fn join(self: &Arc<Self>) -> Member {
        self.members.fetch_add(1, Ordering::Relaxed);
        Member(Some(Arc::clone(self)))
    }

    /// The threads that members leave idle.
    fn idle(&self) -> usize {
        self.threads.saturating_sub(self.members.load(Ordering::Relaxed))
    }

    /// The right to put up work, with helpers started; none if another member has it, or no thread starts.
    fn try_lead(&self) -> Option<MutexGuard<'_, Vec<JoinHandle<()>>>> {
        let mut helpers = match self.helpers.try_lock() {
            Ok(helpers) => helpers,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        while helpers.len() + 1 < self.threads {
            let board = Arc::clone(&self.board);
            let thread = std::thread::Builder::new().name("gloss-team".to_owned());
            let Ok(helper) = thread.spawn(move || board.help()) else { break };
            helpers.push(helper);
        }
        (!helpers.is_empty()).then_some(helpers)
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.board.ended.store(true, Ordering::SeqCst);
        self.board.wake();
        let helpers = self.helpers.get_mut().unwrap_or_else(PoisonError::into_inner);
        for helper in helpers.drain(..) {
            // Panics of pieces were caught; there are no others.
            let _ = helper.join();
        }
    }
}

impl Member {
    /// One who has no team, and works alone.
    #[must_use]
    pub fn alone() -> Self {
        Self(None)
    }

    /// The threads that would work on what is put up now, the caller's included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.0.as_ref().map_or(1, |team| 1 + team.idle())
    }

    /// Runs something on each item, once, on as many threads as are idle; returns when all are done. Which
    /// thread runs which item is left open.
    ///
    /// # Panics
    /// If it panics on an item, after the others were run.
    pub fn for_each<T: Send>(&self, items: &mut [T], run: impl Fn(&mut T) + Sync) {
        let idle = self.threads() - 1;
        let team = self.0.as_deref().filter(|_| idle > 0 && items.len() > 1);
        let Some((team, _lead)) = team.and_then(|team| Some((team, team.try_lead()?))) else {
            items.iter_mut().for_each(run);
            return;
        };
        let (first, pieces) = (Pointer(items.as_mut_ptr()), items.len());
        let piece = |at: usize| {
            let first = &first;
            // SAFETY: `Board::pieces` gives each place below `pieces` to one thread alone, and the items are
            // borrowed until all have left.
            run(unsafe { &mut *first.0.add(at) });
        };
        team.board.run(&piece, pieces, idle);
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(team) = &self.0 {
            team.members.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The first of several items.
struct Pointer<T>(*mut T);

// SAFETY: the items may go to other threads, and each goes to one.
unsafe impl<T: Send> Sync for Pointer<T> {}

/// Closes the gate and waits until all have left, even if the leader's piece panics.
struct Closing<'a>(&'a Board);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.gate.fetch_and(!Gate::OPEN, Ordering::AcqRel);
        let mut looks = 0;
        while Gate(self.0.gate.load(Ordering::Acquire)).inside() > 0 {
            pause(&mut looks);
        }
    }
}

impl Board {
    /// Runs all pieces, with up to `limit` helpers. The caller leads the team.
    fn run(&self, piece: &(dyn Fn(usize) + Sync), pieces: usize, limit: usize) {
        // SAFETY: only the lifetime changes; nobody reads it after `closing` is dropped, before which this
        // function does not return.
        let piece: *const (dyn Fn(usize) + Sync + 'static) = unsafe { std::mem::transmute(piece) };
        // SAFETY: the caller leads, so nobody else writes; the gate is closed and nobody inside, for the
        // last leader waited for that.
        unsafe { *self.work.get() = Some(Work { piece, pieces }) };
        self.next.store(0, Ordering::Relaxed);
        let last = Gate(self.gate.load(Ordering::Relaxed));
        self.gate.store(Gate::new(last.number() + 1, limit).0, Ordering::SeqCst);
        let closing = Closing(self);
        if self.asleep.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
        self.pieces();
        drop(closing);
        assert!(!self.failed.swap(false, Ordering::Relaxed), "a piece of work panicked");
    }

    /// Runs pieces until all are taken. For who leads, or is inside.
    fn pieces(&self) {
        // SAFETY: it is written before the gate opens, and not before all have left.
        let Some(work) = (unsafe { &*self.work.get() }) else { return };
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            if at >= work.pieces {
                return;
            }
            // SAFETY: the leader keeps it borrowed until all have left.
            let piece = unsafe { &*work.piece };
            if catch_unwind(AssertUnwindSafe(|| piece(at))).is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What a helper does, until the team ends.
    fn help(&self) {
        let mut known = 0;
        while let Some(gate) = self.wait(known) {
            if gate.inside() >= gate.limit() {
                known = gate.number();
                continue;
            }
            let inside = gate.0 + 1;
            let entered =
                self.gate.compare_exchange(gate.0, inside, Ordering::Acquire, Ordering::Relaxed);
            if entered.is_ok() {
                known = gate.number();
                self.pieces();
                self.gate.fetch_sub(1, Ordering::Release);
            }
        }
    }

    /// The gate when it is open for other work than what is known; none when the team ends.
    fn wait(&self, known: u64) -> Option<Gate> {
        let look = || {
            let gate = Gate(self.gate.load(Ordering::SeqCst));
            (gate.is_open() && gate.number() != known).then_some(gate)
        };
        let (start, mut looks) = (Instant::now(), 0);
        while !self.ended.load(Ordering::SeqCst) {
            if let Some(gate) = look() {
                return Some(gate);
            }
            if pause(&mut looks) && start.elapsed() > AWAKE {
                // Whoever opens the gate after this look sees that somebody sleeps, and waits for the bed.
                let mut bed = self.bed.lock().unwrap_or_else(PoisonError::into_inner);
                self.asleep.fetch_add(1, Ordering::SeqCst);
                while !self.ended.load(Ordering::SeqCst) && look().is_none() {
                    bed = self.call.wait(bed).unwrap_or_else(PoisonError::into_inner);
                }
                self.asleep.fetch_sub(1, Ordering::SeqCst);
            }
        }
        None
    }

    fn wake(&self) {
        let _bed = self.bed.lock().unwrap_or_else(PoisonError::into_inner);
        self.call.notify_all();
    }
}

/// Waits a moment; now and then others get the processor, and then it is true.
fn pause(looks: &mut usize) -> bool {
    *looks += 1;
    if looks.is_multiple_of(LOOKS) {
        std::thread::yield_now();
        return true;
    }
    std::hint::spin_loop();
    false
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(threads: usize) -> Arc<Team> {
        Arc::new(Team::new(NonZero::new(threads).unwrap()))
    }

    #[test]
    fn each_item_is_run_once() {
        for threads in [1, 2, 5] {
            let member = team(threads).join();
            for round in 0..300 {
                let mut items: Vec<usize> = (0..round % 40).collect();
                member.for_each(&mut items, |item| *item += 1000);
                assert!(items.iter().enumerate().all(|(at, &item)| item == at + 1000));
            }
        }
        let mut items = [1, 2];
        Member::alone().for_each(&mut items, |item| *item *= 2);
        assert_eq!(items, [2, 4]);
    }

    #[test]
    fn members_that_work_at_once_do_not_meet() {
        let team = team(4);
        std::thread::scope(|scope| {
            for first in 0..6 {
                let team = Arc::clone(&team);
                scope.spawn(move || {
                    for round in 0..200 {
                        let member = team.join();
                        let mut items: Vec<usize> = (0..9).map(|at| first * 100 + at).collect();
                        member.for_each(&mut items, |item| *item += round);
                        let expected = (0..9).map(|at| first * 100 + at + round);
                        assert!(items.into_iter().eq(expected));
                    }
                });
            }
        });
    }

    #[test]
    fn helpers_that_sleep_are_woken() {
        let member = team(3).join();
        for _ in 0..3 {
            let mut items = [0; 8];
            member.for_each(&mut items, |item| *item += 1);
            assert_eq!(items, [1; 8]);
            std::thread::sleep(AWAKE * 5);
        }
    }

    #[test]
    fn members_leave_fewer_threads_to_each() {
        let team = team(3);
        let one = team.join();
        assert_eq!(one.threads(), 3);
        let others = [team.join(), team.join(), team.join()];
        assert_eq!(one.threads(), 1);
        drop(others);
        assert_eq!(one.threads(), 3);
        assert_eq!(Member::alone().threads(), 1);
    }

    #[test]
    fn a_panic_reaches_who_put_up_the_work() {
        let team = team(2);
        let member = team.join();
        for _ in 0..3 {
            let mut items: Vec<usize> = (0..20).collect();
            let run = || member.for_each(&mut items, |item| assert!(*item != 7, "seven"));
            assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
            let mut items = [1; 20];
            member.for_each(&mut items, |item| *item += 1);
            assert_eq!(items, [2; 20]);
        }
    }
}
