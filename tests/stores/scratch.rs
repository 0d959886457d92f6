use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use fastauth::{
    store::{Owner, Session, SessionId, Sqlite, UserStore, suite::Keyed},
    time::Timestamp,
};

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

/// A session of a day.
pub(crate) fn session_of(owner: Owner) -> Session {
    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
    const LATER: Timestamp = Timestamp::from_secs(1_700_086_400);
    Session {
        id: SessionId::generate(),
        owner,
        provider: "password".to_owned(),
        created_at: NOW,
        last_used_at: NOW,
        authenticated_at: NOW,
        idle_until: LATER,
        expires_at: LATER,
        remember: false,
        ip: None,
        user_agent: None,
        data: serde_json::Map::new(),
    }
}

fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
