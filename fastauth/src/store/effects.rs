use super::SessionId;
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    user::UserSpec,
    value::{Column, ColumnType, Row, Value},
};

/// What a change of a user brings with it, all of it together.
#[derive(Clone, Debug)]
pub struct Effects {
    /// Columns of the user, as indices into the specification, and their new values.
    pub columns: Vec<(usize, Value)>,
    /// What of the user's ends with it.
    pub ends: Ends,
    /// Whether accounts at providers are taken from the user: all but the one that is being linked,
    /// if one is.
    pub unlinks: bool,
}

/// What of a user's ends. There will be no third: a store handles each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ends {
    /// All their one-time tokens, and all sessions but this one.
    AllBut(Option<SessionId>),
    /// Nothing else.
    Nothing,
}

impl Effects {
    pub(super) const NONE: Self = Self { columns: Vec::new(), ends: Ends::Nothing, unlinks: false };

    /// What it does to the user of this row when whoever signs in proves their address. The first
    /// proof removes what a stranger may have planted before.
    pub(super) fn of_proof(spec: &UserSpec, row: &Row, now: Timestamp) -> Self {
        if is_proved(spec, row) {
            return Self::NONE;
        }
        let proof = spec.email_verified.map(|column| (column, proved(spec, column, now)));
        let unset = spec.password_hash.map(|column| (column, no_hash(spec, column)));
        let columns = [proof, unset].into_iter().flatten().collect();
        Self { columns, ends: Ends::AllBut(None), unlinks: true }
    }

    /// The same, with the moment of the change, where there is one.
    pub(super) fn noted(mut self, spec: &UserSpec, now: Timestamp) -> Self {
        if let Some(updated_at) = spec.updated_at.filter(|_| !self.columns.is_empty()) {
            self.columns.push((updated_at, Value::Time(now)));
        }
        self
    }

    /// Whether everything stays as it is.
    pub(super) fn are_none(&self) -> bool {
        self.columns.is_empty() && self.ends == Ends::Nothing && !self.unlinks
    }
}

/// Whether the address of this row has been proved.
pub(super) fn is_proved(spec: &UserSpec, row: &Row) -> bool {
    let value = spec.email_verified.and_then(|column| row.get(column));
    !matches!(value, None | Some(Value::Null | Value::Bool(false)))
}

/// What says that an address is proved: yes, or since when.
pub(crate) fn proved(spec: &UserSpec, column: usize, now: Timestamp) -> Value {
    match spec.columns.get(column).map(|column| column.kind) {
        Some(ColumnType::Bool) => Value::Bool(true),
        _ => Value::Time(now),
    }
}

/// What says that it is not.
pub(crate) fn unproved(spec: &UserSpec, column: usize) -> Value {
    match spec.columns.get(column).map(|column| column.kind) {
        Some(ColumnType::Bool) => Value::Bool(false),
        _ => Value::Null,
    }
}

/// What stands in the place of a hash for whoever has no password. Where it cannot be absent it is one
/// that no password has.
pub(crate) fn no_hash(spec: &UserSpec, column: usize) -> Value {
    match spec.columns.get(column) {
        Some(column) if !column.nullable => PasswordHash::nobodys().to_value(),
        _ => Value::Null,
    }
}

/// Whether the user of this row has a password that is one.
pub(super) fn has_password(spec: &UserSpec, row: &Row) -> bool {
    let hash = spec.password_hash.and_then(|column| row.get(column));
    // Accounts that were there before the column was may have an empty one.
    let is_one = |hash: &str| !hash.is_empty() && hash != PasswordHash::nobodys().expose();
    matches!(hash, Some(Value::Text(hash)) if is_one(hash))
}

/// Whether the user of this row has this hash, if users have one.
pub(super) fn has_hash(spec: &UserSpec, row: &Row, hash: Option<&PasswordHash>) -> bool {
    let hash = hash.map_or(Value::Null, PasswordHash::to_value);
    spec.password_hash.is_none_or(|column| row.get(column) == Some(&hash))
}
