use fastauth::{
    oauth::OAuthProvider,
    time::{Clock, SystemClock},
};
use fastauth_tests::idp::{Answer, Behaviour, CLIENT_ID, CLIENT_SECRET, Idp, Person};
use serde_json::{Value as Json, json};

use crate::visit::{REDIRECT_URI, VERIFIER, came_back, sent, unusable, visit};

#[tokio::test]
async fn a_provider_says_who_somebody_is() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    assert_eq!(work.name(), "work");
    let identified = visit(&idp, &work).await.unwrap();
    let profile = identified.profile;
    assert_eq!(profile.subject, "248289761001");
    assert_eq!(profile.email.as_deref(), Some("ada@example.com"));
    assert!(profile.email_verified);
    assert_eq!(profile.claims["name"], "Ada Lovelace");
    // What a token says of itself fills no field.
    for name in ["nonce", "aud", "exp", "iat", "at_hash"] {
        assert!(!profile.claims.contains_key(name), "{:?}", profile.claims);
    }
    let tokens = identified.tokens;
    assert!(tokens.access_token.expose().starts_with("access-"));
    assert!(tokens.refresh_token.unwrap().expose().starts_with("refresh-"));
    assert_eq!(tokens.scope.as_deref(), Some("openid email profile"));
    assert!(tokens.expires_at.unwrap() > SystemClock.now());
    // An address in the ID token is not asked for again.
    assert_eq!(idp.count("/userinfo"), 0);
}

#[tokio::test]
async fn a_request_is_asked_by_the_book() {
    let idp = Idp::start().await;
    visit(&idp, &idp.oidc("work")).await.unwrap();
    let asked = idp.asked("/authorize");
    assert_eq!(asked.fields["redirect_uri"], REDIRECT_URI);
    assert_eq!(asked.fields["scope"], "openid email profile");
    let exchanged = idp.asked("/token");
    assert_eq!(exchanged.method, "POST");
    assert_eq!(exchanged.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(exchanged.headers["accept"], "application/json");
    assert_eq!(exchanged.fields["code_verifier"], VERIFIER);
    // The secret stands in one place.
    assert!(exchanged.headers["authorization"].starts_with("Basic "));
    assert!(!exchanged.fields.contains_key("client_secret"));
}

#[tokio::test]
async fn the_secret_goes_into_the_body_where_the_provider_wants_it_there() {
    let idp = Idp::start().await;
    let ways = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    let told = idp.oidc("work").secret_in_body();
    for (ways, work) in [(Answer::With(ways), idp.oidc("work")), (Answer::Good, told)] {
        idp.discovery(ways);
        visit(&idp, &work).await.unwrap();
        let exchanged = idp.asked("/token");
        assert!(!exchanged.headers.contains_key("authorization"));
        assert_eq!(exchanged.fields["client_id"], CLIENT_ID);
        assert_eq!(exchanged.fields["client_secret"], CLIENT_SECRET);
    }
}

#[tokio::test]
async fn only_a_plain_true_says_that_an_address_is_proved() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    for (said, expected) in [
        (json!(true), true),
        (json!(false), false),
        (Json::Null, false),
        (json!("true"), false),
        (json!(1), false),
        (json!([true]), false),
        (json!({ "is": true }), false),
    ] {
        idp.person(Person { email_verified: said.clone(), ..Person::default() });
        let profile = visit(&idp, &work).await.unwrap().profile;
        assert_eq!(profile.email_verified, expected, "{said}");
        assert_eq!(profile.email.as_deref(), Some("ada@example.com"), "{said}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_in_the_id_token_is_asked_for() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    let without = Behaviour { claims: json!({ "email": null }), ..Behaviour::default() };
    // What is said of another address says nothing of this one.
    let unproved = json!({ "email": "ada@example.org", "email_verified": null });
    idp.next(Behaviour { userinfo: Answer::With(unproved), ..without.clone() });
    let profile = visit(&idp, &work).await.unwrap().profile;
    assert_eq!(profile.email.as_deref(), Some("ada@example.org"));
    assert!(!profile.email_verified);
    idp.next(without.clone());
    assert!(visit(&idp, &work).await.unwrap().profile.email_verified);
    assert_eq!(idp.count("/userinfo"), 2);
    let asked = idp.asked("/userinfo");
    assert!(asked.headers["authorization"].starts_with("Bearer access-"));
    // Somebody without one is somebody all the same.
    idp.person(Person { email: None, ..Person::default() });
    let profile = visit(&idp, &work).await.unwrap().profile;
    assert_eq!((profile.email, profile.email_verified), (None, false));
    assert_eq!(profile.subject, "248289761001");
}

/// Okta has the address in the token and the rest elsewhere.
#[tokio::test]
async fn whether_an_address_is_proved_is_asked_for_where_the_id_token_does_not_say() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    let silent = Behaviour { claims: json!({ "email_verified": null }), ..Behaviour::default() };
    for (userinfo, email, is_proved) in [
        (json!({}), "ada@example.com", true),
        (json!({ "email_verified": false }), "ada@example.com", false),
        (json!({ "email_verified": null }), "ada@example.com", false),
        // The proof is of that address, and not of the one in the token.
        (json!({ "email": "ada@example.org" }), "ada@example.org", true),
        (json!({ "email": null }), "ada@example.com", false),
        (json!({ "email": "" }), "ada@example.com", false),
    ] {
        let before = idp.count("/userinfo");
        idp.next(Behaviour { userinfo: Answer::With(userinfo.clone()), ..silent.clone() });
        let profile = visit(&idp, &work).await.unwrap().profile;
        assert_eq!(profile.email.as_deref(), Some(email), "{userinfo}");
        assert_eq!(profile.email_verified, is_proved, "{userinfo}");
        assert_eq!(idp.count("/userinfo"), before + 1);
    }
    // Where it says so itself, that counts, and nobody is asked.
    let before = idp.count("/userinfo");
    for said in [true, false] {
        idp.next(Behaviour { claims: json!({ "email_verified": said }), ..Behaviour::default() });
        assert_eq!(visit(&idp, &work).await.unwrap().profile.email_verified, said);
    }
    assert_eq!(idp.count("/userinfo"), before);
}

#[tokio::test]
async fn a_provider_is_vouched_for_only_where_it_says_nothing() {
    let idp = Idp::start().await;
    for (said, usually, vouched) in [
        (Json::Null, false, true),
        (json!(true), true, true),
        (json!(false), false, false),
        (json!("true"), false, false),
    ] {
        idp.person(Person { email_verified: said.clone(), ..Person::default() });
        let work = idp.oidc("work");
        assert_eq!(visit(&idp, &work).await.unwrap().profile.email_verified, usually, "{said}");
        let work = work.addresses_are_proved();
        assert_eq!(visit(&idp, &work).await.unwrap().profile.email_verified, vouched, "{said}");
    }
    // Without an address nothing is proved.
    idp.person(Person { email: None, email_verified: Json::Null, ..Person::default() });
    let work = idp.oidc("work").addresses_are_proved();
    assert!(!visit(&idp, &work).await.unwrap().profile.email_verified);
}

#[tokio::test]
async fn what_is_said_besides_is_about_the_same_person() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    for other in [json!("248289761002"), Json::Null, json!(248_289_761_001_u64), json!("")] {
        idp.next(Behaviour {
            claims: json!({ "email": null }),
            userinfo: Answer::With(json!({ "sub": other })),
            ..Behaviour::default()
        });
        let cause = unusable(visit(&idp, &work).await);
        assert!(cause.contains("about another"), "{cause}");
    }
}

