//! What the compiler says about each mistake, word by word.
//!
//! `TRYBUILD=overwrite cargo test -p fastauth-ui-tests` writes the `.stderr` files anew.

use std::{env, fs, path::PathBuf, process::Command};

/// The words of rustc drift from release to release; these are kept for one.
const PINNED: &str = "rustc 1.95.";

#[test]
fn every_mistake_is_explained() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().map(|it| it.stdout);
    let version = version.map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default();
    if !version.starts_with(PINNED) {
        eprintln!("skipped: the messages are kept for {PINNED}x, and this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    for theme in themes() {
        cases.compile_fail(theme.join("*.rs"));
    }
}

/// The folders of fixtures: all that are not Rust's own.
fn themes() -> Vec<PathBuf> {
    let entries = fs::read_dir(env!("CARGO_MANIFEST_DIR")).into_iter().flatten();
    let folders = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let names = folders.map(|entry| PathBuf::from(entry.file_name()));
    let mut themes: Vec<_> =
        names.filter(|name| !["src", "tests"].map(PathBuf::from).contains(name)).collect();
    themes.sort();
    assert!(!themes.is_empty(), "the fixtures are not where they were");
    themes
}
