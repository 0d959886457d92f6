use std::{
    fs,
    io::{Error, Result},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::client::Connection;

/// The core that servers run on; what drives them has the other.
const CORE: &str = "0";
const SECRET: &str = "hMvmVVW1zOhsFj0mFyyLpjnAfOtZLOkY7zK1hEwLLlE";

/// A program under measurement, ended with this.
pub struct Server {
    child: Child,
    pub address: String,
    /// How long it took from its start to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts a program that takes its address and its database, and waits until it answers.
    pub fn start(program: &str, database: &str) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let begun = Instant::now();
        // It ends with this program, however that ends.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "taskset", "-c", CORE, program, &address, database])
            // A name that is no setting of ours would be a mistake.
            .env_remove("FASTAUTH_TEST_POSTGRES")
            .env("FASTAUTH_ADDR", &address)
            .env("DATABASE_URL", database)
            .env("FASTAUTH_SECRET", SECRET)
            .env("FASTAUTH_BANNER", "0")
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        while Connection::open(&server.address).and_then(|mut it| it.get("/nothing", "")).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(Error::other(format!("{program} ended: {status}")));
            }
            if begun.elapsed() > Duration::from_secs(20) {
                return Err(Error::other(format!("{program} does not answer")));
            }
            sleep(Duration::from_micros(200));
        }
        server.started_in = begun.elapsed();
        Ok(server)
    }

    pub fn connect(&self) -> Result<Connection> {
        Connection::open(&self.address)
    }

    /// The memory it holds now, in MiB.
    pub fn memory(&self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most memory that it ever held, in MiB.
    pub fn peak_memory(&self) -> Result<f64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
        kibibytes.map(|it: f64| it / 1024.0).ok_or_else(|| Error::other("no such line"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
