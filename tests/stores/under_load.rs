//! R8 of the promises of reliability: an application that is used while its server is away says 503
//! in three seconds, works five seconds after the server is back, and has kept what it acknowledged.

mod clients;
mod history;
mod load;

use std::env;

use fastauth_tests::{Database, RedisServer, Scratch};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use self::load::Load;
use super::postgres::cluster::Cluster;

#[tokio::test(flavor = "multi_thread")]
async fn an_application_outlives_its_postgres() {
    let Some(mut server) = Cluster::start("outages of PostgreSQL under load").await else { return };
    let load = Load::begin(&server.url(), &[]).await;
    for _ in 0..rounds() {
        load.frozen(&mut server, |it| it.freeze(), async |it| it.thaw()).await;
        load.killed(&mut server, Cluster::kill, Cluster::restart).await;
        load.restarted(&mut server, Cluster::stop, Cluster::restart).await;
    }
    load.end().await;
    nothing_is_left(&server.url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_outlives_the_redis_of_its_sessions() {
    let Some(database) = Database::new().await else { return };
    let scratch = Scratch::new();
    let folder = scratch.path().display().to_string();
    let options = ["--appendonly", "yes", "--appendfsync", "always", "--dir", &folder];
    let test = "outages of Redis under load";
    let Some(mut server) = RedisServer::start(test, &options).await else { return };
    let sessions = [("FASTAUTH_TEST_SESSIONS", server.url())];
    let sessions = sessions.each_ref().map(|(name, url)| (*name, url.as_str()));
    let load = Load::begin(&database.url(), &sessions).await;
    for _ in 0..rounds() {
        load.frozen(&mut server, |it| it.freeze(), async |it| it.thaw()).await;
        load.killed(&mut server, RedisServer::kill, RedisServer::restart).await;
        load.restarted(&mut server, RedisServer::stop, RedisServer::restart).await;
    }
    load.end().await;
    nothing_is_left(&database.url()).await;
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let keys: i64 = redis::cmd("DBSIZE").query_async(&mut connection).await.unwrap();
    assert_eq!(keys, 0, "sessions of nobody");
}

/// Everybody has left, and nothing that was theirs is there without them.
async fn nothing_is_left(database: &str) {
    let mut connection = PgConnection::connect(database).await.unwrap();
    for table in ["users", "fastauth_sessions", "fastauth_one_time_tokens", "fastauth_user_roles"] {
        let count = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let rows: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

/// How often the server goes away in each way: more by `FASTAUTH_TEST_ROUNDS`.
fn rounds() -> u32 {
    env::var("FASTAUTH_TEST_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap())
}
