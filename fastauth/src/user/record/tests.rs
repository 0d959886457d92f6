use crate::{
    AuthUser, PasswordHash,
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Before {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(default)]
    dropped: bool,
    #[auth(default)]
    score: f64,
    #[auth(username)]
    name: Option<String>,
}

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct After {
    id: i64,
    #[auth(username)]
    name: Option<String>,
    #[auth(default = "free")]
    plan: String,
    motto: Option<String>,
    #[auth(default)]
    score: f64,
    email: String,
    password_hash: PasswordHash,
}

const BEFORE: &UserSpec = Before::SPEC;

fn row() -> Row {
    Row::new(vec![
        Value::Int(-7),
        Value::Text("ada@example.com".to_owned()),
        Value::Text("$argon2id$…".to_owned()),
        Value::Bool(true),
        Value::Float(0.1 + 0.2),
        Value::Null,
    ])
}

#[test]
fn every_kind_of_value_comes_back_as_it_was() {
    let row = row();
    assert_eq!(BEFORE.decode(&BEFORE.encode(&row)), Ok(row.clone()));
    for value in [
        Value::Bytes(vec![0, 255]),
        Value::Float(f64::MIN_POSITIVE),
        Value::Float(-0.0),
        Value::Int(i64::MIN),
        Value::Json(r#"{"a":"𝄞"}"#.to_owned()),
        Value::Text(String::new()),
        Value::Time(Timestamp::from_micros(-1)),
        Value::Uuid(uuid::Uuid::from_u128(7)),
    ] {
        let mut row = row.clone();
        row.set(4, value);
        assert_eq!(BEFORE.decode(&BEFORE.encode(&row)), Ok(row));
    }
}

#[test]
fn fields_that_came_later_have_their_default() {
    let row = After::SPEC.decode(&BEFORE.encode(&row())).expect("the same user");
    let user = After::from_row(row).expect("a struct that has grown");
    assert_eq!((user.id, user.email.as_str(), user.name), (-7, "ada@example.com", None));
    assert_eq!((user.plan.as_str(), user.motto, user.score), ("free", None, 0.1 + 0.2));
}

#[test]
fn what_is_cut_off_or_foreign_is_no_row() {
    let whole = BEFORE.encode(&row());
    for end in 0..whole.len() {
        assert!(BEFORE.decode(&whole[..end]).is_err(), "{end} bytes");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    for other in [b"{}".as_slice(), &[2], &[1, 255, 255, 255, 255], &longer] {
        assert!(BEFORE.decode(other).is_err(), "{other:?}");
    }
}

#[test]
fn logins_are_what_two_users_may_not_share() {
    let mut row = row();
    assert_eq!(BEFORE.logins(&row).collect::<Vec<_>>(), [("email", "ada@example.com")]);
    row.set(5, Value::Text("ada".to_owned()));
    let both = [("email", "ada@example.com"), ("name", "ada")];
    assert_eq!(BEFORE.logins(&row).collect::<Vec<_>>(), both);
}
