use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::session::NOW;
use crate::{
    secret::{Password, PasswordHash},
    store::NewUser,
    time::Timestamp,
    user::{AuthUser, ColumnSpec, PatchBody, SignupBody, UserSpec, uuid_at},
    value::{Codec, Column, ColumnError, Fields, Row, Value},
};

/// A user type of which the suite can make people.
pub trait Specimen: AuthUser {
    /// The `n`-th made-up person. Two of different numbers share nothing that only one may have;
    /// two of the same number share their logins, and an id only if the database makes it.
    fn specimen(n: u32) -> NewUser<Self>;
}

macro_rules! users {
    ($($(#[$doc:meta])* $user:ident, $id:ty, $table:literal, $new_id:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $user {
            id: $id,
            about: About,
        }

        // Not what somebody meant who forgot the derive.
        #[diagnostic::do_not_recommend]
        impl AuthUser for $user {
            type Id = $id;
            type Claims = Map<String, Json>;
            type Signup = Nothing;
            type Patch = Nothing;
            type View = Map<String, Json>;

            const USER_FIELDS_IN_TOKEN: &'static [&'static str] = &[];
            const SPEC: &'static UserSpec = &UserSpec {
                name: stringify!($user),
                table: $table,
                columns: &About::columns(ColumnSpec::new("id", "id", &Codec::<$id>::column())),
                id: 0,
                email: Some(1),
                username: Some(2),
                password_hash: Some(3),
                email_verified: Some(4),
                active: Some(5),
                created_at: Some(6),
                updated_at: Some(7),
            };

            fn id(&self) -> &$id {
                &self.id
            }

            fn email(&self) -> Option<&str> {
                Some(&self.about.email)
            }

            fn username(&self) -> Option<&str> {
                self.about.username.as_deref()
            }

            fn password_hash(&self) -> Option<&PasswordHash> {
                self.about.password_hash.as_ref()
            }

            fn is_email_verified(&self) -> bool {
                self.about.email_verified_at.is_some()
            }

            fn is_active(&self) -> bool {
                self.about.active
            }

            fn claims(&self) -> Map<String, Json> {
                Map::new()
            }

            fn view(&self) -> Map<String, Json> {
                Map::new()
            }

            fn to_row(&self) -> Row {
                Row::new([vec![self.id.to_value()], self.about.to_values()].concat())
            }

            fn from_row(mut row: Row) -> Result<Self, ColumnError> {
                let id = row.take(0, "id", &Codec::<$id>::column())?;
                Ok(Self { id, about: About::from_row(&mut row)? })
            }
        }

        impl Specimen for $user {
            fn specimen(n: u32) -> NewUser<Self> {
                let id: Option<Value> = $new_id;
                let about = About::specimen(n).to_values().into_iter().map(Some);
                NewUser::new([id].into_iter().chain(about).collect())
            }
        }
    )*};
}

users! {
    /// A person with a number that the store gives.
    Numbered, i64, "suite numbered", None;
    /// A person with a UUID.
    Keyed, Uuid, "suite_keyed", Some(Value::Uuid(uuid_at(NOW)));
}

macro_rules! about {
    ($($index:literal $field:ident: $type:ty, $column:literal, $codec:ident;)*) => {
        /// All kinds of columns, some by another name than the field's.
        #[derive(Clone, Debug, PartialEq)]
        struct About {
            $($field: $type,)*
        }

        impl About {
            const fn columns(id: ColumnSpec) -> [ColumnSpec; 13] {
                [id, $(ColumnSpec::new(stringify!($field), $column, &Codec::<$type>::$codec()),)*]
            }

            fn to_values(&self) -> Vec<Value> {
                vec![$(Codec::<$type>::$codec().put(&self.$field),)*]
            }

            fn from_row(row: &mut Row) -> Result<Self, ColumnError> {
                Ok(Self { $($field: row.take($index, $column, &Codec::<$type>::$codec())?,)* })
            }
        }
    };
}

about! {
    1 email: String, "mail", column;
    2 username: Option<String>, "user \"name\"", column;
    3 password_hash: Option<PasswordHash>, "password_hash", column;
    4 email_verified_at: Option<Timestamp>, "email_verified_at", column;
    5 active: bool, "active", column;
    6 created_at: Timestamp, "created_at", column;
    7 updated_at: Timestamp, "updated_at", column;
    8 team: Option<Uuid>, "team", column;
    9 points: i64, "order", column;
    10 score: f64, "score", column;
    11 picture: Option<Vec<u8>>, "picture", column;
    12 preferences: Json, "preferences", json;
}

impl About {
    fn specimen(n: u32) -> Self {
        Self {
            email: format!("person-{n}@example.com"),
            username: Some(format!("person-{n}")),
            password_hash: Some(PasswordHash::new(format!("$argon2id$v=19$…${n}"))),
            email_verified_at: None,
            active: true,
            created_at: Timestamp::from_micros(1_769_862_600_000_000 + i64::from(n)),
            updated_at: Timestamp::from_micros(1_769_862_600_123_456),
            team: Some(Uuid::from_u128(u128::from(n))),
            points: i64::MIN + i64::from(n),
            score: 0.1 + f64::from(n),
            picture: Some(vec![0, 255, 10, 13]),
            preferences: json!({ "theme": "dark", "quotes": "\"'\\ ü 𝄞", "none": null }),
        }
    }
}

/// The suite reads no bodies.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl SignupBody for Nothing {
    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }

    fn password(&self) -> Option<&Password> {
        None
    }

    fn into_row(self) -> Vec<Option<Value>> {
        Vec::new()
    }
}

impl PatchBody for Nothing {
    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }

    fn into_changes(self) -> Vec<(usize, Value)> {
        Vec::new()
    }
}
