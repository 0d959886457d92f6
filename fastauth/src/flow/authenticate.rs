use std::{fmt, sync::Arc};

use crate::{
    auth::Auth,
    error::{Code, Error},
    store::{Owner, Session, owner_of},
    token::AccessClaims,
    user::{AuthUser, UserKey},
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
    /// What an access token says, if it is one of ours and its time is not over. Asks no store.
    pub(crate) async fn read_token(&self, token: &str) -> Result<AccessClaims<U>, Error> {
        let claims = self.0.strategy.read_token(token, self.now()).await;
        claims.map_err(|error| Error::new(Code::InvalidToken).because(error))
    }

    /// Whose token this is: the session must live and the account be active, as the store says now.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Authenticated<U>, Error> {
        let claims = self.read_token(token).await?;
        let found = self.0.store.session_with_user(claims.session_id(), self.now()).await?;
        // Whatever is wrong with a presented token, the refusal is the same.
        let (session, user) = found.ok_or(Code::InvalidToken)?;
        let theirs = session.owner.realm == U::SPEC.table
            && session.owner.user_id == claims.user_id().render();
        if !theirs || user.id() != claims.user_id() || !user.is_active() {
            return Err(Code::InvalidToken.into());
        }
        Ok(Authenticated { user: Arc::new(user), session })
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
