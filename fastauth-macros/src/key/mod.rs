//! `#[derive(UserKey)]`.

mod expand;
mod fallback;
mod model;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::model::Key;
use crate::errors::Errors;

pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    expand(item).unwrap_or_else(|errors| fallback::key(item, &errors))
}

/// The impls, or everything that is wrong.
pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    Key::new(item, Errors::default()).map(|key| expand::key(&key))
}
