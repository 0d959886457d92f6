//! The errors, and impls that keep the rest of the user's crate quiet.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{column::fallback::placeholder, user::options};

pub(super) fn key(item: &DeriveInput, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let krate = options::krate(item);
    let (column, ident) = (placeholder(&krate, &item.ident), &item.ident);
    let private = krate.private();
    quote! {
        #errors

        #[allow(deprecated)]
        const _: () = {
            #column

            #[automatically_derived]
            impl #krate::UserKey for #ident {
                fn generate(_: #private::Timestamp) -> ::core::option::Option<Self> {
                    ::core::unreachable!()
                }

                fn parse(
                    _: &::core::primitive::str,
                ) -> ::core::result::Result<Self, #krate::InvalidId> {
                    ::core::unreachable!()
                }

                fn render(&self) -> ::std::string::String {
                    ::core::unreachable!()
                }
            }
        };
    }
}
