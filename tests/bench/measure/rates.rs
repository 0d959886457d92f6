//! How many requests a second a route answers, beside the same work of others.

use std::{
    fs,
    io::{Error, Result},
};

use crate::{
    Bench,
    person::{self, Person, credentials, people},
    server::Server,
    table::{Goal, Row, median, rate},
    wrk,
};

/// How many people ask in turn.
const MANY: u32 = 64;

/// A server, and what it is asked for: a file with a path and a credential on each line.
struct Contender<'a> {
    name: &'a str,
    server: &'a Server,
    asked: String,
}

impl<'a> Contender<'a> {
    fn new(
        bench: &Bench,
        name: &'a str,
        server: &'a Server,
        asked: impl Iterator<Item = (String, String)>,
    ) -> Result<Self> {
        let file = bench.place.join(format!("{name}.txt"));
        let lines: Vec<_> =
            asked.map(|(path, credential)| format!("{path} {credential}")).collect();
        fs::write(&file, lines.join("\n"))?;
        Ok(Self { name, server, asked: file.display().to_string() })
    }

    /// One that each of these people asks for the same.
    fn of(
        bench: &Bench,
        name: &'a str,
        server: &'a Server,
        path: &str,
        people: &[Person],
    ) -> Result<Self> {
        let asked = people.iter().map(|it| (path.to_owned(), it.credential.clone()));
        Self::new(bench, name, server, asked)
    }
}

/// What an access token says, of a JWT, without a database.
pub fn claims(bench: &Bench) -> Result<()> {
    let bare = bench.start("bare", "")?;
    let by_hand = bench.start("by-hand", &bench.sqlite("claims-by-hand")?)?;
    let ours = bench.start("ours", &bench.sqlite("claims-ours")?)?;
    let their_people = people(&by_hand, "", MANY)?;
    let our_people = people(&ours, "/auth", MANY)?;
    let contenders = [
        Contender::of(bench, "ours", &ours, "/claims", &our_people)?,
        // The same requests, which it does not look at.
        Contender::of(bench, "bare axum", &bare, "/claims", &our_people)?,
        Contender::of(bench, "by hand", &by_hand, "/claims", &their_people)?,
    ];
    race(bench, "`Claims<U>` of a JWT", &contenders, &[Goal::AtLeast(0.75), Goal::None])
}

/// The session lives and its user is loaded, from SQLite.
pub fn user_of_sqlite(bench: &Bench) -> Result<()> {
    let axum_login = bench.start("with-axum-login", &bench.sqlite("user-axum-login")?)?;
    let by_hand = bench.start("by-hand", &bench.sqlite("user-by-hand")?)?;
    let ours = bench.start("ours", &bench.sqlite("user-ours")?)?;
    let of = |name, server, accounts| {
        Contender::of(bench, name, server, "/me", &people(server, accounts, MANY)?)
    };
    let contenders = [
        of("ours", &ours, "/auth")?,
        of("axum-login", &axum_login, "")?,
        of("by hand", &by_hand, "")?,
    ];
    race(bench, "`CurrentUser<U>` on SQLite", &contenders, &[Goal::AtLeast(2.0), Goal::None])
}

/// The same from PostgreSQL, beside one row of it for whoever asks.
pub fn user_of_postgres(bench: &Bench) -> Result<()> {
    let database = bench.postgres("users")?;
    let by_hand = bench.start("by-hand", &database)?;
    let ours = bench.start("ours", &database)?;
    let their_people = people(&by_hand, "", MANY)?;
    let our_people = people(&ours, "/auth", MANY)?;
    let rows = their_people.iter().map(|it| (format!("/row/{}", it.id), it.credential.clone()));
    let contenders = [
        Contender::of(bench, "ours", &ours, "/me", &our_people)?,
        Contender::new(bench, "one row by sqlx", &by_hand, rows)?,
        Contender::of(bench, "by hand", &by_hand, "/me", &their_people)?,
    ];
    race(bench, "`CurrentUser<U>` on PostgreSQL", &contenders, &[Goal::AtLeast(0.85), Goal::None])
}

