use std::{fs, io, path::Path};

/// Makes an empty file unless there is one.
pub(super) fn create(path: &Path) -> io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Whether there is a file at this path. An open one cannot be replaced here.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    path.exists().then_some((0, 0))
}
