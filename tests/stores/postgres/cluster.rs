//! A server of the test's own, which dies, freezes and comes back.

use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fastauth_tests::{Scratch, services_are_required};
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};

/// A process of `postgres` and those it has made, ended with the test.
pub(crate) struct Cluster {
    port: u16,
    programs: Programs,
    scratch: Scratch,
    child: Child,
}

impl Cluster {
    /// `None`, and a line that says so, when there are no such programs and nothing demands them.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let Some(programs) = Programs::find() else {
            assert!(!services_are_required(), "no `initdb`");
            let line = format!("skipped: {test}: install `postgresql`\n");
            let _ = io::stderr().write_all(line.as_bytes());
            return None;
        };
        let scratch = Scratch::new();
        programs.give(scratch.path());
        let made = programs
            .command("initdb")
            .args(["--pgdata", &scratch.file("data"), "--username", "postgres"])
            .args(["--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = programs.serve(port, &scratch.file("data"));
        let mut cluster = Self { port, programs, scratch, child };
        cluster.wait().await;
        Some(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// From now on it says nothing, and no connection is closed.
    pub(crate) fn freeze(&self) {
        // The one first that makes the others.
        signal("-STOP", &[self.child.id()]);
        signal("-STOP", &self.made());
    }

    /// It goes on where it stood: first those who were at something.
    pub(crate) fn thaw(&self) {
        signal("-CONT", &self.made());
        signal("-CONT", &[self.child.id()]);
    }

    /// Ends all of it at once, whatever it is at.
    pub(crate) fn kill(&mut self) {
        let made = self.made();
        self.child.kill().unwrap();
        signal("-KILL", &made);
        self.child.wait().unwrap();
    }

    /// Asks it to end without waiting for its clients, and waits until it has.
    pub(crate) fn stop(&mut self) {
        signal("-INT", &[self.child.id()]);
        self.child.wait().unwrap();
    }

    pub(crate) async fn restart(&mut self) {
        self.child = self.programs.serve(self.port, &self.scratch.file("data"));
        self.wait().await;
    }

    /// Until it answers. What is left of one that was killed may keep it from starting for a moment.
    async fn wait(&mut self) {
        let begun = Instant::now();
        let url = self.url();
        let connect = || timeout(Duration::from_secs(1), PgConnection::connect(&url));
        while !matches!(connect().await, Ok(Ok(_))) {
            assert!(begun.elapsed() < Duration::from_secs(20), "postgres does not start");
            if self.child.try_wait().unwrap().is_some() {
                self.child = self.programs.serve(self.port, &self.scratch.file("data"));
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The processes that the first one has made.
    fn made(&self) -> Vec<u32> {
        let first = self.child.id().to_string();
        let listed = Command::new("pgrep").args(["-P", &first]).output().unwrap();
        String::from_utf8(listed.stdout).unwrap().lines().map(|id| id.parse().unwrap()).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let made = self.made();
        drop(self.child.kill());
        signal("-KILL", &made);
        drop(self.child.wait());
    }
}

fn signal(signal: &str, processes: &[u32]) {
    let processes = processes.iter().map(ToString::to_string);
    // One that has just ended is none to be told.
    drop(Command::new("kill").arg(signal).args(processes).stderr(Stdio::null()).status());
}

/// Where the programs of PostgreSQL lie, and who may run them: never root.
struct Programs {
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders = env::split_paths(&path).chain(debian.map(|it| it.path().join("bin")));
        let folder =
            folders.find(|it| it.join("initdb").exists() && it.join("postgres").exists())?;
        let user = match id(&["-u"])? {
            0 => Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)),
            _ => None,
        };
        Some(Self { folder, user })
    }

    fn give(&self, folder: &Path) {
        if let Some((user, group)) = self.user {
            chown(folder, Some(user), Some(group)).unwrap();
        }
        fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).unwrap();
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.current_dir("/").stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// A kill loses nothing that was handed to the system, so nothing waits for the disk.
    fn serve(&self, port: u16, data: &str) -> Child {
        let mut command = self.command("postgres");
        command.args(["-D", data, "-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "unix_socket_directories=", "-c", "fsync=off"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }
}

fn id(of: &[&str]) -> Option<u32> {
    let told = Command::new("id").args(of).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(told.stdout).ok()?.trim().parse().ok()
}
