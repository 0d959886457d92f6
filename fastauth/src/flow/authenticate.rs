use std::{fmt, sync::Arc, time::Duration};

use crate::{
    auth::Auth,
    error::{Code, Error},
    store::{Owner, Session, owner_of},
    token::{AccessClaims, Reading},
    user::AuthUser,
};

/// Somebody whose token, session and account were all found good just now.
pub(crate) struct Authenticated<U: AuthUser> {
    /// Who.
    pub(crate) user: Arc<U>,
    /// In which session.
    pub(crate) session: Session,
}

impl<U: AuthUser> Authenticated<U> {
    /// Whose rows are theirs.
    pub(crate) fn owner(&self) -> Owner {
        owner_of::<U>(self.user.id())
    }
}

impl<U: AuthUser> Clone for Authenticated<U> {
    fn clone(&self) -> Self {
        Self { user: Arc::clone(&self.user), session: self.session.clone() }
    }
}

impl<U: AuthUser> fmt::Debug for Authenticated<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").field("session", &self.session.id).finish_non_exhaustive()
    }
}

impl<U: AuthUser> Auth<U> {
    /// What an access token says, if it is one of ours and its time is not over: for what is no extractor's, such
    /// as the first message of a `WebSocket`. A JWT says it without asking the store, and may lag as
    /// [`Claims`](crate::Claims) do.
    ///
    /// # Errors
    /// 401 `invalid_token` with [`InvalidToken`](crate::token::InvalidToken) as its cause, 503
    /// `store_unavailable`.
    pub async fn read_token(&self, token: &str) -> Result<AccessClaims<U>, Error> {
        Ok(self.0.strategy.read_token(token, &self.reading()).await?)
    }

    /// What a strategy needs to read a token now.
    pub(super) fn reading(&self) -> Reading<'_, U> {
        Reading { now: self.now(), store: self.0.store.as_ref() }
    }

    /// Whose token this is: the session must live and the account be active, as the store says now.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Authenticated<U>, Error> {
        let (session, user) = self.0.strategy.authenticate(token, &self.reading()).await?;
        let who = Authenticated { user: Arc::new(user), session };
        // Whatever is wrong with a presented token, the refusal is the same.
        if who.session.owner != who.owner() || !who.user.is_active() {
            return Err(Code::InvalidToken.into());
        }
        if self.0.strategy.is_opaque() {
            self.slide(&who.session).await;
        }
        Ok(who)
    }

    /// Lets a session last that is used, and notes so not at every request but every minute.
    async fn slide(&self, session: &Session) {
        const EVERY: Duration = Duration::from_mins(1);
        let (now, idle) = (self.now(), self.0.lifetimes.sliding);
        if now.since(session.last_used_at) < EVERY.min(idle / 10) {
            return;
        }
        // Somebody who could be read is let in, whether or not it can be noted.
        if let Err(error) = self.0.store.touch_session(session.id, now, idle).await {
            tracing::warn!(error = ?error.to_string(), "it could not be noted that a session is used");
        }
    }

    /// Whether the user has proved who they are a short while ago (ASVS 7.5.3).
    pub(crate) fn require_fresh(&self, session: &Session) -> Result<(), Error> {
        let age = self.now().since(session.authenticated_at);
        let fresh = self.0.lifetimes.fresh;
        if age < fresh {
            Ok(())
        } else {
            Err(Error::new(Code::ReauthenticationRequired).with_max_age(fresh))
        }
    }
}
