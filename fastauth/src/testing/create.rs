use std::{fmt, sync::Arc};

use serde_json::{Map, Value as Json};

use super::{TestAuth, TestUser, answered, fail, user::Change};
use crate::{
    error::FieldError,
    flow::{complete, stand_in},
    secret::{Password, PasswordHash},
    store::{Linked, Linking, NewOAuthAccount, NewUser, StoreError},
    user::{AuthUser, SignupBody},
    value::{Column, Fields, Value},
};

impl<U: AuthUser> TestUser<'_, U> {
    /// Makes the account. No hook is told and no gate is asked: it is as if it had been there
    /// before. What a registration does, a test sees by `POST /register`.
    ///
    /// # Panics
    /// A field has no value or a wrong one, another account has the same login or is called so by a provider, a role
    /// is not there or a permission is not declared.
    pub async fn create(self) -> Arc<U> {
        let Self { test, signup, columns, changes, roles, permissions, identities } = self;
        let auth = &test.auth;
        let signup = read::<U>(signup);
        let hash = match signup.password().cloned() {
            Some(password) => Some(hashed(test, password).await),
            None => None,
        };
        let mut values = signup.into_row();
        let hash = hash.as_ref().map_or(Value::Null, Column::to_value);
        complete::<U>(&mut values, hash, false, auth.now());
        for (index, value) in columns {
            if let Some(slot) = values.get_mut(index) {
                *slot = Some(value);
            }
        }
        let new = changed(NewUser::<U>::new(values), changes);
        let user = match auth.0.store.create_user(new).await {
            Err(StoreError::Taken(column)) => {
                fail(unmade::<U>(format_args!("another one has the same `{column}`")))
            }
            answer => answered(answer),
        };
        for (provider, subject) in identities {
            link(test, &user, provider, subject).await;
        }
        for role in roles {
            test.give(&user, &role).await;
        }
        if !permissions.is_empty() {
            test.allow(&user, &permissions).await;
        }
        Arc::new(user)
    }
}

/// Makes an account at a provider theirs.
async fn link<U: AuthUser>(test: &TestAuth<U>, user: &U, provider: String, subject: String) {
    let store = &test.auth.0.store;
    let named = format!("`{subject}` at `{provider}`");
    let account = NewOAuthAccount { provider, subject, email: None, sealed_tokens: None };
    let linking = Linking::Asked { hash: user.password_hash(), session: None };
    match answered(store.link_account(user.id(), account, linking, test.auth.now()).await) {
        Linked::Done { .. } => {}
        Linked::OfAnother => fail(unmade::<U>(format_args!("another one is {named}"))),
        Linked::Already(_) | Linked::HasOther | Linked::Refused => {
            let why = "it has an account there already, or it is switched off";
            fail(unmade::<U>(format_args!("it cannot be {named}: {why}")))
        }
    }
}

/// What a registration would be read as.
fn read<U: AuthUser>(signup: Map<String, Json>) -> U::Signup {
    let mut fields = Fields::new(signup);
    let read = U::Signup::read(&mut fields);
    match (fields.finish(), read) {
        (Ok(()), Some(signup)) => signup,
        (Ok(()), None) => fail(unmade::<U>("its registration cannot be read")),
        (Err(errors), _) => {
            let told = errors.iter().map(told::<U>).collect::<Vec<_>>();
            fail(unmade::<U>(told.join("\n")))
        }
    }
}

/// A field that a registration would be refused for, and the way out.
fn told<U: AuthUser>(error: &FieldError) -> String {
    let name = error.pointer.trim_start_matches('/');
    let is_field = U::SPEC.columns.iter().any(|column| column.field == name);
    match error.code {
        "missing" => format!("`{name}` has no value\nhelp: give it one: `.field(\"{name}\", …)`"),
        "unknown" if is_field => format!(
            "a registration does not give `{name}`\nhelp: `.with(|user| user.{name} = …)` sets any field"
        ),
        "unknown" => format!("it has no field `{name}`"),
        _ => format!("`{name}`: {}", error.detail),
    }
}

pub(super) fn unmade<U: AuthUser>(why: impl fmt::Display) -> String {
    format!("this `{}` cannot be made: {why}", U::SPEC.name)
}

async fn hashed<U: AuthUser>(test: &TestAuth<U>, password: Password) -> PasswordHash {
    let hash = test.auth.0.passwords.hash(password).await;
    hash.unwrap_or_else(|error| fail(unmade::<U>(error)))
}

/// The new user as the test would have them.
fn changed<U: AuthUser>(new: NewUser<U>, changes: Vec<Change<'_, U>>) -> NewUser<U> {
    let id = stand_in::<U>().filter(|_| new.needs_id());
    let is_numbered = id.is_some();
    let mut user = new.into_user(id).unwrap_or_else(|error| fail(unmade::<U>(error)));
    for change in changes {
        change(&mut user);
    }
    let mut values: Vec<_> = user.to_row().into_values().into_iter().map(Some).collect();
    if let Some(id) = values.get_mut(U::SPEC.id).filter(|_| is_numbered) {
        *id = None;
    }
    NewUser::new(values)
}
