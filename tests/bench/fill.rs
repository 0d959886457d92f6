//! Fills the tables of a running server: `fill DATABASE SIZE FILE`. The file is given requests of two
//! thousand of the sessions, a path and a credential on each line. `fill DATABASE SIZE --ending SECONDS`
//! fills an SQLite database with what ends within that time: sessions, and ten times as many throttle keys.

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// The secret of `servers/ours.rs`.
const SECRET: &str = "hMvmVVW1zOhsFj0mFyyLpjnAfOtZLOkY7zK1hEwLLlE";
const ISSUER: &str = "http://localhost:3000";
const ASKED: u64 = 2_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let (database, size, file) = match arguments.as_slice() {
        [database, size, file] => (database, size.parse::<u64>()?, file),
        [database, size, option, seconds] if option == "--ending" => {
            return ending(database, size.parse()?, (now.as_micros(), seconds.parse()?)).await;
        }
        _ => return Err("fill DATABASE SIZE FILE, or fill DATABASE SIZE --ending SECONDS".into()),
    };
    let (micros, ends) = (now.as_micros(), (now.as_micros()) + 86_400_000_000);
    let said =
        format!("'password', {micros}, {micros}, {micros}, {ends}, {ends}, {ends}, false, '{{}}'");
    if database.starts_with("postgres:") {
        let id = "CAST('01980000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS UUID)";
        let mut connection = PgConnection::connect(database).await?;
        for text in [
            format!(
                "INSERT INTO users (id, email, password_hash, name) SELECT {id}, \
                'user' || i || '@example.com', 'x', 'Ada' FROM generate_series(1, {size}) AS i"
            ),
            format!(
                "INSERT INTO fastauth_sessions ({SESSION}) SELECT \
                decode(replace(CAST({id} AS TEXT), '-', ''), 'hex'), 'users', CAST({id} AS TEXT), \
                {said} FROM generate_series(1, {size}) AS i"
            ),
            "ANALYZE".to_owned(),
        ] {
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
    } else {
        let (id, numbers) = (ID, numbers(size));
        let mut connection = SqliteConnection::connect(&format!("sqlite:{database}")).await?;
        for text in [
            format!(
                "{numbers} INSERT INTO users (id, email, password_hash, name) SELECT {id}, \
                'user' || i || '@example.com', 'x', 'Ada' FROM numbers"
            ),
            format!(
                "{numbers} INSERT INTO fastauth_sessions ({SESSION}) SELECT \
                unhex({id}, '-'), 'users', {id}, {said} FROM numbers"
            ),
            "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
        ] {
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
    }
    fs::write(file, requests(size, now.as_secs())?)?;
    Ok(())
}

/// What ends within so many seconds, some of it each second.
async fn ending(
    database: &str,
    size: u64,
    (micros, seconds): (u128, u64),
) -> Result<(), Box<dyn std::error::Error>> {
    let ends = format!("{micros} + i % {seconds} * 1000000");
    let mut connection = SqliteConnection::connect(&format!("sqlite:{database}")).await?;
    for text in [
        format!(
            "{} INSERT INTO fastauth_sessions ({SESSION}) SELECT unhex({ID}, '-'), 'users', {ID}, \
            'password', 1, 1, 1, {ends}, {ends}, {ends}, false, '{{}}' FROM numbers",
            numbers(size)
        ),
        format!(
            "{} INSERT INTO fastauth_budgets (name, spent, free_at, ends_at) \
            SELECT 'users:login:' || i, 1, {ends}, {ends} FROM numbers",
            numbers(10 * size)
        ),
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ] {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    Ok(())
}

fn numbers(size: u64) -> String {
    format!(
        "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {size})"
    )
}

const SESSION: &str = "id, realm, user_id, provider, created_at, last_used_at, authenticated_at, \
    idle_until, expires_at, ends_at, remember, data";

/// As version 7 has them: one after the other.
const ID: &str = "'01980000-0000-7000-8000-' || printf('%012x', i)";

/// Requests of sessions from one end of the table to the other.
fn requests(size: u64, now: u64) -> Result<String, jsonwebtoken::errors::Error> {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let header = Header { typ: Some("at+jwt".to_owned()), ..Header::new(Algorithm::HS256) };
    let asked = ASKED.min(size);
    let mut lines = String::new();
    for number in 0..asked {
        // In no order that the pages have.
        let number = number * 7_919 % asked * (size / asked) + 1;
        let id = format!("01980000-0000-7000-8000-{number:012x}");
        let claims = json!({
            "iss": ISSUER, "aud": ISSUER, "sub": id, "sid": id, "jti": id, "type": "access",
            "exp": now + 3_600, "iat": now, "nbf": now, "name": "Ada",
        });
        let token = jsonwebtoken::encode(&header, &claims, &key)?;
        lines.push_str(&format!("/me Authorization: Bearer {token}\n"));
    }
    Ok(lines)
}
