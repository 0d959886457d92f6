use crate::{store::StoreError, value::ColumnError};

/// What went wrong, in the words of a store.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            return ColumnError::new("a value cannot be read").into();
        }
        sqlx::Error::Database(database) => {
            if let Some(column) = taken_column(database.message()) {
                return StoreError::Taken(column);
            }
            let code = database.code().and_then(|code| code.parse::<u32>().ok());
            if code.is_some_and(|code| code & 0xff == CONSTRAINT) {
                return StoreError::Refused(error.into());
            }
        }
        _ => {}
    }
    StoreError::unavailable(error)
}

/// `SQLITE_CONSTRAINT`, in the low byte of its extended codes.
const CONSTRAINT: u32 = 19;

/// The column of `UNIQUE constraint failed: users.email`; of an index over several, the last,
/// which is what tells the rows apart; of an index over an expression, the index.
fn taken_column(message: &str) -> Option<String> {
    let failed = message.strip_prefix("UNIQUE constraint failed: ")?;
    if let Some(index) = failed.strip_prefix("index '") {
        return Some(index.trim_end_matches('\'').to_owned());
    }
    let last = failed.rsplit(", ").next()?;
    Some(last.split_once('.').map_or(last, |(_, column)| column).to_owned())
}

#[cfg(test)]
mod tests {
    use super::taken_column;

    #[test]
    fn the_column_is_read_from_the_message() {
        let taken = |message| taken_column(message).unwrap_or_default();
        assert_eq!(taken("UNIQUE constraint failed: users.email"), "email");
        assert_eq!(taken("UNIQUE constraint failed: users.e.mail"), "e.mail");
        assert_eq!(taken("UNIQUE constraint failed: users.tenant, users.email"), "email");
        assert_eq!(taken("UNIQUE constraint failed: index 'users_lower'"), "users_lower");
        assert_eq!(taken_column("NOT NULL constraint failed: users.email"), None);
    }
}
