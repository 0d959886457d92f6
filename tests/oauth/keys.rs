use std::{sync::Arc, time::Duration};

use fastauth::time::Clock;
use fastauth_tests::{
    TestClock,
    idp::{Answer, Behaviour, Idp},
};
use serde_json::json;

use crate::visit::{minutes, unusable, visit_at};

async fn visit(
    clock: &TestClock,
    idp: &Idp,
    work: &fastauth::oauth::Oidc,
) -> Result<fastauth::oauth::Identified, fastauth::oauth::OAuthError> {
    visit_at(clock.now(), idp, work).await
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = idp.oidc("work");
    visit(&clock, &idp, &work).await.unwrap();
    visit(&clock, &idp, &work).await.unwrap();
    assert_eq!(idp.count("/keys"), 1);
    idp.rotate_keys();
    // A key that is not known has the set fetched again, every half a minute at most.
    assert!(unusable(visit(&clock, &idp, &work).await).ends_with("unknown key"));
    assert_eq!(idp.count("/keys"), 1);
    clock.advance(Duration::from_secs(30));
    visit(&clock, &idp, &work).await.unwrap();
    visit(&clock, &idp, &work).await.unwrap();
    assert_eq!(idp.count("/keys"), 2);
}

#[tokio::test]
async fn a_key_that_was_withdrawn_is_over_in_minutes() {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = idp.oidc("work");
    visit(&clock, &idp, &work).await.unwrap();
    let others = json!({ "keys": idp.published()[1..] });
    idp.keys(Answer::Json(200, others));
    visit(&clock, &idp, &work).await.unwrap();
    clock.advance(minutes(5));
    assert!(unusable(visit(&clock, &idp, &work).await).ends_with("unknown key"));
}

#[tokio::test]
async fn keys_go_on_for_an_hour_where_there_are_no_others() {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = idp.oidc("work");
    visit(&clock, &idp, &work).await.unwrap();
    // A set without a key is none.
    idp.keys(Answer::Json(200, json!({ "keys": [] })));
    clock.advance(minutes(64));
    visit(&clock, &idp, &work).await.unwrap();
    clock.advance(minutes(1));
    unusable(visit(&clock, &idp, &work).await);
}

#[tokio::test]
async fn strangers_cannot_have_the_keys_fetched_again_and_again() {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = Arc::new(idp.oidc("work"));
    visit(&clock, &idp, &work).await.unwrap();
    clock.advance(Duration::from_secs(31));
    let mut waiting = Vec::new();
    for number in 0..64 {
        let header = json!({ "kid": format!("eve-{number}") });
        idp.next(Behaviour { header, ..Behaviour::default() });
        let (idp, work, now) = (idp.clone(), Arc::clone(&work), clock.now());
        waiting.push(tokio::spawn(async move { visit_at(now, &idp, &*work).await }));
    }
    for one in waiting {
        assert!(unusable(one.await.unwrap()).ends_with("signed by an unknown key"));
    }
    assert_eq!(idp.count("/keys"), 2);
}

#[tokio::test]
async fn of_many_who_come_first_one_asks() {
    let idp = Idp::start_at(TestClock::default()).await;
    let work = Arc::new(idp.oidc("work"));
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let (idp, work) = (idp.clone(), Arc::clone(&work));
        let now = TestClock::START;
        waiting.push(tokio::spawn(async move { visit_at(now, &idp, &*work).await }));
    }
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    assert_eq!(idp.count("/.well-known/openid-configuration"), 1);
    assert_eq!(idp.count("/keys"), 1);
}

#[tokio::test]
async fn keys_that_are_of_no_use_are_passed_over() {
    let idp = Idp::start_at(TestClock::default()).await;
    let good = {
        visit_at(TestClock::START, &idp, &idp.oidc("work")).await.unwrap();
        idp.published()
    };
    let mut bare = good[0].clone();
    bare.as_object_mut().unwrap().remove("alg");
    let set = json!([
        { "kty": "oct", "kid": "rsa", "k": "AAAA" },
        { "kty": "RSA", "kid": "old", "use": "enc", "n": "AQAB", "e": "AQAB" },
        5,
        bare,
    ]);
    idp.keys(Answer::Json(200, json!({ "keys": set })));
    visit_at(TestClock::START, &idp, &idp.oidc("work")).await.unwrap();
    for broken in [
        Answer::Text("[]"),
        Answer::Text("{"),
        Answer::Status(500),
        Answer::Html(200),
        Answer::Redirect,
    ] {
        idp.keys(broken);
        unusable(visit_at(TestClock::START, &idp, &idp.oidc("work")).await);
    }
}
