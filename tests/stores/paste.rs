//! Running what was printed.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use fastauth::store::Sqlite;
use fastauth_tests::services_are_required;
use sqlx::AssertSqlSafe;

/// Runs what was printed, as it stands.
pub(crate) async fn run(store: &Sqlite, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(store.pool()).await;
    done.unwrap_or_else(|error| panic!("{error}\n{sql}"));
}

/// Runs it in the shell of SQLite, which goes on after an error; gives back what the shell says.
/// Nothing where the shell is not installed.
pub(crate) fn shell(file: &str, sql: &str) -> Option<String> {
    let shell = Command::new("sqlite3")
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut shell = match shell {
        Ok(shell) => shell,
        Err(error) => {
            assert!(!services_are_required(), "no sqlite3: {error}");
            println!("skipped: there is no sqlite3; install it to test what is printed for it");
            return None;
        }
    };
    shell.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let said = shell.wait_with_output().unwrap();
    Some(String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned())
}
