//! The bodies of the routes.

use fastauth::{
    AuthUser, Email, Password, PasswordHash,
    user::{PatchBody, SignupBody},
};
use serde_json::json;
use uuid::Uuid;

use crate::{read, signup};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, edit, token)]
    name: String,
    #[auth(signup)]
    nick: Option<String>,
    #[auth(signup, default = 18)]
    age: i64,
    secret: Option<String>,
}

/// Nobody has a password here.
#[derive(AuthUser)]
struct Reader {
    #[auth(id)]
    id: Uuid,
    #[auth(email)]
    address: Email,
    #[auth(email_verified)]
    proved: bool,
}

/// Either is enough.
#[derive(AuthUser)]
#[auth(id, password_hash, email = mail, username = login)]
struct Member {
    id: Uuid,
    mail: Option<String>,
    #[auth(edit)]
    login: Option<String>,
    password_hash: PasswordHash,
}

#[test]
fn a_registration_gives_the_signup_fields_and_nothing_else() {
    let body = json!({"email": "Ada@Example.com", "name": "Ada", "password": "a long password"});
    let read = signup::<User>(body).expect("all that is required");
    assert_eq!(read.email, "ada@example.com");
    assert_eq!(read.name, "Ada");
    assert_eq!(read.nick, None);
    assert_eq!(read.age, 18);
    assert_eq!(read.password().map(Password::expose), Some("a long password"));

    let unknown = json!({
        "email": "ada@example.com", "name": "Ada", "password": "x", "id": 1, "secret": "s",
        "password_hash": "h",
    });
    let refused = ["/id", "/password_hash", "/secret"].map(|it| (it.to_owned(), "unknown"));
    assert_eq!(signup::<User>(unknown).err(), Some(refused.to_vec()));
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let body = json!({"email": "nobody", "name": 7, "nick": [], "age": null});
    let wrong = signup::<User>(body).err().unwrap_or_default();
    assert_eq!(
        wrong,
        [
            ("/email".to_owned(), "invalid_email"),
            ("/name".to_owned(), "wrong_type"),
            ("/nick".to_owned(), "wrong_type"),
            ("/age".to_owned(), "wrong_type"),
            ("/password".to_owned(), "missing"),
        ]
    );
    let missing = ["/email", "/name", "/password"].map(|it| (it.to_owned(), "missing"));
    assert_eq!(signup::<User>(json!({})).err(), Some(missing.to_vec()));
}

#[test]
fn a_body_without_a_password_is_one_where_nobody_has_any() {
    let read = signup::<Reader>(json!({"email": "ada@example.com"})).expect("the part's own word");
    assert_eq!(read.address.as_str(), "ada@example.com");
    assert!(read.password().is_none());
    let read = signup::<Reader>(json!({"address": "ada@example.com"})).expect("the field's name");
    assert_eq!(read.address.as_str(), "ada@example.com");
    let password = signup::<Reader>(json!({"email": "ada@example.com", "password": "x"}));
    assert_eq!(password.err(), Some(vec![("/password".to_owned(), "unknown")]));
    let both = signup::<Reader>(json!({"email": "ada@example.com", "address": "b@example.com"}));
    assert_eq!(both.err(), Some(vec![("/email".to_owned(), "duplicate")]));
}

#[test]
fn where_both_logins_are_optional_one_is_given() {
    for body in [
        json!({"email": "ada@example.com", "password": "x"}),
        json!({"username": "ada", "password": "x"}),
        json!({"login": "ada", "email": null, "password": "x"}),
    ] {
        assert!(signup::<Member>(body).is_ok());
    }
    for body in
        [json!({"password": "x"}), json!({"email": null, "username": null, "password": "x"})]
    {
        let missing = ["/mail", "/login"].map(|it| (it.to_owned(), "missing"));
        assert_eq!(signup::<Member>(body).err(), Some(missing.to_vec()));
    }
    // What cannot be read was given.
    let wrong = signup::<Member>(json!({"email": 7, "password": "x"})).err();
    assert_eq!(wrong, Some(vec![("/mail".to_owned(), "wrong_type")]));
}

#[test]
fn a_patch_changes_what_it_names() {
    let none = read(json!({}), <User as AuthUser>::Patch::read).expect("nothing is required");
    assert_eq!(none.name, None);
    assert!(none.into_changes().is_empty());
    let one = read(json!({"name": "Countess"}), <User as AuthUser>::Patch::read).expect("editable");
    assert_eq!(one.into_changes().len(), 1);
    for not_editable in ["email", "nick", "password", "id", "secret", "password_hash"] {
        let refused = read(json!({not_editable: "x"}), <User as AuthUser>::Patch::read).err();
        assert_eq!(refused, Some(vec![(format!("/{not_editable}"), "unknown")]));
    }
    let null = read(json!({"name": null}), <User as AuthUser>::Patch::read).err();
    assert_eq!(null, Some(vec![("/name".to_owned(), "wrong_type")]), "a name cannot be cleared");

    let read_login = |body| read(body, <Member as AuthUser>::Patch::read).expect("editable");
    assert_eq!(read_login(json!({"username": "Ada"})).login, Some(Some("ada".to_owned())));
    assert_eq!(read_login(json!({"login": null})).login, Some(None));
    assert_eq!(read_login(json!({})).login, None);
}

/// The word of the part is the name of another field.
#[derive(AuthUser)]
#[auth(id, email = mail, password_hash)]
struct Correspondent {
    id: Uuid,
    mail: String,
    password_hash: PasswordHash,
    #[auth(signup)]
    email: bool,
}

#[test]
fn a_field_comes_before_the_word_of_a_part() {
    let body = json!({"mail": "ada@example.com", "email": true, "password": "x"});
    let read = signup::<Correspondent>(body).expect("both are fields");
    assert_eq!((read.mail.as_str(), read.email), ("ada@example.com", true));
    let body = json!({"email": "ada@example.com", "password": "x"});
    let wrong = [("/mail".to_owned(), "missing"), ("/email".to_owned(), "wrong_type")];
    assert_eq!(signup::<Correspondent>(body).err(), Some(wrong.to_vec()));
}

#[test]
fn bodies_can_be_read_through_serde() {
    let text = r#"{"email": "ada@example.com", "name": "Ada", "password": "x"}"#;
    let read: <User as AuthUser>::Signup = serde_json::from_str(text).expect("a registration");
    assert_eq!(read.name, "Ada");
    let twice =
        r#"{"email": "a@example.com", "email": "b@example.com", "name": "", "password": ""}"#;
    assert!(serde_json::from_str::<<User as AuthUser>::Signup>(twice).is_err());
    let unknown = r#"{"admin": true}"#;
    let error = serde_json::from_str::<<User as AuthUser>::Patch>(unknown).err();
    assert!(error.is_some_and(|error| error.to_string().contains("/admin")));
}

#[test]
fn a_view_has_no_hash_and_nothing_private() {
    let user = User {
        id: Uuid::nil(),
        email: "ada@example.com".to_owned(),
        password_hash: Some(PasswordHash::new("$argon2id$")),
        name: "Ada".to_owned(),
        nick: None,
        age: 36,
        secret: Some("analytical".to_owned()),
    };
    let view = serde_json::to_value(user.view()).expect("a view is JSON");
    assert_eq!(
        view,
        json!({
            "id": "00000000-0000-0000-0000-000000000000", "email": "ada@example.com",
            "name": "Ada", "nick": null, "age": 36,
        })
    );
    assert_eq!(user.password_hash().map(PasswordHash::expose), Some("$argon2id$"));
    assert_eq!(user.secret.as_deref(), Some("analytical"));
}
