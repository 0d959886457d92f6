use std::time::Duration;

use fastauth::{
    SetupError,
    oauth::{OAuthProvider, Oidc},
    time::{Clock, SystemClock, Timestamp},
};
use fastauth_tests::{
    free_address,
    idp::{Answer, CLIENT_ID, CLIENT_SECRET, Idp},
};
use serde_json::json;

use crate::visit::{unusable, visit, visit_at};

const START: Timestamp = Timestamp::from_secs(1_800_000_000);

async fn prepared(provider: &Oidc) -> Result<(), SetupError> {
    provider.prepare(SystemClock.now()).await
}

fn problems(prepared: Result<(), SetupError>) -> Vec<String> {
    let error = prepared.expect_err("something is wrong");
    let shown = format!("{error:?}");
    assert!(!shown.contains(CLIENT_SECRET) && !shown.contains("hunter2"), "{shown}");
    error.problems().iter().map(|problem| problem.cause.clone()).collect()
}

#[tokio::test]
async fn what_a_provider_is_given_is_looked_at_when_the_application_starts() {
    let idp = Idp::start().await;
    prepared(&idp.oidc("work")).await.unwrap();
    assert_eq!(idp.count("/.well-known/openid-configuration"), 1);
    for (id, secret, expected) in [
        ("", "hunter2", "the client id of the provider \"work\" is empty"),
        ("  ", "hunter2", "the client id of the provider \"work\" is empty"),
        ("app", "", "the client secret of the provider \"work\" is empty"),
        (
            "app",
            "hunter2 ",
            "the client secret of the provider \"work\" begins or ends with a space",
        ),
    ] {
        let found = problems(prepared(&Oidc::new("work", idp.issuer(), id, secret)).await);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    }
    for issuer in [
        "",
        "accounts.example.com",
        "http://accounts.example.com",
        "ftp://accounts.example.com",
        "https://ada:hunter2@accounts.example.com",
        "https://accounts.example.com?x=y",
        "https://accounts.example.com/#x",
        " https://accounts.example.com",
    ] {
        let provider = Oidc::new("work", issuer, CLIENT_ID, CLIENT_SECRET);
        let found = problems(prepared(&provider).await);
        assert!(found.len() == 1 && found[0].contains("issuer"), "{issuer}: {found:?}");
        // Whoever signs in all the same gets an error, and no panic.
        assert!(unusable(visit(&idp, &provider).await).contains("no address"));
    }
    // All at once.
    assert_eq!(problems(prepared(&Oidc::new("work", "x", "", " ")).await).len(), 3);
}

#[tokio::test]
async fn what_a_provider_says_of_itself_is_looked_at_too() {
    let idp = Idp::start().await;
    for (members, expected) in [
        (json!({ "issuer": "https://eve.example" }), "calls itself"),
        (json!({ "issuer": format!("{}/", idp.issuer()) }), "calls itself"),
        (json!({ "issuer": null }), "names no `issuer`"),
        (json!({ "token_endpoint": null }), "names no `token_endpoint`"),
        (json!({ "jwks_uri": null }), "names no `jwks_uri`"),
        (json!({ "authorization_endpoint": "/authorize" }), "no address with https"),
        (json!({ "token_endpoint": "http://eve.example/token" }), "no address with https"),
        (
            json!({ "id_token_signing_alg_values_supported": ["HS256"] }),
            "signs ID tokens by nothing",
        ),
        (json!({ "token_endpoint_auth_methods_supported": ["none"] }), "takes no client secret"),
    ] {
        idp.discovery(Answer::With(members.clone()));
        let found = problems(prepared(&idp.oidc("work")).await);
        assert!(found.len() == 1 && found[0].contains(expected), "{members}: {found:?}");
        assert!(visit(&idp, &idp.oidc("work")).await.is_err());
    }
    let elsewhere = format!("{}/realms/work", idp.issuer());
    let provider = Oidc::new("work", elsewhere, CLIENT_ID, CLIENT_SECRET);
    assert!(problems(prepared(&provider).await)[0].contains("there is nothing at"));
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_from_starting() {
    let away = format!("http://{}", free_address().await);
    prepared(&Oidc::new("work", away, CLIENT_ID, CLIENT_SECRET)).await.unwrap();
    let idp = Idp::start().await;
    for answer in [Answer::Html(200), Answer::Html(503), Answer::Status(500), Answer::Redirect] {
        idp.discovery(answer.clone());
        let work = idp.oidc("work");
        let is_prepared = prepared(&work).await;
        assert!(is_prepared.is_ok(), "{answer:?}: {is_prepared:?}");
        // A moment later it is there.
        idp.discovery(Answer::Good);
        visit_at(SystemClock.now() + Duration::from_secs(2), &idp, &work).await.unwrap();
    }
}

#[tokio::test]
async fn who_is_away_is_not_asked_again_at_once() {
    let idp = Idp::start_at(Standing).await;
    idp.discovery(Answer::Status(500));
    let work = idp.oidc("work");
    for _ in 0..5 {
        unusable(visit_at(START, &idp, &work).await);
    }
    let path = "/.well-known/openid-configuration";
    assert_eq!(idp.count(path), 1);
    idp.discovery(Answer::Good);
    let later = START + Duration::from_secs(1);
    visit_at(later, &idp, &work).await.unwrap();
    // What is known is used for as long as its server says.
    for _ in 0..5 {
        visit_at(later, &idp, &work).await.unwrap();
    }
    assert_eq!(idp.count(path), 2);
}

/// A clock that stands.
#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        START
    }
}
