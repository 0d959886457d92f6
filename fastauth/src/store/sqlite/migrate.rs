use sqlx::{
    SqlSafeStr, SqliteConnection,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Sqlite, database::begin_immediate, error::store_error};
use crate::store::StoreError;

impl Sqlite {
    /// Brings the framework's tables to this version and says which it made.
    pub(super) async fn migrate_framework(&self) -> Result<Vec<String>, StoreError> {
        // sqlx takes no lock on SQLite. Inside one writing transaction, whoever starts at
        // the same moment waits, and then finds it done.
        let (_turn, mut transaction) = begin_immediate(self).await?;
        let before = tables(&mut transaction).await?;
        run(&mut transaction).await.map_err(StoreError::unavailable)?;
        let after = tables(&mut transaction).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(after.into_iter().filter(|table| !before.contains(table)).collect())
    }
}

/// Runs what is new, in a ledger of our own: `_sqlx_migrations` is the application's.
async fn run(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // An older instance may still run beside a newer one that has migrated further.
    migrator.set_ignore_missing(true).set_locking(false);
    migrator.dangerous_set_table_name("_fastauth_migrations");
    migrator.run_direct(None, connection, false).await
}

async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(TABLES).fetch_all(connection).await.map_err(store_error)
}

const TABLES: &str = "SELECT name FROM sqlite_schema \
    WHERE type = 'table' AND name LIKE 'fastauth\\_%' ESCAPE '\\' ORDER BY rowid";

/// In order. What has once been released is never edited, only followed by another.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "tables", include_str!("0001_tables.sql")),
    (2, "session scopes", include_str!("0002_session_scopes.sql")),
    (3, "signing keys", include_str!("0003_signing_keys.sql")),
    (4, "accounts at providers", include_str!("0004_oauth_accounts.sql")),
];
