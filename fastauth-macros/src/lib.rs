//! The derives and attributes of fastauth.

mod column;
mod errors;
mod grammar;
mod hooks;
mod key;
mod krate;
mod names;
mod nearest;
mod permission;
#[cfg(test)]
mod tests;
mod user;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("user/reference.md")]
#[proc_macro_derive(AuthUser, attributes(auth))]
pub fn auth_user(item: TokenStream) -> TokenStream {
    user::derive(&parse_macro_input!(item as DeriveInput)).into()
}

/// Makes a newtype an id of users: derives `UserKey` and
/// `Column` for a struct around one value that is an id itself.
///
/// Who makes the value inside makes the id: a `Uuid` is made here, a number by the database.
///
/// ```ignore
/// #[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
/// struct AccountId(Uuid);
/// ```
///
/// `#[auth(crate = ::path)]` says where fastauth is, if it has another name.
#[proc_macro_derive(UserKey, attributes(auth))]
pub fn user_key(item: TokenStream) -> TokenStream {
    key::derive(&parse_macro_input!(item as DeriveInput)).into()
}

/// Keeps an enum of unit variants in a column of text: derives `Column` for it.
///
/// What is stored, and what clients and tokens see, is the name of the variant in snake case.
///
/// ```ignore
/// #[derive(Clone, Column)]
/// enum Plan {
///     Free,    // `free`
///     VeryPro, // `very_pro`
/// }
/// ```
///
/// `#[auth(crate = ::path)]` says where fastauth is, if it has another name.
#[proc_macro_derive(Column, attributes(auth))]
pub fn column(item: TokenStream) -> TokenStream {
    column::derive(&parse_macro_input!(item as DeriveInput)).into()
}

#[doc = include_str!("permission/reference.md")]
#[proc_macro_derive(Permission, attributes(auth, permission))]
pub fn permission(item: TokenStream) -> TokenStream {
    permission::derive(&parse_macro_input!(item as DeriveInput)).into()
}

#[doc = include_str!("hooks/reference.md")]
#[proc_macro_attribute]
pub fn auth_hooks(arguments: TokenStream, item: TokenStream) -> TokenStream {
    hooks::attribute(arguments.into(), item.into()).into()
}
