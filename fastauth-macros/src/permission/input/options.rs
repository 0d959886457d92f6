//! `#[permission(module = …, crate = …)]`, above the enum.

use darling::ast::NestedMeta;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Lit, Meta, ext::IdentExt};

use super::{Input, Said, called};
use crate::{
    errors::{Errors, group},
    grammar::{Given, ident, separated, split},
    krate::Krate,
    names::plain,
    nearest::nearest,
    permission::names,
    user::options,
};

const OPTIONS: [&str; 2] = ["module", "crate"];

/// Hears what is said above the enum.
pub(super) fn read(input: &mut Input<'_>, errors: &mut Errors) {
    let item = input.item;
    let mut said: Vec<String> = Vec::new();
    input.krate = krate_of_all(input, errors);
    for attribute in called(&item.attrs, "permission") {
        for option in items(attribute, input, errors) {
            let all = option.to_token_stream();
            let (path, given) = match split(option) {
                Ok(split) => split,
                Err(literal) => {
                    named(&literal, errors);
                    continue;
                }
            };
            let text = path.get_ident().map_or_else(|| text(&path), plain);
            if !OPTIONS.contains(&text.as_str()) {
                unknown(&path, &text, errors);
                continue;
            }
            if said.contains(&text) {
                errors.at(&path, format_args!("`{text}` is said twice"), "remove one");
                continue;
            }
            if text == "crate" {
                input.krate = Krate::said(&all, &given, errors).unwrap_or_default();
            } else {
                let module = module(&all, &given, errors);
                input.module = module.map_or(Said::Unreadable, Said::Something);
            }
            said.push(text);
        }
    }
}

/// Whether it is an option of the enum.
pub(super) fn is_option(path: &syn::Path) -> bool {
    OPTIONS.iter().any(|option| path.is_ident(option))
}

/// An enum that is kept in a column too may have said where fastauth is; that holds for all.
fn krate_of_all(input: &Input<'_>, errors: &mut Errors) -> Krate {
    let (ours, others): (Vec<_>, Vec<_>) =
        called(&input.item.attrs, "auth").cloned().partition(says_only_the_crate);
    for other in others {
        errors.at(
            other.path(),
            "an enum of permissions has no `auth` options",
            "its own are `#[permission(module = …, crate = …)]`",
        );
    }
    options::beside(&ours, &input.item.ident, errors)
}

fn says_only_the_crate(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let (items, stop) = separated(list.tokens.clone());
    let is_crate =
        |item: &NestedMeta| matches!(item, NestedMeta::Meta(meta) if meta.path().is_ident("crate"));
    stop.is_none() && !items.is_empty() && items.iter().all(is_crate)
}

/// What stands in the parentheses.
fn items(attribute: &Attribute, input: &Input<'_>, errors: &mut Errors) -> Vec<NestedMeta> {
    let example = input.default_module();
    let example = names::module(&example).map_or("can", |_| &example);
    let example = format!("module = {example}");
    let write = format!("write `#[permission({example})]`");
    let list = match &attribute.meta {
        Meta::List(list) => list,
        Meta::NameValue(meta) => {
            errors.lost(meta, "options go in parentheses", write);
            return Vec::new();
        }
        Meta::Path(path) => {
            errors.lost(path, NOTHING, format_args!("{write}, or remove it"));
            return Vec::new();
        }
    };
    let shown = group(&list.delimiter, &list.tokens);
    if !matches!(list.delimiter, syn::MacroDelimiter::Paren(_)) {
        errors.lost(shown, "options go in parentheses", write);
        return Vec::new();
    }
    if list.tokens.is_empty() {
        errors.lost(shown, NOTHING, format_args!("{write}, or remove it"));
        return Vec::new();
    }
    let (items, stop) = separated(list.tokens.clone());
    if let Some(error) = stop {
        errors.unreadable(&error, format_args!("options stand like `#[permission({example})]`"));
    }
    items
}

const NOTHING: &str = "this `permission` attribute says nothing";

fn named(literal: &Lit, errors: &mut Errors) {
    let name = match literal {
        Lit::Str(text) => Some(text.value()).filter(|name| names::is_good(name)),
        _ => None,
    };
    let name = name.as_deref().unwrap_or(names::EXAMPLE);
    errors.lost(
        literal,
        "a name is of a variant, not of the enum",
        format_args!("put `#[permission(\"{name}\")]` on the variant it names"),
    );
}

fn unknown(path: &syn::Path, text: &str, errors: &mut Errors) {
    let help = match nearest(text, OPTIONS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "expected `module`, `crate`".to_owned(),
    };
    errors.lost(path, format_args!("unknown `permission` option `{text}`"), help);
}

/// The name of a module.
fn module(all: &TokenStream, given: &Given, errors: &mut Errors) -> Option<Ident> {
    const HELP: &str = "write for example `module = can`";
    let value = match given {
        Given::Value(syn::Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. })) => {
            let name = text.value();
            let name = if syn::parse_str::<Ident>(&name).is_ok() { &name } else { "can" };
            let help = format!("write `module = {name}`");
            errors.lost(text, "a module is named without quotes", help);
            return None;
        }
        Given::Value(value) => match ident(value).filter(is_a_name) {
            Some(ident) => return Some(ident),
            None => value.to_token_stream(),
        },
        Given::Unreadable(value) => value.clone(),
        Given::List(_) | Given::Nothing => TokenStream::new(),
    };
    if value.is_empty() {
        errors.lost(all, "the name of the module stands after `=`", HELP);
        return None;
    }
    match syn::parse2::<Keyword>(value.clone()) {
        Ok(Keyword(word)) if word != "_" => {
            errors.lost(value, format_args!("`{word}` is a word of Rust's own"), HELP);
        }
        _ => errors.lost(value, "this is not the name of a module", HELP),
    }
    None
}

/// Whether a module can have it.
fn is_a_name(ident: &Ident) -> bool {
    names::module(&ident.to_string()).is_some()
}

/// One word, whatever it is kept for.
struct Keyword(Ident);

impl syn::parse::Parse for Keyword {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(Self)
    }
}

/// A path as it is typed.
fn text(path: &syn::Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
