//! What stands where the application gives no template of its own.

use super::name::{Part, TemplateName};
use crate::mail::LetterKind;

macro_rules! standard {
    ($($kind:ident $name:literal)*) => {
        [$(
            (LetterKind::$kind, Part::Html, include_str!(concat!("standard/", $name, ".html"))),
            (LetterKind::$kind, Part::Subject, include_str!(concat!("standard/", $name, ".subject.txt"))),
            (LetterKind::$kind, Part::Text, include_str!(concat!("standard/", $name, ".txt"))),
        )*]
    };
}

const STANDARD: [(LetterKind, Part, &str); 33] = standard! {
    AlreadyRegistered "already_registered"
    ConfirmEmailChange "confirm_email_change"
    EmailChangeRequested "email_change_requested"
    EmailChanged "email_changed"
    IdentityLinked "identity_linked"
    IdentityUnlinked "identity_unlinked"
    MagicLink "magic_link"
    NewSignin "new_signin"
    PasswordChanged "password_changed"
    ResetPassword "reset_password"
    VerifyEmail "verify_email"
};

/// All of them, by their names.
pub(super) fn all() -> impl Iterator<Item = (TemplateName, &'static str)> {
    let layout = (TemplateName::Layout, include_str!("standard/layout.html"));
    STANDARD
        .iter()
        .map(|(kind, part, source)| (TemplateName::Of(*kind, *part), *source))
        .chain([layout])
}
