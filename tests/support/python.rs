use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::services_are_required;

/// The interpreter that knows a module: beside what cargo builds, unless `FASTAUTH_TEST_PYTHON` names one.
/// `None`, and a line that says so, when it does not and nothing demands it.
pub fn python_with(module: &str, test: &str) -> Option<PathBuf> {
    let here = env::current_exe().expect("it runs");
    let target = here.ancestors().nth(3).expect("target/debug/deps");
    let python = env::var_os("FASTAUTH_TEST_PYTHON")
        .map_or_else(|| target.join("venv/bin/python"), PathBuf::from);
    let import = format!("import {module}");
    let known = Command::new(&python).args(["-c", &import]).stderr(Stdio::null()).status();
    if known.as_ref().is_ok_and(std::process::ExitStatus::success) {
        return Some(python);
    }
    assert!(!services_are_required(), "no {module} in {}", python.display());
    eprintln!(
        "skipped: {test}: python3 -m venv target/venv && target/venv/bin/pip install -r tests/requirements.txt"
    );
    None
}
