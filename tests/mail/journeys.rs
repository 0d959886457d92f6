//! From a request to a mail server, by way of an application that runs: what is mailed works, and a
//! server that is away for a while costs nobody anything.

use std::{
    env,
    net::TcpListener,
    time::{Duration, Instant},
};

use fastauth_tests::{Client, PASSWORD, Reply, signup};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::{
    process::Process,
    sink::{Sink, Wants},
};

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@new.example";

fn sink_at(test: &str, port: u16) -> Option<Sink> {
    Sink::start(test, Wants { port, ..Wants::default() })
}

async fn register(client: &Client, email: &str) -> Reply {
    client.post("/auth/register", signup(email)).await.expect(202)
}

async fn forgot(client: &Client, email: &str) -> Reply {
    client.post("/auth/password/forgot", json!({ "email": email })).await.expect(202)
}

/// The token of the link to this page, as whoever reads the mail has it.
fn token(mail: &Value, page: &str) -> String {
    let text = mail["text"].as_str().expect("a text");
    let link = text.lines().find_map(|it| it.strip_prefix("https://app.test/")).expect(text);
    link.strip_prefix(&format!("{page}?token=")).expect(link).to_owned()
}

/// Proves an address by the link in this mail.
async fn verify(client: &Client, mail: &Value) {
    let body = json!({ "token": token(mail, "verify-email") });
    client.post("/auth/email/verify", body).await.expect(204);
}

#[tokio::test]
async fn what_is_mailed_verifies_an_address_and_resets_a_password() {
    let test = "what_is_mailed_verifies_an_address_and_resets_a_password";
    let Some(mut sink) = sink_at(test, 0) else { return };
    let process = Process::start(sink.port()).await;
    let client = process.client();
    register(&client, ADA).await;
    client.login(ADA, PASSWORD).await.problem(403, "email_not_verified");
    let mail = sink.mail();
    assert_eq!((&mail["from"], &mail["to"]), (&"no-reply@example.com".into(), &json!([ADA])));
    verify(&client, &mail).await;
    client.login(ADA, PASSWORD).await.expect(200);

    forgot(&client, ADA).await;
    let new = "a new horse every year";
    let body = json!({ "token": token(&sink.mail(), "reset-password"), "password": new });
    client.post("/auth/password/reset", body).await.expect(204);
    client.login(ADA, new).await.expect(200);
    assert!(is_a_notice(&mail_to(&mut sink, ADA)));
    process.stop().await;
    assert_eq!(sink.rest(), Vec::<Value>::new());
}

/// Everything else that goes by mail, by each transport.
#[tokio::test]
async fn what_is_mailed_signs_up_and_in_moves_an_account_and_outlives_it_not() {
    let test = "what_is_mailed_signs_up_and_in_moves_an_account_and_outlives_it_not";
    for transport in ["bearer", "cookies"] {
        let Some(mut sink) = sink_at(test, 0) else { return };
        let process = Process::start_with(sink.port(), transport).await;
        let client = process.client();
        // A sign-up by a link, which lacks a name.
        let ask = async |path: &str, email: &str| {
            client.post(path, json!({ "email": email })).await.expect(202);
        };
        ask("/auth/magic-link", ADA).await;
        let body = json!({ "token": token(&mail_to(&mut sink, ADA), "magic-link") });
        let reply = client.post("/auth/magic-link/verify", body.clone()).await;
        let flow = reply.problem(409, "registration_incomplete").json()["flow"].clone();
        client.post("/auth/magic-link/verify", body).await.problem(400, "invalid_one_time_token");
        let complete = json!({ "flow": flow, "name": "Ada", "password": PASSWORD });
        let reply = client.post("/auth/register/complete", complete).await.expect(201);
        assert_eq!(client.as_told(&reply).me().await.expect(200).json()["name"], "Ada");

        // A sign-in by a link.
        ask("/auth/magic-link", ADA).await;
        let body = json!({ "token": token(&mail_to(&mut sink, ADA), "magic-link") });
        let reply = client.post("/auth/magic-link/verify", body).await.expect(200);
        let me = client.as_told(&reply);

        // Another address: the old one is told before and after.
        let change = json!({ "new_email": NEW, "password": PASSWORD });
        me.post("/auth/email/change", change).await.expect(202);
        // They race.
        let mut mails = [sink.mail(), sink.mail()];
        mails.sort_by_key(|mail| mail["to"] != json!([ADA]));
        let [to_old, to_new] = mails;
        assert!(to_old["to"] == json!([ADA]) && is_a_notice(&to_old), "{to_old}");
        assert_eq!(to_new["to"], json!([NEW]), "{to_new}");
        let body = json!({ "token": token(&to_new, "confirm-email") });
        me.post("/auth/email/change/confirm", body).await.expect(204);
        assert!(is_a_notice(&mail_to(&mut sink, ADA)));
        assert_eq!(me.me().await.expect(200).json()["email"], NEW);

        // Another password: its owner is told.
        let new = "a new horse every year";
        let change = json!({ "current_password": PASSWORD, "new_password": new });
        me.post("/auth/password/change", change).await.expect(204);
        assert!(is_a_notice(&mail_to(&mut sink, NEW)));

        // A link does not outlive the account.
        ask("/auth/password/forgot", NEW).await;
        let late = token(&mail_to(&mut sink, NEW), "reset-password");
        let body = json!({ "password": new }).to_string();
        let json = me.with("content-type", "application/json");
        json.send("DELETE", "/auth/me", body.as_bytes()).await.expect(204);
        let body = json!({ "token": late, "password": PASSWORD });
        let reply = client.post("/auth/password/reset", body).await;
        reply.problem(400, "invalid_one_time_token");
        process.stop().await;
        assert_eq!(sink.rest(), Vec::<Value>::new(), "{transport}");
    }
}

