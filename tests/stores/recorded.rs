//! What is said to SQLite, as it is logged: each recorded connection is a thread of its own name.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{LazyLock, Mutex, Once},
    thread,
};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

static STATEMENTS: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

/// All that is logged anywhere in this process, but other tests' statements.
static LOGGED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

/// A database in memory whose statements are kept under this name.
pub(crate) async fn recorded(name: &str) -> SqlitePool {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Recorder).unwrap());
    let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
    let thread = format!("{RECORDED}{name}");
    let options = options.thread_name(move |_| thread.clone());
    let options = options.log_statements("trace".parse().unwrap());
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
}

/// The statements of this name, in their order; they are kept no longer.
pub(crate) fn statements(name: &str) -> Vec<String> {
    STATEMENTS.lock().unwrap().remove(&format!("{RECORDED}{name}")).unwrap_or_default()
}

/// What was logged so far.
pub(crate) fn logged() -> BTreeSet<String> {
    LOGGED.lock().unwrap().clone()
}

/// What the names of recorded threads begin with.
const RECORDED: &str = "recorded: ";

/// Keeps what is logged.
struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut Texts { of: None });
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Texts { of: None });
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let thread = thread::current();
        let of = thread.name().filter(|name| name.starts_with(RECORDED));
        let target = event.metadata().target();
        // Other tests write statements of their own, and what they like into them.
        if of.is_some() || !target.starts_with("sqlx") {
            event.record(&mut Texts { of: of.filter(|_| target == "sqlx::query") });
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Texts<'a> {
    /// Whose statement it is, if it is one.
    of: Option<&'a str>,
}

impl Visit for Texts<'_> {
    fn record_str(&mut self, field: &Field, text: &str) {
        LOGGED.lock().unwrap().insert(text.to_owned());
        let is_whole = field.name() == "db.statement" && !text.is_empty();
        let is_short = field.name() == "summary" && !text.ends_with('…');
        if let Some(name) = self.of.filter(|_| is_whole || is_short) {
            let mut statements = STATEMENTS.lock().unwrap();
            statements.entry(name.to_owned()).or_default().push(text.trim().to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
