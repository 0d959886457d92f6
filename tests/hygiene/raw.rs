//! Names that are keywords.

use fastauth::{AuthUser, Column, PasswordHash, user::PatchBody};
use serde_json::json;

use crate::{columns, read, signup, stored};

#[derive(Clone, Column, Debug, PartialEq)]
enum r#Match {
    r#Loop,
    Else,
}

#[derive(AuthUser)]
#[auth(id = r#move, email = r#async, password_hash, token(r#fn))]
struct r#Struct {
    r#move: i64,
    r#async: String,
    password_hash: PasswordHash,
    #[auth(signup, edit, token = "kind")]
    r#type: String,
    #[auth(signup)]
    r#fn: r#Match,
    r#await: Option<String>,
}

#[test]
fn a_raw_name_is_spoken_without_its_prefix() {
    assert_eq!(r#Struct::SPEC.name, "Struct");
    assert_eq!(r#Struct::SPEC.table, "structs");
    assert_eq!(columns::<r#Struct>(), ["move", "async", "password_hash", "type", "fn", "await"]);
    assert_eq!(r#Struct::USER_FIELDS_IN_TOKEN, ["kind", "fn"]);
    let body = json!({"async": "ada@example.com", "password": "x", "type": "t", "fn": "loop"});
    let read_back = signup::<r#Struct>(body).expect("a registration");
    assert_eq!((read_back.r#type.as_str(), read_back.r#fn), ("t", r#Match::r#Loop));
    let patch = read(json!({"type": "u"}), <r#Struct as AuthUser>::Patch::read).expect("editable");
    assert_eq!(patch.r#type.as_deref(), Some("u"));
    let user = r#Struct {
        r#move: 1,
        r#async: String::new(),
        password_hash: PasswordHash::new(""),
        r#type: "v".to_owned(),
        r#fn: r#Match::Else,
        r#await: None,
    };
    let back = stored(&user);
    assert_eq!((back.r#move, back.r#fn, back.r#await), (1, r#Match::Else, None));
    let claims = serde_json::to_value(user.claims()).expect("claims are JSON");
    assert_eq!(claims, json!({"kind": "v", "fn": "else"}));
}
