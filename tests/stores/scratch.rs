use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use fastauth::store::{Sqlite, UserStore, suite::Keyed};

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

fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
