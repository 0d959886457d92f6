//! Schemathesis reads the document and sends what fits it and what does not: nothing breaks the server,
//! every reply is one that the document tells of, and no guard forgets to ask.

use std::{path::Path, process::Command};

use fastauth_tests::{Scratch, python_with};

use crate::server::{Served, served};

/// What ends the session it is sent with.
const ENDING: &str = r"/(logout|sessions/\{id\})$";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_does_what_its_document_says() {
    let Some(python) = python_with("schemathesis", "schemathesis") else { return };
    let Served { client, token } = served().await;
    let scratch = Scratch::new();
    let signed_in = format!("Authorization: Bearer {token}");
    for (name, arguments) in [
        ("anonymous", vec![]),
        ("signed in", vec!["--header", &signed_in, "--exclude-path-regex", ENDING]),
        ("signed in, to sign out", vec!["--header", &signed_in, "--include-path-regex", ENDING]),
    ] {
        let server = format!("http://{}", client.address());
        let document = format!("{server}/openapi.json");
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/schemathesis.toml");
        let mut command = Command::new(&python);
        // It keeps what it found where it runs.
        command
            .current_dir(scratch.path())
            .args(["-m", "schemathesis.cli", "--config-file"])
            .arg(config)
            .args(["run", &document, "--url", &server, "--checks", "all", "--no-color"])
            .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "1"])
            // Tokens travel in cookies too here; this is no page of another site.
            .args(["--header", "X-Requested-With: schemathesis", "--warnings", "off"])
            .args(arguments);
        let ran = tokio::task::spawn_blocking(move || command.output()).await;
        let ran = ran.expect("it ends").expect("it starts");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{name}: {said}{}", String::from_utf8_lossy(&ran.stderr));
        assert!(said.contains("No issues found"), "{name}: {said}");
    }
}
