//! Each example starts, prints what it promises, and answers.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fastauth_tests::{Client, PASSWORD, SECRET, Scratch, ada};
use serde_json::{Value, json};

#[tokio::test]
async fn the_lines_that_the_quickstart_prints_work_when_pasted() {
    let scratch = Scratch::new();
    let mut quickstart = Running::start("quickstart", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let script = quickstart.lines_until("/auth/logout");
    assert!(script.iter().any(|line| line.starts_with("curl ")), "{script:?}");
    let pasted: Vec<_> = script.iter().filter(|line| !line.starts_with(' ')).cloned().collect();
    for shell in ["sh", "bash"] {
        let ran = Command::new(shell).arg("-c").arg(pasted.join("\n")).output().expect("a shell");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
        let replies: Vec<&str> = said.lines().collect();
        let json = |at: usize| {
            serde_json::from_str::<Value>(replies[at]).unwrap_or_else(|_| panic!("{said}"))
        };
        if shell == "sh" {
            assert_eq!(json(0)["user"]["name"], "Ada");
        } else {
            // Pasted once more: the account is there already.
            assert_eq!(json(0)["code"], "email_taken");
        }
        assert!(json(1)["access_token"].is_string(), "{said}");
        assert_eq!(json(2)["email"], "ada@example.com");
        assert_eq!(replies[3], "hello, Ada");
        assert!(json(4)["refresh_token"].is_string(), "{said}");
        assert!(json(5).as_array().is_some_and(|sessions| !sessions.is_empty()), "{said}");
        assert!(said.contains("HTTP/1.1 204"), "{said}");
    }
    assert!(quickstart.stop(), "it ends well when asked to");
}

#[tokio::test]
async fn a_session_of_the_quickstart_lives_through_a_restart() {
    let scratch = Scratch::new();
    let setting = [("FASTAUTH_SECRET", SECRET), ("DATABASE_URL", "sqlite://accounts.db")];
    let mut before = Running::start("quickstart", &scratch, &setting);
    let reply = before.client().post("/auth/register", ada()).await.expect(201);
    assert!(before.stop());
    assert!(scratch.path().join("accounts.db").exists());

    let mut after = Running::start("quickstart", &scratch, &setting);
    let client = after.client();
    client.signed_in(&reply).get("/auth/me").await.expect(200);
    let next =
        client.post("/auth/refresh", json!({ "refresh_token": reply.refresh() })).await.expect(200);
    client.signed_in(&next).get("/").await.expect(200);
    assert!(after.stop());

    // With another secret every token is a stranger's, and the password still works.
    let other = [
        ("FASTAUTH_SECRET", "hex:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        setting[1],
    ];
    let mut rolled = Running::start("quickstart", &scratch, &other);
    let client = rolled.client();
    client.signed_in(&next).get("/auth/me").await.problem(401, "invalid_token");
    client
        .post("/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD }))
        .await
        .expect(200);
    assert!(rolled.stop());
}

#[tokio::test]
async fn the_quickstart_says_why_it_does_not_start() {
    let scratch = Scratch::new();
    for (name, value, expected) in [
        ("FASTAUTH_SECRET", "hunter2", "has 7 bytes"),
        ("FASTAUTH_SECRET", "", "has 0 bytes"),
        ("FASTAUTH_BASE_URL", "http://shop.example", "plain http"),
        ("FASTAUTH_BASE_URL", "https://shop.example", "no secret"),
        ("DATABASE_URL", "/nowhere/at/all.db", "/nowhere/at/all.db"),
        ("DATABASE_URL", "postgres://localhost/app", "postgres"),
    ] {
        let ran = command("quickstart", &scratch)
            .env(name, value)
            .env("FASTAUTH_ADDR", "127.0.0.1:0")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{name}={value}: {said}");
        assert!(
            said.contains("fastauth cannot start")
                && said.contains(expected)
                && said.contains("fix:"),
            "{name}={value}: {said}"
        );
    }
}

/// An example that runs in a folder of its own. It is ended with the test.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(name: &str, scratch: &Scratch, settings: &[(&str, &str)]) -> Self {
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
        let mut command = command(name, scratch);
        command.env("FASTAUTH_ADDR", address.to_string()).envs(settings.iter().copied());
        let child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        Self { child, address }
    }

    /// What it prints, up to the line with this in it.
    fn lines_until(&mut self, last: &str) -> Vec<String> {
        let stdout = self.child.stdout.take().expect("it is piped");
        let mut lines = Vec::new();
        for line in BufReader::new(stdout).lines() {
            lines.push(line.expect("text"));
            if lines.last().is_some_and(|line| line.contains(last)) {
                break;
            }
        }
        self.wait_until_it_listens();
        lines
    }

    fn client(&self) -> Client {
        self.wait_until_it_listens();
        Client::new(self.address)
    }

    fn wait_until_it_listens(&self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(self.address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks it to stop; whether it did within ten seconds, and well.
    fn stop(&mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The example's program, with no setting of ours in its environment.
fn command(name: &str, scratch: &Scratch) -> Command {
    let mut command = Command::new(built(name));
    command.current_dir(scratch.path());
    for setting in ["DATABASE_URL", "FASTAUTH_BASE_URL", "FASTAUTH_SECRET"] {
        command.env_remove(setting);
    }
    command
}

/// Builds an example and says where it lies.
fn built(name: &str) -> PathBuf {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--message-format=json", "--package", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    let messages = String::from_utf8_lossy(&build.stdout);
    let executable = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let path = executable.filter_map(|it| it["executable"].as_str().map(PathBuf::from)).next_back();
    path.unwrap_or_else(|| {
        panic!("{name} does not build: {}", String::from_utf8_lossy(&build.stderr))
    })
}
