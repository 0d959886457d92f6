//! Nothing of it reaches production.

use std::time::Duration;

use axum::Router;
use fastauth::{
    password::Argon2id,
    store::{Memory, UserStore},
    testing::{PASSWORD, TestAuth},
};
use fastauth_tests::{SECRET, User, World, keep_log, logged, serve};

use super::failure;

#[tokio::test]
async fn it_is_not_built_for_a_public_address() {
    for public in ["https://app.example.com", "https://localhost"] {
        let why = failure(async move {
            TestAuth::<User>::built(|it| it.base_url(public).secret(SECRET)).await
        });
        let report = why.await;
        assert_eq!(
            report,
            "fastauth cannot start: 1 problem\n\n  \
             1. not for a public address\n     \
             the public address is not plain http on this machine, and these accounts are for \
             tests: their passwords are hashed cheaply, and tries are not limited\n     \
             fix: Auth::<User>::builder(), which takes the same settings"
        );
    }
    for local in ["http://127.0.0.1:3000", "http://[::1]", "http://app.localhost"] {
        TestAuth::<User>::built(|it| it.base_url(local)).await;
    }
}

#[tokio::test]
async fn it_is_not_served_to_other_machines() {
    let test = TestAuth::<User>::built(|it| it.secret(SECRET)).await;
    for public in ["0.0.0.0:0", "[::]:0"] {
        let serving = fastauth::serve(Router::new(), public, test.auth());
        let refused = tokio::time::timeout(Duration::from_secs(10), serving).await;
        let refused = refused.expect("refused at once").expect_err("others can reach it");
        let [problem] = refused.problems() else { panic!("{refused}") };
        assert_eq!(problem.title, "not for a public address");
        let cause = "can be reached from other machines, and these accounts are for tests";
        assert!(problem.cause.contains(cause), "{refused}");
    }
    serve(&test.auth(), Router::new()).await;
}

#[tokio::test]
async fn a_cheap_hash_is_replaced_where_a_real_hasher_finds_it() {
    let store = Memory::new();
    let test = TestAuth::<User>::on(store.clone(), |it| it).await;
    let ada = test.user("ada@example.com").field("name", "Ada").create().await;
    let cheap = ada.password_hash.as_ref().expect("a default one").expose();
    assert!(cheap.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{cheap}");
    let world = World::built(store.clone(), |it| it.password_hasher(Argon2id::default())).await;
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let ada: User = store.find_by_id(&ada.id).await.expect("it answers").expect("she is there");
    let real = ada.password_hash.as_ref().expect("she has one").expose();
    assert!(real.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{real}");
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn mail_stays_in_the_outbox_and_time_with_the_test() {
    keep_log();
    let test = TestAuth::<User>::new().await;
    assert!(test.outbox().mails().is_empty());
    let client = serve(&test.auth(), Router::new()).await;
    let listening = logged();
    let mut lines = listening.lines();
    let line = lines.find(|line| line.contains(&client.address().to_string()));
    assert!(line.is_some_and(|line| line.contains("an outbox in memory")), "{line:?}");
    let ada = test.user("ada@example.com").field("name", "Ada").create().await;
    let same = test.clone();
    same.clock().advance(Duration::from_secs(1));
    let bob = test.user("bob@example.com").field("name", "Bob").create().await;
    assert_eq!((bob.created_at - ada.created_at).num_milliseconds(), 1_000);
}
