use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    error::Error,
    hooks::{Event, HookContext},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Ends the session of this request: its access and refresh tokens die with it (ASVS 7.4.1).
    pub(crate) async fn logout(&self, who: Authenticated<U>, cx: HookContext) -> Result<(), Error> {
        let auth = self.clone();
        shielded(async move {
            let ended = auth.0.store.end_session(&who.owner(), who.session.id, auth.now()).await?;
            if ended {
                auth.0.hooks.tell([Event::Signout(who.user)], cx.within(who.session.id)).await;
            }
            Ok(())
        })
        .await
    }
}
