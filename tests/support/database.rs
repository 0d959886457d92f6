use std::{
    env,
    io::{self, Write},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::services_are_required;
use fastauth::store::{Postgres, UserStore, suite::Keyed};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::{runtime, sync::OnceCell, time::timeout};

/// A database of PostgreSQL of one's own, on a server that has to be there already. It is dropped
/// with this.
#[derive(Debug)]
pub struct Database {
    name: String,
    schemas: AtomicU32,
}

impl Database {
    /// A new database; nothing where no server answers, which is said once a test.
    pub async fn new() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        static SWEPT: OnceCell<()> = OnceCell::const_new();
        let url = postgres_url();
        let connected = timeout(Duration::from_secs(5), PgConnection::connect(&url)).await;
        let Ok(Ok(mut connection)) = connected else {
            skip(&url);
            return None;
        };
        SWEPT.get_or_init(async || sweep(&mut connection).await).await;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{}_{number}", now(), std::process::id());
        // What a test keeps need not survive a power cut.
        let statements = [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name}"),
            format!("ALTER DATABASE {name} SET synchronous_commit = off"),
        ];
        for sql in statements {
            connection.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        Some(Self { name, schemas: AtomicU32::new(0) })
    }

    /// The name of a role that may do nothing, which a test may make. It is dropped with the database.
    pub fn guest(&self) -> String {
        guest_of(&self.name)
    }

    /// Its URL.
    pub fn url(&self) -> String {
        let server = postgres_url();
        let (rest, _) = server.rsplit_once('/').unwrap();
        format!("{rest}/{}", self.name)
    }

    /// Where the server is, as its URL says.
    pub fn address(&self) -> String {
        let url = self.url();
        let (rest, _) = url.rsplit_once('/').unwrap();
        rest.rsplit_once(['@', '/']).unwrap().1.to_owned()
    }

    /// A store in the schema `public`.
    pub async fn store(&self) -> Postgres {
        Postgres::connect(self.url()).await.unwrap()
    }

    /// A store with its tables.
    pub async fn ready(&self) -> Postgres {
        let store = self.store().await;
        UserStore::<Keyed>::migrate(&store).await.unwrap();
        UserStore::<Keyed>::create_user_table(&store).await.unwrap();
        store
    }

    /// A store in a new schema.
    pub async fn elsewhere(&self) -> Postgres {
        let number = self.schemas.fetch_add(1, Ordering::Relaxed);
        self.run(&format!("CREATE SCHEMA \"Schema {number}\"")).await;
        let path = format!("?options[search_path]=%22Schema%20{number}%22");
        Postgres::connect(self.url() + &path).await.unwrap()
    }

    /// Runs SQL.
    pub async fn run(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The one value that a query gives.
    pub async fn ask<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statements = [
            format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
            format!("DROP ROLE IF EXISTS {}", self.guest()),
        ];
        let dropped = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let connection = PgConnection::connect(&postgres_url()).await;
                if let Ok(mut connection) = connection {
                    for sql in statements {
                        let _ = connection.execute(AssertSqlSafe(sql)).await;
                    }
                }
            });
        });
        let _ = dropped.join();
    }
}

/// Drops what tests that were killed have left behind: nobody is connected to it, and no test runs for
/// an hour.
async fn sweep(connection: &mut PgConnection) {
    let named =
        format!("SELECT CAST(datname AS TEXT) FROM pg_database WHERE datname ^@ '{PREFIX}'");
    let named: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(named)).fetch_all(&mut *connection).await.unwrap();
    for name in named.into_iter().filter(|name| made_at(name).is_some_and(|it| it + HOUR < now())) {
        // Without `FORCE`, one that is in use stays.
        for sql in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("DROP ROLE IF EXISTS {}", guest_of(&name)),
        ] {
            let _ = connection.execute(AssertSqlSafe(sql)).await;
        }
    }
}

/// When a database of this name was made, if a test made it.
fn made_at(name: &str) -> Option<u64> {
    let mut numbers = name.strip_prefix(PREFIX)?.split('_').map(str::parse);
    let parts = [numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?];
    numbers.next().is_none().then_some(parts[0])
}

fn guest_of(database: &str) -> String {
    format!("{database}_guest")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What the names of tests' databases begin with; the second they were made in follows.
const PREFIX: &str = "fastauth_test_";
const HOUR: u64 = 3_600;

fn skip(url: &str) {
    assert!(!services_are_required(), "no PostgreSQL at {url}");
    // Not `println!`, which a test that succeeds does not show.
    let line = format!(
        "skipped: what PostgreSQL does, for none answers at {url}; start one, or set \
        FASTAUTH_TEST_POSTGRES to the URL of one where databases may be made\n"
    );
    let _ = io::stderr().write_all(line.as_bytes());
}

/// The server, as a URL that ends in the name of a database to connect to.
pub fn postgres_url() -> String {
    let set = env::var("FASTAUTH_TEST_POSTGRES");
    set.unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}
