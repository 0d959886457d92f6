//! Two tables and what is asked of them, with the settings that fastauth's own pools have.

use std::str::FromStr;

use serde::Serialize;
use sqlx::{
    ConnectOptions, Error, FromRow, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    query, query_as, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

#[derive(FromRow, Serialize)]
pub struct Profile {
    pub id: String,
    pub email: String,
    pub name: String,
}

pub enum Database {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// The same on whichever of the two.
macro_rules! on {
    ($database:expr, $pool:ident => $work:expr) => {
        match $database {
            Database::Postgres($pool) => $work,
            Database::Sqlite($pool) => $work,
        }
    };
}

impl Database {
    pub async fn open(name: &str) -> Result<Self, Error> {
        let opened = if name.starts_with("postgres:") {
            let pool = PgPoolOptions::new().test_before_acquire(false);
            Self::Postgres(pool.connect(name).await?)
        } else {
            let options = SqliteConnectOptions::from_str(&format!("sqlite:{name}"))?
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .disable_statement_logging();
            let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
            Self::Sqlite(pool.connect_with(options).await?)
        };
        for table in [USERS, SESSIONS] {
            match &opened {
                Self::Postgres(pool) => drop(query(table).execute(pool).await?),
                Self::Sqlite(pool) => drop(query(table).execute(pool).await?),
            }
        }
        Ok(opened)
    }

    pub async fn add_user(&self, user: &Profile, hash: &str) -> Result<(), Error> {
        let text =
            "INSERT INTO by_hand_users (id, email, password_hash, name) VALUES ($1, $2, $3, $4)";
        on!(self, pool => query(text)
            .bind(&user.id).bind(&user.email).bind(hash).bind(&user.name)
            .execute(pool).await.map(drop))
    }

    pub async fn user_by_email(&self, email: &str) -> Result<Option<(Profile, String)>, Error> {
        let text = "SELECT id, email, name, password_hash FROM by_hand_users WHERE email = $1";
        let found: Option<(String, String, String, String)> =
            on!(self, pool => query_as(text).bind(email).fetch_optional(pool).await?);
        Ok(found.map(|(id, email, name, hash)| (Profile { id, email, name }, hash)))
    }

    pub async fn profile(&self, id: &str) -> Result<Option<Profile>, Error> {
        let text = "SELECT id, email, name FROM by_hand_users WHERE id = $1";
        on!(self, pool => query_as(text).bind(id).fetch_optional(pool).await)
    }

    pub async fn profile_of_session(
        &self,
        session: &str,
        now: i64,
    ) -> Result<Option<Profile>, Error> {
        let text = "SELECT u.id, u.email, u.name FROM by_hand_sessions AS s \
            JOIN by_hand_users AS u ON u.id = s.user_id WHERE s.id = $1 AND s.ends_at > $2";
        on!(self, pool => query_as(text).bind(session).bind(now).fetch_optional(pool).await)
    }

    pub async fn add_session(
        &self,
        session: &str,
        user: &str,
        refresh: &[u8],
        ends_at: i64,
    ) -> Result<(), Error> {
        let text =
            "INSERT INTO by_hand_sessions (id, user_id, refresh, ends_at) VALUES ($1, $2, $3, $4)";
        on!(self, pool => query(text)
            .bind(session).bind(user).bind(refresh).bind(ends_at)
            .execute(pool).await.map(drop))
    }

    /// The user of the session, if this was its refresh token.
    pub async fn rotate(
        &self,
        session: &str,
        presented: &[u8],
        child: &[u8],
        now: i64,
    ) -> Result<Option<String>, Error> {
        let text = "UPDATE by_hand_sessions SET refresh = $3 \
            WHERE id = $1 AND refresh = $2 AND ends_at > $4 RETURNING user_id";
        on!(self, pool => query_scalar(text)
            .bind(session).bind(presented).bind(child).bind(now)
            .fetch_optional(pool).await)
    }
}

const USERS: &str = "CREATE TABLE IF NOT EXISTS by_hand_users (id TEXT NOT NULL PRIMARY KEY, \
    email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, name TEXT NOT NULL)";

const SESSIONS: &str = "CREATE TABLE IF NOT EXISTS by_hand_sessions (id TEXT NOT NULL PRIMARY KEY, \
    user_id TEXT NOT NULL, refresh BYTEA NOT NULL, ends_at BIGINT NOT NULL)";
