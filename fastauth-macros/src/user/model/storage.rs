//! Where a field is kept.

use quote::ToTokens;

use super::{Kept, parts::Cast};
use crate::{
    errors::Errors,
    names::{plain, plural, snake_case},
    user::{input::Input, words::Word},
};

/// The longest name that `PostgreSQL` keeps whole.
const LONGEST: usize = 63;

/// The table's name: what the user says, or the plural of the struct's.
pub(super) fn table(input: &Input<'_>, errors: &mut Errors) -> String {
    let written = input.table.as_ref();
    let made = || plural(&snake_case(&plain(input.ident)));
    let name = written.map_or_else(made, syn::LitStr::value);
    let caret = written.map_or_else(|| input.ident.to_token_stream(), ToTokens::to_token_stream);
    if let Some(text) = written {
        named(text, "table", errors);
    }
    if name.to_ascii_lowercase().starts_with("fastauth_") {
        let what = "tables named `fastauth_…` belong to fastauth";
        errors.at(caret, what, "choose another name, for example `table = \"users\"`");
    }
    name
}

/// How each field is kept, in the order of the fields.
pub(super) fn columns(cast: &[Cast<'_>], errors: &mut Errors) -> Vec<Kept> {
    let mut taken: Vec<(String, String)> = Vec::new();
    let mut kept = Vec::new();
    for Cast { field, .. } in cast {
        if field.says(Word::Skip).is_some() {
            kept.push(Kept::Nowhere);
            continue;
        }
        let owner = plain(field.ident);
        let column = field.column.as_ref().map_or_else(|| owner.clone(), syn::LitStr::value);
        if let Some(text) = &field.column {
            named(text, "column", errors);
        }
        // SQL compares the names of columns without regard to case.
        let earlier = taken.iter().find(|(name, _)| name.eq_ignore_ascii_case(&column));
        if let Some((name, earlier)) = earlier {
            let what = format!("the column `{name}` already belongs to the field `{earlier}`");
            let own = || field.ident.to_token_stream();
            let caret = field.column.as_ref().map_or_else(own, ToTokens::to_token_stream);
            errors.at(caret, what, "give one of them another column");
        }
        taken.push((column.clone(), owner));
        let json = field.says(Word::Json).is_some();
        kept.push(if json { Kept::Json(column) } else { Kept::Column(column) });
    }
    kept
}

/// A name that needs no quoting anywhere.
fn named(text: &syn::LitStr, what: &str, errors: &mut Errors) {
    let name = text.value();
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        errors.at(
            text,
            format_args!("`{name}` is not a {what} name"),
            "use letters, digits and `_`, starting with a letter",
        );
    } else if name.len() > LONGEST {
        let long =
            format!("a {what} name has at most {LONGEST} letters; this one has {}", name.len());
        errors.at(text, long, "choose a shorter one");
    }
}
