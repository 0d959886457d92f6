use std::sync::Arc;

use super::{
    Issued,
    issue::Proved,
    prove::{unhashed, violated},
    shield::shielded,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Provider},
    secret::PasswordHash,
    store::{NewUser, Owner, SessionId, StoreError},
    time::Timestamp,
    user::{AuthUser, SignupBody, UserKey},
    value::{Column, ColumnType, Value},
};

impl<U: AuthUser> Auth<U> {
    /// Makes an account with a password and signs its owner in.
    pub(crate) async fn register(
        &self,
        signup: U::Signup,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let provider = Provider::PASSWORD;
        let cx = cx.by(provider.clone());
        let Some(password) = signup.password().cloned() else { return Err(Code::NotFound.into()) };
        self.0
            .policy
            .check_length_cap(&password)
            .map_err(|violation| violated("password", &violation))?;
        self.throttle("register", &self.0.limits.register, &cx).await?;
        self.0.hooks.allow_signup(&signup, &provider, &cx).await?;

        let mut values = signup.into_row();
        let context = identity_words::<U>(&values);
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        self.accept_password("password", &password, &context).await?;

        let hash = self.0.passwords.hash(password).await.map_err(unhashed)?;
        complete::<U>(&mut values, Some(&hash), self.now());
        let new = NewUser::new(values);
        self.fits_new(&new)?;

        // From here on a client that hangs up changes nothing: the account is made and signed in.
        let auth = self.clone();
        shielded(async move {
            let user = auth.0.store.create_user(new).await.map_err(taken::<U>)?;
            let user = Arc::new(user);
            let signup = || Event::Signup(Arc::clone(&user));
            let hash = user.password_hash().cloned();
            let proved =
                Proved { user: Arc::clone(&user), hash, provider, remember: false, replaces };
            let issued = auth.issue(proved, Some(signup()), cx.clone()).await;
            if issued.is_err() {
                // The account is there, whoever may not sign in: it is told all the same.
                auth.0.hooks.tell([signup()], cx).await;
            }
            issued
        })
        .await
    }
}

/// The words that a password may not consist of: who it is for.
fn identity_words<U: AuthUser>(values: &[Option<Value>]) -> Vec<String> {
    let logins = [U::SPEC.email, U::SPEC.username].into_iter().flatten();
    let text = |index| match values.get(index) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    logins.filter_map(text).collect()
}

/// Fills what neither the client nor a default gives.
pub(crate) fn complete<U: AuthUser>(
    values: &mut [Option<Value>],
    hash: Option<&PasswordHash>,
    now: Timestamp,
) {
    let spec = U::SPEC;
    let mut set = |index: Option<usize>, value: Value| {
        if let Some(slot) = index.and_then(|index| values.get_mut(index)) {
            *slot = Some(value);
        }
    };
    if let Some(id) = U::Id::generate(now) {
        set(Some(spec.id), id.to_value());
    }
    set(spec.password_hash, hash.map_or(Value::Null, Column::to_value));
    set(spec.active, Value::Bool(true));
    set(spec.created_at, Value::Time(now));
    set(spec.updated_at, Value::Time(now));
    let verified = spec.email_verified.and_then(|index| spec.columns.get(index));
    let unverified = match verified.map(|column| column.kind) {
        Some(ColumnType::Bool) => Value::Bool(false),
        _ => Value::Null,
    };
    set(spec.email_verified, unverified);
}

/// Which value belongs to another account.
pub(super) fn taken<U: AuthUser>(error: StoreError) -> Error {
    let StoreError::Taken(column) = error else { return error.into() };
    let is = |part: Option<usize>| {
        part.and_then(|index| U::SPEC.columns.get(index)).is_some_and(|spec| spec.column == column)
    };
    if is(U::SPEC.email) {
        return Code::EmailTaken.into();
    }
    if is(U::SPEC.username) {
        return Code::UsernameTaken.into();
    }
    Code::FieldTaken.into()
}
