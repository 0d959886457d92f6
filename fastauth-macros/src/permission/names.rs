//! What permissions and the module of their markers are called.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{LitStr, Variant};

use crate::{
    errors::Errors,
    names::{plain, snake_case},
};

/// A name for those who wrote none.
pub(super) const EXAMPLE: &str = "posts:write";

/// The longest name of a permission, in bytes.
pub(super) const LONGEST: usize = 64;

/// What a variant is called when nobody says: `WritePosts` is `write-posts`.
pub(super) fn default(variant: &Variant) -> String {
    snake_case(&plain(&variant.ident)).replace('_', "-")
}

/// The first letter that no name has. Names are scopes too (RFC 6749, section 3.3).
pub(super) fn foreign(name: &str) -> Option<char> {
    name.chars().find(|it| !matches!(it, '!' | '#'..='[' | ']'..='~'))
}

/// Whether a permission may be called so.
pub(super) fn is_good(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST && foreign(name).is_none()
}

/// The name somebody seems to mean: the first text in quotes, or the words that stand there.
pub(super) fn written(tokens: &TokenStream) -> String {
    let is_plain =
        |name: &String| name.chars().all(|it| it.is_alphanumeric() || ":-._".contains(it));
    let quoted = first_text(tokens.clone()).map(|text| joined(&text));
    let name = quoted.or_else(|| Some(joined(&tokens.to_string())).filter(is_plain));
    name.filter(|name| is_good(name)).unwrap_or_else(|| EXAMPLE.to_owned())
}

/// One word of several: `posts:write` of `posts write` and of `posts::write`.
fn joined(text: &str) -> String {
    let mut joined = String::new();
    for word in text.split_whitespace() {
        if joined.ends_with(char::is_alphanumeric) && word.starts_with(char::is_alphanumeric) {
            joined.push(':');
        }
        joined.push_str(word);
    }
    joined.replace("::", ":")
}

/// Says that it is not one name in quotes; perhaps what was written is its text.
pub(super) fn one(
    caret: impl ToTokens,
    written_instead: &TokenStream,
    variant: &Variant,
    errors: &mut Errors,
) {
    let (name, default) = (written(written_instead), default(variant));
    let or = Some(format!(", or remove it to be called `{default}`")).filter(|_| is_good(&default));
    let or = or.unwrap_or_default();
    let help = format!("write `#[permission(\"{name}\")]`{or}");
    errors.at(caret, "a permission has one name, in quotes", help);
}

fn first_text(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => first_text(group.stream()),
        token => syn::parse2::<LitStr>(token.into_token_stream()).ok().map(|text| text.value()),
    })
}

/// A name that a module can have in every edition: none of Rust's own words.
pub(super) fn module(name: &str) -> Option<Ident> {
    syn::parse_str(name).ok().filter(|_| name != "gen")
}
