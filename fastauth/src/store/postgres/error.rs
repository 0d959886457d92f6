use std::error::Error as StdError;

use sqlx::postgres::PgDatabaseError;

use super::lease::STALE;
use crate::{store::StoreError, value::ColumnError};

/// What went wrong, in the words of a store.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            return ColumnError::new("a value cannot be read").into();
        }
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if code == UNIQUE {
                let database = database.try_downcast_ref::<PgDatabaseError>();
                return StoreError::Taken(database.and_then(key).unwrap_or_default());
            }
            if REFUSALS.iter().any(|refusal| code.starts_with(refusal)) {
                return StoreError::Refused(error.into());
            }
        }
        _ => {}
    }
    StoreError::unavailable(error)
}

/// Whether a transaction failed because others were in the way, and never happened.
pub(super) fn is_conflict(error: &StoreError) -> bool {
    let source = error.source().and_then(|cause| cause.downcast_ref::<sqlx::Error>());
    let database = source.and_then(sqlx::Error::as_database_error);
    let code = database.and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| CONFLICTS.contains(&code.as_ref()))
}

/// The column of `Key (email)=(…) already exists.`, in whatever language; of several, the last; of
/// anything else, the index.
fn key(error: &PgDatabaseError) -> Option<String> {
    let key = error.detail().and_then(column_of_key).map(str::to_owned);
    key.or_else(|| error.constraint().map(str::to_owned))
}

fn column_of_key(detail: &str) -> Option<&str> {
    let (_, keys) = detail.split_once('(')?;
    let (keys, _) = keys.split_once(")=(")?;
    let last = keys.rsplit(", ").next()?;
    (!last.contains('(')).then(|| last.trim_matches('"'))
}

pub(super) const UNIQUE: &str = "23505";

/// A serialization failure, a deadlock, and a statement prepared for a table that was altered.
const CONFLICTS: &[&str] = &["40001", "40P01", STALE];

/// Classes of errors, and errors, by which a database says that a row may not be: data exceptions,
/// integrity constraints, views, and what a trigger raises.
const REFUSALS: &[&str] = &["22", "23", "44", "P0001"];

#[cfg(test)]
mod tests {
    use super::column_of_key;

    #[test]
    fn the_column_is_read_from_the_detail() {
        let column = |detail| column_of_key(detail).unwrap_or_default();
        assert_eq!(column("Key (email)=(a@example.com) already exists."), "email");
        assert_eq!(column("Key (tenant, email)=(1, a)=(b) already exists."), "email");
        assert_eq!(column("Schlüssel »(\"user name\")=(ada)« existiert bereits."), "user name");
        assert_eq!(column_of_key("Key (lower(email::text))=(a) already exists."), None);
        assert_eq!(column_of_key("the key is there"), None);
    }
}
