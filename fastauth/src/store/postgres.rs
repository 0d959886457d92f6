use std::{fmt, sync::Arc};

use sqlx::PgPool;

use self::kept::Kept;
use super::sql::Lookups;

mod database;
mod dialect;
mod error;
mod kept;
mod lease;
mod mend;
mod migrate;
mod open;
mod rows;
mod schema;
mod taken;
mod value;

/// Keeps everything in a PostgreSQL database, version 13 or later.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), fastauth::SetupError> {
/// use fastauth::store::Postgres;
///
/// let store = Postgres::connect("postgres://app:secret@localhost/app").await?;
/// # Ok(())
/// # }
/// ```
///
/// The tables are made in the first schema of the connection's `search_path`. Several instances may
/// share the database. Clones share the pool.
#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
    kept: Arc<Kept>,
    lookups: Arc<Lookups>,
}

impl Postgres {
    /// Uses a pool of the application's own, with its own settings.
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
    /// use fastauth::store::Postgres;
    /// use sqlx::postgres::PgPoolOptions;
    ///
    /// let pool = PgPoolOptions::new().max_connections(20);
    /// let pool = pool.connect("postgres://app@localhost/app").await?;
    /// let store = Postgres::from_pool(pool.clone());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// However long the pool waits, a call of the store waits two and a half seconds at most.
    pub fn from_pool(pool: PgPool) -> Self {
        Self { pool, kept: Arc::default(), lookups: Arc::default() }
    }

    /// The pool, for the application's own queries.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("address", &open::address(&self.pool))
            .finish_non_exhaustive()
    }
}
