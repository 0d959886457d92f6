//! Every store against the one suite, and what SQLite does beyond it.
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
    mod broken;
    mod existing;
    mod kill;
    mod outage;
    mod paste;
    mod plans;
    mod postgres {
        mod existing;
        mod outage;
        mod plans;
        mod promises;
        mod schema;
        mod start;
        mod two;
    }
    mod prepared;
    mod redis;
    mod rows;
    mod schema;
    mod shell;
    mod start;
    mod two;
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
