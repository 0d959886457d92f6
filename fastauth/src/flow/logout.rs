use std::sync::Arc;

use super::shield::shielded;
use crate::{
    auth::Auth,
    error::Error,
    hooks::{Event, HookContext},
    store::{SessionId, owner_of},
    token::{AccessClaims, RefreshToken, TokenError},
    user::{AuthUser, UserKey},
};

/// Which session is to end, as a token of it says.
pub(super) struct Named {
    session: SessionId,
    /// Whose it must be, if the token says that as well.
    user_id: Option<String>,
}

impl Named {
    /// By an access token.
    pub(super) fn by<U: AuthUser>(claims: &AccessClaims<U>) -> Self {
        Self { session: claims.session_id(), user_id: Some(claims.user_id().render()) }
    }
}

impl From<RefreshToken> for Named {
    fn from(token: RefreshToken) -> Self {
        Self { session: token.session(), user_id: None }
    }
}

impl<U: AuthUser> Auth<U> {
    /// Ends the session of this request: its access and refresh tokens die with it (ASVS 7.4.1). It
    /// ends for whoever could have gone on with it: an access token may be over while the refresh
    /// token lives, and an account be disabled while its session lives.
    pub(crate) async fn logout(
        &self,
        access: Option<&str>,
        refresh: Option<&str>,
        cx: HookContext,
    ) -> Result<(), Error> {
        match self.named(access, refresh).await? {
            Some(named) => self.end_named(named, cx).await,
            None => Ok(()),
        }
    }

    /// Ends a session, if it lives and is whose it must be, and tells so once.
    pub(super) async fn end_named(&self, named: Named, cx: HookContext) -> Result<(), Error> {
        let auth = self.clone();
        shielded(async move {
            let store = &auth.0.store;
            let now = auth.now();
            let found = store.session_with_user(named.session, now).await?;
            let Some((session, user)) = found else {
                // An attempt before may have failed half way, and is repeated.
                return Ok(auth.0.strategy.revoke(named.session).await?);
            };
            let owner = owner_of::<U>(user.id());
            let theirs = session.owner == owner
                && named.user_id.is_none_or(|id| id == session.owner.user_id);
            if theirs && store.end_session(&owner, session.id, now).await? {
                auth.0.strategy.revoke(session.id).await?;
                auth.0.hooks.tell([Event::Signout(Arc::new(user))], cx.within(session.id)).await;
            }
            Ok(())
        })
        .await
    }

    /// The access token decides where it can be read.
    async fn named(
        &self,
        access: Option<&str>,
        refresh: Option<&str>,
    ) -> Result<Option<Named>, Error> {
        if let Some(token) = access {
            match self.0.strategy.read_late_token(token, &self.reading()).await {
                Ok(claims) => return Ok(Some(Named::by(&claims))),
                Err(TokenError::Invalid(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(refresh.and_then(|token| self.0.refresh.read(token)).map(Named::from))
    }
}
