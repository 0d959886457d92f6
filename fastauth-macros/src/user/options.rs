//! The options as they were written: every word with its tokens, nothing judged but the grammar.

use darling::ast::NestedMeta;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, DeriveInput, Meta};

use super::words::{Place, Word, translate};
use crate::{
    errors::{Errors, group},
    grammar::{Given, separated, split},
    krate::Krate,
    names::plain,
    nearest::nearest,
};

/// One option: the word, and what was said about it.
pub(crate) struct Written {
    /// The option it is.
    pub(crate) word: Word,
    /// The word itself.
    pub(crate) name: Ident,
    /// The whole of it: `token = "plan"`.
    pub(crate) all: TokenStream,
    /// What stands behind the word.
    pub(crate) given: Given,
}

/// The options of all `auth` attributes at one place. A word that is said twice counts once.
pub(crate) fn read(
    attributes: &[Attribute],
    place: Place,
    owner: &Ident,
    errors: &mut Errors,
) -> Vec<Written> {
    let mut options: Vec<Written> = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("auth")) {
        for item in items(attribute, errors) {
            let Some(option) = option(item, place, owner, errors) else { continue };
            if options.iter().any(|earlier| earlier.word == option.word) {
                let word = option.word.as_str();
                errors.at(&option.name, format_args!("`{word}` is said twice"), "remove one");
            } else {
                options.push(option);
            }
        }
    }
    options
}

/// What `crate = …` says, on the value of a user, where nothing else may be said.
pub(crate) fn beside(attributes: &[Attribute], owner: &Ident, errors: &mut Errors) -> Krate {
    let options = read(attributes, Place::Beside, owner, errors);
    options.first().and_then(|it| Krate::said(&it.all, &it.given, errors)).unwrap_or_default()
}

/// Where nothing can be said at all.
pub(crate) fn none(attributes: &[Attribute], what: &str, errors: &mut Errors) {
    for attribute in attributes.iter().filter(|it| it.path().is_ident("auth")) {
        errors.at(&attribute.meta, format_args!("{what} has no `auth` options"), "remove this one");
    }
}

/// What `crate = …` says, whatever else there is; for code that goes beside errors.
pub(crate) fn krate(item: &DeriveInput) -> Krate {
    let mut said = Errors::default();
    let options = read(&item.attrs, Place::Struct, &item.ident, &mut said);
    let named = |option: &&Written| option.word == Word::Crate;
    let krate = options.iter().find(named);
    let krate = krate.and_then(|it| Krate::said(&it.all, &it.given, &mut said));
    let _: syn::Result<()> = said.finish(());
    krate.unwrap_or_default()
}

/// What stands in the parentheses of one attribute, as far as it can be read.
fn items(attribute: &Attribute, errors: &mut Errors) -> Vec<NestedMeta> {
    const NOTHING: &str = "this `auth` attribute says nothing";
    const SAY: &str = "say what the field is, for example `#[auth(email)]`, or remove it";
    let list = match &attribute.meta {
        Meta::List(list) => list,
        Meta::NameValue(meta) => {
            let value = meta.value.to_token_stream().to_string();
            errors.lost(meta, "options go in parentheses", parenthesized(value.trim_matches('"')));
            return Vec::new();
        }
        Meta::Path(path) => {
            errors.lost(path, NOTHING, SAY);
            return Vec::new();
        }
    };
    let shown = group(&list.delimiter, &list.tokens);
    if !matches!(list.delimiter, syn::MacroDelimiter::Paren(_)) {
        let help = parenthesized(&list.tokens.to_string());
        errors.lost(shown, "options go in parentheses", help);
        return Vec::new();
    }
    if list.tokens.is_empty() {
        errors.lost(shown, NOTHING, SAY);
        return Vec::new();
    }
    let (items, stop) = separated(list.tokens.clone());
    if let Some(error) = stop {
        errors.unreadable(&error, "options stand like `#[auth(signup, column = \"mail\")]`");
    }
    items
}

fn parenthesized(value: &str) -> String {
    match Word::of(value) {
        Some(_) => format!("write `#[auth({value})]`"),
        None => "write for example `#[auth(email)]`".to_owned(),
    }
}

fn option(item: NestedMeta, place: Place, owner: &Ident, errors: &mut Errors) -> Option<Written> {
    let all = item.to_token_stream();
    let (path, given) = match split(item) {
        Ok(split) => split,
        Err(literal) => {
            let text = literal.to_token_stream().to_string();
            let help = parenthesized(text.trim_matches('"'));
            errors.lost(literal, "an option is a word, without quotes", help);
            return None;
        }
    };
    let Some(name) = path.get_ident().cloned() else {
        let text = path.to_token_stream().to_string().replace(' ', "");
        unknown(&path, &text, place, errors);
        return None;
    };
    let text = plain(&name);
    let Some(word) = Word::of(&text) else {
        unknown(&name, &text, place, errors);
        return None;
    };
    if place.takes(word) {
        return Some(Written { word, name, all, given });
    }
    match place {
        Place::Field => {
            let example =
                if word == Word::Crate { "crate = ::fastauth" } else { "table = \"users\"" };
            errors.lost(
                &name,
                format_args!("`{text}` is an option of the struct, not of a field"),
                format_args!("write `#[auth({example})]` above `struct {owner}`"),
            );
        }
        Place::Beside => unknown(&name, &text, place, errors),
        Place::Struct => errors.lost(
            &name,
            format_args!("`{text}` is an option of a field, not of the struct"),
            format_args!("put `#[auth({text})]` on the field it is about"),
        ),
    }
    None
}

fn unknown(tokens: impl ToTokens, text: &str, place: Place, errors: &mut Errors) {
    let translated = translate(text).filter(|_| place != Place::Beside);
    let help = match (translated, nearest(text, place.options())) {
        (Some(ours), _) => format!("fastauth calls it `{ours}`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => place.list(),
    };
    errors.lost(tokens, format_args!("unknown `auth` option `{text}`"), help);
}
