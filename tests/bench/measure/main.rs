//! What fastauth costs, beside what one would write or take instead: `bash tests/bench/run.sh`.
//!
//! Servers have one core and what drives them the other. Contenders take turns, each row is of one run, and a
//! figure is the median of all rounds.

mod client;
mod flood;
mod growth;
mod person;
mod rates;
mod server;
mod soak;
mod start;
mod table;
mod wrk;

use std::{
    env, fs,
    io::{Error, Result},
    path::PathBuf,
    process::{Command, Stdio},
};

use server::Server;

/// What the rows share.
pub struct Bench {
    rounds: u32,
    seconds: u32,
    /// Where the programs are.
    programs: PathBuf,
    /// Where databases are made, which `run.sh` deletes at the end.
    place: PathBuf,
    /// Where PostgreSQL is.
    postgres: String,
}

type Measure = fn(&Bench) -> Result<()>;

const ROWS: &[(&str, Measure)] = &[
    ("claims", rates::claims),
    ("user-sqlite", rates::user_of_sqlite),
    ("user-postgres", rates::user_of_postgres),
    ("refresh-sqlite", |bench| rates::refresh(bench, false)),
    ("refresh-postgres", |bench| rates::refresh(bench, true)),
    ("login", rates::login),
    ("flood-64", |bench| flood::flood(bench, 64)),
    ("flood-500", |bench| flood::flood(bench, 500)),
    ("growth-sqlite", growth::of_sqlite),
    ("growth-postgres", growth::of_postgres),
    ("start", start::start),
];

/// What takes longer than most have patience for: only if it is named, or by `--long`.
const LONG_ROWS: &[(&str, Measure)] = &[("minute", soak::minute), ("mixed", soak::mixed)];

fn main() -> Result<()> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "hash") {
        return hash(arguments.get(1).and_then(|it| it.parse().ok()).unwrap_or(3));
    }
    let mut option = |name: &str, usual: u32| {
        let Some(at) = arguments.iter().position(|it| it == name) else { return Ok(usual) };
        let value = arguments.get(at + 1).and_then(|it| it.parse().ok());
        arguments.drain(at..(at + 2).min(arguments.len()));
        value.ok_or_else(|| Error::other(format!("{name} takes a number")))
    };
    let (rounds, seconds) = (option("--rounds", 5)?, option("--seconds", 3)?);
    let is_long = arguments.iter().any(|it| it == "--long");
    arguments.retain(|it| it != "--long");
    let rows = || ROWS.iter().chain(LONG_ROWS);
    if let Some(unknown) = arguments.iter().find(|it| !rows().any(|(name, _)| name == it)) {
        let names: Vec<_> = rows().map(|(name, _)| *name).collect();
        return Err(Error::other(format!("no row `{unknown}`; there are {}", names.join(" "))));
    }
    let program = env::current_exe()?;
    let bench = Bench {
        rounds,
        seconds,
        programs: program.parent().ok_or_else(|| Error::other("no directory"))?.to_owned(),
        place: env::var_os("BENCH_PLACE").unwrap_or_else(|| ".".into()).into(),
        postgres: env::var("FASTAUTH_TEST_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned()),
    };
    table::head();
    let usual = if is_long { ROWS.len() + LONG_ROWS.len() } else { ROWS.len() };
    let is_asked_for = |number: usize, name: &str| {
        if arguments.is_empty() { number < usual } else { arguments.iter().any(|it| it == name) }
    };
    for (number, (name, measure)) in rows().enumerate() {
        if !is_asked_for(number, name) {
            continue;
        }
        if let Err(error) = measure(&bench) {
            eprintln!("{name}: {error}");
        }
    }
    Ok(())
}

impl Bench {
    fn start(&self, program: &str, database: &str) -> Result<Server> {
        Server::start(&self.programs.join(program).display().to_string(), database)
    }

    /// A new database, of nobody else.
    fn sqlite(&self, name: &str) -> Result<String> {
        let path = self.place.join(format!("{name}.db")).display().to_string();
        for file in [path.clone(), format!("{path}-wal"), format!("{path}-shm")] {
            if fs::exists(&file)? {
                fs::remove_file(file)?;
            }
        }
        Ok(path)
    }

    /// The same at the server; `run.sh` drops what is left.
    fn postgres(&self, name: &str) -> Result<String> {
        let name = format!("fastauth_bench_{}_{name}", std::process::id());
        psql(&self.postgres, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        psql(&self.postgres, &format!("CREATE DATABASE {name}"))?;
        let (server, _) = self.postgres.rsplit_once('/').unwrap_or((&self.postgres, ""));
        Ok(format!("{server}/{name}"))
    }

    /// The hashes a second that the servers' core makes if it does nothing else.
    fn hashes(&self) -> Result<f64> {
        let measure = self.programs.join("measure");
        let mut command = Command::new("taskset");
        let output =
            command.args(["-c", "0"]).arg(measure).args(["hash", &self.seconds.to_string()]);
        let text = String::from_utf8(output.output()?.stdout).map_err(Error::other)?;
        text.trim().parse().map_err(Error::other)
    }
}

fn psql(server: &str, statement: &str) -> Result<()> {
    let done =
        Command::new("psql").args([server, "-qc", statement]).stderr(Stdio::null()).status()?;
    if done.success() { Ok(()) } else { Err(Error::other("psql failed")) }
}

/// Hashes for some seconds, by what fastauth hashes with, and says how often a second.
fn hash(seconds: u64) -> Result<()> {
    use std::time::{Duration, Instant};

    use argon2::{Algorithm, Argon2, Block, Params, Version};
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
    let mut memory = vec![Block::default(); Params::default().block_count()];
    let (begun, mut count, mut tag) = (Instant::now(), 0.0, [0; 32]);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let done = argon2.hash_password_into_with_memory(
            b"correct horse battery staple",
            &[7; 16],
            &mut tag,
            memory.as_mut_slice(),
        );
        done.map_err(|error| Error::other(error.to_string()))?;
        count += 1.0;
    }
    println!("{}", count / begun.elapsed().as_secs_f64());
    Ok(())
}
