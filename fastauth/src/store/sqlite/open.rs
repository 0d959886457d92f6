use std::{
    io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::sleep;

use super::{
    Sqlite,
    database::{BUSY, PATIENCE},
    file,
};
use crate::error::{SetupError, SetupProblem};

impl Sqlite {
    /// Opens a database: a path (`app.db`), a URL (`sqlite://app.db`), or memory
    /// (`sqlite::memory:`). A file that is not there yet is made, readable by its owner alone.
    ///
    /// # Errors
    /// The file cannot be made or opened, or is no SQLite database.
    pub async fn open(database: impl AsRef<str>) -> Result<Self, SetupError> {
        let name = database.as_ref();
        let pool = connect(name).await.map_err(|error| {
            SetupProblem::new(
                "cannot open the database",
                format!("`{name}`: {error}"),
                "give the path of an SQLite file in a directory this user may write to",
            )
        })?;
        Ok(Self { pool, turn: Arc::default(), name: name.into(), lookups: Arc::default() })
    }
}

async fn connect(name: &str) -> Result<SqlitePool, sqlx::Error> {
    let place = Place::parse(name);
    // No statement is logged. A pool of the application's own has its own settings.
    let options =
        place.options(name)?.foreign_keys(true).busy_timeout(BUSY).disable_statement_logging();
    let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
    match place {
        // One connection that is never closed: the database is gone with it.
        Place::Memory => {
            let one = pool.min_connections(1).max_connections(1);
            one.idle_timeout(None).max_lifetime(None).connect_with(options).await
        }
        Place::File { access } => {
            let path = std::path::absolute(options.get_filename())?;
            if access == Access::Create {
                file::create(&path)?;
            }
            let options = options.filename(&path);
            let options = if access == Access::Read {
                options
            } else {
                // FULL: what was acknowledged survives a power cut, not only a killed process.
                options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full)
            };
            let watch = Watch::new(path);
            let pool = pool.max_connections(connections()).max_lifetime(None).before_acquire(
                move |_, connection| {
                    let is_current = watch.is_current(connection.age);
                    Box::pin(async move { Ok(is_current) })
                },
            );
            connect_when_free(pool, options).await
        }
    }
}

/// Connects. Turning an empty file into WAL mode wants it alone and does not wait: another process
/// that starts at the same moment may be doing it.
async fn connect_when_free(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, sqlx::Error> {
    let begun = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE + BUSY => {
                sleep(Duration::from_millis(20)).await;
            }
            done => return done,
        }
    }
}

/// Whether somebody else holds the database: `SQLITE_BUSY` in the low byte of the code.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Each connection is a thread; more than there are processors only take turns.
fn connections() -> u32 {
    let processors = thread::available_parallelism().map_or(4, usize::from);
    u32::try_from(processors).unwrap_or(16).clamp(4, 16)
}

/// Where a database is.
enum Place {
    File { access: Access },
    Memory,
}

#[derive(PartialEq)]
enum Access {
    Create,
    Read,
    Write,
}

impl Place {
    fn parse(name: &str) -> Self {
        let url = name.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        let (path, options) =
            url.map_or((name, ""), |url| url.split_once('?').unwrap_or((url, "")));
        let has = |mode| options.split('&').any(|option| option == mode);
        if path == ":memory:" || has("mode=memory") {
            return Self::Memory;
        }
        let access = match () {
            () if has("mode=ro") || has("immutable=1") || has("immutable=true") => Access::Read,
            () if has("mode=rw") => Access::Write,
            () => Access::Create,
        };
        Self::File { access }
    }

    fn options(&self, name: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
        match self {
            Self::Memory if !name.starts_with("sqlite:") => {
                SqliteConnectOptions::from_str("sqlite::memory:")
            }
            Self::File { .. } if name.is_empty() || name == "sqlite:" || name == "sqlite://" => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "no path is given").into())
            }
            Self::File { .. } if !name.starts_with("sqlite:") => {
                Ok(SqliteConnectOptions::new().filename(Path::new(name)))
            }
            _ => SqliteConnectOptions::from_str(name),
        }
    }
}

/// Knows when the file at the path is no longer the one that was opened.
///
/// A deleted file lives on in the connections that are open: they would go on writing what nobody
/// will ever read again.
struct Watch {
    path: PathBuf,
    /// Which file was seen last, and since when.
    seen: Mutex<(Option<(u64, u64)>, Instant)>,
}

impl Watch {
    fn new(path: PathBuf) -> Self {
        let seen = Mutex::new((file::identity(&path), Instant::now()));
        Self { path, seen }
    }

    /// Whether a connection of this age is one to the file that is there now.
    fn is_current(&self, age: Duration) -> bool {
        let now = file::identity(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != now {
            *seen = (now, Instant::now());
        }
        now.is_some() && age <= seen.1.elapsed()
    }
}
