//! `Option` is recognised by the type checker, under whatever name.

use fastauth::{AuthUser, Email, PasswordHash, Username, user::SignupBody};
use serde_json::json;

use crate::{nullable, signup, stored};

type Maybe<T> = Option<T>;
type Nick = Maybe<String>;
type Hash = PasswordHash;
type Text = String;

mod elsewhere {
    pub(super) type MaybeTags = Option<Vec<String>>;
}

#[derive(AuthUser)]
#[auth(id, email, password_hash, username)]
struct User {
    id: i64,
    email: Maybe<Email>,
    username: std::option::Option<Username>,
    password_hash: Maybe<Hash>,
    #[auth(signup)]
    nick: Nick,
    #[auth(signup)]
    name: Text,
    unsaid: Maybe<Text>,
    #[auth(json, signup)]
    tags: elsewhere::MaybeTags,
    #[auth(json)]
    more_tags: elsewhere::MaybeTags,
    #[auth(json, default)]
    list: Vec<Option<String>>,
}

#[test]
fn an_alias_of_an_option_may_be_absent() {
    assert_eq!(
        nullable::<User>(),
        ["email", "username", "password_hash", "nick", "unsaid", "tags", "more_tags"]
    );
    let body = json!({"username": "Ada", "name": "Ada", "password": "x"});
    let read = signup::<User>(body).expect("the rest is optional");
    assert_eq!((read.nick.is_none(), read.tags.is_none()), (true, true));
    assert_eq!(read.into_row().len(), 10);
    let missing = signup::<User>(json!({"username": "ada", "password": "x"})).err();
    assert_eq!(missing, Some(vec![("/name".to_owned(), "missing")]), "an alias of text is text");
}

#[test]
fn absent_and_present_come_back_from_the_store() {
    let none = User {
        id: 1,
        email: None,
        username: Username::parse("ada").ok(),
        password_hash: None,
        nick: None,
        name: String::new(),
        unsaid: None,
        tags: None,
        more_tags: None,
        list: vec![None, Some("x".to_owned())],
    };
    let back = stored(&none);
    assert_eq!(back.email(), None);
    assert_eq!(back.username(), Some("ada"));
    assert!(back.password_hash().is_none());
    assert_eq!((&back.nick, &back.unsaid, &back.tags), (&None, &None, &None));
    assert_eq!((&back.list, &back.more_tags), (&none.list, &None));
    let some = User {
        email: Email::parse("ada@example.com").ok(),
        password_hash: Some(Hash::new("h")),
        nick: Some("Countess".to_owned()),
        unsaid: Some(String::new()),
        tags: Some(Vec::new()),
        more_tags: Some(vec!["a".to_owned()]),
        ..none
    };
    let back = stored(&some);
    assert_eq!(back.email(), Some("ada@example.com"));
    assert_eq!(back.password_hash(), some.password_hash());
    assert_eq!((&back.nick, &back.unsaid), (&some.nick, &some.unsaid));
    assert_eq!(
        (&back.tags, &back.more_tags, &back.name),
        (&some.tags, &some.more_tags, &some.name)
    );
}