#[tokio::test]
async fn a_provider_without_userinfo_is_not_asked() {
    let idp = Idp::start().await;
    idp.discovery(Answer::With(json!({ "userinfo_endpoint": null })));
    idp.next(Behaviour { claims: json!({ "email": null }), ..Behaviour::default() });
    let profile = visit(&idp, &idp.oidc("work")).await.unwrap().profile;
    assert_eq!((profile.email, profile.email_verified), (None, false));
}

#[tokio::test]
async fn an_answer_comes_from_its_issuer() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    let silent = Behaviour { callback: json!({ "iss": null }), ..Behaviour::default() };
    let other =
        |issuer: &str| Behaviour { callback: json!({ "iss": issuer }), ..Behaviour::default() };
    for issuer in ["https://eve.example", "", &format!("{}/", idp.issuer())] {
        idp.next(other(issuer));
        assert!(unusable(visit(&idp, &work).await).contains("another issuer"), "{issuer:?}");
    }
    idp.next(other(&idp.issuer()));
    visit(&idp, &work).await.unwrap();
    // One that promises to name itself does (RFC 9207).
    let promises = json!({ "authorization_response_iss_parameter_supported": true });
    idp.discovery(Answer::With(promises));
    let work = idp.oidc("work");
    visit(&idp, &work).await.unwrap();
    let before = idp.count("/token");
    idp.next(silent);
    assert!(unusable(visit(&idp, &work).await).contains("no issuer"));
    // The code goes nowhere.
    assert_eq!(idp.count("/token"), before);
}

#[tokio::test]
async fn a_code_works_once() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    let now = SystemClock.now();
    let callback = sent(now, &idp, &work).await.unwrap();
    came_back(now, &work, &callback).await.unwrap();
    let again = came_back(now, &work, &callback).await;
    assert_eq!(unusable(again), "it answered 400 Bad Request: invalid_grant");
}
