use std::{fmt, net::IpAddr, time::Duration};

use super::kind::{LetterKind, NEWS_LASTS};
use crate::time::Timestamp;

/// What a mail says. A `link` opens a page of the application and holds a one-time token, which
/// `lasts` for a while. Its `Debug` says the kind alone.
#[derive(Clone, Eq, PartialEq)]
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
    /// To the old address: somebody asks for another one in its place.
    EmailChangeRequested,
    /// To the old address: the account has another one now.
    EmailChanged,
    /// An account at a provider signs in to this one now.
    IdentityLinked {
        /// The name of the provider.
        provider: String,
    },
    /// It does so no more.
    IdentityUnlinked {
        /// The name of the provider.
        provider: String,
    },
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

impl Letter {
    /// What it is about.
    pub fn kind(&self) -> LetterKind {
        match self {
            Self::AlreadyRegistered => LetterKind::AlreadyRegistered,
            Self::ConfirmEmailChange { .. } => LetterKind::ConfirmEmailChange,
            Self::EmailChangeRequested => LetterKind::EmailChangeRequested,
            Self::EmailChanged => LetterKind::EmailChanged,
            Self::IdentityLinked { .. } => LetterKind::IdentityLinked,
            Self::IdentityUnlinked { .. } => LetterKind::IdentityUnlinked,
            Self::MagicLink { .. } => LetterKind::MagicLink,
            Self::NewSignin { .. } => LetterKind::NewSignin,
            Self::PasswordChanged => LetterKind::PasswordChanged,
            Self::ResetPassword { .. } => LetterKind::ResetPassword,
            Self::VerifyEmail { .. } => LetterKind::VerifyEmail,
        }
    }

    /// Letters of this kind to try templates with: one with everything, one with the least.
    pub(super) fn specimens(kind: LetterKind) -> Vec<Self> {
        let (link, lasts) =
            ("https://example.com/page?token=0".to_owned(), Duration::from_mins(30));
        let at = Timestamp::from_secs(0);
        let provider = "google".to_owned();
        vec![match kind {
            LetterKind::AlreadyRegistered => Self::AlreadyRegistered,
            LetterKind::ConfirmEmailChange => Self::ConfirmEmailChange { link, lasts },
            LetterKind::EmailChangeRequested => Self::EmailChangeRequested,
            LetterKind::EmailChanged => Self::EmailChanged,
            LetterKind::IdentityLinked => Self::IdentityLinked { provider },
            LetterKind::IdentityUnlinked => Self::IdentityUnlinked { provider },
            LetterKind::MagicLink => Self::MagicLink { link, lasts },
            LetterKind::NewSignin => {
                let ip = Some(IpAddr::from([127, 0, 0, 1]));
                let full = Self::NewSignin { at, ip, user_agent: Some("curl".to_owned()) };
                return vec![full, Self::NewSignin { at, ip: None, user_agent: None }];
            }
            LetterKind::PasswordChanged => Self::PasswordChanged,
            LetterKind::ResetPassword => Self::ResetPassword { link, lasts },
            LetterKind::VerifyEmail => Self::VerifyEmail { link, lasts },
        }]
    }

    /// The page it leads to, and how long.
    pub(super) fn link(&self) -> Option<(&str, Duration)> {
        match self {
            Self::ConfirmEmailChange { link, lasts }
            | Self::MagicLink { link, lasts }
            | Self::ResetPassword { link, lasts }
            | Self::VerifyEmail { link, lasts } => Some((link, *lasts)),
            _ => None,
        }
    }

    /// How long it is worth sending.
    pub(super) fn lasts(&self) -> Duration {
        self.link().map_or(NEWS_LASTS, |(_, lasts)| lasts)
    }

    /// How many bytes it holds besides itself.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::IdentityLinked { provider } | Self::IdentityUnlinked { provider } => {
                provider.len()
            }
            Self::NewSignin { user_agent, .. } => user_agent.as_ref().map_or(0, String::len),
            _ => self.link().map_or(0, |(link, _)| link.len()),
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.kind())
    }
}
