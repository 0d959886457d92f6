use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Outcome, record},
    store::{Session, SessionId},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Where somebody is signed in.
    pub(crate) async fn sessions(&self, who: &Authenticated<U>) -> Result<Vec<Session>, Error> {
        Ok(self.0.store.list_sessions(&who.owner(), self.now()).await?)
    }

    /// Ends one of their own sessions; of anybody else's they learn nothing.
    pub(crate) async fn end_session(
        &self,
        who: Authenticated<U>,
        id: SessionId,
        cx: HookContext,
    ) -> Result<(), Error> {
        let auth = self.clone();
        shielded(async move {
            if !auth.0.store.end_session(&who.owner(), id, auth.now()).await? {
                return Err(Code::NotFound.into());
            }
            auth.0.strategy.revoke(id).await?;
            auth.0.hooks.tell([Event::Signout(who.user)], cx.within(id)).await;
            Ok(())
        })
        .await
    }

    /// Ends all their sessions but this one.
    pub(crate) async fn end_other_sessions(
        &self,
        who: Authenticated<U>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let auth = self.clone();
        shielded(async move {
            auth.0.store.end_sessions(&who.owner(), Some(who.session.id)).await?;
            let cx = cx.within(who.session.id);
            record("other_sessions_end", Outcome::Success, Some(who.user.as_ref()), &cx);
            Ok(())
        })
        .await
    }
}
