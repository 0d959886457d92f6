//! A struct around one value.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, Member, Type};

use crate::{errors::Errors, krate::Krate, user::options};

/// A newtype that is the id of a user.
pub(crate) struct Key<'a> {
    pub(crate) ident: &'a Ident,
    /// What the one field is called.
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    pub(crate) krate: Krate,
}

impl<'a> Key<'a> {
    pub(crate) fn new(item: &'a DeriveInput, mut errors: Errors) -> syn::Result<Self> {
        const WHAT: &str = "a user key is a struct around one value";
        let ident = &item.ident;
        let help = format!("write `struct {ident}(Uuid);`");
        let krate = options::beside(&item.attrs, ident, &mut errors);
        let caret = match &item.data {
            Data::Enum(data) => data.enum_token.to_token_stream(),
            Data::Union(data) => data.union_token.to_token_stream(),
            Data::Struct(data) => {
                let mut fields = data.fields.iter().zip(data.fields.members());
                if let (Some((field, member)), None) = (fields.next(), fields.next()) {
                    options::none(&field.attrs, "the value of a key", &mut errors);
                    if !item.generics.params.is_empty() {
                        let what = "`UserKey` cannot be derived for a generic struct";
                        errors.at(&item.generics, what, help);
                    }
                    return errors.finish(Self { ident, member, ty: &field.ty, krate });
                }
                match &data.fields {
                    Fields::Unit => ident.to_token_stream(),
                    fields => fields.to_token_stream(),
                }
            }
        };
        errors.at(caret, WHAT, help);
        errors.finish(()).and_then(|()| Err(syn::Error::new_spanned(ident, WHAT)))
    }
}
