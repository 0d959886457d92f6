//! What others feel of a flood of sign-ins.

use std::{
    io::Result,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    Bench,
    person::{credentials, people},
    server::Server,
    table::{Goal, Row, median, percentile},
    wrk,
};

/// What a client saw that asks a hundred times a second.
pub struct Seen {
    pub p50: f64,
    pub p99: f64,
    pub errors: u32,
}

/// A server that is flooded, and what was seen of it.
struct Flooded {
    server: Server,
    accounts: &'static str,
    credential: String,
    idle: Vec<Seen>,
    flooded: Vec<Seen>,
    granted: Vec<f64>,
    overloaded: Vec<f64>,
    others: f64,
}

impl Flooded {
    fn new(server: Server, accounts: &'static str) -> Result<Self> {
        let ada = people(&server, accounts, 1)?.pop();
        let credential = ada.map_or_else(String::new, |it| it.credential);
        let (idle, flooded, granted, overloaded) = Default::default();
        Ok(Self { server, accounts, credential, idle, flooded, granted, overloaded, others: 0.0 })
    }

    /// One round: nobody signs in, then so many at a time.
    fn run(&mut self, connections: u32, seconds: u32) -> Result<()> {
        self.idle.push(probe(&self.server, &self.credential, seconds)?);
        let path = format!("{}/login", self.accounts);
        let place = (self.server.address.as_str(), path.as_str());
        let arguments = [credentials(0)];
        let load = wrk::beside("login.lua", place, (1, connections), seconds + 1, &arguments)?;
        sleep(Duration::from_millis(500));
        self.flooded.push(probe(&self.server, &self.credential, seconds)?);
        let outcome = load.wait(seconds + 1)?;
        self.granted.push(outcome.counted("granted")?);
        self.overloaded.push(outcome.counted("overloaded")?);
        self.others += outcome.counted("others")?;
        Ok(())
    }

    fn errors(&self) -> u32 {
        self.idle.iter().chain(&self.flooded).map(|it| it.errors).sum()
    }
}

fn p50(of: &[Seen]) -> f64 {
    median(of.iter().map(|it| it.p50).collect())
}

fn p99(of: &[Seen]) -> f64 {
    median(of.iter().map(|it| it.p99).collect())
}

/// So many sign in at a time, and another asks for the protected route.
pub fn flood(bench: &Bench, connections: u32) -> Result<()> {
    let mut ours = Flooded::new(bench.start("ours", &bench.sqlite("flood-ours")?)?, "/auth")?;
    let theirs = bench.start("with-axum-login", &bench.sqlite("flood-axum-login")?)?;
    let mut theirs = Flooded::new(theirs, "")?;
    for _ in 0..bench.rounds {
        ours.run(connections, bench.seconds)?;
        if connections < 100 {
            theirs.run(connections, bench.seconds)?;
        }
    }
    let work = format!("protected route while {connections} sign in");
    Row {
        work: format!("{work}, p99"),
        ours: format!("{:.2} ms (p50 {:.2})", p99(&ours.flooded), p50(&ours.flooded)),
        beside: format!("idle {:.2} ms (p50 {:.2})", p99(&ours.idle), p50(&ours.idle)),
        ratio: p99(&ours.flooded) / p99(&ours.idle),
        goal: Goal::AtMost(3.0),
    }
    .print();
    Row {
        work: format!("{work}, errors"),
        ours: ours.errors().to_string(),
        beside: format!(
            "{:.1}/s signed in, {:.0}/s told to come again, {:.0}/s otherwise",
            median(ours.granted.clone()),
            median(ours.overloaded.clone()),
            ours.others
        ),
        ratio: f64::from(ours.errors()) + ours.others,
        goal: Goal::AtMost(0.0),
    }
    .print();
    let (peak, bound) = (ours.server.peak_memory()?, 60.0 + 19.0);
    Row {
        work: format!("{work}, peak memory"),
        ours: format!("{peak:.1} MiB"),
        beside: format!("60 MiB and 19 a permit: {bound:.0} MiB"),
        ratio: peak / bound,
        goal: Goal::AtMost(1.0),
    }
    .print();
    if theirs.flooded.is_empty() {
        return Ok(());
    }
    Row {
        work: format!("{work}, p99"),
        ours: format!("{:.2} ms", p99(&ours.flooded)),
        beside: format!(
            "axum-login {:.0} ms, {} errors, {:.1}/s signed in, {:.0} MiB at most",
            p99(&theirs.flooded),
            theirs.errors(),
            median(theirs.granted.clone()),
            theirs.server.peak_memory()?
        ),
        ratio: p99(&ours.flooded) / p99(&theirs.flooded),
        goal: Goal::None,
    }
    .print();
    Ok(())
}

/// Asks a hundred times a second, however long an answer takes: what it should have asked meanwhile counts
/// as waiting from then.
pub fn probe(server: &Server, credential: &str, seconds: u32) -> Result<Seen> {
    const EVERY: Duration = Duration::from_millis(10);
    let mut connection = server.connect()?;
    let (mut waited, mut errors) = (Vec::new(), 0);
    let begun = Instant::now();
    for number in 0..seconds * 100 {
        let due = begun + EVERY * number;
        let early = due.saturating_duration_since(Instant::now());
        let asked = if early.is_zero() {
            due
        } else {
            sleep(early);
            Instant::now()
        };
        match connection.get("/me", credential) {
            Ok(reply) if reply.status == 200 => {}
            Ok(_) => errors += 1,
            Err(_) => {
                errors += 1;
                connection = server.connect()?;
            }
        }
        waited.push(asked.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(Seen { p50: percentile(waited.clone(), 0.5), p99: percentile(waited, 0.99), errors })
}
