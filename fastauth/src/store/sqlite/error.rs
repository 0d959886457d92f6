use crate::{store::StoreError, value::ColumnError};

/// What went wrong, in the words of a store.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    let taken = error.as_database_error().and_then(|error| taken_column(error.message()));
    match (taken, &error) {
        (Some(column), _) => StoreError::Taken(column),
        (None, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
            ColumnError::new("a value cannot be read").into()
        }
        _ => StoreError::unavailable(error),
    }
}

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
