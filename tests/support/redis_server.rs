//! A server of the test's own, which dies, freezes and comes back.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::services_are_required;
use tokio::{net::TcpStream, time::sleep};

/// A process of `redis-server`, ended with the test.
pub struct RedisServer {
    port: u16,
    options: Vec<String>,
    child: Child,
}

impl RedisServer {
    /// `None`, and a line that says so, when there is no such program and nothing demands it.
    pub async fn start(test: &str, options: &[&str]) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options: Vec<_> = options.iter().map(|&option| option.to_owned()).collect();
        match run(port, &options) {
            Ok(child) => {
                let server = Self { port, options, child };
                server.wait().await;
                Some(server)
            }
            Err(error) => {
                assert!(!services_are_required(), "redis-server: {error}");
                eprintln!("skipped: {test}: install `redis-server`");
                None
            }
        }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends it at once, whatever it is at.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn restart(&mut self) {
        self.child = run(self.port, &self.options).unwrap();
        self.wait().await;
    }

    /// From now on it says nothing, and no connection is closed.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// It goes on where it stood.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) {
        self.signal("-TERM");
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    async fn wait(&self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address()).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server does not start");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn run(port: u16, options: &[String]) -> std::io::Result<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
    command.args(["--appendonly", "no"]).args(options);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}
