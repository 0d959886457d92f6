//! A mail server of the test's own: aiosmtpd, in an environment that `.ci/run` makes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use fastauth_tests::{python_with, tls_file};

/// A process of `sink.py`, ended with the test.
pub(crate) struct Sink {
    port: u16,
    child: Child,
    printed: BufReader<ChildStdout>,
}

/// What a server asks of those who come.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wants {
    pub(crate) port: u16,
    /// `starttls` or `implicit`.
    pub(crate) tls: Option<&'static str>,
    pub(crate) login: Option<(&'static str, &'static str)>,
    /// Whether it takes addresses beyond ASCII.
    pub(crate) utf8: bool,
}

impl Sink {
    /// `None`, and a line that says so, when there is no aiosmtpd and nothing demands it.
    pub(crate) fn start(test: &str, wants: Wants) -> Option<Self> {
        let python = python_with("aiosmtpd", test)?;
        let options = json!({
            "port": wants.port,
            "tls": wants.tls,
            "login": wants.login,
            "utf8": wants.utf8,
            "certificate": tls_file("server.pem"),
            "key": tls_file("server.key"),
        });
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/mail/sink.py");
        let mut child = Command::new(python)
            .args([script, &options.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let printed = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut sink = Self { port: 0, child, printed };
        sink.port = sink.line()["port"].as_u64().and_then(|it| it.try_into().ok()).expect("a port");
        Some(sink)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The next mail it accepts.
    pub(crate) fn mail(&mut self) -> Value {
        self.line()
    }

    /// What it accepted and nobody has asked for; it is ended.
    pub(crate) fn rest(mut self) -> Vec<Value> {
        drop(self.child.kill());
        let lines = (&mut self.printed).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.printed.read_line(&mut line).expect("text");
        serde_json::from_str(&line).expect("it prints JSON while it runs")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
