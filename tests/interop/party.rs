//! Another implementation, as a program that is asked by JSON and answers by JSON.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use fastauth_tests::{python_with, services_are_required};
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
        let python = |modules: &str, script: &str| {
            let program = python_with(modules, test)?;
            Some(Self { program, script: here.join(script) })
        };
        let parties =
            [python("jwt, cryptography", "pyjwt.py"), python("joserfc", "joserfc_party.py")];
        parties.into_iter().flatten().chain(Self::node(&here, test)).collect()
    }

    fn node(here: &Path, test: &str) -> Option<Self> {
        let probed = Command::new("node")
            .args(["--input-type=module", "--eval=import 'jose'"])
            .current_dir(here)
            .stderr(Stdio::null())
            .status();
        if probed.is_ok_and(|status| status.success()) {
            return Some(Self { program: "node".into(), script: here.join("jose.mjs") });
        }
        assert!(!services_are_required(), "jose cannot run: npm ci --prefix tests/interop");
        eprintln!("skipped: {test} with jose: npm ci --prefix tests/interop");
        None
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
