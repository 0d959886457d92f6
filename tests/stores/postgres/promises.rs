//! The suite on PostgreSQL.

use fastauth::store::{Postgres, suite};
use sqlx::postgres::PgPoolOptions;

use super::server::Database;

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_every_promise_to_numbered_users() {
    let Some(database) = Database::new().await else { return };
    suite::run::<suite::Numbered, _, _>(|| database.elsewhere()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_every_promise_to_keyed_users() {
    let Some(database) = Database::new().await else { return };
    suite::run::<suite::Keyed, _, _>(|| database.elsewhere()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_on_one_connection_keeps_every_promise() {
    let Some(database) = Database::new().await else { return };
    let open = || async {
        let options = database.elsewhere().await.pool().connect_options();
        let pool = PgPoolOptions::new().max_connections(1).connect_with((*options).clone());
        Postgres::from_pool(pool.await.unwrap())
    };
    suite::run::<suite::Keyed, _, _>(open).await.unwrap();
}
