//! How many requests a second a route answers, beside the same work of others.

use std::io::Result;

use crate::{
    Bench,
    person::{self, Person, SIGN_IN},
    server::Server,
    table::{Goal, Row, median, rate},
    wrk,
};

/// A server, and a path of it.
struct Contender<'a> {
    name: &'a str,
    server: &'a Server,
    path: String,
    credential: String,
}

impl<'a> Contender<'a> {
    fn new(name: &'a str, server: &'a Server, path: &str, credential: &str) -> Self {
        let (path, credential) = (path.to_owned(), credential.to_owned());
        Self { name, server, path, credential }
    }
}

/// What an access token says, of a JWT, without a database.
pub fn claims(bench: &Bench) -> Result<()> {
    let bare = bench.start("bare", "")?;
    let by_hand = bench.start("by-hand", &bench.sqlite("claims-by-hand")?)?;
    let ours = bench.start("ours", &bench.sqlite("claims-ours")?)?;
    let theirs = settled(&by_hand, "")?.credential;
    let credential = settled(&ours, "/auth")?.credential;
    let contenders = [
        Contender::new("ours", &ours, "/claims", &credential),
        Contender::new("bare axum", &bare, "/claims", &credential),
        Contender::new("by hand", &by_hand, "/claims", &theirs),
    ];
    race(bench, "`Claims<U>` of a JWT", &contenders, &[Goal::AtLeast(0.75), Goal::None])
}

/// The session lives and its user is loaded, from SQLite.
pub fn user_of_sqlite(bench: &Bench) -> Result<()> {
    let axum_login = bench.start("with-axum-login", &bench.sqlite("user-axum-login")?)?;
    let by_hand = bench.start("by-hand", &bench.sqlite("user-by-hand")?)?;
    let ours = bench.start("ours", &bench.sqlite("user-ours")?)?;
    let contenders = [
        Contender::new("ours", &ours, "/me", &settled(&ours, "/auth")?.credential),
        Contender::new("axum-login", &axum_login, "/me", &settled(&axum_login, "")?.credential),
        Contender::new("by hand", &by_hand, "/me", &settled(&by_hand, "")?.credential),
    ];
    race(bench, "`CurrentUser<U>` on SQLite", &contenders, &[Goal::AtLeast(2.0), Goal::None])
}

/// The same from PostgreSQL, beside one row of it for whoever asks.
pub fn user_of_postgres(bench: &Bench) -> Result<()> {
    let database = bench.postgres()?;
    let by_hand = bench.start("by-hand", &database)?;
    let ours = bench.start("ours", &database)?;
    let theirs = settled(&by_hand, "")?;
    let credential = settled(&ours, "/auth")?.credential;
    let contenders = [
        Contender::new("ours", &ours, "/me", &credential),
        Contender::new("one row by sqlx", &by_hand, &format!("/row/{}", theirs.id), &credential),
        Contender::new("by hand", &by_hand, "/me", &theirs.credential),
    ];
    race(bench, "`CurrentUser<U>` on PostgreSQL", &contenders, &[Goal::AtLeast(0.85), Goal::None])
}

/// Refreshing with rotation, 16 sessions at a time.
pub fn refresh(bench: &Bench, is_postgres: bool) -> Result<()> {
    let postgres = bench.postgres()?;
    let database = |name: &str| {
        if is_postgres { Ok(postgres.clone()) } else { bench.sqlite(name) }
    };
    let by_hand = bench.start("by-hand", &database("refresh-by-hand")?)?;
    let ours = bench.start("ours", &database("refresh-ours")?)?;
    let mut tokens = [(&ours, "/auth"), (&by_hand, "")].map(|(server, accounts)| {
        settled(server, accounts)?;
        let mut connection = server.connect()?;
        let person = (0..16).map(|_| person::sign_in(&mut connection, accounts));
        let tokens: Result<Vec<_>> = person.map(|it| Ok(it?.refresh_token)).collect();
        Ok::<_, std::io::Error>((server, accounts, tokens?, Vec::new()))
    });
    for _ in 0..bench.rounds {
        for contender in &mut tokens {
            let Ok((server, accounts, tokens, rates)) = contender else { continue };
            let path = format!("{accounts}/refresh");
            let place = (server.address.as_str(), path.as_str());
            let outcome = wrk::script("refresh.lua", place, (16, 16), bench.seconds, tokens)?;
            let outcome = outcome.wait(bench.seconds)?;
            rates.push(outcome.counted("rotated")?);
            // Where each went on to is known to wrk alone.
            let mut connection = server.connect()?;
            for token in tokens.iter_mut() {
                *token = person::sign_in(&mut connection, accounts)?.refresh_token;
            }
        }
    }
    let [ours, by_hand] = tokens.map(|it| it.map(|(_, _, _, rates)| median(rates)));
    let (ours, by_hand) = (ours?, by_hand?);
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
    settled(&server, "/auth")?;
    let (mut rates, mut bounds) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let place = (server.address.as_str(), "/auth/login");
        let arguments = [SIGN_IN.to_owned()];
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

/// Ada, signed up and signed in.
pub fn settled(server: &Server, accounts: &str) -> Result<Person> {
    person::sign_up(server, accounts)?;
    person::sign_in(&mut server.connect()?, accounts)
}

/// Each in turn, several times; the first of them is ours, and the goals are about the others.
fn race(bench: &Bench, work: &str, contenders: &[Contender<'_>], goals: &[Goal]) -> Result<()> {
    let mut rates = vec![Vec::new(); contenders.len()];
    for _ in 0..bench.rounds {
        for (contender, rates) in contenders.iter().zip(&mut rates) {
            let Contender { server, path, credential, .. } = contender;
            rates.push(wrk::rate(&server.address, path, credential, 64, bench.seconds)?);
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
