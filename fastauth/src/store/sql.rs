//! What the SQL stores share: their statements and what the rows mean. No user type is known here,
//! and no driver: a store of ours brings a [`Database`], and the rest is compiled once.

pub(super) mod account;
pub(super) mod budget;
pub(super) mod compare;
mod dialect;
mod effects;
mod guarded;
pub(super) mod lookups;
pub(super) mod mend;
pub(super) mod oauth_account;
pub(super) mod once;
mod reader;
pub(super) mod redeem;
pub(super) mod role;
pub(super) mod session;
pub(super) mod signing_key;
mod statements;
pub(super) mod stores;
pub(super) mod user;
pub(super) mod values;

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{SchemaReport, StoreError};
use crate::{
    user::UserSpec,
    value::{ColumnType, Row, Value},
};

pub(super) use dialect::{Dialect, quoted, text_literal};
pub(super) use lookups::Lookups;
pub(super) use stores::stores;

/// A database that runs statements.
#[async_trait]
pub(super) trait Database: Send + Sync {
    /// How it spells what every database spells otherwise.
    fn dialect(&self) -> &'static dyn Dialect;

    /// The same database, for a task of its own.
    fn shared(&self) -> Arc<dyn Database>;

    /// Who looks for a session at this moment.
    fn lookups(&self) -> &Lookups;

    /// How many statements that only read are best sent at a time.
    fn at_once(&self) -> usize;

    /// Runs a statement that changes nothing.
    async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError>;

    /// Runs one statement that changes something: all of it, and it is kept, or nothing.
    async fn write(&self, query: Query) -> Result<Vec<Row>, StoreError>;

    /// Begins a transaction that will write. What it reads after a lock is what the one who held
    /// the lock left.
    async fn begin(&self) -> Result<Box<dyn Transaction + '_>, StoreError>;

    /// Whether others were in the way of a transaction that never happened, so that it may succeed
    /// when it is begun again.
    fn is_conflict(&self, _error: &StoreError) -> bool {
        false
    }

    /// Where it is, for people. Never a credential.
    fn address(&self) -> String;

    /// Brings the framework's tables to this version and says which it made.
    async fn migrate_tables(&self) -> Result<Vec<String>, StoreError>;

    /// Makes the table of the users unless there is one.
    async fn create_table(&self, spec: &UserSpec) -> Result<bool, StoreError>;

    /// Compares the table of the users with the specification, and its rows with what they must be.
    async fn compare_table(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError>;
}

/// Several statements that happen together. Dropped, it never happened.
#[async_trait]
pub(super) trait Transaction: Send {
    /// Runs one statement.
    async fn run(&mut self, query: Query) -> Result<Vec<Row>, StoreError>;

    /// Keeps what was done.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Does it again while others are in the way, three times at most (ASVS 2.3.3).
pub(super) async fn again<T, F>(
    database: &dyn Database,
    work: impl Fn() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 0..RETRIES {
        match work().await {
            Err(error) if database.is_conflict(&error) => {}
            done => return done,
        }
    }
    work().await
}

/// A statement with its arguments, and the kinds of the columns it gives back.
pub(super) struct Query {
    pub(super) text: Cow<'static, str>,
    pub(super) arguments: Vec<Value>,
    pub(super) columns: &'static [ColumnType],
    /// Whether it gives all rows as one value, as [`Dialect::packed`] has it.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code, reason = "no other database does"))]
    pub(super) is_packed: bool,
}

impl Query {
    /// A statement whose rows, if any, are only counted.
    pub(super) fn new(text: impl Into<Cow<'static, str>>, arguments: Vec<Value>) -> Self {
        Self { text: text.into(), arguments, columns: &[], is_packed: false }
    }

    /// The same, with columns to read.
    fn giving(self, columns: &'static [ColumnType]) -> Self {
        Self { columns, ..self }
    }

    /// The same, if its rows come as one value.
    fn packed(self, is_packed: bool) -> Self {
        Self { is_packed, ..self }
    }
}

/// How long something takes, as our tables have it.
fn micros(duration: Duration) -> Value {
    Value::Int(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}

/// Rows that end by themselves.
struct Ending {
    table: &'static str,
    /// The column that tells them apart.
    key: &'static str,
    /// The column that says when, which has an index.
    at: &'static str,
}

/// Deletes what is over in small steps, so that no writer waits long, and no step takes longer for what
/// there is besides.
///
/// The statement says twice what is over: a row that another transaction renewed while this one
/// waited for it is not.
async fn sweep(
    database: &dyn Database,
    Ending { table, key, at }: Ending,
    now: crate::time::Timestamp,
) -> Result<u64, StoreError> {
    let some = format!("SELECT {key} FROM {table} WHERE {at} <= $1 ORDER BY {at} LIMIT $2");
    let some = database.dialect().one_of(key, &some);
    let statement = format!("DELETE FROM {table} WHERE {some} AND {at} <= $1 RETURNING 1");
    let mut all = 0;
    loop {
        let arguments = vec![Value::Int(now.as_micros()), Value::Int(SWEEP_AT_ONCE)];
        let query = Query::new(statement.clone(), arguments);
        let gone = i64::try_from(database.write(query).await?.len()).unwrap_or(i64::MAX);
        all += gone.unsigned_abs();
        if gone < SWEEP_AT_ONCE {
            return Ok(all);
        }
    }
}

/// How often a transaction is begun again.
const RETRIES: u32 = 3;

/// How many rows one sweeping statement deletes.
const SWEEP_AT_ONCE: i64 = 500;
