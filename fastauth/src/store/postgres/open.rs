use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::{Postgres, lease::PATIENCE};
use crate::error::{SetupError, SetupProblem};

impl Postgres {
    /// Connects to a database: `postgres://user:password@host:port/database`. What the URL leaves
    /// out comes from the variables of `libpq`, `PGHOST` and the like.
    ///
    /// TLS is used where the server has it; `?sslmode=verify-full` demands it.
    ///
    /// # Errors
    /// The URL cannot be read, or the server is not there, does not let this user in, or is older
    /// than version 13.
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, SetupError> {
        // No statement is logged. A pool of the application's own has its own settings.
        let options = parse(url.as_ref())?.disable_statement_logging();
        try_once(&options).await?;
        let pool = PgPoolOptions::new()
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                // One that lay idle may have been closed meanwhile; one in use would have noticed.
                let is_rested = about.idle_for > RESTED;
                Box::pin(async move {
                    if is_rested {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|connection, _| {
                // Who waits for a lock learns for certain that nothing was done.
                Box::pin(async move { connection.execute(SETTINGS).await.map(drop) })
            });
        Ok(Self::from_pool(pool.connect_lazy_with(options)))
    }
}

fn parse(url: &str) -> Result<PgConnectOptions, SetupProblem> {
    let is_ours = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    let options = if is_ours {
        PgConnectOptions::from_str(url).map_err(|error| error.to_string())
    } else {
        Err("it is not a `postgres://` URL".to_owned())
    };
    options.map_err(|cause| {
        // Not the URL itself: it holds the password.
        let fix = "write it as `postgres://user:password@host:port/database`";
        SetupProblem::new("cannot read the address of the database", cause, fix)
    })
}

/// Connects once outside the pool, which would try until its patience is over and not say why.
async fn try_once(options: &PgConnectOptions) -> Result<(), SetupProblem> {
    let connected = timeout(FIRST_PATIENCE, PgConnection::connect_with(options)).await;
    let connected = connected.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut));
    let connection = connected.map_err(|error| unreachable(options, &error))?;
    let version = connection.server_version_num();
    let _ = timeout(PATIENCE, connection.close()).await;
    if let Some(version) = version.filter(|version| *version < OLDEST) {
        return Err(SetupProblem::new(
            "the database is too old",
            format!("{} is PostgreSQL {}", place(options), version / 10_000),
            "fastauth needs PostgreSQL 13 or later",
        ));
    }
    Ok(())
}

fn unreachable(options: &PgConnectOptions, error: &sqlx::Error) -> SetupProblem {
    let (cause, fix) = match error {
        sqlx::Error::PoolTimedOut => (
            "the server does not answer".to_owned(),
            "see that the host and the port are right and that a firewall lets them through",
        ),
        sqlx::Error::Io(_) => {
            (error.to_string(), "see that the server runs and that the host and the port are right")
        }
        sqlx::Error::Tls(_) => {
            (error.to_string(), "see that the server has TLS, or set `sslmode` in the URL")
        }
        sqlx::Error::Database(error) => (
            error.message().to_owned(),
            match error.code().as_deref() {
                Some("3D000") => "make it with `createdb`, or name another in the URL",
                Some("28000" | "28P01") => "see that the user and the password are right",
                Some("53300") => "raise `max_connections` of the server, or have fewer instances",
                _ => "see the server's log",
            },
        ),
        _ => (error.to_string(), "see that the URL and the `PG…` variables are right"),
    };
    let cause = format!("{}: {cause}", place(options));
    SetupProblem::new("cannot connect to the database", cause, fix)
}

/// Where a pool connects to, for people. Never a credential.
pub(super) fn address(pool: &PgPool) -> String {
    format!("postgres {}", place(&pool.connect_options()))
}

fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(socket) => format!("{}/{database}", socket.display()),
        None => format!("{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

/// PostgreSQL 13, as servers number it.
pub(super) const OLDEST: u32 = 130_000;

/// After how long a connection is asked whether it still works before it is used.
const RESTED: Duration = Duration::from_secs(1);

/// How long the first connection may take.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);

/// In milliseconds, less than [`PATIENCE`].
const SETTINGS: &str = "SET lock_timeout = 2000";
