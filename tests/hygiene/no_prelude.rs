//! Where nothing is in scope that was not named.
#![no_implicit_prelude]

use ::std::{assert, assert_eq};

#[derive(
    ::std::clone::Clone,
    ::std::cmp::Eq,
    ::std::cmp::PartialEq,
    ::std::fmt::Debug,
    ::std::hash::Hash,
    ::fastauth::UserKey,
)]
struct Id(::std::string::String);

#[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq, ::fastauth::Column)]
enum Plan {
    Free,
    Pro,
}

#[derive(::fastauth::AuthUser)]
#[auth(id, email, password_hash, email_verified)]
struct User {
    id: Id,
    email: ::std::string::String,
    password_hash: ::fastauth::PasswordHash,
    email_verified: ::std::option::Option<::std::time::SystemTime>,
    #[auth(signup, edit, token, default = Plan::Free)]
    plan: Plan,
    #[auth(json, edit, default)]
    tags: ::std::vec::Vec<::std::string::String>,
    #[auth(skip)]
    cache: u8,
    #[auth(default = "x")]
    text: ::std::string::String,
    note: ::std::option::Option<i64>,
}

#[test]
fn a_user_without_a_prelude_works() {
    use ::fastauth::AuthUser;
    use ::std::{borrow::ToOwned, option::Option::None, vec::Vec};

    let user = User {
        id: Id("ada".to_owned()),
        email: "ada@example.com".to_owned(),
        password_hash: ::fastauth::PasswordHash::new("h"),
        email_verified: None,
        plan: Plan::Pro,
        tags: Vec::new(),
        cache: 1,
        text: "y".to_owned(),
        note: None,
    };
    let back = crate::stored(&user);
    assert_eq!((&back.id, &back.email, &back.plan), (&user.id, &user.email, &user.plan));
    assert_eq!((&back.tags, &back.text, back.cache, back.note), (&user.tags, &user.text, 0, None));
    assert!(back.password_hash == user.password_hash);
    assert!(!back.is_email_verified());
    let plans = [Plan::Free, Plan::Pro];
    assert_eq!(plans.len(), 2);
}
