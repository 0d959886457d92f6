//! A server that is killed at any instant: what it acknowledged is there, the rest is whole or absent
//! (R1 and R2 of the promises of reliability).

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use fastauth_tests::{Client, PASSWORD, Reply, SECRET, Scratch};
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
};

use crate::running::Running;

const ROUNDS: u64 = 12;
const CLIENTS: u64 = 6;
/// How long the parent of a refresh token is good for it again.
const GRACE: Duration = Duration::from_secs(10);

/// What the clients were told before the server died.
#[derive(Default)]
struct Told {
    registered: Vec<String>,
    unanswered: Vec<String>,
    /// The last refresh token of each client, and when it was sent.
    refresh: Vec<(String, Instant)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_keeps_what_it_acknowledged() {
    let scratch = Scratch::new();
    for round in 0..ROUNDS {
        let mut server = Running::start("quickstart", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
        let client = server.client().from_everywhere();
        let told = Arc::new(Mutex::new(Told::default()));
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(use_it(client.clone(), round * 1000 + number, Arc::clone(&told)));
        }
        // Any instant: within a hash, a commit, a reply.
        tokio::time::sleep(Duration::from_millis(150 + round * 53)).await;
        server.kill();
        clients.join_all().await;

        let mut server = Running::start("quickstart", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
        let client = server.client().from_everywhere();
        let told = std::mem::take(&mut *told.lock().expect("nobody panics with it"));
        for (token, sent) in &told.refresh {
            // The token in hand works, or did when the reply was lost: its child comes again, within ten
            // seconds of it. A machine that is busy may take longer than that to start the server.
            let reply = client.refresh(token).await;
            assert!(reply.status == 200 || sent.elapsed() > GRACE, "{}", reply.text());
        }
        for email in &told.registered {
            client.login(email, PASSWORD).await.expect(200);
        }
        for email in &told.unanswered {
            // Whole or absent: an account that signs in, or an address that is free.
            let login = client.login(email, PASSWORD).await;
            if login.status != 200 {
                login.problem(401, "invalid_credentials");
                client.register(email).await;
            }
        }
        assert!(server.stop());
        nothing_is_left_over(&scratch.file("quickstart.db")).await;
    }
}

/// Registers and refreshes until the server is gone.
async fn use_it(client: Client, first: u64, told: Arc<Mutex<Told>>) {
    for number in 0_u64.. {
        let email = format!("person-{first}-{number}@example.com");
        let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        let Some(reply) = asked(&client, "/auth/register", &body.to_string()).await else {
            told.lock().expect("nobody panics with it").unanswered.push(email);
            return;
        };
        told.lock().expect("nobody panics with it").registered.push(email);
        let mut token = reply.refresh();
        for _ in 0..4 {
            let body = json!({ "refresh_token": token }).to_string();
            let sent = Instant::now();
            let Some(reply) = asked(&client, "/auth/refresh", &body).await else {
                told.lock().expect("nobody panics with it").refresh.push((token.to_owned(), sent));
                return;
            };
            token = reply.refresh();
        }
    }
}

/// A reply that came whole and is good; `None` when the server is gone.
async fn asked(client: &Client, path: &str, body: &str) -> Option<Reply> {
    let client = client.with("content-type", "application/json");
    let request = client.request("POST", path, body.as_bytes());
    let mut stream = client.connect().await.ok()?;
    stream.write_all(&request).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let reply = Reply::is_whole(&answer).then(|| Reply::parse(&answer))?;
    assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
    Some(reply)
}

/// No row is without its owner, and no session has two live ends.
async fn nothing_is_left_over(file: &str) {
    let mut database =
        SqliteConnection::connect(&format!("sqlite://{file}")).await.expect("a file");
    for (what, question) in [
        (
            "sessions of nobody",
            "SELECT count(*) FROM fastauth_sessions WHERE user_id NOT IN (SELECT id FROM users)",
        ),
        (
            "sessions without a token",
            "SELECT count(*) FROM fastauth_sessions WHERE credential IS NULL",
        ),
        ("accounts of one address", "SELECT count(*) - count(DISTINCT lower(email)) FROM users"),
        ("damage", "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    ] {
        let count: i64 = sqlx::query_scalar(question).fetch_one(&mut database).await.expect(what);
        assert_eq!(count, 0, "{what}");
    }
}
