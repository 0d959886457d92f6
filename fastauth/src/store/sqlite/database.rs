use std::{
    sync::{Arc, LazyLock},
    thread,
    time::Duration,
};

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection, sqlite::SqliteArguments};
use tokio::{sync::MutexGuard, time::timeout};

use super::{Sqlite, dialect::SqliteDialect, error::store_error, packed, value};
use crate::{
    store::{
        SchemaReport, StoreError,
        sql::{Database, Dialect, Lookups, Query, Transaction, stores},
    },
    user::UserSpec,
    value::Row,
};

#[async_trait]
impl Database for Sqlite {
    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }

    fn shared(&self) -> Arc<dyn Database> {
        Arc::new(self.clone())
    }

    fn lookups(&self) -> &Lookups {
        &self.lookups
    }

    fn at_once(&self) -> usize {
        *PROCESSORS
    }

    async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        // A pool of the application's own may wait longer than a client does.
        let mut connection = in_time(PATIENCE, self.pool.acquire()).await?;
        run(&mut connection, query).await
    }

    async fn write(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        // Only the waiting is cut short: a statement that is cut short may have been done.
        let (_turn, mut connection) = in_time(PATIENCE, async {
            let turn = self.turn.lock().await;
            Ok((turn, self.pool.acquire().await?))
        })
        .await?;
        run(&mut connection, query).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let (turn, transaction) = begin_immediate(self).await?;
        Ok(Box::new(Writing { transaction, _turn: turn }))
    }

    fn address(&self) -> String {
        format!("sqlite {}", self.name)
    }

    async fn migrate_tables(&self) -> Result<Vec<String>, StoreError> {
        self.migrate_framework().await
    }

    async fn create_table(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        self.create_users(spec).await
    }

    async fn compare_table(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError> {
        self.compare_users(spec).await
    }
}

stores!(Sqlite);

/// Begins a transaction when it is its turn.
///
/// One that begins by reading and then writes may fail at once, whatever the busy timeout, when
/// another has written in between: so it begins by writing.
pub(super) async fn begin_immediate(
    store: &Sqlite,
) -> Result<(MutexGuard<'_, ()>, sqlx::Transaction<'static, sqlx::Sqlite>), StoreError> {
    in_time(PATIENCE + BUSY, async {
        let turn = store.turn.lock().await;
        Ok((turn, store.pool.begin_with("BEGIN IMMEDIATE").await?))
    })
    .await
}

/// A transaction whose turn it is.
struct Writing<'a> {
    transaction: sqlx::Transaction<'static, sqlx::Sqlite>,
    _turn: MutexGuard<'a, ()>,
}

#[async_trait]
impl Transaction for Writing<'_> {
    async fn run(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        run(&mut self.transaction, query).await
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.commit().await.map_err(store_error)
    }
}

/// Runs one statement to its end. Taking the first row only would hide it when what the statement
/// did could not be kept: SQLite says so after the last row.
async fn run(connection: &mut SqliteConnection, query: Query) -> Result<Vec<Row>, StoreError> {
    let mut arguments = SqliteArguments::default();
    for argument in query.arguments {
        value::bind(&mut arguments, argument).map_err(StoreError::Unavailable)?;
    }
    let statement = sqlx::query_with(AssertSqlSafe(query.text), arguments);
    let rows = statement.fetch_all(connection).await.map_err(store_error)?;
    if query.is_packed {
        let Some(row) = rows.first() else { return Ok(Vec::new()) };
        return packed::read(row.try_get(0).map_err(store_error)?, query.columns);
    }
    rows.iter().map(|row| value::read(row, query.columns)).collect()
}

async fn in_time<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    let done = timeout(patience, work).await;
    done.map_err(|_| StoreError::unavailable("others kept the database for too long"))?
        .map_err(store_error)
}

/// Each connection is a thread: as many have one to themselves.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));

/// How long a call waits for its turn and for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long a statement waits for other processes that write. With [`PATIENCE`] under five
/// seconds, so that a request is answered (503) while its client still listens.
pub(super) const BUSY: Duration = Duration::from_secs(2);
