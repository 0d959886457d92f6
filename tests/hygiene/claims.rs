//! Claims: exactly the `token` fields, with their own types.

use fastauth::{AuthUser, PasswordHash};
use serde_json::json;
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(
    id,
    email,
    password_hash,
    email_verified,
    active,
    token(email, plan, email_verified, active)
)]
struct User {
    id: Uuid,
    email: String,
    password_hash: Option<PasswordHash>,
    email_verified: bool,
    active: bool,
    #[auth(signup)]
    plan: String,
    #[auth(token = "lvl", default)]
    level: i64,
    #[auth(token)]
    team: Option<Uuid>,
}

fn user() -> User {
    User {
        id: Uuid::nil(),
        email: "ada@example.com".to_owned(),
        password_hash: None,
        email_verified: false,
        active: true,
        plan: String::new(),
        level: 0,
        team: None,
    }
}

#[test]
fn false_zero_and_nothing_stay_what_they_are() {
    let claims = user().claims();
    assert!(!claims.email_verified);
    assert_eq!(claims.level, 0);
    let written = serde_json::to_value(&claims).expect("claims are JSON");
    let expected = json!({
        "email": "ada@example.com", "email_verified": false, "active": true, "plan": "", "lvl": 0,
        "team": null,
    });
    assert_eq!(written, expected);
    let read: <User as AuthUser>::Claims = serde_json::from_value(written).expect("our own");
    assert!(!read.email_verified);
    assert!(read.active);
    assert_eq!(read.level, 0);
    assert_eq!(read.team, None);
    assert_eq!(read.plan, "");
}

#[test]
fn the_names_of_the_claims_are_said() {
    assert_eq!(
        User::USER_FIELDS_IN_TOKEN,
        ["email", "email_verified", "active", "plan", "lvl", "team"]
    );
}

#[test]
fn other_members_of_the_token_are_somebody_elses() {
    let token = json!({
        "iss": "x", "sub": "y", "exp": 1, "roles": ["admin"], "email": "ada@example.com",
        "email_verified": true, "active": false, "plan": "pro", "lvl": 3,
    });
    let claims: <User as AuthUser>::Claims = serde_json::from_value(token).expect("all are there");
    assert_eq!(claims.level, 3);
    assert!(!claims.active);
    assert_eq!(claims.team, None, "older tokens lack what a user may lack");
}

#[test]
fn a_claim_of_another_type_is_refused_without_saying_its_value() {
    for (name, value) in [("lvl", json!("secret")), ("active", json!(1)), ("plan", json!(null))] {
        let mut token = serde_json::to_value(user().claims()).expect("claims are JSON");
        token[name] = value;
        let error = serde_json::from_value::<<User as AuthUser>::Claims>(token).err();
        assert!(error.is_some_and(|it| !it.to_string().contains("secret")), "{name}");
    }
}

/// An address that is older than our rules about addresses.
#[test]
fn an_email_is_taken_from_a_token_as_it_was_written() {
    let user = User { email: "Root@Localhost".to_owned(), ..user() };
    let token = serde_json::to_value(user.claims()).expect("claims are JSON");
    let claims: <User as AuthUser>::Claims = serde_json::from_value(token).expect("our own");
    assert_eq!(claims.email, "Root@Localhost");
}
