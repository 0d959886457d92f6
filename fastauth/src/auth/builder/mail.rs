use std::sync::Arc;

use super::AuthBuilder;
use crate::{
    config::{EmailVerification, MagicLinks, PageUrls},
    mail::EmailTransport,
    user::{AuthUser, HasVerifiedEmail},
};

impl<U: AuthUser, S> AuthBuilder<U, S> {
    /// How mail is sent. What needs it is mounted only with it.
    pub fn email(self, transport: impl EmailTransport) -> Self {
        self.with(|settings| settings.email = Some(Arc::new(transport)))
    }

    /// Lets people prove that their address is theirs: a link is mailed at sign-up, and again when they
    /// ask. Where it is [`Required`](EmailVerification::Required) nobody signs in before.
    pub fn email_verification(self, verification: EmailVerification) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| settings.mail.verification = Some(verification))
    }

    /// Lets people sign in by a link that is mailed to them.
    pub fn magic_links(self) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| {
            if settings.mail.links == MagicLinks::Off {
                settings.mail.links = MagicLinks::SignIn;
            }
        })
    }

    /// The same, and an address without an account gets one by its first link.
    pub fn magic_link_signup(self) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| settings.mail.links = MagicLinks::SignUp)
    }

    /// The pages of the application that links in mails lead to: `/verify-email`, `/reset-password`,
    /// `/magic-link` and `/confirm-email` of this site unless told otherwise.
    pub fn pages(self, pages: PageUrls) -> Self {
        self.with(|settings| settings.mail.pages = pages)
    }
}
