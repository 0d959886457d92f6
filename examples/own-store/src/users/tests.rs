use std::{
    env, fs,
    sync::atomic::{AtomicU32, Ordering},
};

use fastauth::store::{Memory, suite};

use super::Users;

/// A folder that is gone when the test is.
struct Folder {
    path: std::path::PathBuf,
    files: AtomicU32,
}

impl Folder {
    fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("own-store-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self { path, files: AtomicU32::new(0) }
    }

    fn new_file(&self) -> Users {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        Users::open(self.path.join(format!("{number}.redb"))).expect("a new file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbered_users_in_redb_are_kept_as_every_store_promises() -> Result<(), suite::Failure> {
    let folder = Folder::new("numbered");
    suite::run_users::<suite::Numbered, _, _, _>(|| async { (folder.new_file(), Memory::new()) })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn keyed_users_in_redb_are_kept_as_every_store_promises() -> Result<(), suite::Failure> {
    let folder = Folder::new("keyed");
    suite::run_users::<suite::Keyed, _, _, _>(|| async { (folder.new_file(), Memory::new()) }).await
}

/// Two processes would not see each other's index.
#[test]
fn a_file_that_is_open_already_is_said_to_be() {
    let folder = Folder::new("open");
    let path = folder.path.join("users.redb");
    let first = Users::open(&path).expect("a new file");
    let problem = Users::open(&path).err().expect("one is enough");
    assert!(problem.cause.contains("users.redb") && problem.fix.contains("another path"));
    drop(first);
    assert!(Users::open(&path).is_ok(), "nobody has it any more");
}
