//! What is felt, and what stays, of load that lasts.

use std::{
    io::{Error, Result},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    Bench,
    flood::{Seen, probe},
    person::{credentials, people},
    table::{Goal, Row},
    wrk,
};

const MINUTE: u32 = 60;

/// 500 sign in for a minute, and all is as before a minute later.
pub fn minute(bench: &Bench) -> Result<()> {
    let server = bench.start("ours", &bench.sqlite("minute")?)?;
    let ada = people(&server, "/auth", 1)?.pop();
    let credential = ada.map_or_else(String::new, |it| it.credential);
    let probe = |seconds| probe(&server, &credential, seconds);
    let before = probe(MINUTE / 4)?;
    let place = (server.address.as_str(), "/auth/login");
    let load = wrk::beside("login.lua", place, (1, 500), MINUTE, &[credentials(0)])?;
    let during = probe(MINUTE - 1)?;
    let outcome = load.wait(MINUTE)?;
    let (peak, held) = (server.peak_memory()?, server.memory()?);
    sleep(Duration::from_secs(MINUTE.into()));
    let (after, rests) = (probe(MINUTE / 4)?, server.memory()?);
    let shown = |seen: &Seen| format!("{:.2} ms (p50 {:.2})", seen.p99, seen.p50);
    for (when, seen, goal) in [("for a minute", &during, 3.0), ("a minute later", &after, 1.2)] {
        Row {
            work: format!("protected route while 500 sign in {when}, p99"),
            ours: shown(seen),
            beside: format!("before {}", shown(&before)),
            ratio: seen.p99 / before.p99,
            goal: Goal::AtMost(goal),
        }
        .print();
    }
    let errors = before.errors + during.errors + after.errors;
    Row {
        work: "the same, errors".to_owned(),
        ours: errors.to_string(),
        beside: format!(
            "{:.1}/s signed in, {:.0}/s told to come again, {:.0}/s otherwise",
            outcome.counted("granted")?,
            outcome.counted("overloaded")?,
            outcome.counted("others")?
        ),
        ratio: f64::from(errors),
        goal: Goal::AtMost(0.0),
    }
    .print();
    Row {
        work: "the same, peak memory".to_owned(),
        ours: format!("{peak:.1} MiB"),
        beside: format!("79 MiB; {held:.1} at the end, {rests:.1} a minute later"),
        ratio: peak / 79.0,
        goal: Goal::AtMost(1.0),
    }
    .print();
    Ok(())
}

/// Half an hour of sign-ins, refreshes and requests, after five minutes of it. A hundred thousand sessions
/// and a million throttle keys end meanwhile.
pub fn mixed(bench: &Bench) -> Result<()> {
    const WARM_UP: u32 = 5 * MINUTE;
    const LASTS: u32 = 30 * MINUTE;
    const ENDING: &str = "100000";
    let database = bench.sqlite("mixed")?;
    let server = bench.start("ours", &database)?;
    let people = people(&server, "/auth", 4)?;
    let fill = bench.programs.join("fill");
    let within = (20 * MINUTE).to_string();
    if !Command::new(fill).args([&database, ENDING, "--ending", &within]).status()?.success() {
        return Err(Error::other("the database could not be filled"));
    }
    let tokens: Vec<_> = people.iter().map(|it| it.refresh_token.clone()).collect();
    let address = server.address.as_str();
    let whole = WARM_UP + LASTS;
    let login =
        wrk::script("login.lua", (address, "/auth/login"), (1, 8), whole, &[credentials(0)])?;
    let refresh = wrk::script("refresh.lua", (address, "/auth/refresh"), (4, 4), whole, &tokens)?;
    sleep(Duration::from_secs(WARM_UP.into()));
    let (warm, begun) = (server.memory()?, Instant::now());
    login.wait(whole)?;
    refresh.wait(whole)?;
    let (end, minutes) = (server.memory()?, begun.elapsed().as_secs_f64() / 60.0);
    let slope = (end - warm) / minutes * 10.0;
    Row {
        work: "memory of half an hour of mixed load".to_owned(),
        ours: format!("{slope:.2} MiB in ten minutes"),
        beside: format!("1 MiB; {warm:.1} after five minutes, {end:.1} at the end"),
        ratio: slope,
        goal: Goal::AtMost(1.0),
    }
    .print();
    let left = over(&database)?;
    Row {
        work: "rows that were over before the last two sweeps".to_owned(),
        ours: left.to_string(),
        beside: "of 100,000 sessions and 1,000,000 throttle keys".to_owned(),
        ratio: left,
        goal: Goal::AtMost(0.0),
    }
    .print();
    Ok(())
}

/// The rows that two sweeps, a minute apart, should have deleted.
fn over(database: &str) -> Result<f64> {
    let before = "(CAST(strftime('%s', 'now') AS INTEGER) - 130) * 1000000";
    let count = |table| format!("(SELECT count(*) FROM {table} WHERE ends_at <= {before})");
    let text = format!("SELECT {} + {}", count("fastauth_sessions"), count("fastauth_budgets"));
    let output = Command::new("sqlite3").args([database, &text]).output()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(Error::other)
}
