use super::{PageUrls, Pages};

/// Whether people prove that their address is theirs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EmailVerification {
    /// They are asked to at sign-up and may do so later.
    Offered,
    /// They do so before they sign in. A registration then tells nobody whether the address had an
    /// account.
    Required,
}

/// Whether a link in a mail signs in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum MagicLinks {
    #[default]
    Off,
    /// Whoever has an account.
    SignIn,
    /// An address without an account gets one.
    SignUp,
}

/// What is done by mail, as it is declared.
#[derive(Debug, Default)]
pub(crate) struct MailFlows {
    pub(crate) links: MagicLinks,
    pub(crate) pages: PageUrls,
    /// Whether people are told of each sign-in.
    pub(crate) signin_notices: bool,
    pub(crate) verification: Option<EmailVerification>,
}

impl MailFlows {
    /// What needs mail and has none to go by, as builder methods.
    pub(crate) fn unsent(&self) -> Vec<&'static str> {
        let links = match self.links {
            MagicLinks::Off => None,
            MagicLinks::SignIn => Some(".magic_links()"),
            MagicLinks::SignUp => Some(".magic_link_signup()"),
        };
        let verification = self.verification.map(|_| ".email_verification(…)");
        let notices = self.signin_notices.then_some(".signin_notices()");
        [verification, links, notices].into_iter().flatten().collect()
    }
}

/// What is done by mail, and where its links lead.
#[derive(Debug)]
pub(crate) struct Mailing {
    pub(crate) links: MagicLinks,
    pub(crate) pages: Pages,
    pub(crate) signin_notices: bool,
    pub(crate) verification: Option<EmailVerification>,
}

impl Mailing {
    /// Whether nobody signs in who has not proved their address.
    pub(crate) fn requires_proof(&self) -> bool {
        self.verification == Some(EmailVerification::Required)
    }
}
