//! Who may see a field, and who may give it a value.

use super::parts::Cast;
use crate::{
    errors::Errors,
    user::words::{Part, Word},
};

/// What a word may not be said of.
pub(super) fn rules(cast: &[Cast<'_>], errors: &mut Errors) {
    for Cast { field, part, .. } in cast {
        let words = WORDS.into_iter().filter_map(|word| Some((word, field.says(word)?)));
        for (word, name) in words {
            let refused = match part {
                Some(part) => on_part(*part, word),
                None if field.says(Word::Skip).is_some() => on_skipped(word),
                None if field.ident == "password" => on_password(word),
                None => None,
            };
            if let Some((what, help)) = refused {
                errors.at(name, what, help);
            }
        }
        if matches!(part, Some(Part::Email | Part::Username)) && field.ident == "password" {
            let what = "`password` is the password in every request, so no other field can be it";
            errors.at(field.ident, what, "give the field another name");
        }
    }
}

/// The words there are rules about; a part is none of them.
const WORDS: [Word; 8] = [
    Word::Signup,
    Word::Edit,
    Word::View,
    Word::Token,
    Word::Column,
    Word::Json,
    Word::Default,
    Word::Skip,
];

/// Why a part cannot have an option, and the way out.
pub(super) fn on_part(part: Part, word: Word) -> Option<(String, String)> {
    let said = word.as_str();
    let remove = format!("remove `{said}`");
    let (what, help) = match (word, part) {
        (Word::Skip, _) => (
            format!("`skip` keeps the field out of the store; {} must be in it", part.the()),
            "keep one of the two".to_owned(),
        ),
        (Word::Json, _) => (format!("{} has a column type of its own", part.subject()), remove),
        (Word::Default, Part::Active) => ("every account starts active".to_owned(), remove),
        (Word::Default, Part::EmailVerified) => (
            "no account starts with a verified email".to_owned(),
            format!("{remove}; fastauth sets it when the address is proved"),
        ),
        (Word::Default, Part::CreatedAt | Part::UpdatedAt) => {
            (format!("`{}` is set by the server's clock", part.word()), remove)
        }
        (Word::Default, _) => {
            (format!("`default` would give every account the same {}", part.noun()), remove)
        }
        (Word::Signup | Word::Edit, Part::Id) => (
            "a client must not choose its own id".to_owned(),
            format!("{remove}; fastauth or the database makes the id"),
        ),
        (Word::Token, Part::Id) => {
            ("the id is in every token already, as the claim `sub`".to_owned(), remove)
        }
        (Word::Signup, Part::PasswordHash) => (
            "a client gives a password, never a hash".to_owned(),
            format!("{remove}; registration takes the password and hashes it"),
        ),
        (Word::Edit, Part::PasswordHash) => on_password(word)?,
        (Word::View, Part::PasswordHash) => {
            ("a password hash never leaves the server".to_owned(), remove)
        }
        (Word::Token, Part::PasswordHash) => (
            "a password hash must never be put in a token".to_owned(),
            "remove it; whoever holds the token can read it".to_owned(),
        ),
        (Word::Edit, Part::Email) => (
            "an email does not change through `PATCH /me`".to_owned(),
            format!("{remove}; `POST /email/change` proves the new address first"),
        ),
        (Word::Signup | Word::Edit, Part::EmailVerified) => (
            "a client must not say that its own email is verified".to_owned(),
            format!("{remove}; fastauth sets it when the address is proved"),
        ),
        (Word::Signup | Word::Edit, Part::Active) => (
            "a client must not decide whether its own account is active".to_owned(),
            format!("{remove}; change it from your own code"),
        ),
        (Word::Signup | Word::Edit, Part::CreatedAt | Part::UpdatedAt) => {
            (format!("`{}` is the server's clock, not the client's", part.word()), remove)
        }
        (Word::Token, Part::UpdatedAt) => {
            ("`updated_at` in a token would be out of date at once".to_owned(), remove)
        }
        _ => return None,
    };
    Some((what, help))
}

/// A field that is not stored can only be what `default` makes of it.
pub(super) fn on_skipped(word: Word) -> Option<(String, String)> {
    if matches!(word, Word::Skip | Word::Default) {
        return None;
    }
    let said = word.as_str();
    let what = format!("a skipped field is not stored, so `{said}` means nothing on it");
    Some((what, "keep one of the two".to_owned()))
}

/// A password that is not the part would be kept as it was typed.
fn on_password(word: Word) -> Option<(String, String)> {
    match word {
        Word::Signup => Some((
            "registration already reads a `password`, and keeps only its hash".to_owned(),
            "write `#[auth(password_hash)] password_hash: Option<PasswordHash>` instead".to_owned(),
        )),
        Word::Edit => Some((
            "a password does not change through `PATCH /me`".to_owned(),
            "remove `edit`; `POST /password/change` asks for the current one first".to_owned(),
        )),
        _ => None,
    }
}
