//! What is printed: data and accessors. The library does the rest.

mod bodies;
mod codecs;
mod described;
mod shown;
mod spec;
mod user;

use proc_macro2::TokenStream;
use quote::quote;

pub(super) use self::user::MARKS;
use super::model::User;

/// Everything the derive makes, in the order it is listed here.
pub(super) fn user(user: &User<'_>) -> TokenStream {
    let asks = user.krate.asks();
    let products = [
        codecs::codecs(user),
        user::auth_user(user),
        shown::claims(user),
        shown::view(user),
        bodies::signup(user),
        bodies::patch(user),
        user::marks(user),
        described::bodies(user),
    ];
    quote! {
        #[allow(deprecated, non_snake_case, clippy::unnecessary_wraps)]
        const _: () = {
            use #asks::OtherwiseRequired as _;
            #(#products)*
        };
    }
}
