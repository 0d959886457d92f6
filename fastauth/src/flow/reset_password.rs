use std::sync::Arc;

use super::{prove::unhashed, redeem::refused, shield::shielded, verify_email::newly_proved};
use crate::{
    auth::Auth,
    error::Error,
    hooks::{Event, HookContext},
    mail::Letter,
    secret::{Password, Token},
    store::{Owner, Purpose, Redemption},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Mails a link to set a new password, to whoever has this address.
    pub(crate) async fn forgot_password(&self, email: &str, cx: &HookContext) -> Result<(), Error> {
        self.mail_link(email, Purpose::ResetPassword, |_| true, cx).await.map(drop)
    }

    /// Sets a new password for whoever has the link, and ends all that was before. It signs nobody in.
    pub(crate) async fn reset_password(
        &self,
        token: &Token,
        password: Password,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (digest, kept) = self.presented(token, Purpose::ResetPassword, &cx).await?;
        // A password that is refused leaves the link as good as it was.
        let user = self.owner(&kept.owner).await?.ok_or_else(|| refused::<U>(&cx))?;
        let context: Vec<&str> = [user.email(), user.username()].into_iter().flatten().collect();
        self.accept_password("password", &password, &context).await?;
        let hash = self.0.passwords.hash(password).await.map_err(unhashed)?;

        let auth = self.clone();
        shielded(async move {
            let redeemed = auth.redeem(&digest, &Redemption::ResetPassword(hash), &cx).await?;
            let user = Arc::new(redeemed.user);
            auth.forgive_account(&user).await;
            auth.notify(&user, &Letter::PasswordChanged);
            let proved = newly_proved(&redeemed.before, &user);
            let events = [Event::PasswordReset(user)].into_iter().chain(proved);
            auth.0.hooks.tell(events, cx).await;
            Ok(())
        })
        .await
    }

    /// Whose something is, if it is of a user of this type who is still there.
    async fn owner(&self, owner: &Owner) -> Result<Option<U>, Error> {
        if owner.realm != U::SPEC.table {
            return Ok(None);
        }
        let Ok(id) = U::parse_id(&owner.user_id) else { return Ok(None) };
        Ok(self.0.store.find_by_id(&id).await?)
    }
}
