use sqlx::{
    PgConnection, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    postgres::PgDatabaseError,
};

use super::{
    Postgres,
    error::store_error,
    open::OLDEST,
    schema::{ALONE, at_start},
};
use crate::store::StoreError;

impl Postgres {
    /// Brings the framework's tables to this version and says which it made.
    pub(super) async fn migrate_framework(&self) -> Result<Vec<String>, StoreError> {
        at_start(self.migrate_alone()).await
    }

    async fn migrate_alone(&self) -> Result<Vec<String>, StoreError> {
        let mut transaction = self.pool.begin().await.map_err(store_error)?;
        if let Some(version) = transaction.server_version_num().filter(|it| *it < OLDEST) {
            let version = version / 10_000;
            let cause = format!("it is PostgreSQL {version}; fix: fastauth needs 13 or later");
            return Err(StoreError::unavailable(cause));
        }
        // Whoever starts at the same moment waits, and then finds it done.
        sqlx::raw_sql(ALONE).execute(&mut *transaction).await.map_err(store_error)?;
        let before = tables(&mut transaction).await?;
        run(&mut transaction).await.map_err(told)?;
        let after = tables(&mut transaction).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(after.into_iter().filter(|table| !before.contains(table)).collect())
    }
}

/// Runs what is new, in a ledger of our own: `_sqlx_migrations` is the application's.
async fn run(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // An older instance may still run beside a newer one that has migrated further.
    migrator.set_ignore_missing(true).set_locking(false);
    migrator.dangerous_set_table_name("_fastauth_migrations");
    migrator.run_direct(None, connection, false).await
}

async fn tables(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(TABLES).fetch_all(connection).await.map_err(store_error)
}

/// What kept the tables from being made, and what mends it.
fn told(error: MigrateError) -> StoreError {
    let cause = match &error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
            cause.as_database_error()
        }
        _ => None,
    };
    let cause = cause.and_then(|cause| cause.try_downcast_ref::<PgDatabaseError>());
    let fix = match cause.map(PgDatabaseError::code) {
        Some("42501") => "let this user make tables: GRANT CREATE, USAGE ON SCHEMA … TO …",
        Some("3F000") => "make the schema that `search_path` names: CREATE SCHEMA …",
        Some("42P07") => {
            "a table of this name is there that fastauth did not make: rename it, or give fastauth \
            a schema of its own by `search_path`"
        }
        Some("42703" | "42P01" | "42804") => {
            "the table `_fastauth_migrations` is not one that fastauth made: rename it"
        }
        _ => return StoreError::unavailable(error),
    };
    let cause = cause.map_or_else(|| error.to_string(), |cause| cause.message().to_owned());
    StoreError::unavailable(format!("{cause}; fix: {fix}"))
}

const TABLES: &str = "SELECT CAST(relname AS TEXT) FROM pg_catalog.pg_class \
    WHERE relkind = 'r' AND relname LIKE 'fastauth\\_%' \
    AND relnamespace = CAST(quote_ident(current_schema()) AS regnamespace) ORDER BY oid";

/// In order. What has once been released is never edited, only followed by another.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "tables", include_str!("0001_tables.sql")),
    (2, "session scopes", include_str!("0002_session_scopes.sql")),
    (3, "signing keys", include_str!("0003_signing_keys.sql")),
    (4, "accounts at providers", include_str!("0004_oauth_accounts.sql")),
];
