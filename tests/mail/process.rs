//! An application as a process, whose environment says how its mail goes.

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use axum::Router;
use fastauth::{Auth, CookieConfig, EmailVerification, config::Limits, store::Memory};
use fastauth_tests::{BASE_URL, Client, SECRET, User, cheap, free_address};
use tokio::net::TcpStream;

/// By what tokens travel.
const TRANSPORT: &str = "FASTAUTH_TEST_TRANSPORT";

/// A process of the application, ended with the test.
pub(crate) struct Process {
    child: Child,
    client: Client,
}

impl Process {
    /// One that sends its mail to this port of this machine.
    pub(crate) async fn start(port: u16) -> Self {
        Self::start_with(port, "bearer").await
    }

    /// The same with tokens that travel by `bearer` or by `cookies`.
    pub(crate) async fn start_with(port: u16, transport: &str) -> Self {
        let mut child = Command::new(env::current_exe().expect("it runs"))
            .args(["--exact", "process::serves_until_it_is_asked_to_stop"])
            .args(["--ignored", "--nocapture"])
            .envs([("FASTAUTH_SECRET", SECRET), ("FASTAUTH_BASE_URL", BASE_URL)])
            .env("FASTAUTH_SMTP_URL", format!("smtp://127.0.0.1:{port}"))
            .env("FASTAUTH_MAIL_FROM", "Example <no-reply@example.com>")
            .env(TRANSPORT, transport)
            // It ends when this is closed, however the test ended.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let printed = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut lines = printed.lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("serves at ")?.parse().ok());
        let address = address.expect("it has ended");
        // What it prints at its end is read, so that it does not wait for that.
        thread::spawn(move || lines.for_each(drop));
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
        let client = Client::new(address).with("sec-fetch-site", "same-origin");
        Self { child, client }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// How many KiB of memory it holds; nothing where the system does not say.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        resident.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// Asks it to stop, and says how long it took to end well.
    pub(crate) async fn stop(mut self) -> Duration {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                assert!(status.success(), "{status}");
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not stop");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is what `Process::start` starts"]
async fn serves_until_it_is_asked_to_stop() {
    thread::spawn(|| {
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        process::exit(1);
    });
    let builder = Auth::<User>::builder()
        .password_hasher(cheap())
        .throttle(Limits::off())
        .email_verification(EmailVerification::Required)
        .magic_link_signup();
    let by_cookies = env::var(TRANSPORT).is_ok_and(|transport| transport == "cookies");
    let builder = if by_cookies { builder.cookies(CookieConfig::new()) } else { builder };
    let auth = builder.store(Memory::new()).build().await.expect("complete");
    let app = Router::new().nest("/auth", auth.routes()).with_state(auth.clone());
    let address = free_address().await.to_string();
    println!("serves at {address}");
    fastauth::serve(app, &address, auth).await.expect("it serves");
}
