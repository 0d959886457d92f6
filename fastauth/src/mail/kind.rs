use std::{fmt, time::Duration};

/// What a [`Letter`](super::Letter) is about: names its templates and what they can say.
///
/// Every template knows `app_name`, the name of the application, and `email`, whom the mail goes to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum LetterKind {
    /// Somebody registers with an address that has an account.
    AlreadyRegistered,
    /// Is the new address theirs? With `link`, and `lasts`, how long it works (`30 minutes`).
    ConfirmEmailChange,
    /// Somebody signed in to the account asks for another address, which has not been confirmed.
    EmailChangeRequested,
    /// The account has another address now.
    EmailChanged,
    /// An account at a provider signs in to this one now. With `provider`, its name.
    IdentityLinked,
    /// It does so no more. With `provider`.
    IdentityUnlinked,
    /// A link that signs in. With `link` and `lasts`.
    MagicLink,
    /// Somebody has signed in. With `at`, when (`2026-11-26 14:05 UTC`), and `ip` and `user_agent`, which
    /// may be none.
    NewSignin,
    /// The password was changed or reset.
    PasswordChanged,
    /// A link to set a new password. With `link` and `lasts`.
    ResetPassword,
    /// Is this address theirs? With `link` and `lasts`.
    VerifyEmail,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::AlreadyRegistered,
        Self::ConfirmEmailChange,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::IdentityLinked,
        Self::IdentityUnlinked,
        Self::MagicLink,
        Self::NewSignin,
        Self::PasswordChanged,
        Self::ResetPassword,
        Self::VerifyEmail,
    ];

    /// Its name in files and logs: `reset_password`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyRegistered => "already_registered",
            Self::ConfirmEmailChange => "confirm_email_change",
            Self::EmailChangeRequested => "email_change_requested",
            Self::EmailChanged => "email_changed",
            Self::IdentityLinked => "identity_linked",
            Self::IdentityUnlinked => "identity_unlinked",
            Self::MagicLink => "magic_link",
            Self::NewSignin => "new_signin",
            Self::PasswordChanged => "password_changed",
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
        }
    }

    /// What its templates can say.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::AlreadyRegistered
            | Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::PasswordChanged => &["app_name", "email"],
            Self::ConfirmEmailChange
            | Self::MagicLink
            | Self::ResetPassword
            | Self::VerifyEmail => &["app_name", "email", "lasts", "link"],
            Self::IdentityLinked | Self::IdentityUnlinked => &["app_name", "email", "provider"],
            Self::NewSignin => &["app_name", "at", "email", "ip", "user_agent"],
        }
    }

    /// Whether it warns of a change that somebody else may have made: the last to be given up.
    pub(super) fn is_notice(self) -> bool {
        matches!(
            self,
            Self::EmailChangeRequested
                | Self::EmailChanged
                | Self::IdentityLinked
                | Self::IdentityUnlinked
                | Self::NewSignin
                | Self::PasswordChanged
        )
    }
}

impl fmt::Display for LetterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How long a letter without a link is worth sending.
pub(super) const NEWS_LASTS: Duration = Duration::from_hours(24);
