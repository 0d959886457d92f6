use std::sync::Arc;

use super::{
    Issued,
    issue::Proved,
    prove::{Proof, violated},
};
use crate::{
    access::Scopes,
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Provider},
    secret::Password,
    store::{Owner, SessionId},
    user::{AuthUser, Email, Username},
};

/// What somebody gives to sign in.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) identifier: Identifier,
    pub(crate) password: Password,
    pub(crate) remember: bool,
    /// What the tokens are to be limited to.
    pub(crate) scopes: Option<Scopes>,
}

/// Who somebody says they are, as they typed it.
#[derive(Debug)]
pub(crate) enum Identifier {
    Email(String),
    /// One field for both, as the `OAuth2` form has it: an address has an `@`, a username has none.
    Either(String),
    Username(String),
}

impl<U: AuthUser> Auth<U> {
    /// Signs somebody in by password.
    pub(crate) async fn login(
        &self,
        login: Login,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let Login { identifier, password, remember, scopes } = login;
        let provider = Provider::PASSWORD;
        let cx = cx.by(provider.clone());
        self.0
            .policy
            .check_length_cap(&password)
            .map_err(|violation| violated("password", &violation))?;

        let attempt = self.attempt(&identifier.counted_as(), &cx).await?;
        let user = self.find(&identifier).await?.map(Arc::new);
        // Unknown, without a password, or wrong: one answer after the same work (ASVS 6.3.8).
        let Proof::Right(hash) = self.check_password(user.as_ref(), password).await? else {
            self.blame(&attempt, user.as_ref(), &cx);
            self.0.hooks.tell_later(Event::SigninFailed(user, provider), cx);
            return Err(Code::InvalidCredentials.into());
        };
        self.forgive(attempt).await?;
        let user = user.ok_or(Code::InvalidCredentials)?;
        if !user.is_active() {
            self.0.hooks.tell_later(Event::SigninFailed(Some(user), provider), cx);
            return Err(Code::AccountDisabled.into());
        }
        if let Err(unproved) = self.has_proved_email(&user) {
            self.0.hooks.tell_later(Event::SigninFailed(Some(user), provider), cx);
            return Err(unproved);
        }
        let (hash, identity) = (Some(hash), None);
        let proved = Proved { user, hash, provider, identity, remember, scopes, replaces };
        self.issue(proved, Vec::new(), cx).await
    }

    /// Whether a user may sign in as far as their address goes.
    pub(super) fn has_proved_email(&self, user: &U) -> Result<(), Error> {
        let is_unproved = user.email().is_some() && !user.is_email_verified();
        if is_unproved && self.0.mailing.requires_proof() {
            return Err(Code::EmailNotVerified.into());
        }
        Ok(())
    }

    /// Text that cannot be anybody's login is nobody's: no other answer than for a stranger.
    async fn find(&self, identifier: &Identifier) -> Result<Option<U>, Error> {
        let (email, username) = match identifier {
            Identifier::Email(text) => (Some(text), None),
            Identifier::Either(text) if text.contains('@') => (Some(text), None),
            Identifier::Either(text) | Identifier::Username(text) => (None, Some(text)),
        };
        let email =
            email.filter(|_| U::SPEC.email.is_some()).and_then(|text| Email::parse(text).ok());
        if let Some(email) = email {
            return Ok(self.0.store.find_by_email(email.as_str()).await?);
        }
        let username = username.filter(|_| U::SPEC.username.is_some());
        if let Some(username) = username.and_then(|text| Username::parse(text).ok()) {
            return Ok(self.0.store.find_by_username(username.as_str()).await?);
        }
        Ok(None)
    }
}
