//! What the suite runs on SQLite: every statement is found through an index, and none shows a value.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{LazyLock, Mutex},
    thread,
};

use fastauth::store::{Sqlite, suite};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Row,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

static STATEMENTS: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

/// All that is logged anywhere in this process, but other tests' statements.
static LOGGED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_found_through_an_index() {
    tracing::subscriber::set_global_default(Recorder).unwrap();
    let open = || async {
        let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
        let options =
            options.thread_name(|_| THREAD.to_owned()).log_statements("trace".parse().unwrap());
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options);
        Sqlite::from_pool(pool.await.unwrap())
    };
    suite::run::<suite::Numbered, _, _>(open).await.unwrap();
    suite::run::<suite::Keyed, _, _>(open).await.unwrap();
    let store = open().await;
    super::prepared::prepare(&store).await;
    let numbered = fastauth::store::UserStore::<suite::Numbered>::create_user_table(&store);
    numbered.await.unwrap();

    let statements: Vec<_> = STATEMENTS.lock().unwrap().iter().cloned().collect();
    let is_ours = |statement: &&String| {
        let about_the_schema = ["FROM pragma_", "sqlite_schema", "_fastauth_migrations"];
        let verb = statement.split(' ').next().unwrap_or_default();
        ["DELETE", "INSERT", "SELECT", "UPDATE"].contains(&verb)
            && (statement.contains("INSERT INTO \"suite")
                || statement.contains("UPDATE \"suite")
                || !about_the_schema.iter().any(|words| statement.contains(words)))
    };
    let ours: Vec<_> = statements.iter().filter(is_ours).collect();
    assert!(ours.len() > 40, "only {} statements were seen", ours.len());
    assert!(ours.iter().any(|it| it.contains("s.id IN ($1, $2")), "nobody asked together");
    for statement in ours {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
        let plan = plan.fetch_all(store.pool()).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        let is_check = statement.starts_with("SELECT 1 FROM \"suite")
            && statement.contains(" <> ")
            && statement.ends_with(" LIMIT 1");
        let scans = |step: &&String| {
            let is_free = step.ends_with("VIRTUAL TABLE INDEX 0:")
                || step.starts_with("SCAN CONSTANT ROW")
                || step.starts_with("SCAN pragma_table_info VIRTUAL TABLE")
                // Once at a start: all logins and ids, in their indexes, up to the first misspelt.
                || (is_check && step.contains(" USING COVERING INDEX "));
            step.starts_with("SCAN ") && !is_free
        };
        assert_eq!(steps.iter().find(scans), None, "{statement}\n{steps:#?}");
        if statement.contains("JOIN \"suite numbered\"") {
            assert!(steps[0].starts_with("SEARCH s USING INDEX"), "{steps:?}");
            assert_eq!(steps[1], "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)");
        }
        if statement.contains("JOIN \"suite_keyed\"") {
            assert!(steps[0].starts_with("SEARCH s USING INDEX"), "{steps:?}");
            assert_eq!(steps[1], "SEARCH u USING INDEX sqlite_autoindex_suite_keyed_1 (id=?)");
        }
    }
    // The application logs its statements here.
    for text in LOGGED.lock().unwrap().iter() {
        for value in ["@example.com", "$argon2", "$new", "$stale", "person-1", "2001:db8"] {
            assert!(!text.contains(value), "{text}");
        }
    }
}

const THREAD: &str = "recorded";

/// Keeps what is logged.
struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut Texts { is_statement: false });
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Texts { is_statement: false });
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let is_recorded = thread::current().name() == Some(THREAD);
        let target = event.metadata().target();
        // Other tests write statements of their own, and what they like into them.
        if is_recorded || !target.starts_with("sqlx") {
            event.record(&mut Texts { is_statement: is_recorded && target == "sqlx::query" });
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Texts {
    is_statement: bool,
}

impl Visit for Texts {
    fn record_str(&mut self, field: &Field, text: &str) {
        LOGGED.lock().unwrap().insert(text.to_owned());
        let is_whole = field.name() == "db.statement" && !text.is_empty();
        let is_short = field.name() == "summary" && !text.ends_with('…');
        if self.is_statement && (is_whole || is_short) {
            STATEMENTS.lock().unwrap().insert(text.trim().to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
