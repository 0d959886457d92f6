//! Where the names of the standard library mean something else.
#![allow(dead_code, nonstandard_style, unused_macros, reason = "names to be stumbled over")]

use fastauth::{AuthUser, Column, UserKey};

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct Default;
struct From;
struct Into;
struct Clone;
struct Iterator;
struct Self_;
struct bool;
struct str;
struct usize;
struct Codec;
struct Fields;
struct Row;
struct Value;
struct Password;
mod std {}
mod core {}
mod fastauth_private {}

const fields: i64 = 0;
const row: i64 = 0;
const value: i64 = 0;
const name: i64 = 0;

macro_rules! vec {
    () => {
        compile_error!("not this one")
    };
}
macro_rules! unreachable {
    () => {
        compile_error!("not this one")
    };
}

#[derive(::std::clone::Clone, ::std::fmt::Debug, Eq, Hash, PartialEq, UserKey)]
struct Id(i64);

#[derive(::std::clone::Clone, Column, ::std::fmt::Debug, PartialEq)]
enum Kind {
    Some,
    None,
    Ok,
}

#[derive(AuthUser)]
#[auth(id, email, password_hash, email_verified, active, created_at)]
struct User {
    id: Id,
    email: ::std::option::Option<::std::string::String>,
    #[auth(username, edit)]
    name: ::std::string::String,
    password_hash: ::std::option::Option<::fastauth::PasswordHash>,
    email_verified: ::core::primitive::bool,
    active: ::core::primitive::bool,
    created_at: ::std::time::SystemTime,
    #[auth(signup, edit, token)]
    kind: Kind,
    #[auth(json, signup)]
    tags: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    #[auth(default = "free")]
    plan: ::std::string::String,
    #[auth(default = 1 + 1)]
    level: i64,
    #[auth(skip)]
    cache: i64,
    note: ::std::option::Option<::std::string::String>,
}

#[test]
fn a_user_among_shadows_works() {
    use ::std::{borrow::ToOwned, option::Option, time::SystemTime};

    let user = User {
        id: Id(7),
        email: Option::None,
        name: "ada".to_owned(),
        password_hash: Option::None,
        email_verified: false,
        active: true,
        created_at: SystemTime::UNIX_EPOCH,
        kind: Kind::None,
        tags: Option::None,
        plan: "pro".to_owned(),
        level: 3,
        cache: 9,
        note: Option::None,
    };
    let back = crate::stored(&user);
    assert_eq!((&back.id, &back.kind, &back.plan), (&user.id, &user.kind, &user.plan));
    assert_eq!((back.level, back.cache, &back.note), (3, 0, &Option::None));
    assert_eq!(back.tags, Option::None);
    assert_eq!(back.username(), Option::Some("ada"));
    assert_eq!(User::USER_FIELDS_IN_TOKEN, ["kind"]);
    let claims = ::serde_json::to_string(&user.claims()).unwrap_or_default();
    assert_eq!(claims, r#"{"kind":"none"}"#);
}
