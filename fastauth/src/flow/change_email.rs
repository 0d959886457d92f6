use std::sync::Arc;

use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{Event, HookContext, Outcome, record},
    mail::Letter,
    secret::{Password, Token},
    store::{Purpose, Redemption, SessionId, UserChange},
    user::{AuthUser, Email},
    value::Value,
};

/// What the log calls an attempt that was refused.
const FAILED: &str = "email_change_failed";

impl<U: AuthUser> Auth<U> {
    /// Mails a link to an address that somebody wants to have, and tells the old one, which stays until
    /// the new one is confirmed (ASVS 6.3.7, 7.5.1). An address of another account gets no mail, and
    /// nobody learns why.
    pub(crate) async fn request_email_change(
        &self,
        who: &Authenticated<U>,
        typed: &str,
        password: Option<Password>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = cx.within(who.session.id);
        let refused = |code, detail: &'static str| {
            Error::validation(vec![FieldError::at("new_email", code, detail)])
        };
        let email = Email::parse(typed)
            .map_err(|_| refused("invalid_email", "this is not an email address"))?;
        if who.user.email() == Some(email.as_str()) {
            return Err(refused("unchanged", "the account has this email already"));
        }
        self.fits_with(&who.user, &email)?;
        self.throttle("mail", &self.0.limits.mail, &cx).await?;
        let hash = self.confirm(who, password, "password", FAILED, &cx).await?;

        let is_taken = self.0.store.find_by_email(email.as_str()).await?.is_some();
        let (kept, token) = self.new_token(Purpose::ChangeEmail, who.owner(), email.as_str())?;
        if !self.0.store.put_token_of(hash.as_ref(), who.session.id, &kept, self.now()).await? {
            record(FAILED, Outcome::Failure, Some(who.user.as_ref()), &cx);
            return Err(Code::InvalidToken.into());
        }
        let old = who.user.email().unwrap_or_default();
        let tells_old = self.may_mail(old, Purpose::ChangeEmail, !old.is_empty()).await?;
        let asks_new = self.may_mail(email.as_str(), Purpose::ChangeEmail, !is_taken).await?;
        if tells_old {
            self.post_letter(old, &Letter::EmailChangeRequested);
        }
        if asks_new {
            self.post_link(email.as_str(), Purpose::ChangeEmail, &token);
        }
        record("email_change_request", Outcome::Success, Some(who.user.as_ref()), &cx);
        Ok(())
    }

    /// Sets the address that the link was mailed to, tells the old one, and ends all sessions but the
    /// one it comes from.
    pub(crate) async fn confirm_email_change(
        &self,
        token: &Token,
        keep: Option<SessionId>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (digest, _) = self.presented(token, Purpose::ChangeEmail, &cx).await?;
        let auth = self.clone();
        shielded(async move {
            let redemption = Redemption::ChangeEmail { keep };
            let redeemed = auth.redeem(&digest, &redemption, &cx).await?;
            auth.notify(&redeemed.before, &Letter::EmailChanged);
            let old = redeemed.before.email().unwrap_or_default().to_owned();
            let user = Arc::new(redeemed.user);
            auth.0.hooks.tell([Event::EmailChange(user, old)], cx).await;
            Ok(())
        })
        .await
    }

    /// Refuses an address with which the account's access tokens would be too long.
    fn fits_with(&self, user: &U, email: &Email) -> Result<(), Error> {
        let value = Value::Text(email.as_str().to_owned());
        let columns = U::SPEC.email.map(|column| (column, value)).into_iter().collect();
        self.fits_changed(user, &UserChange { columns, at: self.now() })
    }
}
