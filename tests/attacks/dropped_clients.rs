//! A client that hangs up at any moment: a lost phone, a closed tab, or somebody who resets each
//! connection on purpose. Its server drops what it was doing there. Afterwards either everything has
//! happened or nothing: no account nobody can enter, no password half changed, no place kept.
//!
//! Sources: ASVS 2.3.3; RFC 9700 §4.14; ory/hydra#1831 (a lost reply lost the session).

use std::{
    env,
    time::{Duration, Instant},
};

use fastauth::{password::HashLimits, store::Sqlite};
use fastauth_tests::{Client, Counting, PASSWORD, Scratch, User, World, signup};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

const ROUNDS: usize = 50;
const NEW: &str = "a new horse every year";

/// Something that happens at random moments; `FASTAUTH_SEED` repeats a run.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let given = env::var("FASTAUTH_SEED").ok().and_then(|seed| seed.parse().ok());
        let now = || fastauth::time::Clock::now(&fastauth::time::SystemClock).as_micros();
        let seed = given.unwrap_or_else(|| now().unsigned_abs());
        // Shown when the test fails.
        println!("FASTAUTH_SEED={seed}");
        Self(seed | 1)
    }

    /// A number below `end` (xorshift).
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// An application on a file, whose hashes are counted.
struct Ground {
    world: World<User>,
    store: Sqlite,
    hasher: Counting,
    chance: Chance,
    /// How long a request takes here and now, twice, in microseconds.
    moments: u64,
    #[allow(dead_code, reason = "it is there while they are")]
    scratch: Scratch,
}

impl Ground {
    async fn new() -> Self {
        let (scratch, hasher) = (Scratch::new(), Counting::default());
        let store = Sqlite::open(scratch.file("app.db")).await.unwrap();
        let limits = HashLimits::default().permits(2);
        let decide = |it: fastauth::AuthBuilder<User>| {
            it.password_hasher(hasher.clone()).password_hash_limits(limits)
        };
        let world = World::built(store.clone(), decide).await;
        let begun = Instant::now();
        world.client.register("first@example.com").await;
        let moments = 2 * u64::try_from(begun.elapsed().as_micros()).unwrap();
        Self { world, store, hasher, chance: Chance::new(), moments, scratch }
    }

    /// Sends a request, or the beginning of one, and resets the connection at some moment.
    async fn dropped(&mut self, client: &Client, method: &str, path: &str, body: &Value) {
        let json = client.with("content-type", "application/json");
        let mut request = json.request(method, path, body.to_string().as_bytes());
        if self.chance.below(10) == 0 {
            let length = request.len() as u64;
            request.truncate(usize::try_from(self.chance.below(length)).unwrap());
        }
        let mut stream = TcpStream::connect(client.address()).await.unwrap();
        stream.set_zero_linger().unwrap();
        let _ = stream.write_all(&request).await;
        sleep(Duration::from_micros(self.chance.below(self.moments))).await;
    }

