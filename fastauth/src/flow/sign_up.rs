use std::{marker::PhantomData, sync::Arc};

use serde_json::Value as Json;

use super::{
    Issued,
    issue::Proved,
    prove::{unhashed, violated},
    redeem::refused,
    register::{complete, identity_words, taken},
    shield::shielded,
};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{Event, HookContext, Provider},
    secret::{Digest, Password, Token},
    store::{NewUser, Owner, Purpose, SessionId, no_hash},
    token::OneTimeSecret,
    user::{AuthUser, SignupBody},
    value::{Column, Fields, Value},
};

/// Somebody who has proved an address and is to have an account of it.
pub(super) struct Applicant<U: AuthUser> {
    signup: U::Signup,
    has_password: bool,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> Applicant<U> {
    /// From the address and what a client gives besides.
    pub(super) fn read(mut fields: Fields, email: &str) -> Result<Self, Error> {
        let column = U::SPEC.email.and_then(|column| U::SPEC.columns.get(column));
        let column = column.ok_or(Code::NotFound)?;
        // The address is the one that was proved.
        fields.alias(column.field, "email");
        if fields.contains(column.field) {
            fields.error(FieldError::unknown("email"));
        }
        fields.insert(column.field, Json::from(email));
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
        Ok(Self { signup, has_password, user: PhantomData })
    }
}

impl<U: AuthUser> Auth<U> {
    /// Goes on with a sign-up that lacked some fields.
    pub(crate) async fn complete_signup(
        &self,
        flow: &Token,
        fields: Fields,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let cx = cx.by(Provider::MAGIC_LINK);
        let (digest, kept) = self.presented(flow, Purpose::CompleteSignup, &cx).await?;
        let applicant = Applicant::read(fields, &kept.target)?;
        self.sign_up(digest, Purpose::CompleteSignup, applicant, replaces, cx).await
    }

    /// Makes an account of an address that its owner has proved, and signs them in. Until it is made
    /// the token stays.
    pub(super) async fn sign_up(
        &self,
        digest: Digest,
        purpose: Purpose,
        applicant: Applicant<U>,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let Applicant { signup, has_password, .. } = applicant;
        let password = signup.password().filter(|_| has_password).cloned();
        if let Some(password) = &password {
            self.0
                .policy
                .check_length_cap(password)
                .map_err(|violation| violated("password", &violation))?;
        }
        self.0.hooks.allow_signup(&signup, &Provider::MAGIC_LINK, &cx).await?;

        let mut values = signup.into_row();
        let hash = self.hash_given(password, &values).await?;
        complete::<U>(&mut values, hash, true, self.now());
        let new = NewUser::new(values);
        self.fits_new(&new)?;

        let auth = self.clone();
        shielded(async move {
            let store = &auth.0.store;
            let made = store.create_proved_user(&digest, purpose, new, auth.now()).await;
            let user = made.map_err(taken::<U>)?.ok_or_else(|| refused::<U>(&cx))?;
            let user = Arc::new(user);
            let events =
                || vec![Event::Signup(Arc::clone(&user)), Event::EmailVerify(Arc::clone(&user))];
            let proved = Proved {
                user: Arc::clone(&user),
                hash: user.password_hash().cloned(),
                provider: Provider::MAGIC_LINK,
                remember: false,
                scopes: None,
                replaces,
            };
            let issued = auth.issue(proved, events(), cx.clone()).await;
            if issued.is_err() {
                // The account is there, whoever may not sign in: it is told all the same.
                auth.0.hooks.tell(events(), cx).await;
            }
            issued
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
