use std::{
    io::{Error, Result},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The core that load comes from.
const CORE: &str = "1";

/// Load that is on its way.
pub struct Load(Child);

/// What came of it.
pub struct Outcome {
    seconds: f64,
    text: String,
}

/// Load by a script in `load/`, with its arguments.
pub fn script(
    name: &str,
    place: (&str, &str),
    many: (u32, u32),
    seconds: u32,
    arguments: &[String],
) -> Result<Load> {
    start("--other", name, place, many, seconds, arguments)
}

/// The same for somebody who measures beside it, and goes first: it has what is left of the core.
pub fn beside(
    name: &str,
    place: (&str, &str),
    many: (u32, u32),
    seconds: u32,
    arguments: &[String],
) -> Result<Load> {
    start("--idle", name, place, many, seconds, arguments)
}

fn start(
    policy: &str,
    name: &str,
    (address, path): (&str, &str),
    (threads, connections): (u32, u32),
    seconds: u32,
    arguments: &[String],
) -> Result<Load> {
    let mut command = Command::new("taskset");
    command
        .args(["-c", CORE, "chrt", policy, "0", "wrk"])
        .args([format!("-t{threads}"), format!("-c{connections}"), format!("-d{seconds}s")])
        .args(["--timeout", "30s", "-s"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("load").join(name))
        .arg(format!("http://{address}{path}"))
        .arg("--")
        .args(arguments)
        .stdout(Stdio::piped());
    command.spawn().map(Load)
}

impl Load {
    pub fn wait(self, seconds: u32) -> Result<Outcome> {
        let output = self.0.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            return Err(Error::other(text));
        }
        Ok(Outcome { seconds: f64::from(seconds), text })
    }
}

impl Outcome {
    /// What a script counted under a name, by the second.
    pub fn counted(&self, name: &str) -> Result<f64> {
        let line = self.text.lines().find_map(|it| it.strip_prefix(&format!("count {name} ")));
        let count: f64 = line.and_then(|it| it.parse().ok()).ok_or_else(|| self.unread())?;
        Ok(count / self.seconds)
    }

    fn unread(&self) -> Error {
        Error::other(format!("wrk said: {}", self.text))
    }
}
