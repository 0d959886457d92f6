//! How often a request asks the database: whoever sends one waits for each statement.

use fastauth::{config::Limits, store::Sqlite, token::DatabaseStrategy};
use fastauth_tests::{PASSWORD, World};

use super::recorded::{recorded, statements};

const SESSION_AND_USER: &str = "SELECT fastauth_sessions \"users\"";
const SPEND: &str = "INSERT fastauth_budgets";
const OPEN_SESSION: &str = "INSERT fastauth_sessions \"users\"";

/// What was asked under this name: what each statement does, and with which tables.
fn asked(name: &str) -> Vec<String> {
    let tables = |text: &str| {
        let words = text.split([' ', '(', ')']).filter(|word| {
            word.starts_with("fastauth_") && !word.contains('.') || *word == "\"users\""
        });
        words.fold(Vec::new(), |mut tables, word| {
            if !tables.contains(&word.to_owned()) {
                tables.push(word.to_owned());
            }
            tables
        })
    };
    let short = |text: String| {
        let verb = text.split(' ').next().unwrap_or_default().to_owned();
        [vec![verb], tables(&text)].concat().join(" ")
    };
    statements(name).into_iter().map(short).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_ask_nothing_and_each_guard_that_loads_the_user_once() {
    let world = World::on(Sqlite::from_pool(recorded("guards").await)).await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    asked("guards");
    for _ in 0..2 {
        me.get("/claims").await.expect(200);
        assert!(asked("guards").is_empty());
        for path in ["/auth/me", "/anybody", "/fresh"] {
            me.get(path).await.expect(200);
            assert_eq!(asked("guards"), [SESSION_AND_USER], "{path}");
        }
    }
    // Nothing is looked up for who presents nothing, or nothing of ours.
    world.client.get("/anybody").await.expect(200);
    world.client.bearer("no token").get("/auth/me").await.invalid_token();
    assert!(asked("guards").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opaque_token_is_asked_for_once_by_each_guard() {
    let store = Sqlite::from_pool(recorded("opaque").await);
    let world = World::built(store, |it| it.strategy(DatabaseStrategy::new())).await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    asked("opaque");
    for path in ["/claims", "/auth/me", "/anybody", "/fresh"] {
        me.get(path).await.expect(200);
        assert_eq!(asked("opaque"), [SESSION_AND_USER], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_reads_once_and_opens_its_session_in_one_statement() {
    let store = Sqlite::from_pool(recorded("sign-in").await);
    let world = World::built(store, |it| it.throttle(Limits::default())).await;
    world.client.register("ada@example.com").await;
    let first = asked("sign-in");
    assert_eq!(first[first.len() - 3..], [SPEND, "INSERT \"users\"", OPEN_SESSION]);
    // By the address, its failures and the account; what the last two lost is given back.
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let tried = [SPEND, SPEND, SPEND, "SELECT \"users\""];
    let forgiven = ["UPDATE fastauth_budgets", "DELETE fastauth_budgets"];
    assert_eq!(asked("sign-in"), [&tried[..], &forgiven, &[OPEN_SESSION]].concat());
    world.client.login("ada@example.com", "wrong").await.problem(401, "invalid_credentials");
    assert_eq!(asked("sign-in"), tried);
    // Who has spent all they had is refused without a question.
    for _ in 0..40 {
        world.client.login("ada@example.com", "wrong").await;
    }
    asked("sign-in");
    world.client.login("ada@example.com", "wrong").await.problem(429, "rate_limited");
    assert!(asked("sign-in").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reads_once_and_writes_once() {
    let world = World::on(Sqlite::from_pool(recorded("refresh").await)).await;
    let reply = world.client.register("ada@example.com").await;
    asked("refresh");
    let child = world.client.refresh(reply.refresh()).await.expect(200);
    assert_eq!(asked("refresh"), [SESSION_AND_USER, "UPDATE fastauth_sessions"]);
    world.client.refresh(child.refresh()).await.expect(200);
    assert_eq!(asked("refresh"), [SESSION_AND_USER, "UPDATE fastauth_sessions"]);
    world.client.refresh("no token").await.problem(401, "invalid_refresh_token");
    assert!(asked("refresh").is_empty());
}
