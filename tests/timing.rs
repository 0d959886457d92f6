//! Who has an account here? Somebody measures how long the answer takes, for an address that is known
//! and one that is not, a few hundred times in turn. In a target of its own: nothing runs beside it.
//!
//! Sources: ASVS 6.3.8; OWASP Authentication; CVE-2019-19844's kin in every framework.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use fastauth::{EmailVerification, password::Argon2id, store::Sqlite};
use fastauth_tests::{Client, Mailbox, Scratch, User, World, signup};
use serde_json::{Value, json};

/// How often each of the two is asked.
const PAIRS: usize = 300;
/// What nobody tells apart over a network.
const LEAST: Duration = Duration::from_millis(2);
/// How sure one must be that there is a difference.
const CHANCE: f64 = 0.01;

/// What is sent for an address.
type Body = fn(&str) -> Value;

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_takes_longer_for_who_is_known() {
    let scratch = Scratch::new();
    let store = Sqlite::open(scratch.new_file()).await.unwrap();
    let mailbox = Mailbox::default();
    // As it is computed in earnest, with less memory.
    let hasher = Argon2id::with_costs(2_048, 2, 1).unwrap();
    let world: World<User> = World::built(store, |it| {
        let it = it.password_hasher(hasher).email(mailbox.outbox());
        it.magic_links().email_verification(EmailVerification::Required)
    })
    .await;
    let known = "known@example.com";
    world.client.post("/auth/register", signup(known)).await;
    mailbox.expect(known, "VerifyEmail").await;

    let login = |email: &str| json!({ "email": email, "password": "not the password" });
    let mailed = |email: &str| json!({ "email": email });
    let asked: [(&str, Body); 5] = [
        ("/auth/login", login),
        ("/auth/register", signup),
        ("/auth/password/forgot", mailed),
        ("/auth/email/verification", mailed),
        ("/auth/magic-link", mailed),
    ];
    for (path, body) in asked {
        // Noise is told once more; a difference stays.
        let first = compared(&world.client, path, known, body).await;
        if first.is_some() {
            let second = compared(&world.client, path, known, body).await;
            assert!(second.is_none(), "{path}: {first:?}, and again {second:?}");
        }
    }
}

/// What tells the two apart, if anything does.
async fn compared(client: &Client, path: &str, known: &str, body: Body) -> Option<String> {
    let (mut there, mut absent) = (Vec::new(), Vec::new());
    for number in 0..PAIRS {
        let unknown = format!("nobody{number}-{}@example.com", uuid::Uuid::now_v7());
        let mut turns = [(known, &mut there), (unknown.as_str(), &mut absent)];
        if number % 2 == 1 {
            turns.reverse();
        }
        for (email, times) in turns {
            let body = body(email);
            let begun = Instant::now();
            client.post(path, body).await;
            times.push(begun.elapsed());
        }
    }
    let chance = mann_whitney(&there, &absent);
    let [known, unknown] = [median(&mut there), median(&mut absent)];
    let difference = known.abs_diff(unknown);
    let is_seen = difference > LEAST.max(known / 20) || chance < CHANCE;
    let told = format!("{path}: known {known:?}, unknown {unknown:?}, by chance {chance:.4}");
    eprintln!("{told}");
    is_seen.then_some(told)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How likely such a difference is if there is none: the test of Mann and Whitney, by its normal
/// approximation.
fn mann_whitney(one: &[Duration], other: &[Duration]) -> f64 {
    let wins = |a: &Duration| other.iter().filter(|b| a > *b).count();
    let sum: usize = one.iter().map(wins).sum();
    let [u, n, m] = [sum, one.len(), other.len()].map(|it| f64::from(u32::try_from(it).unwrap()));
    let spread = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let z = ((u - n * m / 2.0) / spread).abs();
    2.0 * beyond(z)
}

/// How much of a normal distribution lies beyond this many deviations (Abramowitz and Stegun 26.2.17).
fn beyond(z: f64) -> f64 {
    const TERMS: [f64; 5] =
        [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_53];
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = TERMS.iter().fold(0.0, |sum, term| t * (term + sum));
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series
}

#[test]
fn a_difference_is_seen_where_there_is_one() {
    let times = |from: u64| (from..from + 300).map(Duration::from_micros).collect::<Vec<_>>();
    assert!(mann_whitney(&times(0), &times(0)) > 0.9);
    assert!(mann_whitney(&times(0), &times(10)) > CHANCE);
    assert!(mann_whitney(&times(0), &times(60)) < CHANCE);
    assert!((beyond(1.96) - 0.025).abs() < 1e-4 && (beyond(0.0) - 0.5).abs() < 1e-6);
}
