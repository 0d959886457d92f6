//! The suite on PostgreSQL.

use fastauth::store::{Memory, suite};
use fastauth_tests::Database;

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
async fn postgres_keeps_what_is_about_users_who_are_elsewhere() {
    let Some(database) = Database::new().await else { return };
    let open = || async { (Memory::new(), database.elsewhere().await) };
    suite::run_users::<suite::Keyed, _, _, _>(open).await.unwrap();
}
