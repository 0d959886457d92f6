//! What is over is gone after a sweep, however much of it there is, and what lives stays.

use std::time::Duration;

use fastauth::store::{
    Budget, KeyValueStore, Memory, OneTimeTokenStore, Owner, Session, SessionStore,
};
use fastauth_tests::{Database, SharedRedis};
use sqlx::{AssertSqlSafe, Executor, Row};
use tokio::task::JoinSet;

use super::prepared::{LATER, NOW, owner, ready, session};

/// How much of each is over, and how much lives.
const OVER: u64 = 10_000;
const LIVE: u64 = 1_000;

/// The tables whose rows end.
const TABLES: [&str; 5] = [
    "fastauth_sessions",
    "fastauth_one_time_tokens",
    "fastauth_key_values",
    "fastauth_counters",
    "fastauth_budgets",
];

/// Statements that fill these tables: with rows of which so many are over and the others are not. The
/// database's words for the numbers `i` up to one, and for so many bytes that no other number has.
fn filled(numbers: impl Fn(u64) -> String, bytes: impl Fn(u32) -> String) -> Vec<String> {
    let (now, id, digest) = (NOW.as_micros(), bytes(16), bytes(32));
    let ends = format!("CASE WHEN i <= {OVER} THEN {now} ELSE {now} + 1 END");
    let rows = [
        (
            "id, realm, user_id, provider, created_at, last_used_at, authenticated_at, \
            idle_until, expires_at, ends_at, remember, data",
            format!(
                "{id}, 'users', CAST(i AS TEXT), 'password', 0, 0, 0, {ends}, {ends}, {ends}, \
                false, '{{}}'"
            ),
        ),
        (
            "realm, user_id, purpose, digest, target, expires_at",
            format!("'users', CAST(i AS TEXT), 'reset_password', {digest}, '', {ends}"),
        ),
        ("name, value, ends_at", format!("'name ' || i, {id}, {ends}")),
        ("name, sum, ends_at", format!("'name ' || i, 1, {ends}")),
        ("name, spent, free_at, ends_at", format!("'name ' || i, 1, 0, {ends}")),
    ];
    let numbers = numbers(OVER + LIVE);
    let insert = |(table, (columns, values))| {
        format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {numbers}")
    };
    TABLES.into_iter().zip(rows).map(insert).collect()
}

/// Sweeps once; says how much was forgotten.
async fn sweep<S>(store: &S) -> u64
where
    S: SessionStore + OneTimeTokenStore + KeyValueStore,
{
    let sessions = store.sweep_sessions(NOW).await.unwrap();
    sessions + store.sweep_tokens(NOW).await.unwrap() + store.sweep_values(NOW).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_forgets_all_that_is_over_and_nothing_else() {
    let store = ready("sqlite::memory:").await;
    let numbers = |many| {
        format!(
            "(WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers \
            WHERE i < {many}) SELECT i FROM numbers)"
        )
    };
    for statement in filled(numbers, |many| format!("randomblob({many})")) {
        store.pool().execute(AssertSqlSafe(statement)).await.unwrap();
    }
    assert_eq!(sweep(&store).await, OVER * 5);
    assert_eq!(sweep(&store).await, 0);
    for table in TABLES {
        let count = format!("SELECT count(*) FROM {table}");
        let count = store.pool().fetch_one(AssertSqlSafe(count)).await.unwrap().get::<i64, _>(0);
        assert_eq!(count.unsigned_abs(), LIVE, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_forgets_all_that_is_over_and_nothing_else() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let numbers = |many| format!("generate_series(1, {many}) AS numbers (i)");
    let bytes = |many| {
        let hash = "sha256(CAST(CAST(i AS TEXT) AS BYTEA))";
        format!("substring({hash} FOR {many})")
    };
    for statement in filled(numbers, bytes) {
        database.run(&statement).await;
    }
    database.run(&noted()).await;
    assert_eq!(sweep(&store).await, OVER * 5);
    assert_eq!(sweep(&store).await, 0);
    // The last of each sweep finds less.
    let steps: Vec<String> = database.ask(STEPS).await;
    let expected = TABLES.map(|table| format!("{table}: 22 steps of 500 rows, 0 read besides"));
    assert_eq!(steps, expected);
    for table in TABLES {
        let count: i64 = database.ask(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(count.unsigned_abs(), LIVE, "{table}");
    }
}

/// Notes of each statement that deletes how many rows are gone, and how many were read one after the other.
/// The planner knows how full the tables are, as it does after a while.
fn noted() -> String {
    let trigger = |table| {
        format!(
            "CREATE TRIGGER noted AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone \
            FOR EACH STATEMENT EXECUTE FUNCTION note();"
        )
    };
    let triggers = TABLES.map(trigger).concat();
    format!(
        "CREATE TABLE steps (step SERIAL, name TEXT, gone BIGINT, read BIGINT); \
        CREATE FUNCTION note() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN \
        INSERT INTO steps (name, gone, read) \
        SELECT TG_TABLE_NAME, (SELECT count(*) FROM gone), seq_tup_read \
        FROM pg_stat_xact_user_tables WHERE relid = TG_RELID; RETURN NULL; END $$; \
        {triggers} ANALYZE"
    )
}

const STEPS: &str = "SELECT array_agg(said ORDER BY first) FROM \
    (SELECT min(step) AS first, name || ': ' || count(*) || ' steps of ' || max(gone) || ' rows, ' \
    || max(read) || ' read besides' AS said FROM steps GROUP BY name) AS of_a_table";

#[tokio::test(flavor = "multi_thread")]
async fn memory_forgets_all_that_is_over_and_nothing_else() {
    let store = Memory::new();
    fill(&store, OVER * 5).await;
    forgets_all_that_is_over(&store, OVER * 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_forgets_all_that_is_over_and_nothing_else() {
    let Some(shared) = SharedRedis::find("what Redis forgets").await else { return };
    let store = shared.connect().await;
    fill(&store, OVER / 2).await;
    forgets_all_that_is_over(&store, OVER / 2).await;
    assert_eq!(shared.keys().await, Vec::<String>::new());
}

/// Fills a store with sessions and budgets, of which so many are over and others are not.
async fn fill<S: Clone + KeyValueStore + SessionStore>(store: &S, over: u64) {
    const AT_ONCE: usize = 16;
    let mut filled = JoinSet::new();
    for part in (0..).take(AT_ONCE) {
        let store = store.clone();
        filled.spawn(async move {
            for number in (part..over + LIVE).step_by(AT_ONCE) {
                let (begun, ends) = if number < over { (NOW - MINUTE, NOW) } else { (NOW, LATER) };
                let owner = Owner { user_id: number.to_string(), ..owner() };
                let session = Session { idle_until: ends, ..session(owner) };
                store.create_session(&session).await.unwrap();
                let key = number.to_string();
                let budget = Budget { key, limit: 1, window: MINUTE, delays: None };
                store.spend(&[budget], begun).await.unwrap();
            }
        });
    }
    filled.join_all().await;
}

async fn forgets_all_that_is_over<S: KeyValueStore + SessionStore>(store: &S, over: u64) {
    for (now, gone) in [(NOW, over), (NOW, 0), (LATER, LIVE), (LATER, 0)] {
        assert_eq!(store.sweep_sessions(now).await.unwrap(), gone);
        assert_eq!(store.sweep_values(now).await.unwrap(), gone);
    }
}

const MINUTE: Duration = Duration::from_mins(1);
