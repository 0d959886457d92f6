//! Points in time of every crate that has them.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use fastauth::{AuthUser, PasswordHash, value::ColumnType};
use jiff::Timestamp;
use serde_json::json;
use time::OffsetDateTime;

use crate::stored;

/// 2024-05-06T07:08:09.123456Z in microseconds.
const MICROS: i64 = 1_714_979_289_123_456;
const WRITTEN: &str = "2024-05-06T07:08:09.123456Z";

macro_rules! users_of_times {
    ($($module:ident: $time:ty = $now:expr;)*) => {$(
        mod $module {
            use super::*;

            #[derive(AuthUser)]
            #[auth(id, email, password_hash, email_verified, created_at, updated_at)]
            struct User {
                id: i64,
                email: String,
                password_hash: Option<PasswordHash>,
                #[auth(token)]
                email_verified: Option<$time>,
                #[auth(token = "since")]
                created_at: $time,
                updated_at: $time,
                #[auth(signup, edit)]
                birthday: Option<$time>,
            }

            #[test]
            fn a_time_is_the_same_in_the_store_and_on_the_wire() {
                let now: $time = $now;
                let user = User {
                    id: 1,
                    email: "ada@example.com".to_owned(),
                    password_hash: None,
                    email_verified: None,
                    created_at: now,
                    updated_at: now,
                    birthday: Some(now),
                };
                let back = stored(&user);
                assert_eq!((back.created_at, back.updated_at, back.birthday), (now, now, Some(now)));
                assert!(!back.is_email_verified());
                assert!(User { email_verified: Some(now), ..back }.is_email_verified());
                assert_eq!(User::SPEC.columns[4].kind, ColumnType::Time);
                assert!(User::SPEC.columns[3].nullable && !User::SPEC.columns[4].nullable);

                let view = serde_json::to_value(user.view()).expect("a view is JSON");
                assert_eq!(view["created_at"], json!(WRITTEN));
                assert_eq!(view["birthday"], json!(WRITTEN));
                assert_eq!(view.get("updated_at"), None);
                let claims = serde_json::to_value(user.claims()).expect("claims are JSON");
                assert_eq!(claims, json!({"email_verified": null, "since": WRITTEN}));
                let read: <User as AuthUser>::Claims =
                    serde_json::from_value(claims).expect("our own");
                assert_eq!((read.created_at, read.email_verified), (now, None));
            }
        }
    )*};
}

users_of_times! {
    of_std: SystemTime =
        SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(MICROS).expect("positive"));
    of_fastauth: fastauth::time::Timestamp = fastauth::time::Timestamp::from_micros(MICROS);
    of_chrono: DateTime<Utc> = DateTime::from_timestamp_micros(MICROS).expect("in range");
    of_time: OffsetDateTime =
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(MICROS) * 1_000).expect("in range");
    of_jiff: Timestamp = Timestamp::from_microsecond(MICROS).expect("in range");
}