    async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(self.store.pool()).await.unwrap()
    }

    /// Asserts that no session is without its account, and that all permits are there.
    async fn nothing_is_left_over(&self) {
        let orphans = "SELECT count(*) FROM fastauth_sessions
            WHERE user_id NOT IN (SELECT id FROM users)";
        assert_eq!(self.count(orphans).await, 0, "a session is without its account");
        self.hasher.runs(0).await;
        self.hasher.close();
        let logins = [(); 2].map(|()| {
            let client = self.world.client.clone();
            tokio::spawn(async move { client.login("nobody@example.com", PASSWORD).await })
        });
        // A permit that was lost would keep the second from running.
        self.hasher.runs(2).await;
        self.hasher.open();
        for login in logins {
            login.await.unwrap().problem(401, "invalid_credentials");
        }
        assert!(self.hasher.most() <= 2, "a permit was given twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_made_whole_or_not_at_all() {
    let mut ground = Ground::new().await;
    let client = ground.world.client.clone();
    let mut made = 0;
    for round in 0..ROUNDS {
        let email = format!("person-{round}@example.com");
        ground.dropped(&client, "POST", "/auth/register", &signup(&email)).await;
        // Either way the owner of the address can go on.
        let login = client.login(&email, PASSWORD).await;
        if login.status == 200 {
            made += 1;
            continue;
        }
        login.problem(401, "invalid_credentials");
        let reply = client.post("/auth/register", signup(&email)).await;
        if reply.status != 201 {
            // It was being made while we asked.
            reply.problem(409, "email_taken");
            client.login(&email, PASSWORD).await.expect(200);
            made += 1;
        }
    }
    println!("{made} of {ROUNDS} got through");
    // Each account with the session it was made with; those that got through signed in again.
    let expected = i64::try_from(1 + ROUNDS + made).unwrap();
    for _ in 0..2_000 {
        if ground.count("SELECT count(*) FROM fastauth_sessions").await == expected {
            break;
        }
        sleep(Duration::from_millis(1)).await;
    }
    let sessions = ground.count("SELECT count(*) FROM fastauth_sessions").await;
    assert_eq!(sessions, expected, "an account was made, and its owner not signed in");
    ground.nothing_is_left_over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_strands_nobody() {
    let mut ground = Ground::new().await;
    let client = ground.world.client.clone();
    let first = client.register("ada@example.com").await;
    let mut token = first.refresh();
    for round in 0..ROUNDS {
        ground.dropped(&client, "POST", "/auth/refresh", &json!({ "refresh_token": token })).await;
        // The parent is all the client has, and it is enough.
        let again = client.refresh(token).await;
        assert_eq!(again.status, 200, "round {round}: {}", again.text());
        client.signed_in(&again).me().await.expect(200);
        token = again.refresh();
    }
    // Hers and that of whoever came first.
    assert_eq!(ground.count("SELECT count(*) FROM fastauth_sessions").await, 2);
    ground.nothing_is_left_over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_with_all_that_follows_or_not_at_all() {
    let mut ground = Ground::new().await;
    let client = ground.world.client.clone();
    let mut changed = 0;
    for round in 0..ROUNDS {
        let email = format!("person-{round}@example.com");
        let me = client.signed_in(&client.register(&email).await);
        let other = client.login(&email, PASSWORD).await.expect(200);
        let body = json!({ "current_password": PASSWORD, "new_password": NEW });
        ground.dropped(&me, "POST", "/auth/password/change", &body).await;
        let new = client.login(&email, NEW).await;
        if new.status == 200 {
            changed += 1;
            client.login(&email, PASSWORD).await.problem(401, "invalid_credentials");
            client.signed_in(&other).me().await.invalid_token();
            client.refresh(other.refresh()).await.problem(401, "invalid_refresh_token");
        } else {
            new.problem(401, "invalid_credentials");
            // Once more, to the end: the old password is good for it unless it has gone meanwhile.
            let again = me.post("/auth/password/change", body).await;
            assert!([204, 403].contains(&again.status), "round {round}: {}", again.text());
            client.login(&email, NEW).await.expect(200);
            client.signed_in(&other).me().await.invalid_token();
        }
        me.me().await.expect(200);
    }
    println!("{changed} of {ROUNDS} got through");
    ground.nothing_is_left_over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_with_all_it_had_or_not_at_all() {
    let mut ground = Ground::new().await;
    let client = ground.world.client.clone();
    let mut deleted = 0;
    for round in 0..ROUNDS {
        let email = format!("person-{round}@example.com");
        let reply = client.register(&email).await;
        let me = client.signed_in(&reply);
        ground.dropped(&me, "DELETE", "/auth/me", &json!({ "password": PASSWORD })).await;
        if me.me().await.status == 401 {
            deleted += 1;
            client.login(&email, PASSWORD).await.problem(401, "invalid_credentials");
            client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
            client.register(&email).await;
        } else {
            let again = me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await;
            assert!([204, 401].contains(&again.status), "round {round}: {}", again.text());
            client.register(&email).await;
        }
    }
    println!("{deleted} of {ROUNDS} got through");
    ground.nothing_is_left_over().await;
}
