//! Each example starts, prints what it promises, and answers.

mod accounts;
mod killed;
mod oauth;
mod running;

use std::process::Command;

use fastauth_tests::{Database, PASSWORD, RedisServer, SECRET, Scratch, ada};
use serde_json::{Value, json};

use running::{Running, command};

#[tokio::test]
async fn the_lines_that_the_quickstart_prints_work_when_pasted() {
    let scratch = Scratch::new();
    let mut quickstart = Running::start("quickstart", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let script = quickstart.script();
    assert!(script.iter().any(|line| line.starts_with("curl ")), "{script:?}");
    for shell in ["sh", "bash"] {
        let said = pasted(shell, &script);
        let replies: Vec<&str> = said.lines().collect();
        if shell == "sh" {
            assert_eq!(json_of(replies[0])["user"]["name"], "Ada");
        } else {
            // Pasted once more: the account is there already.
            assert_eq!(json_of(replies[0])["code"], "email_taken");
        }
        assert!(json_of(replies[1])["access_token"].is_string(), "{said}");
        assert_eq!(json_of(replies[2])["email"], "ada@example.com");
        assert_eq!(replies[3], "hello, Ada");
        assert!(json_of(replies[4])["refresh_token"].is_string(), "{said}");
        assert!(json_of(replies[5]).as_array().is_some_and(|it| !it.is_empty()), "{said}");
        assert!(said.contains("HTTP/1.1 204"), "{said}");
    }
    assert!(quickstart.stop(), "it ends well when asked to");
}

#[tokio::test]
async fn the_hooks_of_the_example_do_what_they_say() {
    let scratch = Scratch::new();
    let mut hooks = Running::start("hooks", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let script = hooks.script();
    let said = pasted("sh", &script);
    let replies: Vec<&str> = said.lines().collect();
    assert_eq!(replies[0], "knock first: POST /auth/login");
    assert_eq!(json_of(replies[1])["code"], "signup_denied");
    assert!(json_of(replies[1])["detail"].as_str().is_some_and(|it| it.contains("invitation")));
    assert_eq!(json_of(replies[2])["user"]["name"], "Ada");
    assert_eq!(replies[3], "your badge says A");
    assert_eq!(json_of(replies[4])["code"], "vetoed");
    assert!(said.contains("HTTP/1.1 204"), "{said}");
    for event in ["Ada has joined", "Ada is here, by password", "Ada has left"] {
        hooks.says(event);
    }
    assert!(hooks.stop());
}

#[tokio::test]
async fn the_roles_of_the_example_let_in_who_has_them() {
    let scratch = Scratch::new();
    let secret = ("FASTAUTH_SECRET", SECRET);
    let mut before = Running::start("roles", &scratch, &[secret]);
    let mut script = before.script();
    let again = script.iter().rposition(|line| line.starts_with("A=")).expect("two parts");
    script.truncate(again);
    let said = pasted("sh", &script);
    let names: Vec<Value> =
        said.lines().map(|line| json_of(line)["user"]["name"].clone()).collect();
    assert_eq!(names, ["ada", "eve"]);
    assert!(before.stop());

    let first = ("FASTAUTH_FIRST_ADMINISTRATOR", "ada@example.com");
    let mut after = Running::start("roles", &scratch, &[secret, first]);
    // It listens at another port now, and says so.
    let second = after.script().split_off(again);
    let said = pasted("sh", &second);
    let replies: Vec<&str> = said.lines().collect();
    assert_eq!(json_of(replies[0])["code"], "insufficient_permission");
    assert_eq!(json_of(replies[1])["name"], "editor");
    assert!(said.contains("HTTP/1.1 204"), "{said}");
    let published = replies.iter().rposition(|line| *line == "eve: hello, world");
    let scoped = &replies[published.expect("it is published") + 1..];
    assert_eq!(json_of(scoped[0])["code"], "insufficient_scope");
    assert_eq!(scoped[1], "the drafts that eve lets a program read");
    assert_eq!(json_of(scoped[2])["code"], "insufficient_scope");
    assert!(scoped[3].starts_with("HTTP/1.1 200"), "{said}");
    assert_eq!(json_of(scoped.last().expect("a reply"))["code"], "invalid_token");
    let mine = replies.iter().find(|line| line.starts_with("{\"permissions\":[\"posts:read"));
    assert_eq!(json_of(mine.expect("her roles"))["roles"][0]["name"], "editor");
    assert!(after.stop());
}

#[tokio::test]
async fn the_document_of_the_example_describes_what_it_answers() {
    let scratch = Scratch::new();
    let mut example = Running::start("openapi", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let said = pasted("sh", &example.script());
    let replies: Vec<Value> = said.lines().map(json_of).collect();
    let document = &replies[0];
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Notes");
    let notes = &document["paths"]["/notes"];
    assert_eq!(notes["post"]["security"][0], json!({ "UserBearer": [] }));
    assert!(notes["get"].is_object() && notes["get"]["security"].is_null());
    let signup = &document["components"]["schemas"]["UserSignup"]["properties"];
    assert_eq!(signup["settings"]["properties"]["dark"]["type"], "boolean");
    assert_eq!(replies[1]["user"]["settings"], json!({ "dark": true }));
    assert_eq!(replies[2]["code"], "missing_token");
    assert_eq!(replies[3], json!({ "text": "it works" }));
    assert_eq!(replies[4], json!([{ "text": "it works" }]));
    assert!(example.stop());
}

#[tokio::test]
async fn the_tokens_of_the_own_strategy_are_sealed_and_end_with_their_session() {
    let scratch = Scratch::new();
    let mut example = Running::start("own-strategy", &scratch, &[("FASTAUTH_SECRET", SECRET)]);
    let said = pasted("sh", &example.script());
    let replies: Vec<&str> = said.lines().collect();
    assert_eq!(json_of(replies[0])["user"]["name"], "Ada");
    assert!(replies[1].starts_with("v4.local.") && replies[3].starts_with("v4.local."), "{said}");
    assert!(replies[2].starts_with("Ada <ada@example.com>, until "), "{said}");
    assert_eq!(replies[4], "hello, Ada");
    assert!(said.contains("HTTP/1.1 204"), "{said}");
    let last = replies.last().expect("a reply");
    assert_eq!(json_of(last)["code"], "invalid_token", "the claims of a session that is over");
    assert!(example.stop());
}

#[tokio::test]
async fn the_own_strategy_reads_its_key_or_does_not_start() {
    let scratch = Scratch::new();
    let key = "k4.local.cHFyc3R1dnd4eXp7fH1-f4CBgoOEhYaHiImKi4yNjo8";
    let setting = [("FASTAUTH_SECRET", SECRET), ("PASETO_KEY", key)];
    let mut before = Running::start("own-strategy", &scratch, &setting);
    let reply = before.client().post("/auth/register", ada()).await.expect(201);
    assert!(before.stop());
    let mut after = Running::start("own-strategy", &scratch, &setting);
    after.client().signed_in(&reply).get("/").await.expect(200);
    assert!(after.stop());

    let ran = command("own-strategy", &scratch).env("PASETO_KEY", "hunter2").output();
    let said = String::from_utf8_lossy(&ran.expect("it runs").stderr).into_owned();
    assert!(said.contains("no key for tokens") && said.contains("fix: PASETO_KEY="), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn the_users_of_the_own_store_are_there_after_a_restart() {
    let scratch = Scratch::new();
    let secret = ("FASTAUTH_SECRET", SECRET);
    let mut before = Running::start("own-store", &scratch, &[secret]);
    let mut script = before.script();
    let again = script.iter().rposition(|line| line.starts_with("A=")).expect("two parts");
    script.truncate(again);
    let said = pasted("sh", &script);
    let replies: Vec<&str> = said.lines().collect();
    assert_eq!(json_of(replies[0])["user"]["name"], "Ada");
    assert_eq!(json_of(replies[1])["code"], "email_taken");
    before.kill();
    assert!(scratch.path().join("own-store.redb").exists());

    let mut after = Running::start("own-store", &scratch, &[secret]);
    let second = after.script().split_off(again);
    for shell in ["sh", "bash"] {
        let said = pasted(shell, &second);
        let replies: Vec<&str> = said.lines().collect();
        assert_eq!(json_of(replies[0])["name"], "Countess Ada");
        assert_eq!(replies[1], "hello, Countess Ada");
    }
    assert!(after.stop());
}

#[tokio::test]
async fn two_instances_know_one_session_and_count_one_budget() {
    let Some(database) = Database::new().await else { return };
    let Some(redis) = RedisServer::start("two instances", &[]).await else { return };
    let scratch = Scratch::new();
    let (database, redis) = (database.url(), redis.url());
    let shared = [("DATABASE_URL", database.as_str()), ("REDIS_URL", redis.as_str())];
    let mut second = Running::start("postgres-redis", &scratch, &shared);
    let other = second.address();
    let all = [shared[0], shared[1], ("OTHER_ADDR", &other)];
    let mut first = Running::start("postgres-redis", &scratch, &all);
    second.client();
    let script = first.script();
    for shell in ["sh", "bash"] {
        let said = pasted(shell, &script);
        let replies: Vec<&str> = said.lines().collect();
        assert_eq!(replies[..2], ["hello, Ada", "204"], "{said}");
        assert_eq!(json_of(replies[2])["code"], "invalid_token");
        assert_eq!(replies[3..], ["401", "401", "401", "401", "401", "429"], "{said}");
    }
    assert!(first.stop() && second.stop());
}

#[tokio::test]
async fn a_service_without_accounts_knows_whose_token_it_is() {
    let scratch = Scratch::new();
    let secret = ("FASTAUTH_SECRET", SECRET);
    let mut accounts = Running::start("microservice/people", &scratch, &[secret]);
    let url = format!("http://{}", accounts.address());
    let mut reports =
        Running::start("microservice/reports", &scratch, &[("ACCOUNTS_URL", url.as_str())]);
    accounts.client();
    let said = pasted("sh", &reports.script());
    let replies: Vec<&str> = said.lines().collect();
    assert_eq!(json_of(replies[1])["user"]["name"], "Ada");
    assert_eq!(json_of(replies[2])["keys"][0]["crv"], "Ed25519");
    assert_eq!(replies[3], "the report of Ada, who is on the free plan");
    assert_eq!(json_of(replies[4])["code"], "invalid_token");
    assert!(accounts.stop());
}

#[tokio::test]
async fn a_session_of_the_quickstart_lives_through_a_restart() {
    let scratch = Scratch::new();
    let setting = [("FASTAUTH_SECRET", SECRET), ("DATABASE_URL", "sqlite://accounts.db")];
    let mut before = Running::start("quickstart", &scratch, &setting);
    let reply = before.client().post("/auth/register", ada()).await.expect(201);
    assert!(before.stop());
    assert!(scratch.path().join("accounts.db").exists());

    let mut after = Running::start("quickstart", &scratch, &setting);
    let client = after.client();
    client.signed_in(&reply).get("/auth/me").await.expect(200);
    let next =
        client.post("/auth/refresh", json!({ "refresh_token": reply.refresh() })).await.expect(200);
    client.signed_in(&next).get("/").await.expect(200);
    assert!(after.stop());

    // With another secret every token is a stranger's, and the password still works.
    let other = [
        ("FASTAUTH_SECRET", "hex:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        setting[1],
    ];
    let mut rolled = Running::start("quickstart", &scratch, &other);
    let client = rolled.client();
    client.signed_in(&next).get("/auth/me").await.problem(401, "invalid_token");
    client
        .post("/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD }))
        .await
        .expect(200);
    assert!(rolled.stop());
}

#[tokio::test]
async fn the_quickstart_says_why_it_does_not_start() {
    let scratch = Scratch::new();
    for (name, value, expected) in [
        ("FASTAUTH_SECRET", "hunter2", "has 7 bytes"),
        ("FASTAUTH_SECRET", "", "has 0 bytes"),
        ("FASTAUTH_SECERT", "hunter2", "did you mean FASTAUTH_SECRET?"),
        ("FASTAUTH_BASE_URL", "http://shop.example", "plain http"),
        ("FASTAUTH_BASE_URL", "https://shop.example", "no secret"),
        ("DATABASE_URL", "/nowhere/at/all.db", "/nowhere/at/all.db"),
        ("DATABASE_URL", "postgres://localhost/app", "postgres"),
    ] {
        let ran = command("quickstart", &scratch)
            .env(name, value)
            .env("FASTAUTH_ADDR", "127.0.0.1:0")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{name}={value}: {said}");
        assert!(
            said.contains("fastauth cannot start")
                && said.contains(expected)
                && said.contains("fix:"),
            "{name}={value}: {said}"
        );
        assert!(!said.contains("hunter2"), "{name}: {said}");
    }
}

/// What a shell says to these lines, which must all work.
fn pasted(shell: &str, script: &[String]) -> String {
    let ran = Command::new(shell).arg("-c").arg(script.join("\n")).output().expect("a shell");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    said
}

fn json_of(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))
}
