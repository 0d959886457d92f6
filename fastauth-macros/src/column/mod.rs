//! `#[derive(Column)]`.

mod expand;
pub(crate) mod fallback;
mod model;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::model::Names;
use crate::errors::Errors;

pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    expand(item).unwrap_or_else(|errors| fallback::column(item, &errors))
}

/// The impl, or everything that is wrong.
pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    Names::new(item, Errors::default()).map(|names| expand::column(&names))
}
