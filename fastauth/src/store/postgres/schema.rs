use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::{Postgres, dialect::PostgresDialect, error::store_error};
use crate::{
    store::{StoreError, sql::user},
    user::UserSpec,
};

impl Postgres {
    /// Makes the table of the users unless there is one.
    pub(super) async fn create_users(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await.map_err(store_error)?;
        sqlx::raw_sql("SELECT pg_advisory_xact_lock(hashtextextended('fastauth_migrations', 0))")
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        let is_there: bool = sqlx::query_scalar("SELECT to_regclass(quote_ident($1)) IS NOT NULL")
            .bind(spec.table)
            .fetch_one(&mut *transaction)
            .await
            .map_err(store_error)?;
        if is_there {
            return Ok(false);
        }
        let statement = sqlx::raw_sql(AssertSqlSafe(user::create_table(spec, &PostgresDialect)));
        statement.execute(&mut *transaction).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(true)
    }
}

/// How long what is done once at a start may take.
pub(super) const START_PATIENCE: Duration = Duration::from_secs(30);
