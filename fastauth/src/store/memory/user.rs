use std::collections::HashMap;

use async_trait::async_trait;

use super::Memory;
use crate::{
    secret::PasswordHash,
    store::{NewUser, SessionKeeper, StoreError, UserChange, UserKeeper, UserStore},
    user::{AuthUser, UserKey, UserSpec},
    value::{Column, Row, Value},
};

/// One table of users: rows by the text of their id.
pub(super) struct Table {
    spec: &'static UserSpec,
    rows: HashMap<String, Row>,
    /// Who has this text in a column that no two may share.
    holders: HashMap<(&'static str, String), String>,
    last_id: i64,
}

impl Table {
    pub(super) fn new(spec: &'static UserSpec) -> Self {
        Self { spec, rows: HashMap::new(), holders: HashMap::new(), last_id: 0 }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Row> {
        self.rows.get(id)
    }

    fn find(&self, column: Option<usize>, text: &str) -> Option<&Row> {
        let column = self.spec.columns.get(column?)?.column;
        self.rows.get(self.holders.get(&(column, text.to_owned()))?)
    }

    /// A new row: absent values are `NULL`, an absent id is the next number.
    pub(super) fn complete(&self, values: &[Option<Value>]) -> Row {
        let value = |index| match values.get(index).cloned().flatten() {
            // A number once given is never given again.
            None if index == self.spec.id => Value::Int(self.last_id.saturating_add(1)),
            value => value.unwrap_or(Value::Null),
        };
        Row::new((0..self.spec.columns.len()).map(value).collect())
    }

    pub(super) fn insert(&mut self, id: String, row: Row) -> Result<(), StoreError> {
        if self.rows.contains_key(&id) {
            return Err(taken(self.spec.columns.get(self.spec.id).map_or("", |it| it.column)));
        }
        self.put(id, row)
    }

    /// Puts a row in its place unless a text of it is another's.
    pub(super) fn put(&mut self, id: String, row: Row) -> Result<(), StoreError> {
        let texts: Vec<_> = self.unique_texts(&row).collect();
        let is_foreign = |text: &&(&'static str, String)| {
            self.holders.get(*text).is_some_and(|holder| *holder != id)
        };
        if let Some((column, _)) = texts.iter().find(is_foreign) {
            return Err(taken(column));
        }
        if let Some(Value::Int(number)) = row.get(self.spec.id) {
            self.last_id = self.last_id.max(*number);
        }
        self.unlist(&id);
        self.holders.extend(texts.into_iter().map(|text| (text, id.clone())));
        self.rows.insert(id, row);
        Ok(())
    }

    /// Sets one column that no uniqueness rests on.
    pub(super) fn set(&mut self, id: &str, column: usize, value: Value) {
        if let Some(row) = self.rows.get_mut(id) {
            row.set(column, value);
        }
    }

    /// Sets one column, which no uniqueness rests on, if it still is `old`.
    pub(super) fn replace(&mut self, id: &str, column: usize, old: &Value, new: Value) -> bool {
        let is_old = self.rows.get(id).and_then(|row| row.get(column)) == Some(old);
        if is_old {
            self.set(id, column, new);
        }
        is_old
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        self.unlist(id);
        self.rows.remove(id).is_some()
    }

    fn unlist(&mut self, id: &str) {
        let Some(row) = self.rows.get(id) else { return };
        for text in self.unique_texts(row).collect::<Vec<_>>() {
            self.holders.remove(&text);
        }
    }

    fn unique_texts(&self, row: &Row) -> impl Iterator<Item = (&'static str, String)> {
        self.spec.logins(row).map(|(column, text)| (column, text.to_owned()))
    }
}

fn taken(column: &str) -> StoreError {
    StoreError::Taken(column.to_owned())
}

#[async_trait]
impl<U: AuthUser> UserStore<U> for Memory {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        let users = &mut self.lock().users;
        let table = users.entry(U::SPEC.table).or_insert_with(|| Table::new(U::SPEC));
        let row = table.complete(new.values());
        let user = U::from_row(row.clone())?;
        table.insert(user.id().render(), row)?;
        Ok(user)
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        self.read(|table| table.get(&id.render()))
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        self.read(|table| table.find(U::SPEC.email, email))
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        self.read(|table| table.find(U::SPEC.username, username))
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        let users = &mut self.lock().users;
        let Some(table) = users.get_mut(U::SPEC.table) else { return Ok(None) };
        let Some(row) = table.get(&id.render()) else { return Ok(None) };
        let mut row = row.clone();
        for (column, value) in change.into_columns::<U>() {
            row.set(column, value);
        }
        let user = U::from_row(row.clone())?;
        table.put(id.render(), row)?;
        Ok(Some(user))
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let Some(column) = U::SPEC.password_hash else { return Ok(false) };
        let old = old.map_or(Value::Null, PasswordHash::to_value);
        let users = &mut self.lock().users;
        Ok(users
            .get_mut(U::SPEC.table)
            .is_some_and(|table| table.replace(&id.render(), column, &old, new.to_value())))
    }

    fn describe(&self) -> String {
        SessionKeeper::describe(self)
    }
}

#[async_trait]
impl<U: AuthUser> UserKeeper<U> for Memory {
    async fn delete_user(&self, id: &U::Id) -> Result<bool, StoreError> {
        let users = &mut self.lock().users;
        Ok(users.get_mut(U::SPEC.table).is_some_and(|table| table.remove(&id.render())))
    }
}

impl Memory {
    fn read<U: AuthUser>(
        &self,
        find: impl FnOnce(&Table) -> Option<&Row>,
    ) -> Result<Option<U>, StoreError> {
        let row = self.lock().users.get(U::SPEC.table).and_then(find).cloned();
        Ok(row.map(U::from_row).transpose()?)
    }
}
