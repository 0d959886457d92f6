//! The quickstart on a database that is there: how soon it answers, and what it holds then.

use std::{io::Result, thread::sleep, time::Duration};

use crate::{
    Bench,
    table::{Goal, Row, median},
};

pub fn start(bench: &Bench) -> Result<()> {
    let database = bench.sqlite("start")?;
    drop(bench.start("quickstart", &database)?);
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..2 * bench.rounds {
        let server = bench.start("quickstart", &database)?;
        times.push(server.started_in.as_secs_f64() * 1000.0);
        sleep(Duration::from_millis(300));
        memory.push(server.memory()?);
    }
    let (time, memory) = (median(times), median(memory));
    Row {
        work: "start of the quickstart to its first answer".to_owned(),
        ours: format!("{time:.1} ms"),
        beside: "50 ms".to_owned(),
        ratio: time / 50.0,
        goal: Goal::AtMost(1.0),
    }
    .print();
    Row {
        work: "idle memory of the quickstart".to_owned(),
        ours: format!("{memory:.1} MiB"),
        beside: "15 MiB".to_owned(),
        ratio: memory / 15.0,
        goal: Goal::AtMost(1.0),
    }
    .print();
    Ok(())
}
