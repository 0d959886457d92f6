use std::sync::Arc;

use super::Authenticated;
use crate::{
    access::Scopes,
    auth::Auth,
    error::{Code, Error},
    hooks::{HookContext, Outcome, record},
    secret::Digest,
    store::Session,
    token::{AccessClaims, TokenError},
    user::AuthUser,
};

/// A token that opens something now, by what the store says.
pub(crate) struct Live<U: AuthUser> {
    /// Whose it is.
    pub(crate) user: Arc<U>,
    /// The session it is of.
    pub(crate) session: Session,
    /// What it may be used for now, if it is limited.
    pub(crate) scopes: Option<Scopes>,
    /// What an access token says; a refresh token says nothing.
    pub(crate) claims: Option<AccessClaims<U>>,
}

impl<U: AuthUser> Auth<U> {
    /// Whether somebody who asks about tokens is a client that may. A right secret always is: nobody at
    /// the same address can cut a client off, and nobody guesses 32 random bytes.
    pub(crate) async fn is_client<'a>(
        &self,
        id: &str,
        mut secrets: impl Iterator<Item = &'a str> + Send,
        cx: &HookContext,
    ) -> Result<bool, Error> {
        let expected = self.0.clients.find(id);
        // Digests are compared in constant time (ASVS 11.2.4).
        if secrets.any(|secret| Some(Digest::of(secret)) == expected) {
            return Ok(true);
        }
        self.throttle("clients", &self.0.limits.clients, cx).await?;
        record::<U>("client_refused", Outcome::Failure, None, cx);
        Ok(false)
    }

    /// What a token is good for now; `None` of one that is good for nothing. Looking spends no
    /// refresh token, and one that was spent sounds no alarm; an access token that is asked about is used.
    pub(crate) async fn introspect(&self, token: &str) -> Result<Option<Live<U>>, Error> {
        let claims = match self.0.strategy.read_token(token, &self.reading()).await {
            Ok(claims) => claims,
            Err(TokenError::Invalid(_)) => return self.introspect_refresh(token).await,
            Err(error) => return Err(error.into()),
        };
        match self.authenticate(token).await {
            Ok(who) => self.live(who, Some(claims)).await.map(Some),
            Err(error) if error.code() == Code::InvalidToken => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn introspect_refresh(&self, token: &str) -> Result<Option<Live<U>>, Error> {
        let Some(presented) = self.0.refresh.read(token) else { return Ok(None) };
        let child = presented.child();
        let rotation = self.rotation(&presented, &child, self.now());
        let Some(session) = self.0.store.would_rotate(&rotation).await? else { return Ok(None) };
        match self.owner_of_session(&session).await?.filter(|user| user.is_active()) {
            Some(user) => self.live(Authenticated { user, session }, None).await.map(Some),
            None => Ok(None),
        }
    }

    async fn live(
        &self,
        who: Authenticated<U>,
        claims: Option<AccessClaims<U>>,
    ) -> Result<Live<U>, Error> {
        let scopes = self.granted(who.user.id(), who.session.scopes.as_ref()).await?;
        let Authenticated { user, session } = who;
        Ok(Live { user, session, scopes, claims })
    }
}
