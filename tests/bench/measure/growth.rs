//! What the same work costs when there are a thousand times as many users and sessions.

use std::{
    io::{Error, Result},
    process::Command,
};

use crate::{
    Bench,
    person::{credentials, people, sign_in},
    server::Server,
    table::{Goal, Row, median, rate},
    wrk,
};

const FEW: u32 = 1_000;
const MANY: u32 = 1_000_000;
/// How many sessions refresh at a time.
const REFRESHING: u32 = 16;

/// A server with so many users and sessions, and a file of requests of some of these.
struct Grown {
    server: Server,
    asked: String,
    lookups: Vec<f64>,
    refreshes: Vec<f64>,
    sign_ins: Vec<f64>,
}

impl Grown {
    fn new(bench: &Bench, database: &str, size: u32) -> Result<Self> {
        let server = bench.start("ours", database)?;
        people(&server, "/auth", REFRESHING)?;
        let asked = bench.place.join(format!("grown-{size}.txt")).display().to_string();
        let filled = Command::new(bench.programs.join("fill"))
            .args([database, &size.to_string(), &asked])
            .status()?;
        if !filled.success() {
            return Err(Error::other("the database could not be filled"));
        }
        let (lookups, refreshes, sign_ins) = Default::default();
        Ok(Self { server, asked, lookups, refreshes, sign_ins })
    }

    fn run(&mut self, seconds: u32) -> Result<()> {
        let address = self.server.address.as_str();
        let asked = std::slice::from_ref(&self.asked);
        let outcome = wrk::script("get.lua", (address, ""), (1, 64), seconds, asked)?;
        let outcome = outcome.wait(seconds)?;
        if outcome.counted("failed")? > 0.0 {
            return Err(Error::other("some were refused"));
        }
        self.lookups.push(outcome.counted("answered")?);
        let mut connection = self.server.connect()?;
        let tokens = (0..REFRESHING).map(|number| sign_in(&mut connection, "/auth", number));
        let tokens: Vec<_> = tokens.map(|it| Ok(it?.refresh_token)).collect::<Result<_>>()?;
        let many = (REFRESHING, REFRESHING);
        let outcome =
            wrk::script("refresh.lua", (address, "/auth/refresh"), many, seconds, &tokens)?;
        self.refreshes.push(outcome.wait(seconds)?.counted("rotated")?);
        let ada = [credentials(0)];
        let outcome = wrk::script("login.lua", (address, "/auth/login"), (1, 16), seconds, &ada)?;
        self.sign_ins.push(outcome.wait(seconds)?.counted("granted")?);
        Ok(())
    }
}

pub fn of_sqlite(bench: &Bench) -> Result<()> {
    compare(bench, "SQLite", &bench.sqlite("few")?, &bench.sqlite("many")?)
}

pub fn of_postgres(bench: &Bench) -> Result<()> {
    compare(bench, "PostgreSQL", &bench.postgres("few")?, &bench.postgres("many")?)
}

fn compare(bench: &Bench, place: &str, few: &str, many: &str) -> Result<()> {
    let mut few = Grown::new(bench, few, FEW)?;
    let mut many = Grown::new(bench, many, MANY)?;
    for _ in 0..bench.rounds {
        few.run(bench.seconds)?;
        many.run(bench.seconds)?;
    }
    let rows = [
        ("lookup", many.lookups, few.lookups),
        ("refresh", many.refreshes, few.refreshes),
        ("sign-in", many.sign_ins, few.sign_ins),
    ];
    for (work, many, few) in rows {
        let (many, few) = (median(many), median(few));
        Row {
            work: format!("{work} among 10⁶ on {place}"),
            ours: rate(many),
            beside: format!("among 10³ {}", rate(few)),
            ratio: few / many,
            goal: Goal::AtMost(1.3),
        }
        .print();
    }
    Ok(())
}
