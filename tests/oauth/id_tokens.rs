use std::time::Duration;

use fastauth::time::{Clock, SystemClock};
use fastauth_tests::idp::{Answer, Behaviour, Idp, Signer};
use serde_json::{Value as Json, json};

use crate::{
    hostile,
    visit::{minutes, unusable, visit, visit_at},
};

/// Why an ID token is refused.
async fn refused(idp: &Idp, behaviour: Behaviour) -> String {
    idp.next(behaviour);
    let cause = unusable(visit(idp, &idp.oidc("work")).await);
    let cause = cause.strip_prefix("the ID token is refused: ");
    cause.expect("it is about the token").to_owned()
}

async fn assert_refused(idp: &Idp, behaviours: Vec<(Behaviour, &'static str)>) {
    assert!(!behaviours.is_empty());
    for (behaviour, why) in behaviours {
        assert_eq!(refused(idp, behaviour.clone()).await, why, "{behaviour:?}");
    }
}

fn saying(claims: Json) -> Behaviour {
    Behaviour { claims, ..Behaviour::default() }
}

fn signed_by(signer: Signer) -> Behaviour {
    Behaviour { signer, ..Behaviour::default() }
}

fn headed(header: Json) -> Behaviour {
    Behaviour { header, ..Behaviour::default() }
}

#[tokio::test]
async fn a_token_for_anybody_else_is_refused() {
    let idp = Idp::start().await;
    assert_refused(&idp, hostile::for_anybody_else(&idp)).await;
    for good in [
        json!({ "at_hash": null }),
        json!({ "azp": "fastauth:tests" }),
        json!({ "aud": ["eve", "fastauth:tests"], "azp": "fastauth:tests" }),
    ] {
        idp.next(saying(good.clone()));
        let identified = visit(&idp, &idp.oidc("work")).await;
        assert!(identified.is_ok(), "{good}: {identified:?}");
    }
}

#[tokio::test]
async fn a_token_of_another_time_is_refused() {
    let idp = Idp::start().await;

    assert_refused(&idp, hostile::of_another_time(SystemClock.now())).await;
    // The time is that of the accounts.
    let later = SystemClock.now() + minutes(12);
    let late = visit_at(later, &idp, &idp.oidc("work")).await;
    assert!(unusable(late).ends_with("its time is over"));
    let near = SystemClock.now() + Duration::from_secs(50);
    visit_at(near, &idp, &idp.oidc("work")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_signed_by_a_key_of_the_provider() {
    let idp = Idp::start().await;
    for good in [Signer::First, Signer::Ec, Signer::Ed] {
        idp.next(signed_by(good));
        let identified = visit(&idp, &idp.oidc("work")).await;
        assert!(identified.is_ok(), "{good:?}: {identified:?}");
    }
    assert_refused(&idp, hostile::by_no_key_of_theirs()).await;
    // Not though the provider says so.
    let every = ["none", "HS256", "RS256", "PS256"];
    idp.discovery(Answer::With(json!({ "id_token_signing_alg_values_supported": every })));
    for signer in [Signer::Secret, Signer::Public, Signer::Pss, Signer::Ec] {
        let cause = refused(&idp, signed_by(signer)).await;
        assert_eq!(cause, "another algorithm than the key's", "{signer:?}");
    }
}

#[tokio::test]
async fn a_header_leads_nowhere() {
    let idp = Idp::start().await;
    assert_refused(&idp, hostile::leading_elsewhere(&idp)).await;
    assert_eq!(idp.count("/eve"), 0);
    // One that names no key, where one key alone has its algorithm.
    idp.next(headed(json!({ "kid": null, "typ": "JWT" })));
    visit(&idp, &idp.oidc("work")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_one_object_that_says_nothing_twice() {
    let idp = Idp::start().await;
    assert_refused(&idp, hostile::no_tokens()).await;
    for behaviour in hostile::without_a_token() {
        idp.next(behaviour);
        assert_eq!(unusable(visit(&idp, &idp.oidc("work")).await), "there is no ID token");
    }
}
