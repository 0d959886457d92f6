use std::{
    env, fs,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// A folder that is gone when the test is.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new one.
    pub fn new() -> Self {
        let path = env::temp_dir().join(format!("fastauth-{}", Uuid::now_v7()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A database nobody has used yet.
    pub fn new_file(&self) -> String {
        self.file(&format!("{}.db", Uuid::now_v7()))
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
