use std::sync::Arc;

use super::AuthBuilder;
use crate::{
    config::{EmailVerification, MagicLinks, PageUrls},
    mail::{EmailTransport, MailTemplates},
    user::{AuthUser, HasEmail, HasVerifiedEmail},
};

impl<U: AuthUser, S> AuthBuilder<U, S> {
    /// How mail is sent: [`Smtp`](crate::mail), `Webhook`, or a transport of your own. Without it by SMTP
    /// as `FASTAUTH_SMTP_URL` says; and without that, while the public address is plain http on this machine,
    /// it is printed on the terminal.
    pub fn email(self, transport: impl EmailTransport) -> Self {
        self.with(|settings| settings.mail.transport = Some(Arc::new(transport)))
    }

    /// Who mail comes from: `Example <no-reply@example.com>`. Mails call the application by this name.
    /// Without it `FASTAUTH_MAIL_FROM`.
    pub fn mail_from(self, from: impl Into<String>) -> Self {
        self.with(|settings| settings.mail.from = Some(from.into()))
    }

    /// What mails say, in place of our words.
    pub fn mail_templates(self, templates: MailTemplates) -> Self {
        self.with(|settings| settings.mail.templates = templates)
    }

    /// Lets people prove that their address is theirs: a link is mailed at sign-up, and again when they
    /// ask. Where it is [`Required`](EmailVerification::Required) nobody signs in before.
    pub fn email_verification(self, verification: EmailVerification) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| settings.by_mail.verification = Some(verification))
    }

    /// Lets people sign in by a link that is mailed to them.
    pub fn magic_links(self) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| {
            if settings.by_mail.links == MagicLinks::Off {
                settings.by_mail.links = MagicLinks::SignIn;
            }
        })
    }

    /// The same, and an address without an account gets one by its first link.
    pub fn magic_link_signup(self) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.with(|settings| settings.by_mail.links = MagicLinks::SignUp)
    }

    /// Tells people by mail of each sign-in to their account but the first (ASVS 6.3.7).
    pub fn signin_notices(self) -> Self
    where
        U: HasEmail,
    {
        self.with(|settings| settings.by_mail.signin_notices = true)
    }

    /// The pages of the application that people are sent to. Links in mails lead to `/verify-email`, `/reset-password`,
    /// `/magic-link` and `/confirm-email` of this site unless told otherwise.
    pub fn pages(self, pages: PageUrls) -> Self {
        self.with(|settings| settings.by_mail.pages = pages)
    }
}
