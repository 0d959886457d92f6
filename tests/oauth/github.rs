use fastauth::{
    oauth::{GitHub, OAuthProvider},
    time::{Clock, SystemClock},
};
use fastauth_tests::idp::{Answer, Behaviour, CLIENT_ID, CLIENT_SECRET, Idp, Person};
use serde_json::{Value as Json, json};

use crate::visit::{unusable, visit};

#[tokio::test]
async fn github_says_who_somebody_is() {
    let idp = Idp::start().await;
    let github = idp.github();
    assert_eq!(github.name(), "github");
    assert_eq!(idp.github().named("work").name(), "work");
    github.prepare(SystemClock.now()).await.unwrap();
    let identified = visit(&idp, &github).await.unwrap();
    let profile = identified.profile;
    // The number, and the primary address rather than that of the public profile.
    assert_eq!(profile.subject, "248289761001");
    assert_eq!(profile.email.as_deref(), Some("ada@example.com"));
    assert!(profile.email_verified);
    assert_eq!(profile.claims["login"], "ada");
    assert_eq!(profile.claims["email"], "ada@example.com");
    assert_eq!(identified.tokens.scope.as_deref(), Some("read:user user:email"));
    let asked = idp.asked("/api/v3/user");
    assert_eq!(asked.headers["user-agent"], "fastauth");
    assert_eq!(asked.headers["accept"], "application/vnd.github+json");
    let exchanged = idp.asked("/login/oauth/access_token");
    assert_eq!(exchanged.headers["accept"], "application/json");
    assert_eq!(exchanged.fields["client_secret"], CLIENT_SECRET);
    assert!(!exchanged.headers.contains_key("authorization"));
}

#[tokio::test]
async fn an_address_of_github_is_proved_if_it_says_so() {
    let idp = Idp::start().await;
    let github = idp.github();
    for (said, expected) in [
        (json!(true), true),
        (json!(false), false),
        (Json::Null, false),
        (json!("true"), false),
        (json!(1), false),
    ] {
        idp.person(Person { email_verified: said.clone(), ..Person::default() });
        let profile = visit(&idp, &github).await.unwrap().profile;
        assert_eq!(profile.email_verified, expected, "{said}");
        assert_eq!(profile.claims["email_verified"], expected);
    }
    // One that is proved and not the primary one is not theirs to sign in with.
    idp.person(Person { email: None, ..Person::default() });
    let profile = visit(&idp, &github).await.unwrap().profile;
    assert_eq!((profile.email, profile.email_verified), (None, false));
    for status in [403, 404] {
        let emails = Answer::Json(status, json!({ "message": "Not Found" }));
        idp.next(Behaviour { emails, ..Behaviour::default() });
        assert_eq!(visit(&idp, &github).await.unwrap().profile.email, None);
    }
}

#[tokio::test]
async fn what_github_does_not_say_is_not_made_up() {
    let idp = Idp::start().await;
    let github = idp.github();
    for id in [json!(null), json!("5"), json!(0), json!(-5), json!(1.5), json!([5])] {
        let userinfo = Answer::With(json!({ "id": id }));
        idp.next(Behaviour { userinfo, ..Behaviour::default() });
        assert_eq!(unusable(visit(&idp, &github).await), "it names nobody", "{id}");
    }
    let error = json!({ "error": "bad_verification_code", "error_description": "<script>" });
    idp.next(Behaviour { token: Answer::Json(200, error), ..Behaviour::default() });
    let cause = unusable(visit(&idp, &github).await);
    assert_eq!(cause, "it answered 200 OK: bad_verification_code");
    for emails in [
        Answer::Json(500, json!([])),
        Answer::Json(200, json!({})),
        Answer::Html(200),
        Answer::Redirect,
    ] {
        idp.next(Behaviour { emails: emails.clone(), ..Behaviour::default() });
        unusable(visit(&idp, &github).await);
    }
    for list in [json!([]), json!([5]), json!([{ "email": 5, "primary": true, "verified": true }])]
    {
        let emails = Answer::Json(200, list.clone());
        idp.next(Behaviour { emails, ..Behaviour::default() });
        let profile = visit(&idp, &github).await.unwrap().profile;
        assert_eq!((profile.email, profile.email_verified), (None, false), "{list}");
    }
}

#[tokio::test]
async fn what_github_is_given_is_looked_at_when_the_application_starts() {
    let now = SystemClock.now();
    for bad in
        ["", "github.example.com", "http://github.example.com", "https://github.example.com?x"]
    {
        let github = GitHub::at(bad, CLIENT_ID, CLIENT_SECRET);
        assert_eq!(github.prepare(now).await.unwrap_err().problems().len(), 1, "{bad}");
    }
    let github = GitHub::at("https://github.example.com/", "", " ").named("work");
    let error = github.prepare(now).await.unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert!(format!("{error}").contains("\"work\""), "{error}");
}
