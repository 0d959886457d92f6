//! Which fields travel in the access token, and under what name.

use quote::ToTokens;

use super::{
    parts::Cast,
    visibility::{on_part, on_skipped},
};
use crate::{
    errors::Errors,
    names::{plain, snake_case},
    user::{input::Input, words::Word},
};

/// The claims of DESIGN's token that fastauth sets itself (RFC 7519 §4.1, RFC 9068 §2.2).
const REGISTERED: [&str; 10] =
    ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "type", "scope"];

/// The claim of each field, in the order of the fields.
pub(super) fn claims(
    input: &Input<'_>,
    cast: &[Cast<'_>],
    errors: &mut Errors,
) -> Vec<Option<String>> {
    for listed in &input.token {
        let name = plain(listed);
        if !input.field_names().contains(&name) {
            let what = format!("`{}` has no field `{name}`", input.ident);
            errors.at(listed, what, input.did_you_mean(&name));
        }
    }
    let mut claims: Vec<Option<String>> = Vec::new();
    for it in cast {
        let claim = claim(input, it, errors);
        let taken = claims.iter().position(|earlier| earlier.is_some() && *earlier == claim);
        if let (Some(earlier), Some(name)) = (taken.and_then(|at| cast.get(at)), &claim) {
            let earlier = plain(earlier.field.ident);
            let what = format!("the claim `{name}` is already the field `{earlier}`");
            errors.at(caret(input, it), what, "give one of them another name");
        }
        claims.push(claim);
    }
    claims
}

fn claim(input: &Input<'_>, it: &Cast<'_>, errors: &mut Errors) -> Option<String> {
    let field = it.field;
    let name = plain(field.ident);
    let word = field.says(Word::Token);
    let listed = input.token.iter().find(|listed| plain(listed) == name);
    if let (Some(word), Some(_)) = (word, listed) {
        let what = format!("`{name}` is already in the token, by the list on the struct");
        errors.at(word, what, "keep one of the two");
    }
    if let Some(listed) = listed.filter(|_| word.is_none()) {
        // The same rules as for the word on the field, which were applied there.
        let skipped = || field.says(Word::Skip).and_then(|_| on_skipped(Word::Token));
        let refused = it.part.map_or_else(skipped, |part| on_part(part, Word::Token));
        if let Some((what, help)) = refused {
            errors.at(listed, what, help);
        }
    }
    word.or(listed)?;
    let claim = field.claim.as_ref().map_or_else(|| name.clone(), syn::LitStr::value);
    let registered = REGISTERED.contains(&claim.as_str());
    match &field.claim {
        Some(text) if registered => errors.at(
            text,
            format_args!("`{claim}` is a registered claim; fastauth sets it"),
            format_args!("choose another name, for example `token = \"{name}_{claim}\"`"),
        ),
        Some(text)
            if claim.is_empty() || claim.chars().any(|c| c.is_whitespace() || c.is_control()) =>
        {
            errors.at(
                text,
                "a claim's name is one word",
                format_args!("choose another name, for example `token = \"{name}\"`"),
            );
        }
        None if registered => {
            let prefix = snake_case(&plain(input.ident));
            errors.at(
                caret(input, it),
                format_args!("the field `{name}` would become the registered claim `{claim}`"),
                format_args!("name the claim: `token = \"{prefix}_{claim}\"`"),
            );
        }
        _ => {}
    }
    Some(claim)
}

/// What names the claim: the text, the word, or the entry of the list.
fn caret(input: &Input<'_>, it: &Cast<'_>) -> proc_macro2::TokenStream {
    let field = it.field;
    let listed = || input.token.iter().find(|listed| plain(listed) == plain(field.ident));
    match (&field.claim, field.says(Word::Token).or_else(listed)) {
        (Some(text), _) => text.to_token_stream(),
        (None, ident) => ident.to_token_stream(),
    }
}
