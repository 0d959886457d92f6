//! Inside the body of a function, as doc tests are.

use serde_json::json;

#[test]
fn a_user_inside_a_function_works() {
    use fastauth::{AuthUser, Column, PasswordHash, UserKey};

    #[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
    struct Id(i64);

    #[derive(Clone, Column, Debug, PartialEq)]
    enum Plan {
        Free,
    }

    #[derive(AuthUser)]
    #[auth(id, email, password_hash)]
    struct User {
        id: Id,
        email: String,
        password_hash: PasswordHash,
        #[auth(signup, token)]
        plan: Plan,
        note: Option<String>,
    }

    let read =
        crate::signup::<User>(json!({"email": "ada@example.com", "password": "x", "plan": "free"}));
    assert!(read.is_ok_and(|signup| signup.plan == Plan::Free));
    let user = User {
        id: Id(1),
        email: String::new(),
        password_hash: PasswordHash::new(""),
        plan: Plan::Free,
        note: Some("x".to_owned()),
    };
    assert_eq!(crate::stored(&user).note, user.note);
}
