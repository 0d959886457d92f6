//! Two users in one module, one of them public and made of private parts.

use fastauth::{AuthUser, Column, PasswordHash};
use serde_json::json;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

#[derive(Clone, Column, Debug, PartialEq)]
enum Level {
    Low,
    High,
}

#[derive(AuthUser)]
#[auth(id, username, password_hash)]
pub struct Admin {
    id: i64,
    username: String,
    password_hash: PasswordHash,
    #[auth(signup, edit, view, token)]
    level: Level,
}

#[test]
fn two_users_do_not_meet() {
    assert_eq!((User::SPEC.table, Admin::SPEC.table), ("users", "admins"));
    assert_eq!((User::SPEC.email, Admin::SPEC.email), (Some(1), None));
    assert_eq!((User::SPEC.username, Admin::SPEC.username), (None, Some(1)));
    let admin = Admin {
        id: 1,
        username: "ada".to_owned(),
        password_hash: PasswordHash::new(""),
        level: Level::Low,
    };
    assert_eq!(admin.email(), None);
    assert_eq!(serde_json::to_value(admin.claims()).ok(), Some(json!({"level": "low"})));
    let user =
        User { id: 1, email: "a@example.com".to_owned(), password_hash: admin.password_hash };
    assert_eq!(serde_json::to_value(user.claims()).ok(), Some(json!({})));
    let high = crate::signup::<Admin>(json!({"username": "x", "password": "x", "level": "high"}));
    assert!(high.is_ok_and(|signup| signup.level == Level::High));
}
