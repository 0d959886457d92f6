use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{
    Issued,
    issue::Proved,
    mail_link::NO_SOONER,
    prove::{unhashed, violated},
    shield::shielded,
    sign_up::Basis,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Outcome, Provider, record},
    mail::Letter,
    store::{NewUser, Owner, Purpose, SessionId, StoreError, proved, stranger, unproved},
    time::Timestamp,
    user::{AuthUser, SignupBody, UserKey},
    value::{Column, Value},
};

impl<U: AuthUser> Auth<U> {
    /// Makes an account with a password and signs its owner in; `None` where a mail to the address
    /// decides whether there is one.
    pub(crate) async fn register(
        &self,
        signup: U::Signup,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Option<Issued<U>>, Error> {
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
        complete::<U>(&mut values, hash.to_value(), false, self.now());
        let email = text_of(U::SPEC.email, &values);
        let new = NewUser::new(values);
        self.fits_new(&new)?;

        // From here on a client that hangs up changes nothing: the account is made and signed in.
        let auth = self.clone();
        shielded(async move {
            if let Some(email) = email.filter(|_| auth.0.mailing.requires_proof()) {
                let begun = Instant::now();
                let registered = auth.register_unproved(new, &email, Basis::Nothing, cx).await;
                sleep_until(begun + NO_SOONER).await;
                return registered.map(|()| None);
            }
            let user = auth.0.store.create_user(new).await.map_err(taken::<U>)?;
            let user = Arc::new(user);
            auth.offer_verification(&user).await;
            let signup = || vec![Event::Signup(Arc::clone(&user))];
            let hash = user.password_hash().cloned();
            let proved = Proved {
                user: Arc::clone(&user),
                hash,
                provider,
                identity: None,
                remember: false,
                scopes: None,
                replaces,
            };
            let issued = auth.issue(proved, signup(), cx.clone()).await;
            if issued.is_err() {
                // The account is there, whoever may not sign in: it is told all the same.
                auth.0.hooks.tell(signup(), cx).await;
            }
            issued.map(Some)
        })
        .await
    }

    /// Makes an account that nobody signs in to before its address is proved. Whether there was one
    /// already only the owner of the address learns, by mail (ASVS 6.3.8).
    pub(super) async fn register_unproved(
        &self,
        new: NewUser<U>,
        email: &str,
        basis: Basis,
        cx: HookContext,
    ) -> Result<(), Error> {
        let username = text_of(U::SPEC.username, new.values());
        let may_mail = self.may_mail(email, Purpose::VerifyEmail, true).await?;
        let store = &self.0.store;
        let error = match basis.clone().make(store.as_ref(), new, self.now()).await {
            Ok(Some(user)) => {
                self.ask_to_verify(&user, may_mail).await?;
                // No reply waits: how long hooks take would say that there is a new account.
                self.0.hooks.tell_later(Event::Signup(Arc::new(user)), cx);
                return Ok(());
            }
            // Somebody else was faster, with the same.
            Ok(None) => return Ok(()),
            Err(error) => taken::<U>(error),
        };
        if error.code() != Code::EmailTaken {
            return Err(error);
        }
        // A username is said to be taken whatever is the matter with the address.
        if let Some(username) = username
            && store.find_by_username(&username).await?.is_some()
        {
            return Err(Code::UsernameTaken.into());
        }
        // What would go on with it is used up as for a new account, and as much is written.
        if let Basis::Identity { pending: Some(digest), .. } = &basis {
            store.consume_token(digest, Purpose::CompleteOAuthSignup, self.now()).await?;
        }
        for _ in 0..2 {
            let owner = stranger(U::SPEC, email);
            let (mut unsent, _) = self.new_token(Purpose::VerifyEmail, owner, email)?;
            unsent.expires_at = self.now();
            store.put_token(&unsent).await?;
        }
        if let Some(owner) = store.find_by_email(email).await?.filter(|_| may_mail) {
            self.notify(&owner, &Letter::AlreadyRegistered);
        }
        record::<U>("signup_refused", Outcome::Failure, None, &cx);
        Ok(())
    }

    /// Asks a new user to prove their address, where that is offered. The account is there: what
    /// fails here they ask for again.
    pub(super) async fn offer_verification(&self, user: &U) {
        if self.0.mailing.verification.is_none() {
            return;
        }
        let asked = async {
            let email = user.email().unwrap_or_default();
            let may_mail = self.may_mail(email, Purpose::VerifyEmail, true).await?;
            self.ask_to_verify(user, may_mail).await
        };
        if let Err(error) = asked.await {
            tracing::warn!(error = ?error.to_string(), "nobody was asked to prove an address");
        }
    }
}

/// The words that a password may not consist of: who it is for.
pub(super) fn identity_words<U: AuthUser>(values: &[Option<Value>]) -> Vec<String> {
    let logins = [U::SPEC.email, U::SPEC.username];
    logins.into_iter().filter_map(|part| text_of(part, values)).collect()
}

/// The text that plays a part, if there is one.
pub(super) fn text_of(part: Option<usize>, values: &[Option<Value>]) -> Option<String> {
    match values.get(part?) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    }
}

/// Fills what neither the client nor a default gives.
pub(crate) fn complete<U: AuthUser>(
    values: &mut [Option<Value>],
    hash: Value,
    is_proved: bool,
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
    set(spec.password_hash, hash);
    set(spec.active, Value::Bool(true));
    set(spec.created_at, Value::Time(now));
    set(spec.updated_at, Value::Time(now));
    if let Some(column) = spec.email_verified {
        set(
            Some(column),
            if is_proved { proved(spec, column, now) } else { unproved(spec, column) },
        );
    }
}

/// Which value belongs to another account.
pub(super) fn taken<U: AuthUser>(error: StoreError) -> Error {
    let StoreError::Taken(column) = error else { return error.into() };
    let spec = U::SPEC;
    let Some(index) = spec.columns.iter().position(|it| it.column == column) else {
        return Code::FieldTaken.into();
    };
    if spec.email == Some(index) {
        return Code::EmailTaken.into();
    }
    if spec.username == Some(index) {
        return Code::UsernameTaken.into();
    }
    Error::taken(spec.columns.get(index).map_or("", |column| column.field))
}