/// The next mail, which is to go to this address.
fn mail_to(sink: &mut Sink, address: &str) -> Value {
    let mail = sink.mail();
    assert_eq!(mail["to"], json!([address]), "{mail}");
    mail
}

/// Whether a mail leads nowhere.
fn is_a_notice(mail: &Value) -> bool {
    mail["text"].as_str().is_some_and(|text| !text.contains("token="))
}

/// The replies to some requests, half of which send mail, and how long the middle one took.
async fn replies(client: &Client, name: &str) -> (Vec<Reply>, Duration) {
    let (mut replies, mut took) = (Vec::new(), Vec::new());
    for number in 0..10 {
        let email = format!("{name}{number}@example.com");
        let (path, body) = match number % 2 {
            0 => ("/auth/register", signup(&email)),
            _ => ("/auth/password/forgot", json!({ "email": email })),
        };
        let begun = Instant::now();
        replies.push(client.post(path, body).await.expect(202));
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    (replies, took[took.len() / 2])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_changes_no_reply_and_gets_its_mail_afterwards() {
    let test = "a_server_that_is_away_changes_no_reply_and_gets_its_mail_afterwards";
    let Some(mut sink) = sink_at(test, 0) else { return };
    let port = sink.port();
    let process = Process::start(port).await;
    let client = process.client();
    let (there, usual) = replies(&client, "there").await;
    for _ in 0..5 {
        sink.mail();
    }
    drop(sink);
    // It refuses connections; then it takes them and says nothing.
    for (name, is_silent) in [("refused", false), ("silence", true)] {
        let silent = is_silent.then(|| TcpListener::bind(("127.0.0.1", port)).expect("it is free"));
        let (away, took) = replies(&client, name).await;
        let shapes = |replies: &[Reply]| replies.iter().map(Reply::shape).collect::<Vec<_>>();
        assert_eq!(shapes(&away), shapes(&there), "{name}");
        assert!(took < usual * 3 + Duration::from_millis(50), "{name}: {took:?}, {usual:?}");
        // Long enough for a first attempt.
        sleep(Duration::from_millis(500)).await;
        drop(silent);
        let Some(mut sink) = sink_at(test, port) else { return };
        let mut asked: Vec<_> = (0..5).map(|it| format!("{name}{}@example.com", it * 2)).collect();
        while !asked.is_empty() {
            let mail = sink.mail();
            verify(&client, &mail).await;
            asked.retain(|email| mail["to"][0] != email.as_str());
        }
        assert_eq!(sink.rest(), Vec::<Value>::new(), "{name}: a mail came twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_to_stop_brings_what_waits_on_its_way() {
    let test = "who_is_asked_to_stop_brings_what_waits_on_its_way";
    let Some(sink) = sink_at(test, 0) else { return };
    let port = sink.port();
    drop(sink);
    let process = Process::start(port).await;
    let client = process.client();
    // As many as the server can print before anybody reads.
    for number in 0..10 {
        register(&client, &format!("ada{number}@example.com")).await;
    }
    // By now each letter waits for longer than the rest takes.
    sleep(Duration::from_secs(4)).await;
    let Some(sink) = sink_at(test, port) else { return };
    let took = process.stop().await;
    assert_eq!(sink.rest().len(), 10);
    assert!(took < Duration::from_secs(9), "{took:?}");
}

/// As many as `FASTAUTH_TEST_LETTERS` says: beyond 10,000 the oldest make place.
#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_letters_take_little_memory_and_no_notice_is_lost() {
    let test = "thousands_of_letters_take_little_memory_and_no_notice_is_lost";
    let given = env::var("FASTAUTH_TEST_LETTERS").ok().and_then(|it| it.parse().ok());
    let letters: usize = given.unwrap_or(2_000);
    let Some(mut sink) = sink_at(test, 0) else { return };
    let port = sink.port();
    let process = Process::start(port).await;
    let client = process.client();
    register(&client, ADA).await;
    verify(&client, &sink.mail()).await;
    let me = client.signed_in(&client.login(ADA, PASSWORD).await.expect(200));
    // So that what comes later is no first time.
    let mut last = Value::Null;
    for _ in 0..50 {
        forgot(&client, ADA).await;
        last = sink.mail();
    }
    drop(sink);

    let new = "a new horse every year";
    let change = json!({ "current_password": PASSWORD, "new_password": new });
    me.post("/auth/password/change", change).await.expect(204);
    let before = process.memory();
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        let client = client.clone();
        clients.spawn(async move {
            for _ in 0..letters / 4 {
                forgot(&client, ADA).await;
            }
        });
    }
    clients.join_all().await;
    if let (Some(before), Some(now)) = (before, process.memory()) {
        let grown = now.saturating_sub(before);
        println!("{letters} letters took {grown} KiB");
        assert!(grown < MOST_KIB, "{letters} letters take {grown} KiB");
    }

    let Some(mut sink) = sink_at(test, port) else { return };
    let (mut links, mut notices) = (0, 0);
    // All that may wait at a time.
    while links < letters.min(MOST_LETTERS - 1) || notices == 0 {
        let mail = sink.mail();
        if mail["text"] == last["text"] {
            // The sink was gone before it could say that it has it.
            continue;
        }
        *(if is_a_notice(&mail) { &mut notices } else { &mut links }) += 1;
    }
    process.stop().await;
    links += sink.rest().iter().filter(|mail| mail["text"] != last["text"]).count();
    println!("{links} links and {notices} notices came");
    assert!(links <= letters && notices == 1, "{links} links, {notices} notices");
}

/// How many letters wait at most.
const MOST_LETTERS: usize = 10_000;
/// Their 8 MiB, and what else such a load leaves behind.
const MOST_KIB: u64 = 12 * 1024;
