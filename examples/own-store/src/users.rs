use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use fastauth::{
    AuthUser, PasswordHash, SetupProblem, UserKey,
    store::{NewUser, StoreError, UserChange, UserKeeper, UserStore},
    value::Column,
};
use redb::{
    Database, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction,
};
use tokio::task::spawn_blocking;

/// Rows by the table of the users and the id: several kinds of users may share a file.
const ROWS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("users");
/// Who has an email or a username: the table of the users, the column, and the text.
const LOGINS: TableDefinition<'_, (&str, &str, &str), &str> = TableDefinition::new("logins");
/// The last number given to a user of a table. A number is never given twice.
const NUMBERS: TableDefinition<'_, &str, i64> = TableDefinition::new("numbers");

/// Users in a file of redb. Each change is one transaction, which takes the index of logins along; what
/// is answered with an error has changed nothing.
#[derive(Clone)]
pub(crate) struct Users {
    database: Arc<Database>,
    path: PathBuf,
}

impl Users {
    pub(crate) fn open(path: impl Into<PathBuf>) -> Result<Self, SetupProblem> {
        let path = path.into();
        let made = || {
            let database = Database::create(&path)?;
            let transaction = database.begin_write()?;
            transaction.open_table(ROWS)?;
            transaction.open_table(LOGINS)?;
            transaction.open_table(NUMBERS)?;
            transaction.commit()?;
            Ok::<_, redb::Error>(database)
        };
        let database = made().map_err(|error| {
            let cause = format!("{}: {error}", path.display());
            SetupProblem::new(
                "cannot open the users",
                cause,
                "give another path, or end the program that has it",
            )
        });
        Ok(Self { database: Arc::new(database?), path })
    }

    /// Looks something up, on a thread that may wait for a disk.
    async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(ReadTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        let read = spawn_blocking(move || look(database.begin_read().map_err(away)?));
        read.await.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
    }

    /// Makes a change whole, or not at all: a transaction that is dropped has not happened.
    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        let written = spawn_blocking(move || {
            let transaction = database.begin_write().map_err(away)?;
            let changed = change(&transaction)?;
            transaction.commit().map_err(away)?;
            Ok(changed)
        });
        written.await.unwrap_or_else(|error| Err(StoreError::unavailable(error)))
    }

    async fn find_by<U: AuthUser>(
        &self,
        column: Option<usize>,
        text: &str,
    ) -> Result<Option<U>, StoreError> {
        let Some(column) = column.map(|index| U::SPEC.columns[index].column) else {
            return Ok(None);
        };
        let text = text.to_owned();
        self.read(move |transaction| {
            let logins = transaction.open_table(LOGINS).map_err(away)?;
            let id = logins.get((U::SPEC.table, column, text.as_str())).map_err(away)?;
            let rows = transaction.open_table(ROWS).map_err(away)?;
            id.map_or(Ok(None), |id| user(&rows, id.value()))
        })
        .await
    }
}

#[async_trait]
impl<U: AuthUser> UserStore<U> for Users {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        self.write(|transaction| {
            let id = if new.needs_id() { Some(next_id::<U>(transaction)?) } else { None };
            let user = new.into_user(id)?;
            put(transaction, &user)?;
            Ok(user)
        })
        .await
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        let id = id.render();
        self.read(move |transaction| user(&transaction.open_table(ROWS).map_err(away)?, &id)).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        self.find_by(U::SPEC.email, email).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        self.find_by(U::SPEC.username, username).await
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        let id = id.render();
        self.write(move |transaction| {
            let Some(before) = take::<U>(transaction, &id)? else { return Ok(None) };
            let after = change.apply(&before)?;
            put(transaction, &after)?;
            Ok(Some(after))
        })
        .await
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let Some(column) = U::SPEC.password_hash else { return Ok(false) };
        let (id, old, new) = (id.render(), old.cloned(), new.to_value());
        self.write(move |transaction| {
            let Some(before) = take::<U>(transaction, &id)? else { return Ok(false) };
            let is_old = before.password_hash() == old.as_ref();
            let mut row = before.to_row();
            if is_old {
                row.set(column, new);
            }
            put(transaction, &U::from_row(row)?)?;
            Ok(is_old)
        })
        .await
    }

    fn describe(&self) -> String {
        format!("redb {}", self.path.display())
    }
}

#[async_trait]
impl<U: AuthUser> UserKeeper<U> for Users {
    async fn delete_user(&self, id: &U::Id) -> Result<bool, StoreError> {
        let id = id.render();
        self.write(move |transaction| Ok(take::<U>(transaction, &id)?.is_some())).await
    }
}

/// Keeps a user who is not there, and their logins.
fn put<U: AuthUser>(transaction: &WriteTransaction, user: &U) -> Result<(), StoreError> {
    let (id, row) = (user.id().render(), user.to_row());
    let mut logins = transaction.open_table(LOGINS).map_err(away)?;
    for (column, text) in U::SPEC.logins(&row) {
        let key = (U::SPEC.table, column, text);
        if logins.insert(key, id.as_str()).map_err(away)?.is_some() {
            return Err(StoreError::Taken(column.to_owned()));
        }
    }
    let mut rows = transaction.open_table(ROWS).map_err(away)?;
    let key = (U::SPEC.table, id.as_str());
    if rows.insert(key, U::SPEC.encode(&row).as_slice()).map_err(away)?.is_some() {
        return Err(StoreError::Taken(U::SPEC.columns[U::SPEC.id].column.to_owned()));
    }
    Ok(())
}

/// Takes a user out, and their logins.
fn take<U: AuthUser>(transaction: &WriteTransaction, id: &str) -> Result<Option<U>, StoreError> {
    let mut rows = transaction.open_table(ROWS).map_err(away)?;
    let Some(user) = user::<U>(&rows, id)? else { return Ok(None) };
    rows.remove((U::SPEC.table, id)).map_err(away)?;
    let mut logins = transaction.open_table(LOGINS).map_err(away)?;
    for (column, text) in U::SPEC.logins(&user.to_row()) {
        logins.remove((U::SPEC.table, column, text)).map_err(away)?;
    }
    Ok(Some(user))
}

fn user<U: AuthUser>(
    rows: &impl ReadableTable<(&'static str, &'static str), &'static [u8]>,
    id: &str,
) -> Result<Option<U>, StoreError> {
    let Some(bytes) = rows.get((U::SPEC.table, id)).map_err(away)? else { return Ok(None) };
    Ok(Some(U::from_row(U::SPEC.decode(bytes.value())?)?))
}

/// The next number of a table, as an id.
fn next_id<U: AuthUser>(transaction: &WriteTransaction) -> Result<U::Id, StoreError> {
    let mut numbers = transaction.open_table(NUMBERS).map_err(away)?;
    let last = numbers.get(U::SPEC.table).map_err(away)?.map_or(0, |last| last.value());
    numbers.insert(U::SPEC.table, last + 1).map_err(away)?;
    U::parse_id(&(last + 1).to_string()).map_err(StoreError::unavailable)
}

/// What keeps a database from answering is not for a client to know: they are told to come again.
fn away(error: impl Into<redb::Error>) -> StoreError {
    StoreError::unavailable(error.into())
}

#[cfg(test)]
mod tests;
