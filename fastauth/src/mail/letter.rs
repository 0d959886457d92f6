use std::{net::IpAddr, time::Duration};

use crate::time::Timestamp;

/// What a mail says. A `link` opens a page of the application and holds a one-time token, which
/// `lasts` for a while.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Letter {
    /// Somebody registers with an address that has an account: only its owner learns so.
    AlreadyRegistered,
    /// To the new address: is it theirs?
    ConfirmEmailChange {
        /// The page that confirms.
        link: String,
        /// How long the link works.
        lasts: Duration,
    },
    /// To the old address: the account has another one now.
    EmailChanged,
    /// A link that signs in.
    MagicLink {
        /// The page that signs in.
        link: String,
        /// How long the link works.
        lasts: Duration,
    },
    /// Somebody has signed in.
    NewSignin {
        /// When.
        at: Timestamp,
        /// From which address.
        ip: Option<IpAddr>,
        /// With which program, as it calls itself.
        user_agent: Option<String>,
    },
    /// The password was changed or reset.
    PasswordChanged,
    /// A link to set a new password.
    ResetPassword {
        /// The page that asks for the new password.
        link: String,
        /// How long the link works.
        lasts: Duration,
    },
    /// Is this address theirs?
    VerifyEmail {
        /// The page that verifies.
        link: String,
        /// How long the link works.
        lasts: Duration,
    },
}
