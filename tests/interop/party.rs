//! Another implementation, as a program that is asked by JSON and answers by JSON.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use fastauth_tests::services_are_required;
use serde_json::Value;
use tokio::{io::AsyncWriteExt, process, time::timeout};

#[derive(Debug)]
pub(crate) struct Party {
    program: PathBuf,
    script: PathBuf,
}

impl Party {
    /// Those that are here; a line for each that is not, when nothing demands it.
    pub(crate) fn all(test: &str) -> Vec<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        let python = python();
        let pip = "python3 -m venv target/venv && target/venv/bin/pip install";
        let parties = [
            (
                python.clone(),
                "pyjwt.py",
                ["-c", "import jwt, cryptography"],
                format!("{pip} 'pyjwt[crypto]'"),
            ),
            (python, "joserfc_party.py", ["-c", "import joserfc"], format!("{pip} joserfc")),
            (
                PathBuf::from("node"),
                "jose.mjs",
                ["--input-type=module", "--eval=import 'jose'"],
                "npm ci --prefix tests/interop".to_owned(),
            ),
        ];
        let mut found = Vec::new();
        for (program, script, probe, how) in parties {
            let probed = Command::new(&program)
                .args(probe)
                .current_dir(&here)
                .stderr(Stdio::null())
                .status();
            if probed.is_ok_and(|status| status.success()) {
                found.push(Self { program, script: here.join(script) });
            } else {
                assert!(!services_are_required(), "{script} cannot run: {how}");
                eprintln!("skipped: {test} with {script}: {how}");
            }
        }
        found
    }

    /// What it answers.
    pub(crate) async fn asked(&self, question: &Value) -> Value {
        let mut child = process::Command::new(&self.program)
            .arg(&self.script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(question.to_string().as_bytes()).await.expect("it reads");
        drop(stdin);
        let answered = timeout(Duration::from_mins(1), child.wait_with_output()).await;
        let output = answered.expect("it answers in time").expect("it answers");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {complaint}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// The interpreter that `.ci/run` prepares, unless `FASTAUTH_TEST_PYTHON` names one.
fn python() -> PathBuf {
    let here = env::current_exe().expect("it runs");
    let target = here.ancestors().nth(3).expect("target/debug/deps");
    env::var_os("FASTAUTH_TEST_PYTHON")
        .map_or_else(|| target.join("venv/bin/python"), PathBuf::from)
}
