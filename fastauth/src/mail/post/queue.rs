use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use crate::{
    mail::{Letter, LetterKind},
    time::Timestamp,
};

/// How many letters wait at most, and how many bytes they may hold. Beyond either the oldest makes place, and
/// notices of changes last of all.
pub(super) const MOST_LETTERS: usize = 10_000;
pub(super) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A letter on its way.
#[derive(Clone)]
pub(super) struct Parcel {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) to: String,
    pub(super) letter: Letter,
    /// How often it was tried.
    pub(super) tries: u32,
}

impl Parcel {
    pub(super) fn new(at: Timestamp, to: String, letter: Letter) -> Self {
        Self { id: Uuid::now_v7(), at, to, letter, tries: 0 }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.to.len() + self.letter.weight()
    }
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parcel({:?})", self.letter)
    }
}

/// What waits to be handed over.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// By the numbers that letters get as they come, with the moment when each is to be tried.
    waiting: BTreeMap<u64, (Instant, Parcel)>,
    /// The numbers of those that are no notices.
    common: BTreeSet<u64>,
    /// Those moments, in order.
    due: BTreeSet<(Instant, u64)>,
    bytes: usize,
    last: u64,
    /// How many are being handed over.
    under_way: usize,
    /// How many have made place.
    crowded_out: u64,
    closed: bool,
}

impl Queue {
    /// Takes a letter, to be tried at once.
    pub(super) fn post(&self, parcel: Parcel) {
        let mut state = self.state();
        if state.closed {
            drop(state);
            let kind = parcel.letter.kind();
            return tracing::error!(%kind, "mail was lost: it came after the end");
        }
        state.last += 1;
        let number = state.last;
        let lost = state.insert(number, parcel, Instant::now());
        drop(state);
        self.changed.notify_waiters();
        tell(&lost);
    }

    /// Takes a letter back that could not be handed over.
    pub(super) fn put_back(&self, number: u64, parcel: Parcel, due: Instant) {
        let mut state = self.state();
        state.under_way -= 1;
        let (kind, tries, is_lost) = (parcel.letter.kind(), parcel.tries, state.closed);
        let crowded_out = if is_lost { Vec::new() } else { state.insert(number, parcel, due) };
        drop(state);
        self.changed.notify_waiters();
        if is_lost {
            tracing::error!(%kind, tries, "mail was lost: the application stops");
        }
        tell(&crowded_out);
    }

    /// A letter is handed over, or given up.
    pub(super) fn done(&self) {
        self.state().under_way -= 1;
        self.changed.notify_waiters();
    }

    /// The next letter that is due, when there is one; nothing when the queue is closed and empty.
    pub(super) async fn next(&self) -> Option<(u64, Parcel)> {
        loop {
            let changed = self.changed.notified();
            let due = {
                let mut state = self.state();
                if let Some(taken) = state.take() {
                    return Some(taken);
                }
                if state.closed {
                    return None;
                }
                state.due.first().map(|(due, _)| *due)
            };
            match due {
                None => changed.await,
                Some(due) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(due) => {}
                },
            }
        }
    }

    /// Takes no more letters. What waits is due now, for the last time.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_waiters();
    }

    /// When nothing waits and nothing is being handed over any more.
    pub(super) async fn emptied(&self) {
        loop {
            let changed = self.changed.notified();
            if self.len() == 0 {
                return;
            }
            changed.await;
        }
    }

    /// How many wait or are being handed over.
    pub(super) fn len(&self) -> usize {
        let state = self.state();
        state.waiting.len() + state.under_way
    }

    /// How many bytes wait.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.state().bytes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a letter in, and gives those that make place for it.
    fn insert(&mut self, number: u64, parcel: Parcel, due: Instant) -> Vec<Lost> {
        self.bytes += parcel.weight();
        if !parcel.letter.kind().is_notice() {
            self.common.insert(number);
        }
        self.due.insert((due, number));
        self.waiting.insert(number, (due, parcel));
        let mut lost = Vec::new();
        while self.waiting.len() > MOST_LETTERS || self.bytes > MOST_BYTES {
            let oldest = self.common.first().or(self.waiting.keys().next()).copied();
            let Some(parcel) = oldest.and_then(|oldest| self.remove(oldest)) else { break };
            self.crowded_out += 1;
            lost.push(Lost { kind: parcel.letter.kind(), so_far: self.crowded_out });
        }
        lost
    }

    /// Takes a letter that is due, or any when the queue is closed.
    fn take(&mut self) -> Option<(u64, Parcel)> {
        let (due, number) = *self.due.first()?;
        if due > Instant::now() && !self.closed {
            return None;
        }
        let parcel = self.remove(number)?;
        self.under_way += 1;
        Some((number, parcel))
    }

    fn remove(&mut self, number: u64) -> Option<Parcel> {
        let (due, parcel) = self.waiting.remove(&number)?;
        self.bytes -= parcel.weight();
        self.common.remove(&number);
        self.due.remove(&(due, number));
        Some(parcel)
    }
}

/// A letter that made place, and how many have by then.
struct Lost {
    kind: LetterKind,
    so_far: u64,
}

/// Says what is lost, when nobody waits for the queue.
fn tell(lost: &[Lost]) {
    for Lost { kind, so_far } in lost {
        tracing::error!(%kind, so_far, "mail was lost: too much of it waits");
    }
}
