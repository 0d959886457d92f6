use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    auth::Auth,
    config::{MagicLinks, Page},
    error::{Code, Error},
    hooks::HookContext,
    mail::Letter,
    secret::Token,
    store::{OneTimeToken, Owner, Purpose, owner_of, stranger},
    time::Timestamp,
    token::OneTimeSecret,
    user::{AuthUser, Email},
};

/// When the reply to a request for mail comes at the earliest: later than the work is usually done.
pub(super) const NO_SOONER: Duration = Duration::from_millis(20);

impl<U: AuthUser> Auth<U> {
    /// Mails a link to whoever has this address, if their account is one that `wants` it, and gives
    /// them back. The same is done for everybody else, but for the mail: a token that nobody gets is
    /// kept for a stranger. What is left of a difference in time is waited away (ASVS 6.3.8).
    pub(super) async fn mail_link(
        &self,
        typed: &str,
        purpose: Purpose,
        wants: impl Fn(&U) -> bool + Send,
        cx: &HookContext,
    ) -> Result<Option<U>, Error> {
        self.throttle("mail", &self.0.limits.mail, cx).await?;
        let begun = Instant::now();
        let found = self.mail_link_to(typed, purpose, wants).await;
        sleep_until(begun + NO_SOONER).await;
        found
    }

    async fn mail_link_to(
        &self,
        typed: &str,
        purpose: Purpose,
        wants: impl Fn(&U) -> bool + Send,
    ) -> Result<Option<U>, Error> {
        // Text that cannot be an address is nobody's.
        let Ok(email) = Email::parse(typed) else { return Ok(None) };
        let found = self.0.store.find_by_email(email.as_str()).await?;
        let signs_up = purpose == Purpose::MagicLink && self.0.mailing.links == MagicLinks::SignUp;
        let is_wanted = found.as_ref().map_or(signs_up, |user| user.is_active() && wants(user));
        let is_mailed = self.may_mail(email.as_str(), purpose, is_wanted).await?;
        let owner = match &found {
            Some(user) if is_mailed => owner_of::<U>(user.id()),
            _ => stranger(U::SPEC, email.as_str()),
        };
        // To the address as it is stored, never as it was typed.
        let to = found.as_ref().and_then(U::email).unwrap_or(email.as_str());
        let (mut kept, token) = self.new_token(purpose, owner, to)?;
        if !is_mailed {
            // Swept at once.
            kept.expires_at = self.now();
        }
        self.0.store.put_token(&kept).await?;
        if is_mailed {
            self.post_link(to, purpose, &token);
        }
        Ok(found.filter(|_| is_mailed))
    }

    /// Asks a user to prove their address; without mail what else it takes is done all the same.
    pub(super) async fn ask_to_verify(&self, user: &U, may_mail: bool) -> Result<(), Error> {
        let Some(email) = user.email() else { return Ok(()) };
        let (kept, token) =
            self.new_token(Purpose::VerifyEmail, owner_of::<U>(user.id()), email)?;
        self.0.store.put_token(&kept).await?;
        if may_mail {
            self.post_link(email, Purpose::VerifyEmail, &token);
        }
        Ok(())
    }

    /// A new one-time token, and what is kept of it.
    pub(super) fn new_token(
        &self,
        purpose: Purpose,
        owner: Owner,
        target: &str,
    ) -> Result<(OneTimeToken, Token), Error> {
        let secret = OneTimeSecret::generate();
        let secret = secret.map_err(|error| Error::new(Code::Internal).because(error))?;
        let kept = OneTimeToken {
            digest: secret.digest(),
            purpose,
            owner,
            target: target.to_owned(),
            expires_at: self.now() + self.lasts(purpose),
        };
        Ok((kept, secret.token()))
    }

    /// Posts the link of a token.
    pub(super) fn post_link(&self, to: &str, purpose: Purpose, token: &Token) {
        let pages = &self.0.mailing.pages;
        let lasts = self.lasts(purpose);
        let link = |page: &Page| page.link(token);
        let letter = match purpose {
            Purpose::ChangeEmail => {
                Letter::ConfirmEmailChange { link: link(&pages.confirm_email), lasts }
            }
            Purpose::MagicLink => Letter::MagicLink { link: link(&pages.magic_link), lasts },
            Purpose::ResetPassword => {
                Letter::ResetPassword { link: link(&pages.reset_password), lasts }
            }
            Purpose::VerifyEmail => Letter::VerifyEmail { link: link(&pages.verify_email), lasts },
            // It stands in a reply, not in a mail.
            Purpose::CompleteOAuthSignup | Purpose::CompleteSignup => return,
        };
        self.post_letter(to, &letter);
    }

    /// Tells a user by mail, where there is mail and they have an address.
    pub(super) fn notify(&self, user: &U, letter: &Letter) {
        if let Some(email) = user.email() {
            self.post_letter(email, letter);
        }
    }

    /// Tells them of a sign-in, where that is switched on.
    pub(super) fn notify_of_signin(&self, user: &U, at: Timestamp, cx: &HookContext) {
        if self.0.mailing.signin_notices {
            let (ip, user_agent) = (cx.client(), cx.user_agent());
            self.notify(user, &Letter::NewSignin { at, ip, user_agent });
        }
    }

    pub(super) fn post_letter(&self, to: &str, letter: &Letter) {
        if let Some(post) = &self.0.post {
            post.post(to, letter);
        }
    }

    fn lasts(&self, purpose: Purpose) -> Duration {
        let lifetimes = &self.0.lifetimes;
        match purpose {
            Purpose::ChangeEmail => lifetimes.change_email,
            Purpose::CompleteOAuthSignup | Purpose::CompleteSignup => lifetimes.complete_signup,
            Purpose::MagicLink => lifetimes.magic_link,
            Purpose::ResetPassword => lifetimes.reset_password,
            Purpose::VerifyEmail => lifetimes.verify_email,
        }
    }
}
