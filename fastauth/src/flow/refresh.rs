use std::sync::Arc;

use super::{Issued, Refresh, shield::shielded};
use crate::{
    access::Scopes,
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Provider},
    store::{Rotation, RotationOutcome, Session},
    time::Timestamp,
    token::RefreshToken,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Exchanges a refresh token for its one child and a new access token.
    ///
    /// Gates, hooks and reads come before the rotation: when one of them fails the token is as good
    /// as before. Only what is sure to be reuse goes to the store at once.
    ///
    /// The access token is limited to what was granted at the sign-in and the user may still do, and to
    /// `asked` if that is less: for this token alone (RFC 6749 §6).
    pub(crate) async fn refresh(
        &self,
        token: &str,
        asked: Option<Scopes>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        // A token that is not one of ours ends nothing and sounds no alarm.
        let presented = self.0.refresh.read(token).ok_or(Code::InvalidRefreshToken)?;
        let child = presented.child();
        let now = self.now();
        let rotation = self.rotation(&presented, &child, now);
        let cx = cx.within(presented.session());
        let Some((session, user)) = self.rotating(&rotation).await? else {
            return Err(self
                .rotate(rotation, None, cx)
                .await
                .err()
                .unwrap_or(Code::InvalidRefreshToken.into()));
        };

        let user = user.ok_or(Code::InvalidRefreshToken)?;
        if !user.is_active() {
            return Err(Code::AccountDisabled.into());
        }
        let provider = Provider::named(session.provider.clone());
        let cx = cx.by(provider.clone());
        self.0.hooks.allow_signin(&user, &provider, &cx).await?;
        let scopes = self.granted(user.id(), narrowed(&session, asked).as_ref()).await?;
        let access = self.access_token(&user, session.id, scopes.clone(), now, &cx).await?.token;

        let session = self.rotate(rotation, Some(Arc::clone(&user)), cx).await?;
        Ok(Issued {
            user,
            access,
            access_lasts: self.0.lifetimes.access,
            refresh: Some(Refresh { token: child.token(), lasts: session.idle_until.since(now) }),
            scopes,
            session,
            transports: Arc::clone(&self.0.transports),
        })
    }

    /// One use of a refresh token.
    pub(super) fn rotation(
        &self,
        presented: &RefreshToken,
        child: &RefreshToken,
        now: Timestamp,
    ) -> Rotation {
        Rotation {
            session: presented.session(),
            presented: presented.digest(),
            child: child.digest(),
            now,
            grace: self.0.lifetimes.grace,
            idle: self.0.lifetimes.idle,
        }
    }

    /// The session that would rotate, and its user.
    async fn rotating(
        &self,
        rotation: &Rotation,
    ) -> Result<Option<(Session, Option<Arc<U>>)>, Error> {
        let store = &self.0.store;
        // The usual case is one look: the token is the current one.
        let found = store.session_with_user(rotation.session, rotation.now).await?;
        if let Some((session, user)) = found
            && session.credential == Some(rotation.presented)
        {
            return Ok(Some((session, Some(Arc::new(user)))));
        }
        let Some(session) = store.would_rotate(rotation).await? else { return Ok(None) };
        let user = self.owner_of_session(&session).await?;
        Ok(Some((session, user)))
    }

    /// The atomic step, and what is told of it.
    async fn rotate(
        &self,
        rotation: Rotation,
        user: Option<Arc<U>>,
        cx: HookContext,
    ) -> Result<Session, Error> {
        let auth = self.clone();
        shielded(async move {
            match auth.0.store.rotate_session(&rotation).await? {
                RotationOutcome::Gone => Err(Code::InvalidRefreshToken.into()),
                RotationOutcome::Replayed(session) => Ok(session),
                RotationOutcome::Reused(ended) => {
                    tracing::warn!(session = %ended.id, "a used refresh token came again; its session has ended");
                    auth.tell_owner(&ended, Event::RefreshReuse, cx).await;
                    Err(Code::InvalidRefreshToken.into())
                }
                RotationOutcome::Rotated(session) => {
                    match user {
                        Some(user) => auth.0.hooks.tell([Event::TokenRefresh(user)], cx).await,
                        None => auth.tell_owner(&session, Event::TokenRefresh, cx).await,
                    }
                    Ok(session)
                }
            }
        })
        .await
    }

    /// Tells the hooks what became of a session, if its owner can still be found.
    async fn tell_owner(&self, session: &Session, event: fn(Arc<U>) -> Event<U>, cx: HookContext) {
        match self.owner_of_session(session).await {
            Ok(Some(user)) => {
                let cx = cx.by(Provider::named(session.provider.clone()));
                self.0.hooks.tell([event(user)], cx).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = ?error.to_string(), "a hook was not told: its user could not be read");
            }
        }
    }

    pub(super) async fn owner_of_session(
        &self,
        session: &Session,
    ) -> Result<Option<Arc<U>>, Error> {
        if session.owner.realm != U::SPEC.table {
            return Ok(None);
        }
        let Ok(id) = U::parse_id(&session.owner.user_id) else { return Ok(None) };
        Ok(self.0.store.find_by_id(&id).await?.map(Arc::new))
    }
}

/// What a refresh asks for. A sign-in that asked for no scope was granted none: asking later gets none
/// either (RFC 6749 §6).
fn narrowed(session: &Session, asked: Option<Scopes>) -> Option<Scopes> {
    let granted = session.scopes.clone();
    match asked {
        Some(asked) => Some(granted.unwrap_or_default().and(&asked)),
        None => granted,
    }
}
