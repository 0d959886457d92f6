//! Ids of every kind.

use fastauth::{AuthUser, PasswordHash, UserKey, time::Timestamp, value::ColumnType};
use uuid::Uuid;

use crate::stored;

#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
struct AccountId(Uuid);

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, UserKey)]
struct Number {
    value: i64,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
struct Twice(AccountId);

/// A user of each kind, and what is the same about all of them.
macro_rules! users {
    ($($name:ident: $id:ty, $kind:ident, $sample:expr, $text:literal;)*) => {$(
        #[derive(AuthUser)]
        #[auth(id, email, password_hash)]
        struct $name {
            id: $id,
            email: String,
            password_hash: Option<PasswordHash>,
        }

        impl $name {
            fn check() {
                let user =
                    Self { id: $sample, email: "ada@example.com".to_owned(), password_hash: None };
                assert_eq!(user.id().render(), $text);
                assert_eq!(Self::parse_id($text).as_ref(), Ok(user.id()));
                assert_eq!(stored(&user).id(), user.id());
                assert_eq!(Self::SPEC.columns[Self::SPEC.id].kind, ColumnType::$kind);
                assert!(!Self::SPEC.columns[Self::SPEC.id].nullable);
                let view = serde_json::to_value(user.view()).expect("a view is JSON");
                let shown = view["id"].as_str().map_or_else(|| view["id"].to_string(), str::to_owned);
                assert_eq!(shown, $text);
            }
        }
    )*};
}

const UUID: Uuid = Uuid::from_u128(0x0189_0f6e_0000_7000_8000_0000_0000_00aa);

users! {
    OfUuid: Uuid, Uuid, UUID, "01890f6e-0000-7000-8000-0000000000aa";
    OfI64: i64, Int, i64::MIN, "-9223372036854775808";
    OfI32: i32, Int, 7, "7";
    OfString: String, Text, "ada".to_owned(), "ada";
    OfNewtype: AccountId, Uuid, AccountId(UUID), "01890f6e-0000-7000-8000-0000000000aa";
    OfNamedNewtype: Number, Int, Number { value: 41 }, "41";
    OfNestedNewtype: Twice, Uuid, Twice(AccountId(UUID)), "01890f6e-0000-7000-8000-0000000000aa";
}

#[test]
fn an_id_is_the_same_in_the_store_in_text_and_in_json() {
    OfUuid::check();
    OfI64::check();
    OfI32::check();
    OfString::check();
    OfNewtype::check();
    OfNamedNewtype::check();
    OfNestedNewtype::check();
}

#[test]
fn only_the_canonical_spelling_of_an_id_parses() {
    for other in
        ["01890F6E-0000-7000-8000-0000000000AA", "01890f6e0000700080000000000000aa", "", "7"]
    {
        assert!(OfUuid::parse_id(other).is_err(), "{other}");
        assert!(OfNewtype::parse_id(other).is_err(), "{other}");
        assert!(OfNestedNewtype::parse_id(other).is_err(), "{other}");
    }
    for other in ["+7", "07", "7.0", " 7", "-0", "9223372036854775808", ""] {
        assert!(OfI64::parse_id(other).is_err(), "{other}");
        assert!(OfNamedNewtype::parse_id(other).is_err(), "{other}");
    }
    assert!(OfI32::parse_id("2147483647").is_ok());
    assert!(OfI32::parse_id("2147483648").is_err());
}

#[test]
fn a_newtype_is_made_by_whoever_makes_the_value_inside() {
    let now = Timestamp::from_secs(1_700_000_000);
    assert_eq!(AccountId::generate(now).map(|id| id.0.get_version_num()), Some(7));
    assert!(Twice::generate(now).is_some());
    assert_eq!(Number::generate(now), None);
}
