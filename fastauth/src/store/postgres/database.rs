use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Postgres,
    dialect::PostgresDialect,
    error::{is_conflict, store_error},
    lease::Lease,
    open, taken, value,
};
use crate::{
    store::{
        SchemaReport, StoreError,
        sql::{Database, Dialect, Lookups, Query, Transaction, again, stores},
    },
    user::UserSpec,
    value::Row,
};

#[async_trait]
impl Database for Postgres {
    fn dialect(&self) -> &'static dyn Dialect {
        &PostgresDialect
    }

    fn shared(&self) -> Arc<dyn Database> {
        Arc::new(self.clone())
    }

    fn lookups(&self) -> &Lookups {
        &self.lookups
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    async fn read(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        again(self, || self.run_once(&query)).await
    }

    async fn write(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        again(self, || self.run_once(&query)).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let mut lease = Lease::take(&self.pool, &self.kept).await.map_err(store_error)?;
        lease.begin().await.map_err(store_error)?;
        Ok(Box::new(Writing { lease }))
    }

    fn is_conflict(&self, error: &StoreError) -> bool {
        is_conflict(error)
    }

    fn address(&self) -> String {
        open::address(&self.pool)
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

stores!(Postgres);

impl Postgres {
    /// Runs a statement that is a transaction by itself.
    async fn run_once(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let mut lease = Lease::take(&self.pool, &self.kept).await.map_err(store_error)?;
        match lease.run(query).await {
            Ok(rows) => value::rows(&rows, query.columns),
            Err(error) => Err(match taken::column(&mut lease, &error).await {
                Some(column) => StoreError::Taken(column),
                None => store_error(error),
            }),
        }
    }
}

/// A transaction. Dropped, it is rolled back.
struct Writing {
    lease: Lease,
}

#[async_trait]
impl Transaction for Writing {
    async fn run(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        let rows = self.lease.run(&query).await.map_err(store_error)?;
        value::rows(&rows, query.columns)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.lease.commit().await.map_err(store_error)
    }
}

/// One is read while the next is under way.
const AT_ONCE: usize = 2;