/// Refreshing with rotation, 16 sessions at a time.
pub fn refresh(bench: &Bench, is_postgres: bool) -> Result<()> {
    const SESSIONS: u32 = 16;
    let postgres = bench.postgres("refresh")?;
    let database = |name| if is_postgres { Ok(postgres.clone()) } else { bench.sqlite(name) };
    let by_hand = bench.start("by-hand", &database("refresh-by-hand")?)?;
    let ours = bench.start("ours", &database("refresh-ours")?)?;
    people(&ours, "/auth", SESSIONS)?;
    people(&by_hand, "", SESSIONS)?;
    let mut contenders = [(&ours, "/auth", Vec::new()), (&by_hand, "", Vec::new())];
    for _ in 0..bench.rounds {
        for (server, accounts, rates) in &mut contenders {
            // Each session anew: where it went on to in the last round is known to wrk alone.
            let mut connection = server.connect()?;
            let tokens = (0..SESSIONS).map(|number| {
                person::sign_in(&mut connection, accounts, number).map(|it| it.refresh_token)
            });
            let tokens: Vec<_> = tokens.collect::<Result<_>>()?;
            let path = format!("{accounts}/refresh");
            let place = (server.address.as_str(), path.as_str());
            let outcome =
                wrk::script("refresh.lua", place, (SESSIONS, SESSIONS), bench.seconds, &tokens)?;
            rates.push(outcome.wait(bench.seconds)?.counted("rotated")?);
        }
    }
    let [ours, by_hand] = contenders.map(|(_, _, rates)| median(rates));
    let row = Row {
        work: format!(
            "refresh with rotation on {}",
            if is_postgres { "PostgreSQL" } else { "SQLite" }
        ),
        ours: rate(ours),
        beside: format!("by hand {}", rate(by_hand)),
        ratio: ours / by_hand,
        goal: Goal::AtLeast(0.8),
    };
    row.print();
    Ok(())
}

/// Signing in by password, 64 at a time, beside nothing but hashing on the same core.
pub fn login(bench: &Bench) -> Result<()> {
    let server = bench.start("ours", &bench.sqlite("login-ours")?)?;
    people(&server, "/auth", 1)?;
    let (mut rates, mut bounds) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let place = (server.address.as_str(), "/auth/login");
        let arguments = [credentials(0)];
        let load = wrk::script("login.lua", place, (1, 64), bench.seconds, &arguments)?;
        rates.push(load.wait(bench.seconds)?.counted("granted")?);
        bounds.push(bench.hashes()?);
    }
    let (ours, bound) = (median(rates), median(bounds));
    let row = Row {
        work: "login, 64 at a time".to_owned(),
        ours: rate(ours),
        beside: format!("nothing but hashing {}", rate(bound)),
        ratio: ours / bound,
        goal: Goal::AtLeast(0.95),
    };
    row.print();
    Ok(())
}

/// Each in turn, several times; the first of them is ours, and the goals are about the others.
fn race(bench: &Bench, work: &str, contenders: &[Contender<'_>], goals: &[Goal]) -> Result<()> {
    let mut rates = vec![Vec::new(); contenders.len()];
    for _ in 0..bench.rounds {
        for (contender, rates) in contenders.iter().zip(&mut rates) {
            let place = (contender.server.address.as_str(), "");
            let asked = std::slice::from_ref(&contender.asked);
            let load = wrk::script("get.lua", place, (1, 64), bench.seconds, asked)?;
            let outcome = load.wait(bench.seconds)?;
            if outcome.counted("failed")? > 0.0 {
                return Err(Error::other(format!("{} refused some", contender.name)));
            }
            rates.push(outcome.counted("answered")?);
        }
    }
    let mut medians = rates.into_iter().map(median);
    let ours = medians.next().unwrap_or(f64::NAN);
    for ((contender, theirs), goal) in contenders.iter().skip(1).zip(medians).zip(goals) {
        let row = Row {
            work: work.to_owned(),
            ours: rate(ours),
            beside: format!("{} {}", contender.name, rate(theirs)),
            ratio: ours / theirs,
            goal: *goal,
        };
        row.print();
    }
    Ok(())
}
