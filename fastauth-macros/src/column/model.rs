//! An enum that is kept by the names of its variants.

use proc_macro2::Ident;
use syn::{Data, DataEnum, DeriveInput, Fields};

use crate::{
    errors::Errors,
    krate::Krate,
    names::{plain, snake_case},
    user::options,
};

/// The variants and what is stored for them.
pub(crate) struct Names<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) variants: Vec<(&'a Ident, String)>,
    pub(crate) krate: Krate,
}

impl<'a> Names<'a> {
    pub(crate) fn new(item: &'a DeriveInput, mut errors: Errors) -> syn::Result<Self> {
        let ident = &item.ident;
        let what = "`Column` is derived for an enum, which is kept by its variant's name";
        let help =
            format!("keep `{ident}` as JSON with `#[auth(json)]`, or implement `Column` by hand");
        let krate = options::beside(&item.attrs, ident, &mut errors);
        let mut variants = Vec::new();
        match &item.data {
            Data::Enum(data) => {
                if !item.generics.params.is_empty() {
                    errors.at(
                        &item.generics,
                        "`Column` cannot be derived for a generic enum",
                        "derive it on a concrete enum, or implement it by hand",
                    );
                }
                variants = named(ident, data, &mut errors);
            }
            Data::Struct(data) => errors.at(data.struct_token, what, help),
            Data::Union(data) => errors.at(data.union_token, what, help),
        }
        errors.finish(Self { ident, variants, krate })
    }
}

/// Every variant has a name of its own, and nothing else.
fn named<'a>(ident: &Ident, data: &'a DataEnum, errors: &mut Errors) -> Vec<(&'a Ident, String)> {
    if data.variants.is_empty() {
        let what = format!("`{ident}` has no variants, so nothing could be stored");
        errors.at(ident, what, "add a variant, or remove the derive");
    }
    let mut variants: Vec<(&Ident, String)> = Vec::new();
    for variant in &data.variants {
        options::none(&variant.attrs, "a variant", errors);
        let name = snake_case(&plain(&variant.ident));
        if !matches!(variant.fields, Fields::Unit) {
            errors.at(
                &variant.fields,
                format_args!("only the variant's name `{name}` would be stored, and its data lost"),
                "keep the enum as JSON with `#[auth(json)]`, or remove the data",
            );
        }
        if let Some((earlier, _)) = variants.iter().find(|(_, earlier)| *earlier == name) {
            let what = format!("`{name}` is already what is stored for `{earlier}`");
            errors.at(&variant.ident, what, "give one of them another name");
        }
        variants.push((&variant.ident, name));
    }
    variants
}
