//! Columns: renamed, as JSON, and of types of one's own.

use fastauth::{
    AuthUser, Column, PasswordHash,
    user::{PatchBody, SignupBody},
    value::{ColumnError, ColumnType, Row, Value},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{columns, nullable, read, signup, stored};

#[derive(Clone, Column, Copy, Debug, PartialEq)]
enum Plan {
    Free,
    VeryPro,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Address {
    street: String,
    number: u32,
}

/// A column of one's own, by hand.
#[derive(Clone, Debug, PartialEq)]
struct Cents(i64);

impl Column for Cents {
    const TYPE: ColumnType = ColumnType::Int;

    fn to_value(&self) -> Value {
        Value::Int(self.0)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        i64::from_value(value).map(Self)
    }
}

#[derive(AuthUser)]
#[auth(id, email = mail, password_hash = hash, table = "people")]
struct Person {
    #[auth(column = "person_id")]
    id: i64,
    #[auth(column = "email_address")]
    mail: String,
    hash: Option<PasswordHash>,
    #[auth(signup, edit, token)]
    plan: Plan,
    #[auth(json, signup, edit, view)]
    address: Address,
    #[auth(json, column = "tag_list")]
    tags: Option<Vec<String>>,
    #[auth(json, signup, edit)]
    extra: Option<Address>,
    balance: Option<Cents>,
    #[auth(skip)]
    cache: Vec<u8>,
    #[auth(skip, default = 7)]
    lucky: u8,
    #[auth(default, view)]
    flags: Vec<u8>,
    ratio: Option<f32>,
    small: Option<u16>,
}

fn person() -> Person {
    Person {
        id: 1,
        mail: "ada@example.com".to_owned(),
        hash: Some(PasswordHash::new("$argon2id$")),
        plan: Plan::VeryPro,
        address: Address { street: "St James's Square".to_owned(), number: 12 },
        tags: Some(vec!["first".to_owned()]),
        extra: None,
        balance: Some(Cents(-3)),
        cache: vec![1],
        lucky: 1,
        flags: vec![0, 255],
        ratio: Some(0.5),
        small: Some(u16::MAX),
    }
}

#[test]
fn the_specification_says_what_the_attributes_say() {
    assert_eq!(Person::SPEC.table, "people");
    assert_eq!(
        columns::<Person>(),
        [
            "person_id",
            "email_address",
            "hash",
            "plan",
            "address",
            "tag_list",
            "extra",
            "balance",
            "flags",
            "ratio",
            "small"
        ]
    );
    assert_eq!(nullable::<Person>(), ["hash", "tag_list", "extra", "balance", "ratio", "small"]);
    let kinds: Vec<_> = Person::SPEC.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds[3..6], [ColumnType::Text, ColumnType::Json, ColumnType::Json]);
    assert_eq!(Person::SPEC.columns[5].field, "tags");
}

#[test]
fn a_row_holds_the_whole_user_but_what_is_skipped() {
    let before = person();
    let after = stored(&before);
    assert_eq!(after.mail, before.mail);
    assert_eq!(after.hash, before.hash);
    assert_eq!(after.plan, before.plan);
    assert_eq!(after.address, before.address);
    assert_eq!(after.tags, before.tags);
    assert_eq!(after.extra, before.extra);
    assert_eq!(after.balance, before.balance);
    assert_eq!(after.flags, before.flags);
    assert_eq!(after.ratio, before.ratio);
    assert_eq!(after.small, before.small);
    assert!(after.cache.is_empty(), "skipped: its `Default`");
    assert_eq!(after.lucky, 7, "skipped: its `default`");
    assert_eq!(before.to_row().get(3), Some(&Value::Text("very_pro".to_owned())));
    assert_eq!(before.to_row().get(6), Some(&Value::Null));
}

#[test]
fn a_row_of_another_shape_is_refused_and_its_column_named() {
    let of = |index, value| {
        let mut row = person().to_row();
        row.set(index, value);
        Person::from_row(row).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(
        of(3, Value::Text("gratis".to_owned())),
        "column `plan`: expected the name of a variant"
    );
    assert!(of(0, Value::Null).starts_with("column `person_id`"));
    assert!(of(4, Value::Null).starts_with("column `address`"));
    assert!(of(10, Value::Int(65_536)).starts_with("column `small`"));
    assert_eq!(of(5, Value::Null), "");
    assert!(Person::from_row(Row::new(Vec::new())).is_err());
}

#[test]
fn bodies_speak_of_fields_and_never_of_columns() {
    let body = json!({
        "email": "Ada@example.com", "password": "a long password", "plan": "free",
        "address": {"street": "x", "number": 1},
    });
    let signup = signup::<Person>(body).expect("all that is required");
    assert_eq!(signup.plan, Plan::Free);
    assert_eq!(signup.extra, None);
    let row = signup.into_row();
    assert_eq!(row.len(), Person::SPEC.columns.len());
    assert_eq!(row[0], None, "the database makes the id");
    assert_eq!(row[1], Some(Value::Text("ada@example.com".to_owned())));
    assert_eq!(row[2], None, "the library makes the hash");
    assert_eq!(row[3], Some(Value::Text("free".to_owned())));
    assert_eq!(row[5], None, "nobody gave it");
    assert_eq!(row[6], Some(Value::Null), "absent, so null");
    assert_eq!(row[8], Some(Value::Bytes(Vec::new())), "its default");

    let patch = read(json!({"plan": "very_pro", "extra": null}), <Person as AuthUser>::Patch::read)
        .expect("both may be edited");
    assert_eq!(
        patch.into_changes(),
        [(3, Value::Text("very_pro".to_owned())), (6, Value::Null)],
        "absent leaves, null clears"
    );
    let wrong = read(json!({"plan": "gratis", "address": {}}), <Person as AuthUser>::Patch::read);
    let expected = [("/plan".to_owned(), "wrong_type"), ("/address".to_owned(), "wrong_type")];
    assert_eq!(wrong.err(), Some(expected.to_vec()));
}

#[test]
fn a_view_shows_what_may_be_seen() {
    let view = serde_json::to_value(person().view()).expect("a view is JSON");
    assert_eq!(
        view,
        json!({
            "id": 1, "mail": "ada@example.com", "plan": "very_pro", "flags": "AP8",
            "address": {"street": "St James's Square", "number": 12}, "extra": null,
        })
    );
}

#[test]
fn the_plural_of_the_name_is_the_table() {
    macro_rules! table_of {
        ($($name:ident $table:literal;)*) => {$({
            #[derive(AuthUser)]
            #[auth(id, email, password_hash)]
            struct $name {
                id: i64,
                email: String,
                password_hash: PasswordHash,
            }
            assert_eq!($name::SPEC.table, $table);
            assert_eq!($name::SPEC.name, stringify!($name));
        })*};
    }
    table_of! {
        User "users";
        Category "categories";
        ShopBox "shop_boxes";
        HTTPClient "http_clients";
    }
}
