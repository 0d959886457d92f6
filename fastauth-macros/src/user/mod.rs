//! `#[derive(AuthUser)]`.

mod expand;
mod fallback;
mod input;
mod model;
pub(crate) mod options;
mod values;
mod words;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::{input::Input, model::User};
use crate::errors::Errors;

pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    expand(item).unwrap_or_else(|errors| fallback::user(item, &errors))
}

/// The impls, or everything that is wrong.
pub(crate) fn expand(item: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    let Some(input) = Input::read(item, &mut errors) else {
        return errors.finish(TokenStream::new());
    };
    User::new(&input, errors).map(|user| expand::user(&user))
}
