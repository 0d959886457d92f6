//! The browser, and the script that drives it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use fastauth_tests::services_are_required;
use serde_json::Value;
use tokio::{io::AsyncWriteExt, process, time::timeout};

/// Longer than any story.
const PATIENCE: Duration = Duration::from_mins(3);

/// What plays a story: Chromium, driven by a script of node's.
pub(crate) struct Chromium {
    program: PathBuf,
}

impl Chromium {
    /// `None`, and a line that says so, when something of it is missing and nothing demands it.
    pub(crate) fn find(story: &str) -> Option<Self> {
        let program = env::var_os("FASTAUTH_TEST_CHROMIUM")
            .map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
        let missing = if !program.exists() {
            "install `chromium`, or name it in FASTAUTH_TEST_CHROMIUM"
        } else if version_of_node().is_none_or(|version| version < 20) {
            "install `nodejs` 20 or later"
        } else if Command::new("openssl").arg("version").output().is_err() {
            "install `openssl`"
        } else if !is_installed(&folder()) {
            "run `npm ci` in tests/browser"
        } else {
            return Some(Self { program });
        };
        assert!(!services_are_required(), "{story}: {missing}");
        eprintln!("skipped: {story} in Chromium: {missing}");
        None
    }

    /// Plays a story with what it is told, and fails with the words of the cases that went wrong.
    pub(crate) async fn plays(&self, story: &str, settings: &Value) {
        let output = self.run(story, settings).await;
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let cases: Vec<Value> =
            said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let wrong: Vec<_> = cases
            .iter()
            .filter(|case| case["ok"] != true)
            .map(|case| format!("{}: {}", text(&case["case"]), text(&case["why"])))
            .collect();
        assert!(wrong.is_empty(), "{story}\n{}", wrong.join("\n"));
        assert!(output.status.success() && !cases.is_empty(), "{story}: {said}{complaint}");
    }

    async fn run(&self, story: &str, settings: &Value) -> Output {
        let mut node = process::Command::new("node")
            .arg(folder().join("stories").join(format!("{story}.mjs")))
            .env("FASTAUTH_TEST_CHROMIUM", &self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let mut stdin = node.stdin.take().expect("it is piped");
        stdin.write_all(settings.to_string().as_bytes()).await.expect("the script reads");
        drop(stdin);
        let ended = timeout(PATIENCE, node.wait_with_output()).await;
        ended.expect("a story ends").expect("node ends")
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser")
}

/// Whether what lies there is what the lock file names.
fn is_installed(folder: &Path) -> bool {
    let version = |path: &str, pointer: &str| {
        let json: Value = serde_json::from_slice(&fs::read(folder.join(path)).ok()?).ok()?;
        json.pointer(pointer).cloned()
    };
    let installed = version("node_modules/playwright-core/package.json", "/version");
    let locked = version("package-lock.json", "/packages/node_modules~1playwright-core/version");
    installed.is_some() && installed == locked
}

fn version_of_node() -> Option<u32> {
    let said = Command::new("node").arg("--version").output().ok()?.stdout;
    let version = String::from_utf8(said).ok()?;
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
