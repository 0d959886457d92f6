use std::{io, sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, pool::PoolConnection, postgres::PgRow};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout, timeout_at},
};

use super::{kept::Kept, value};
use crate::store::sql::Query;

/// A connection while it is used, until a moment at which its user gives up.
///
/// One that is given up in the midst of a statement is closed: what it still had to say would be
/// waited for, maybe for ever, by whoever got it next.
pub(super) struct Lease {
    connection: Option<PoolConnection<Postgres>>,
    kept: Arc<Kept>,
    /// When the pool gave it.
    taken: Instant,
    state: State,
    until: Instant,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// A statement is running, or the connection broke.
    Busy,
    /// Nothing is going on.
    Free,
    /// In a transaction, between two statements.
    Open,
}

impl Lease {
    /// A connection for a call that begins now.
    pub(super) async fn take(pool: &PgPool, kept: &Arc<Kept>) -> Result<Self, sqlx::Error> {
        let until = Instant::now() + PATIENCE;
        let connection = timeout_at(until, kept.take(pool)).await;
        let (connection, taken) = connection.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
        let (connection, kept) = (Some(connection), Arc::clone(kept));
        Ok(Self { connection, kept, taken, state: State::Free, until })
    }

    /// Begins a transaction. By then another may not be held up for longer than this one waits.
    pub(super) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        self.execute(BEGIN, State::Open).await
    }

    pub(super) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.execute("COMMIT", State::Free).await
    }

    /// Runs a statement to its end: a constraint that was deferred may fail after the last row.
    pub(super) async fn run(&mut self, query: &Query) -> Result<Vec<PgRow>, sqlx::Error> {
        let arguments = value::arguments(&query.arguments)?;
        let statement = sqlx::query_with(AssertSqlSafe(query.text.clone()), arguments);
        let after = self.state;
        self.during(after, async |connection| statement.fetch_all(connection).await).await
    }

    async fn execute(&mut self, text: &'static str, after: State) -> Result<(), sqlx::Error> {
        let statement = sqlx::raw_sql(text);
        self.during(after, async |connection| statement.execute(connection).await.map(drop)).await
    }

    async fn during<T>(
        &mut self,
        after: State,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let connection = self.connection.as_mut().ok_or_else(broken)?;
        if self.state == State::Busy {
            return Err(broken());
        }
        let before = self.state;
        self.state = State::Busy;
        let done = timeout_at(self.until, work(connection)).await;
        let done = done.unwrap_or_else(|_| Err(late()));
        self.state = match &done {
            Ok(_) => after,
            Err(error) if is_broken(error) => State::Busy,
            Err(_) => before,
        };
        done
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        match (self.state, Handle::try_current()) {
            (State::Free, Ok(runtime)) => self.kept.put(connection, self.taken, &runtime),
            (State::Open, Ok(runtime)) => {
                runtime.spawn(async move {
                    let undone =
                        timeout(PATIENCE, sqlx::raw_sql("ROLLBACK").execute(&mut *connection));
                    if !matches!(undone.await, Ok(Ok(_))) {
                        drop(connection.detach());
                    }
                });
            }
            _ => drop(connection.detach()),
        }
    }
}

/// Whether a connection is of no use after this error.
fn is_broken(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return true };
    let Some(code) = error.code() else { return true };
    // What it has prepared no longer fits a table that was altered; what is prepared anew does.
    code.starts_with("08") || code.starts_with("57P") || code == STALE
}

fn late() -> sqlx::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the server did not answer in time").into()
}

fn broken() -> sqlx::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the connection was given up").into()
}

/// How long a call waits for a connection, and for all its statements together. Under three
/// seconds, so that a request is answered (503) while its client still listens.
pub(super) const PATIENCE: Duration = Duration::from_millis(2500);

/// "Cached plan must not change result type."
pub(super) const STALE: &str = "0A000";

/// READ COMMITTED, whatever the database's default: each statement sees what was committed before
/// it, and so, after a lock, what the one who held it did.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 2000";
