//! An example as a process.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use fastauth_tests::{Client, Scratch};
use serde_json::Value;

/// An example that runs in a folder of its own. It is ended with the test.
pub(crate) struct Running {
    name: &'static str,
    child: Child,
    printed: BufReader<ChildStdout>,
    address: SocketAddr,
    /// Where what it says besides goes, its mails among it.
    said: PathBuf,
}

impl Running {
    pub(crate) fn start(name: &'static str, scratch: &Scratch, settings: &[(&str, &str)]) -> Self {
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
        let mut command = command(name, scratch);
        command.env("FASTAUTH_ADDR", address.to_string()).envs(settings.iter().copied());
        let said = scratch.path().join(format!("said-{}", address.port()));
        command.stdout(Stdio::piped()).stderr(File::create(&said).expect("a file"));
        let mut child = command.spawn().expect("it starts");
        let printed = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { name, child, printed, address, said }
    }

    /// Where it listens, sooner or later.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The lines for a shell among what it prints.
    pub(crate) fn script(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while lines.last() != Some(&last_line(self.name)) {
            lines.push(self.line());
        }
        self.wait_until_it_listens();
        let is_for_a_shell = |line: &String| !line.starts_with(' ') && line.contains(['=', '$']);
        lines.into_iter().filter(is_for_a_shell).collect()
    }

    /// Waits until it prints a line with this in it.
    pub(crate) fn says(&mut self, what: &str) {
        while !self.line().contains(what) {}
    }

    /// The links in the mails it has printed so far.
    pub(crate) fn links(&self) -> Vec<String> {
        let said = fs::read_to_string(&self.said).expect("text");
        let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let words = whole.lines().filter_map(|line| line.strip_prefix("  │ "));
        words.filter(|word| word.starts_with("http")).map(str::to_owned).collect()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.printed.read_line(&mut line).expect("text");
        assert!(read > 0, "{} has ended", self.name);
        line.trim_end_matches('\n').to_owned()
    }

    pub(crate) fn client(&self) -> Client {
        self.wait_until_it_listens();
        Client::new(self.address)
    }

    fn wait_until_it_listens(&self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it at once, whatever it is at.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ran");
    }

    /// Asks it to stop; whether it did within ten seconds, and well.
    pub(crate) fn stop(&mut self) -> bool {
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

/// The last line that an example prints before it serves.
fn last_line(name: &str) -> String {
    let (package, _) = parts(name);
    let path = format!("{}/../examples/{package}/src/try.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    text.lines().last().expect("lines").to_owned()
}

/// The example's program, with no setting of ours in its environment.
pub(crate) fn command(name: &'static str, scratch: &Scratch) -> Command {
    let mut command = Command::new(built(name));
    command.current_dir(scratch.path());
    for setting in [
        "DATABASE_URL",
        "REDIS_URL",
        "FASTAUTH_BASE_URL",
        "FASTAUTH_FIRST_ADMINISTRATOR",
        "FASTAUTH_MAIL_FROM",
        "FASTAUTH_SECRET",
        "FASTAUTH_SMTP_URL",
        "ACCOUNTS_URL",
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_SECRET",
        "GOOGLE_CLIENT_ID",
        "GOOGLE_CLIENT_SECRET",
        "OIDC_ISSUER",
        "PASETO_KEY",
    ] {
        command.env_remove(setting);
    }
    command
}

/// Where an example lies. It is built once: cargo has others wait while it builds.
fn built(name: &'static str) -> PathBuf {
    static BUILT: LazyLock<Mutex<HashMap<&str, PathBuf>>> = LazyLock::new(Mutex::default);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(name).or_insert_with(|| build(name)).clone()
}

/// The package of a program, and its name there: `microservice/accounts`, or one name for both.
fn parts(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, name))
}

fn build(name: &str) -> PathBuf {
    let (package, program) = parts(name);
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--message-format=json"])
        .args(["--package", package, "--bin", program])
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
