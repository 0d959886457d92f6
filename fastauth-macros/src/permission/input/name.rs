//! `#[permission("posts:write")]`, on a variant.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, Lit, LitStr, Meta, Path, Variant};

use super::{Said, called, options::is_option};
use crate::{
    errors::{Errors, group},
    grammar::{separated, split},
    names::plain,
    permission::names,
};

/// What a variant is called; more than one name is none.
pub(super) fn read(variant: &Variant, item: &DeriveInput, errors: &mut Errors) -> Said<LitStr> {
    let mut reader = Reader { variant, item, errors, said: Said::Nothing };
    for attribute in called(&variant.attrs, "permission") {
        reader.hear(&attribute.meta);
    }
    let said = reader.said;
    for attribute in called(&variant.attrs, "auth") {
        let tokens = attribute.meta.require_list().map(|list| list.tokens.clone());
        let name = names::written(&tokens.unwrap_or_default());
        errors.at(
            attribute.path(),
            "a permission has no `auth` options",
            format_args!("its name is given with `permission`: `#[permission(\"{name}\")]`"),
        );
    }
    said
}

struct Reader<'a> {
    variant: &'a Variant,
    item: &'a DeriveInput,
    errors: &'a mut Errors,
    said: Said<LitStr>,
}

impl Reader<'_> {
    fn hear(&mut self, meta: &Meta) {
        let list = match meta {
            Meta::List(list) => list,
            Meta::NameValue(value) => return self.wrong(value, &value.value.to_token_stream()),
            Meta::Path(path) => return self.wrong(path, &TokenStream::new()),
        };
        let is_paren = matches!(list.delimiter, syn::MacroDelimiter::Paren(_));
        if !is_paren || list.tokens.is_empty() {
            return self.wrong(group(&list.delimiter, &list.tokens), &list.tokens);
        }
        let (items, stop) = separated(list.tokens.clone());
        if stop.is_some() {
            return self.wrong(&list.tokens, &list.tokens);
        }
        for item in items {
            let all = item.to_token_stream();
            match split(item) {
                Ok((path, _)) if is_option(&path) => self.misplaced(&path),
                Ok((path, _)) if is_description(&path) => self.described(&path),
                Err(Lit::Str(text)) if matches!(self.said, Said::Nothing) => {
                    self.said = Said::Something(text);
                }
                _ => self.wrong(&all, &list.tokens),
            }
        }
    }

    /// It is not one name in quotes; perhaps what was written is its text.
    fn wrong(&mut self, caret: impl ToTokens, written: &TokenStream) {
        self.said = Said::Unreadable;
        names::one(caret, written, self.variant, self.errors);
    }

    fn misplaced(&mut self, path: &Path) {
        let (owner, word) = (&self.item.ident, path.to_token_stream());
        self.errors.at(
            path,
            format_args!("`{word}` is an option of the enum, not of a variant"),
            format_args!("write `#[permission({word} = …)]` above `enum {owner}`"),
        );
    }

    fn described(&mut self, path: &Path) {
        self.errors.at(
            path,
            "a permission is described by its doc comment",
            format_args!("write `/// …` above `{}`", plain(&self.variant.ident)),
        );
    }
}

fn is_description(path: &Path) -> bool {
    ["about", "description", "doc", "help"].iter().any(|word| path.is_ident(word))
}
