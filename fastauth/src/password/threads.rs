use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::priority::go_behind;

/// A few threads of low priority, and a short queue before them.
///
/// A thread begins with the first work and ends when none waits. While some does, it goes on without
/// a pause: a scheduler gives whoever has just woken a first turn of some milliseconds, whatever their
/// priority, and everybody else waits for that.
pub(super) struct Threads {
    most: usize,
    longest: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    waiting: VecDeque<(u64, Work)>,
    next: u64,
}

type Work = Box<dyn FnOnce() + Send>;

/// Why work was not taken.
pub(super) enum Refusal {
    Full,
    NoThread(io::Error),
}

impl Threads {
    /// At most so many at a time, before which at most so many wait.
    pub(super) fn new(most: usize, longest: usize) -> Self {
        Self { most, longest, state: Mutex::default() }
    }

    /// How many more could begin at this moment.
    pub(super) fn free(&self) -> usize {
        self.most.saturating_sub(self.state().running)
    }

    pub(super) fn has_room(&self) -> bool {
        let state = self.state();
        state.running < self.most || state.waiting.len() < self.longest
    }

    /// Does the work as soon as a thread is free, unless its place is given up before.
    pub(super) fn enter(
        self: &Arc<Self>,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<Place, Refusal> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        if state.running < self.most {
            let threads = Arc::clone(self);
            let builder = thread::Builder::new().name("fastauth-hash".to_owned());
            let begun = builder.spawn(move || threads.run(Box::new(work)));
            begun.map_err(Refusal::NoThread)?;
            state.running += 1;
        } else if state.waiting.len() < self.longest {
            state.waiting.push_back((number, Box::new(work)));
        } else {
            return Err(Refusal::Full);
        }
        drop(state);
        Ok(Place { threads: Arc::clone(self), number })
    }

    fn run(&self, first: Work) {
        go_behind();
        let mut work = Some(first);
        while let Some(next) = work {
            // Who waits for it learns that it broke; the next in the queue is not to suffer.
            let _ = catch_unwind(AssertUnwindSafe(next));
            work = self.next();
        }
    }

    /// The next work; none, and the thread counts as ended.
    fn next(&self) -> Option<Work> {
        let mut state = self.state();
        let next = state.waiting.pop_front().map(|(_, work)| work);
        if next.is_none() {
            state.running -= 1;
        }
        next
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue. Dropped, it is free for the next; what has begun is done all the same, and
/// holds its thread until then.
pub(super) struct Place {
    threads: Arc<Threads>,
    number: u64,
}

impl Place {
    /// Leaves the queue; whether the work had not begun.
    pub(super) fn leave(&self) -> bool {
        let mut state = self.threads.state();
        let position = state.waiting.iter().position(|(number, _)| *number == self.number);
        let left = position.and_then(|position| state.waiting.remove(position));
        // What it holds is dropped when nobody is kept waiting by that.
        drop(state);
        left.is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}
