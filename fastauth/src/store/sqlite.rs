use std::{fmt, sync::Arc};

use sqlx::SqlitePool;
use tokio::sync::Mutex;

use super::sql::Lookups;

mod anew;
mod compare;
mod database;
mod dialect;
mod error;
#[cfg(unix)]
mod file;
#[cfg(not(unix))]
#[path = "sqlite/file_elsewhere.rs"]
mod file;
mod mend;
mod migrate;
mod open;
mod packed;
mod rows;
mod schema;
mod value;

/// Keeps everything in an SQLite database: a file, or memory.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), fastauth::SetupError> {
/// use fastauth::store::Sqlite;
///
/// let store = Sqlite::open("sqlite::memory:").await?;
/// # Ok(())
/// # }
/// ```
///
/// Clones share the database.
#[derive(Clone)]
pub struct Sqlite {
    pool: SqlitePool,
    /// Whose turn it is to write. SQLite has one writer; those who wait here wait in a queue, where
    /// those who wait in SQLite sleep and try again.
    turn: Arc<Mutex<()>>,
    name: Arc<str>,
    lookups: Arc<Lookups>,
}

impl Sqlite {
    /// Uses a pool of the application's own, with its own settings.
    ///
    /// The database should be in WAL mode and the pool's `busy_timeout` be two seconds: a request
    /// waits that long for other writers. A database in memory needs a pool of one connection.
    pub fn from_pool(pool: SqlitePool) -> Self {
        let file = pool.connect_options().get_filename().display().to_string();
        Self { pool, turn: Arc::default(), name: file.into(), lookups: Arc::default() }
    }

    /// The pool, for the application's own queries.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("name", &self.name).finish_non_exhaustive()
    }
}
