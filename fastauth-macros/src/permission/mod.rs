//! `#[derive(Permission)]`.

mod expand;
mod fallback;
mod input;
mod model;
mod names;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::{input::Input, model::Permissions};
use crate::errors::Errors;

pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    expand(item).unwrap_or_else(|errors| fallback::permissions(item, &errors))
}

/// The impls and the markers, or everything that is wrong.
pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let input = Input::read(item, &mut errors);
    Permissions::new(&input, errors).map(|permissions| expand::permissions(&permissions))
}
