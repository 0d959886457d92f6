//! Every store against the one suite, what each does beyond it, and what an application does whose
//! store is shared, or away.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use fastauth::store::{Memory, Sqlite, suite};
use sqlx::sqlite::SqlitePoolOptions;

use fastauth_tests::Scratch;

mod stores {
    mod added;
    mod asked;
    mod broken;
    mod existing;
    mod kill;
    mod oauth_accounts;
    mod outage;
    mod paste;
    mod plans;
    mod postgres {
        pub(crate) mod cluster;
        mod demotion;
        mod existing;
        mod oauth_accounts;
        mod old;
        mod outage;
        mod plans;
        mod pool;
        mod promises;
        mod schema;
        mod start;
        mod two;
    }
    mod prepared;
    mod processes;
    mod recorded;
    mod redis;
    mod rolling_keys;
    mod rows;
    mod schema;
    mod shell;
    mod start;
    mod swept;
    mod two;
    mod under_load;
    mod unfit;
    mod walk;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_every_promise() -> Result<(), suite::Failure> {
    let open = || async { Memory::new() };
    suite::run::<suite::Numbered, _, _>(open).await?;
    suite::run::<suite::Keyed, _, _>(open).await
}

#[tokio::test(flavor = "multi_thread")]
async fn users_apart_are_kept_as_promised() -> Result<(), suite::Failure> {
    let memory = || async { (Memory::new(), Memory::new()) };
    suite::run_users::<suite::Numbered, _, _, _>(memory).await?;
    let sqlite = || async { (Memory::new(), Sqlite::open("sqlite::memory:").await.unwrap()) };
    suite::run_users::<suite::Keyed, _, _, _>(sqlite).await?;
    let in_sqlite = || async { (Sqlite::open("sqlite::memory:").await.unwrap(), Memory::new()) };
    suite::run_users::<suite::Numbered, _, _, _>(in_sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_memory_keeps_every_promise() -> Result<(), suite::Failure> {
    let open = || async { Sqlite::open("sqlite::memory:").await.unwrap() };
    suite::run::<suite::Numbered, _, _>(open).await?;
    suite::run::<suite::Keyed, _, _>(open).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_a_file_keeps_every_promise() -> Result<(), suite::Failure> {
    let scratch = Scratch::new();
    let open = || async { Sqlite::open(scratch.new_file()).await.unwrap() };
    suite::run::<suite::Numbered, _, _>(open).await?;
    suite::run::<suite::Keyed, _, _>(open).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_on_one_connection_keeps_every_promise() -> Result<(), suite::Failure> {
    let scratch = Scratch::new();
    let open = || async {
        let pool = SqlitePoolOptions::new().max_connections(1);
        let url = format!("sqlite://{}?mode=rwc", scratch.new_file());
        Sqlite::from_pool(pool.connect(&url).await.unwrap())
    };
    suite::run::<suite::Numbered, _, _>(open).await?;
    suite::run::<suite::Keyed, _, _>(open).await
}
