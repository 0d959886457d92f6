use std::marker::PhantomData;

use async_trait::async_trait;

use super::{SchemaReport, StoreError};
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    user::AuthUser,
    value::{Column, ColumnError, Row, Value},
};

/// Keeps the users themselves.
///
/// A store of this alone is given to the builder by `.users(…)`, as a [`UserKeeper`], beside one that
/// keeps the rest. [`suite::run_users`](super::suite::run_users) tells whether it keeps its promises.
///
/// It sees no struct but rows: one [`Value`] for each column of [`AuthUser::SPEC`], in that order. Emails
/// and usernames come to it in their one spelling, and are compared letter by letter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep users",
    label = "does not keep users",
    note = "implement `fastauth::store::UserStore` for it"
)]
#[async_trait]
pub trait UserStore<U: AuthUser>: Send + Sync + 'static {
    /// Keeps a new user and gives back what is now stored.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with the column that another user has the value of.
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError>;

    /// The user of this id.
    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError>;

    /// The user of this address, in its canonical spelling.
    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError>;

    /// The user of this username, in its canonical spelling.
    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError>;

    /// Changes some columns and gives back what is now stored; `None` when the user is gone.
    ///
    /// # Errors
    /// [`StoreError::Taken`] as for [`create_user`](Self::create_user).
    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError>;

    /// Sets `new` if the hash still is `old`, `None` where there was none: of two who change it one wins,
    /// and an upgrade does not undo a change made meanwhile.
    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError>;

    /// Where it keeps things, for people: `sqlite app.db`. Never a credential.
    fn describe(&self) -> String;

    /// Makes or migrates the tables of the framework, safe when several instances start at once;
    /// says what it made.
    async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// Makes the table of the users if there is none; says whether it did.
    async fn create_user_table(&self) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Compares the table of the users with the struct, before anything is written: neither of the
    /// two above need have been called.
    async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
        Ok(SchemaReport::default())
    }
}

/// Keeps users and nothing else: what the builder's `.users(…)` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no users of type `{U}`",
    label = "keeps no users",
    note = "implement `UserStore` and `UserKeeper` of `fastauth::store`"
)]
#[async_trait]
pub trait UserKeeper<U: AuthUser>: UserStore<U> {
    /// Deletes a user; of many that race, one is told `true`. Their id must never name another.
    async fn delete_user(&self, id: &U::Id) -> Result<bool, StoreError>;
}

/// A user who is about to be.
#[derive(Clone, Debug)]
pub struct NewUser<U> {
    values: Vec<Option<Value>>,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> NewUser<U> {
    /// From one value per column of the specification; `None` lets the database fill it.
    pub fn new(values: Vec<Option<Value>>) -> Self {
        Self { values, user: PhantomData }
    }

    /// The values, one per column of [`AuthUser::SPEC`]. `None` lets the database fill it: an id
    /// that it numbers itself.
    pub fn values(&self) -> &[Option<Value>] {
        &self.values
    }

    /// Whether the store numbers its users, and has to say which number this one gets.
    pub fn needs_id(&self) -> bool {
        !self.values.get(U::SPEC.id).is_some_and(Option::is_some)
    }

    /// The user this becomes, for a store that keeps structs: `id` where the store numbers them.
    ///
    /// # Errors
    /// A column is neither given nor nullable.
    pub fn into_user(self, id: Option<U::Id>) -> Result<U, ColumnError> {
        let mut row =
            Row::new(self.values.into_iter().map(|value| value.unwrap_or(Value::Null)).collect());
        if let Some(id) = id {
            row.set(U::SPEC.id, id.to_value());
        }
        U::from_row(row)
    }
}

/// Columns of one user that change together, with the moment of the change.
#[derive(Clone, Debug)]
pub struct UserChange {
    /// Columns, as indices into the specification, and their new values.
    pub columns: Vec<(usize, Value)>,
    /// When: goes into the `updated_at` part where there is one.
    pub at: Timestamp,
}

impl UserChange {
    /// The columns to write for a user of type `U`, `updated_at` among them.
    pub fn into_columns<U: AuthUser>(self) -> Vec<(usize, Value)> {
        let mut columns = self.columns;
        if let Some(index) = U::SPEC.updated_at {
            columns.push((index, Value::Time(self.at)));
        }
        columns
    }

    /// The changed user, for a store that keeps structs.
    ///
    /// # Errors
    /// A value is not one its column can hold.
    pub fn apply<U: AuthUser>(self, user: &U) -> Result<U, ColumnError> {
        let mut row = user.to_row();
        for (index, value) in self.into_columns::<U>() {
            row.set(index, value);
        }
        U::from_row(row)
    }
}
