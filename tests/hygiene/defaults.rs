//! Defaults: any expression, in the user's own words.

use std::collections::BTreeMap;

use fastauth::{AuthUser, Column, PasswordHash, user::SignupBody, value::Value};
use serde_json::json;

use crate::signup;

const STARTING_LEVEL: i64 = 3;

#[derive(Clone, Column, Debug, Default, PartialEq)]
enum Plan {
    #[default]
    Free,
    Pro,
}

fn greeting(name: &str) -> String {
    format!("hello, {name}")
}

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, default)]
    plan: Plan,
    #[auth(signup, default = Plan::Pro)]
    trial: Plan,
    #[auth(default = "free")]
    tariff: String,
    #[auth(default = STARTING_LEVEL + 1)]
    level: i64,
    #[auth(default = greeting("you"))]
    greeting: String,
    #[auth(default = { let fields = 2; fields * 2 })]
    block: i64,
    #[auth(json, default = BTreeMap::from([("theme".to_owned(), "dark".to_owned())]))]
    settings: BTreeMap<String, String>,
    #[auth(signup, default = Some(7))]
    lucky: Option<i64>,
    #[auth(default = Some("given".to_owned()))]
    given: Option<String>,
    #[auth(default = false)]
    newsletter: bool,
}

#[test]
fn an_absent_field_is_its_default() {
    let body = json!({"email": "ada@example.com", "password": "x"});
    let read = signup::<User>(body).expect("the rest has defaults");
    assert_eq!((&read.plan, &read.trial, read.lucky), (&Plan::Free, &Plan::Pro, Some(7)));
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!(
        read.into_row()[3..],
        [
            text("free"),
            text("pro"),
            text("free"),
            Some(Value::Int(4)),
            text("hello, you"),
            Some(Value::Int(4)),
            Some(Value::Json(r#"{"theme":"dark"}"#.to_owned())),
            Some(Value::Int(7)),
            text("given"),
            Some(Value::Bool(false)),
        ]
    );
}

#[test]
fn a_given_field_is_what_was_given() {
    let body = json!({
        "email": "ada@example.com", "password": "x", "plan": "pro", "trial": "free", "lucky": null,
    });
    let read = signup::<User>(body).expect("a registration");
    assert_eq!((read.plan, read.trial, read.lucky), (Plan::Pro, Plan::Free, None));
}
