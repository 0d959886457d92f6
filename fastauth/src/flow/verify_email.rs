use std::sync::Arc;

use super::shield::shielded;
use crate::{
    auth::Auth,
    error::Error,
    hooks::{Event, HookContext},
    secret::Token,
    store::{Purpose, Redemption},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Mails a link that proves this address, to whoever has it and has not proved it.
    pub(crate) async fn request_verification(
        &self,
        email: &str,
        cx: &HookContext,
    ) -> Result<(), Error> {
        let wants = |user: &U| !user.is_email_verified();
        self.mail_link(email, Purpose::VerifyEmail, wants, cx).await.map(drop)
    }

    /// Proves an address by the link that was mailed there.
    pub(crate) async fn verify_email(&self, token: &Token, cx: HookContext) -> Result<(), Error> {
        let (digest, _) = self.presented(token, Purpose::VerifyEmail, &cx).await?;
        let auth = self.clone();
        shielded(async move {
            let redeemed = auth.redeem(&digest, &Redemption::VerifyEmail, &cx).await?;
            auth.0.hooks.tell(newly_proved(&redeemed.before, &Arc::new(redeemed.user)), cx).await;
            Ok(())
        })
        .await
    }
}

/// What there is to tell of somebody who has just proved their address, if they had not before.
pub(super) fn newly_proved<U: AuthUser>(before: &U, user: &Arc<U>) -> Option<Event<U>> {
    let is_new = !before.is_email_verified() && user.is_email_verified();
    is_new.then(|| Event::EmailVerify(Arc::clone(user)))
}
