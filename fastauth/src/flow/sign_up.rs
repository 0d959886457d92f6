use std::{marker::PhantomData, sync::Arc};

use serde_json::Value as Json;
use tokio::time::{Instant, sleep_until};

use super::{
    Issued,
    issue::{Identity, Proved},
    mail_link::NO_SOONER,
    prove::{unhashed, violated},
    register::{complete, identity_words, taken, text_of},
    shield::shielded,
};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{Event, HookContext, Provider},
    secret::{Digest, Password},
    store::{NewOAuthAccount, NewUser, Owner, Purpose, SessionId, Store, StoreError, no_hash},
    time::Timestamp,
    token::OneTimeSecret,
    user::{AuthUser, SignupBody},
    value::{Column, Fields, Value},
};

/// What is known of the address of somebody who signs up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Address<'a> {
    /// Nothing: they give it.
    Asked,
    /// It is theirs.
    Proved(&'a str),
    /// It is theirs for all that somebody says: worth as much as one that was typed.
    Said(&'a str),
}

/// Somebody who is to have an account.
pub(super) struct Applicant<U: AuthUser> {
    signup: U::Signup,
    has_password: bool,
    is_proved: bool,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> Applicant<U> {
    /// From the address and what a client gives besides.
    pub(super) fn read(mut fields: Fields, address: Address<'_>) -> Result<Self, Error> {
        let column = U::SPEC.email.and_then(|column| U::SPEC.columns.get(column));
        let column = column.ok_or(Code::NotFound)?;
        fields.alias(column.field, "email");
        if let Address::Proved(email) | Address::Said(email) = address {
            if fields.contains(column.field) {
                fields.error(FieldError::unknown("email"));
            }
            fields.insert(column.field, Json::from(email));
        }
        let has_password = fields.contains("password");
        let may_lack = U::SPEC.password_hash.and_then(|column| U::SPEC.columns.get(column));
        if may_lack.is_some_and(|column| column.nullable) && !has_password {
            // A registration has a password; this one is kept by nobody.
            let made_up = OneTimeSecret::generate()
                .map_err(|error| Error::new(Code::Internal).because(error))?;
            fields.insert("password", Json::from(made_up.token().expose()));
        }
        let signup = U::Signup::read(&mut fields);
        fields.finish().map_err(Error::validation)?;
        let signup = signup.ok_or(Code::ValidationFailed)?;
        let is_proved = matches!(address, Address::Proved(_));
        Ok(Self { signup, has_password, is_proved, user: PhantomData })
    }
}

/// What an account is made of, besides what its owner gives.
#[derive(Clone)]
pub(super) enum Basis {
    /// An account at a provider, and the one-time token of a sign-up that was pending.
    Identity { account: NewOAuthAccount, pending: Option<Digest> },
    /// The one-time token of a link, or of what goes on with it.
    Link { digest: Digest, purpose: Purpose },
    /// Nothing.
    Nothing,
}

impl Basis {
    /// How whoever signs up by it has proved who they are.
    fn provider(&self) -> Provider {
        match self {
            Self::Identity { account, .. } => Provider::named(account.provider.clone()),
            Self::Link { .. } => Provider::MAGIC_LINK,
            Self::Nothing => Provider::PASSWORD,
        }
    }

    /// What the sign-in rests on that follows.
    fn identity(&self) -> Option<Identity> {
        match self {
            Self::Identity { account, .. } => Some(Identity::of(account)),
            Self::Link { .. } | Self::Nothing => None,
        }
    }

    /// Makes the account. `None` where it can be the basis of none, or not any more.
    pub(super) async fn make<U: AuthUser>(
        self,
        store: &dyn Store<U>,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        match self {
            Self::Identity { account, pending } => {
                store.create_user_with_account(new, account, pending.as_ref(), now).await
            }
            Self::Link { digest, purpose } => {
                store.create_proved_user(&digest, purpose, new, now).await
            }
            Self::Nothing => store.create_user(new).await.map(Some),
        }
    }
}

impl<U: AuthUser> Auth<U> {
    /// Makes an account without a registration, and signs its owner in. `None` where the basis bears none;
    /// until it is made the token of a link stays.
    ///
    /// # Errors
    /// 403 `email_not_verified`, whether or not there is an account now, where a mail to the address decides.
    pub(super) async fn sign_up(
        &self,
        basis: Basis,
        applicant: Applicant<U>,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Option<Issued<U>>, Error> {
        let Applicant { signup, has_password, is_proved, .. } = applicant;
        let provider = basis.provider();
        let password = signup.password().filter(|_| has_password).cloned();
        if let Some(password) = &password {
            self.0
                .policy
                .check_length_cap(password)
                .map_err(|violation| violated("password", &violation))?;
        }
        self.throttle("register", &self.0.limits.register, &cx).await?;
        self.0.hooks.allow_signup(&signup, &provider, &cx).await?;

        let mut values = signup.into_row();
        let hash = self.hash_given(password, &values).await?;
        complete::<U>(&mut values, hash, is_proved, self.now());
        let email = text_of(U::SPEC.email, &values);
        let new = NewUser::new(values);
        self.fits_new(&new)?;

        let auth = self.clone();
        shielded(async move {
            let unproved = email.filter(|_| !is_proved);
            if let Some(email) = unproved.as_deref().filter(|_| auth.0.mailing.requires_proof()) {
                let begun = Instant::now();
                let registered = auth.register_unproved(new, email, basis, cx).await;
                sleep_until(begun + NO_SOONER).await;
                return registered.and(Err(Code::EmailNotVerified.into()));
            }
            let identity = basis.identity();
            let made = basis.make(auth.0.store.as_ref(), new, auth.now()).await;
            let Some(user) = made.map_err(taken::<U>)?.map(Arc::new) else { return Ok(None) };
            if unproved.is_some() {
                auth.offer_verification(&user).await;
            }
            let proof = || is_proved.then(|| Event::EmailVerify(Arc::clone(&user)));
            let events = || [Event::Signup(Arc::clone(&user))].into_iter().chain(proof());
            let proved = Proved {
                user: Arc::clone(&user),
                hash: user.password_hash().cloned(),
                provider,
                identity,
                remember: false,
                scopes: None,
                replaces,
            };
            let issued = auth.issue(proved, events().collect(), cx.clone()).await;
            if issued.is_err() {
                // The account is there, whoever may not sign in: it is told all the same.
                auth.0.hooks.tell(events(), cx).await;
            }
            issued.map(Some)
        })
        .await
    }

    /// The hash of a password that was given, or what stands for none.
    async fn hash_given(
        &self,
        password: Option<Password>,
        values: &[Option<Value>],
    ) -> Result<Value, Error> {
        let Some(password) = password else {
            return Ok(U::SPEC.password_hash.map_or(Value::Null, |it| no_hash(U::SPEC, it)));
        };
        let context = identity_words::<U>(values);
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        self.accept_password("password", &password, &context).await?;
        Ok(self.0.passwords.hash(password).await.map_err(unhashed)?.to_value())
    }
}
