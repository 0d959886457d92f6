//! Whether a document is one, as the schema of OpenAPI 3.1 says.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use fastauth_tests::python_with;
use serde_json::Value;

#[track_caller]
pub(crate) fn validated(document: &Value) {
    let Some(python) = python_with("openapi_spec_validator", "valid documents") else { return };
    let mut child = Command::new(python)
        .args(["-m", "openapi_spec_validator", "--schema", "3.1", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(document.to_string().as_bytes()).expect("it reads");
    drop(input);
    let ran = child.wait_with_output().expect("it ends");
    let said = [ran.stdout, ran.stderr].concat();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// The check must be able to fail.
#[test]
fn what_is_no_document_is_told() {
    if python_with("openapi_spec_validator", "valid documents").is_none() {
        return;
    }
    let wrong = serde_json::json!({ "openapi": "3.1.0", "info": { "title": "x" }, "paths": {} });
    assert!(std::panic::catch_unwind(|| validated(&wrong)).is_err());
}
