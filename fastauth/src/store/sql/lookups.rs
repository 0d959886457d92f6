//! Sessions that are looked up at the same time, found together.
//!
//! A statement costs much more than a row does: SQLite has it handed over to a thread and back,
//! PostgreSQL over a network. So who asks while others are being answered waits for these, and is then
//! answered with all who did the same. Nobody waits where nobody else asks, and what is found was
//! looked for after it was asked for.

use std::{
    collections::HashMap,
    ptr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, sync::oneshot, time::timeout};

use super::{Database, Query, account, statements::Statements};
use crate::{
    store::{Session, SessionId, StoreError},
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

/// What is found: a session and the row of its user.
type Found = Result<Option<(Session, Row)>, StoreError>;

/// Who asks a store, by the specification of the users.
#[derive(Default)]
pub(in crate::store) struct Lookups(Mutex<HashMap<usize, Lane>>);

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
    let turn = match database.lookups().ask(database, spec, id, now) {
        Ok(turn) => turn,
        Err(answer) => match timeout(PATIENCE, answer).await {
            Ok(Ok(found)) => return found,
            Ok(Err(_)) => return account::session_with_user(database, spec, id, now).await,
            Err(_) => return Err(StoreError::unavailable("others kept it for too long")),
        },
    };
    let found = account::session_with_user(database, spec, id, now).await;
    drop(turn);
    found
}

impl Lookups {
    /// The turn to ask now, or where the answer will be.
    fn ask(
        &self,
        database: &dyn Database,
        spec: &'static UserSpec,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Turn, oneshot::Receiver<Found>> {
        let mut lanes = self.lanes();
        let lane = lanes.entry(ptr::from_ref(spec).addr()).or_default();
        if lane.running < database.at_once() {
            lane.running += 1;
            return Ok(Turn { database: database.shared(), spec });
        }
        let (answer, answered) = oneshot::channel();
        lane.waiting.push(Asked { id, now, answer });
        Err(answered)
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<usize, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send a statement. Dropped, however that comes, it goes to those who wait.
struct Turn {
    database: Arc<dyn Database>,
    spec: &'static UserSpec,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lanes = self.database.lookups().lanes();
        let lane = lanes.entry(ptr::from_ref(self.spec).addr()).or_default();
        lane.waiting.retain(|one| !one.answer.is_closed());
        let many = lane.waiting.len().min(TOGETHER);
        let batch: Vec<_> = lane.waiting.drain(..many).collect();
        let (false, Ok(runtime)) = (batch.is_empty(), Handle::try_current()) else {
            lane.running -= 1;
            return;
        };
        // Not while it is locked: a runtime that ends drops what it is given.
        drop(lanes);
        let turn = Self { database: Arc::clone(&self.database), spec: self.spec };
        runtime.spawn(async move { turn.answer(batch).await });
    }
}

impl Turn {
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
                // Who hung up needs no answer.
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
        self.database.read(query.giving(statements.session_and_user)).await
    }
}

/// How long somebody waits for an answer, as a call waits for its database: under three seconds, so that a
/// request is answered (503) while its client still listens.
const PATIENCE: Duration = Duration::from_millis(2500);

/// How many are found together at most.
pub(super) const TOGETHER: usize = 32;

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests;
