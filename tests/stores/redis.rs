//! Sessions in Redis: the suite, the races, and what it does when the server is not what it should be.

use fastauth::store::{Memory, Sqlite, suite};
use fastauth_tests::SharedRedis as Shared;

mod bad;
mod judged;
mod kept;
mod outage;
mod races;

#[tokio::test(flavor = "multi_thread")]
async fn memory_with_sessions_in_redis_keeps_every_promise() -> Result<(), suite::Failure> {
    let Some(shared) = Shared::find("the suite on memory and Redis").await else { return Ok(()) };
    let open = || async { (Memory::new(), shared.apart().await) };
    suite::run_apart::<suite::Numbered, _, _, _>(open).await?;
    suite::run_apart::<suite::Keyed, _, _, _>(open).await?;
    shared.clear().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_with_sessions_in_redis_keeps_every_promise() -> Result<(), suite::Failure> {
    let Some(shared) = Shared::find("the suite on SQLite and Redis").await else { return Ok(()) };
    let open = || async { (Sqlite::open("sqlite::memory:").await.unwrap(), shared.apart().await) };
    suite::run_apart::<suite::Numbered, _, _, _>(open).await?;
    suite::run_apart::<suite::Keyed, _, _, _>(open).await?;
    shared.clear().await;
    Ok(())
}
