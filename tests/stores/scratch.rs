use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use fastauth::store::{Sqlite, UserStore, suite::Keyed};
use sqlx::AssertSqlSafe;

/// A directory that is gone when the test is.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let path = env::temp_dir().join(format!("fastauth-{}-{}", process::id(), next()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A file nobody has used yet.
    pub(crate) fn new_file(&self) -> String {
        self.file(&format!("{}.db", next()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A store with its tables.
pub(crate) async fn ready(database: &str) -> Sqlite {
    let store = Sqlite::open(database).await.unwrap();
    prepare(&store).await;
    store
}

pub(crate) async fn prepare(store: &Sqlite) {
    UserStore::<Keyed>::migrate(store).await.unwrap();
    UserStore::<Keyed>::create_user_table(store).await.unwrap();
}

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
            assert!(env::var_os("FASTAUTH_REQUIRE_SERVICES").is_none(), "no sqlite3: {error}");
            println!("skipped: there is no sqlite3; install it to test what is printed for it");
            return None;
        }
    };
    shell.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let said = shell.wait_with_output().unwrap();
    Some(String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned())
}

fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
