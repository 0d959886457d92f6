use super::{OneTimeToken, Owner, Purpose, SessionId};
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    user::UserSpec,
    value::{Column, ColumnType, Row, Value},
};

/// What a user does with a one-time token that was mailed to them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Redemption {
    /// Sets the address that the token was mailed to (ASVS 6.3.7).
    ChangeEmail {
        /// The session that goes on; the others end.
        keep: Option<SessionId>,
    },
    /// Signs in by a link. The first proof of an address removes what a stranger may have planted
    /// before: the password, sessions, other tokens.
    MagicLink,
    /// Sets this hash and ends every session (ASVS 7.4.3). It proves the address as well.
    ResetPassword(PasswordHash),
    /// Proves the address.
    VerifyEmail,
}

/// What a redemption did to the user.
#[derive(Clone, Debug)]
pub struct Redeemed<U> {
    /// As they were.
    pub before: U,
    /// As they are now.
    pub user: U,
}

/// What a redemption changes, all of it together with the end of its token.
#[derive(Clone, Debug)]
pub struct Effects {
    /// Columns of the user, as indices into the specification, and their new values.
    pub columns: Vec<(usize, Value)>,
    /// What of the user's ends with it.
    pub ends: Ends,
}

/// What of a user's ends. There will be no third: a store handles each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ends {
    /// All their one-time tokens, and all sessions but this one.
    AllBut(Option<SessionId>),
    /// Nothing else.
    Nothing,
}

impl Redemption {
    /// The purpose that a token must have for it.
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::ChangeEmail { .. } => Purpose::ChangeEmail,
            Self::MagicLink => Purpose::MagicLink,
            Self::ResetPassword(_) => Purpose::ResetPassword,
            Self::VerifyEmail => Purpose::VerifyEmail,
        }
    }

    /// What a living token of this purpose does to its owner, whose row this is: the one rule for every
    /// store. `None` where it has died with its matter: the account is disabled, or has another
    /// address than the token was mailed to.
    pub fn effects(
        &self,
        spec: &UserSpec,
        row: &Row,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Option<Effects> {
        let is_active = UserSpec::is_active(spec.active.and_then(|column| row.get(column)));
        let email = spec.email?;
        let target = Value::Text(token.target.clone());
        let is_theirs = matches!(self, Self::ChangeEmail { .. }) || row.get(email) == Some(&target);
        if !is_active || !is_theirs || token.purpose != self.purpose() {
            return None;
        }
        let proof = spec.email_verified.map(|column| (column, proved(spec, column, now)));
        let is_proved = is_proved(spec, row);
        let (mut columns, ends) = match self {
            Self::ChangeEmail { keep } => {
                let changes = [Some((email, target)), proof].into_iter().flatten();
                (changes.collect(), Ends::AllBut(*keep))
            }
            Self::MagicLink if is_proved => (Vec::new(), Ends::Nothing),
            Self::MagicLink => {
                let unset = spec.password_hash.map(|column| (column, no_hash(spec, column)));
                ([proof, unset].into_iter().flatten().collect(), Ends::AllBut(None))
            }
            Self::ResetPassword(hash) => {
                let set = (spec.password_hash?, Value::Text(hash.expose().to_owned()));
                let proof = proof.filter(|_| !is_proved);
                ([Some(set), proof].into_iter().flatten().collect(), Ends::AllBut(None))
            }
            Self::VerifyEmail => {
                let proof = proof.filter(|_| !is_proved);
                (proof.into_iter().collect::<Vec<_>>(), Ends::Nothing)
            }
        };
        if let Some(updated_at) = spec.updated_at.filter(|_| !columns.is_empty()) {
            columns.push((updated_at, Value::Time(now)));
        }
        Some(Effects { columns, ends })
    }
}

/// Who owns the tokens that are mailed to an address without an account: nobody whose id is one.
pub(crate) fn stranger(spec: &UserSpec, email: &str) -> Owner {
    Owner { realm: format!("{}/strangers", spec.table), user_id: email.to_owned() }
}

/// Whether a token was mailed to the address, and no other, of an account that is about to be.
pub(super) fn is_of_new(spec: &UserSpec, values: &[Option<Value>], token: &OneTimeToken) -> bool {
    let email = spec.email.and_then(|column| values.get(column)?.as_ref());
    email == Some(&Value::Text(token.target.clone()))
        && token.owner == stranger(spec, &token.target)
}

/// Whether the address of this row has been proved.
fn is_proved(spec: &UserSpec, row: &Row) -> bool {
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
