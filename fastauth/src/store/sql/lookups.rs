//! Sessions that are looked up at the same time, found together.
//!
//! A statement costs much more than a row does: SQLite has it handed over to a thread and back,
//! PostgreSQL over a network. So who asks at the same moment is answered by one, and who asks while
//! others are being answered waits for these. Nobody waits where nobody else asks, and what is found
//! was looked for after it was asked for.

use std::{
    collections::{HashMap, hash_map::Entry},
    ptr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::oneshot,
    task::yield_now,
    time::timeout,
};

use super::{Database, Query, account, statements::Statements};
use crate::{
    store::{Session, SessionId, StoreError},
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

/// What is found: a session and the row of its user.
type Found = Result<Option<(Session, Row)>, StoreError>;

/// Who asks a store, by the specification of the users and by the runtime: one that stands still keeps
/// nobody elsewhere waiting.
#[derive(Default)]
pub(in crate::store) struct Lookups(Mutex<HashMap<Key, Lane>>);

type Key = (usize, runtime::Id);

#[derive(Default)]
struct Lane {
    /// How many statements are on their way.
    running: usize,
    waiting: Vec<Asked>,
}

/// Somebody who waits. Dropped without an answer, they ask for themselves.
struct Asked {
    id: SessionId,
    now: Timestamp,
    answer: oneshot::Sender<Found>,
}

/// A live session and the row of its user.
pub(in crate::store) async fn session_with_user(
    database: &dyn Database,
    spec: &'static UserSpec,
    id: SessionId,
    now: Timestamp,
) -> Found {
    let Ok(runtime) = Handle::try_current() else {
        return account::session_with_user(database, spec, id, now).await;
    };
    let answer = database.lookups().ask(database, spec, (id, now), &runtime);
    match timeout(PATIENCE, answer).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) => account::session_with_user(database, spec, id, now).await,
        Err(_) => Err(StoreError::unavailable("others kept it for too long")),
    }
}

impl Lookups {
    /// Where the answer will be.
    fn ask(
        &self,
        database: &dyn Database,
        spec: &'static UserSpec,
        (id, now): (SessionId, Timestamp),
        runtime: &Handle,
    ) -> oneshot::Receiver<Found> {
        let (answer, answered) = oneshot::channel();
        let key = (ptr::from_ref(spec).addr(), runtime.id());
        let mut lanes = self.lanes();
        let lane = lanes.entry(key).or_default();
        // Now and then: where no turn comes, nobody else sees who hung up.
        if lane.waiting.len() >= TOGETHER && lane.waiting.len().is_power_of_two() {
            lane.waiting.retain(|one| !one.answer.is_closed());
        }
        lane.waiting.push(Asked { id, now, answer });
        if lane.running < database.at_once() {
            lane.running += 1;
            let turn = Turn { database: database.shared(), spec, key, is_over: false };
            // Not while it is locked: a runtime that ends drops what it is given.
            drop(lanes);
            runtime.spawn(turn.run());
        }
        answered
    }

    /// One turn fewer. The last one leaves nothing behind.
    fn end(&self, key: Key) {
        let mut lanes = self.lanes();
        if let Entry::Occupied(mut lane) = lanes.entry(key) {
            lane.get_mut().running -= 1;
            let left = (lane.get().running == 0).then(|| lane.remove());
            drop(lanes);
            drop(left);
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<Key, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send statements, one after another, while somebody waits.
struct Turn {
    database: Arc<dyn Database>,
    spec: &'static UserSpec,
    key: Key,
    is_over: bool,
}

impl Drop for Turn {
    /// Broken off, it leaves nobody waiting for it: who is told nothing asks for themselves.
    fn drop(&mut self) {
        if !self.is_over {
            self.database.lookups().end(self.key);
        }
    }
}

impl Turn {
    async fn run(mut self) {
        loop {
            // All who are about to ask at this moment do so first.
            yield_now().await;
            match self.next() {
                None => return,
                Some(Batch::Many(batch)) => self.answer(batch).await,
                Some(Batch::One(one)) => self.answer_one(one).await,
            }
        }
    }

    /// Those who are next, and still listen. If there are none, that ends it.
    fn next(&mut self) -> Option<Batch> {
        let mut lanes = self.database.lookups().lanes();
        let lane = lanes.entry(self.key).or_default();
        lane.waiting.retain(|one| !one.answer.is_closed());
        let many = lane.waiting.len().min(TOGETHER);
        let mut batch: Vec<_> = lane.waiting.drain(..many).collect();
        if many > 1 {
            return Some(Batch::Many(batch));
        }
        let one = batch.pop().map(Batch::One);
        if one.is_none() {
            lane.running -= 1;
            self.is_over = true;
            if lane.running == 0 {
                lanes.remove(&self.key);
            }
        }
        one
    }

    async fn answer_one(&self, one: Asked) {
        let database = self.database.as_ref();
        let found = account::session_with_user(database, self.spec, one.id, one.now).await;
        // Who hung up needs no answer.
        let _ = one.answer.send(found);
    }

    /// Answers all of these by one statement. Whose row cannot be read asks for themselves; where nothing
    /// can be read, nobody asks again.
    async fn answer(&self, batch: Vec<Asked>) {
        let mut asked: HashMap<[u8; 16], Vec<Asked>> = HashMap::new();
        for one in batch {
            asked.entry(*one.id.as_bytes()).or_default().push(one);
        }
        let rows = match self.rows(asked.keys()).await {
            Ok(rows) => rows,
            Err(StoreError::Unavailable(cause)) => {
                for one in asked.into_values().flatten() {
                    let _ = one.answer.send(Err(StoreError::unavailable(cause.to_string())));
                }
                return;
            }
            Err(_) => return,
        };
        let count = rows.len();
        let read: Vec<_> =
            rows.into_iter().filter_map(|row| account::session_and_user(row).ok()).collect();
        let all_are_read = read.len() == count;
        for (session, user) in read {
            let ends_at = session.idle_until.min(session.expires_at);
            for one in asked.remove(session.id.as_bytes()).unwrap_or_default() {
                let is_live = one.now < ends_at;
                let found = is_live.then(|| (session.clone(), user.clone()));
                let _ = one.answer.send(Ok(found));
            }
        }
        // A row that cannot be read is nobody's trouble but its own: that it is absent is not said.
        if all_are_read {
            for one in asked.into_values().flatten() {
                let _ = one.answer.send(Ok(None));
            }
        }
    }

    async fn rows(&self, ids: impl Iterator<Item = &[u8; 16]>) -> Result<Vec<Row>, StoreError> {
        let statements = Statements::of(self.spec, self.database.dialect());
        let mut arguments: Vec<_> = ids.map(|id| Value::Bytes(id.to_vec())).collect();
        // The statement has a place for each; what stands twice is found once.
        arguments.resize(TOGETHER, arguments.first().cloned().unwrap_or(Value::Null));
        arguments.push(Value::Text(self.spec.table.to_owned()));
        let query = Query::new(statements.sessions_with_users, arguments);
        let query = query.giving(statements.session_and_user).packed(statements.is_packed);
        self.database.read(query).await
    }
}

enum Batch {
    Many(Vec<Asked>),
    One(Asked),
}

/// How long somebody waits for an answer, as a call waits for its database: under three seconds, so that a
/// request is answered (503) while its client still listens.
const PATIENCE: Duration = Duration::from_millis(2500);

/// How many are found together at most.
pub(super) const TOGETHER: usize = 32;

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests;
