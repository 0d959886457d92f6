//! The errors, and an impl that keeps the rest of the user's crate quiet.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::{krate::Krate, user::options};

pub(super) fn column(item: &DeriveInput, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let column = placeholder(&options::krate(item), &item.ident);
    quote! {
        #errors

        #[allow(deprecated)]
        const _: () = {
            #column
        };
    }
}

/// A column type that keeps nothing.
pub(crate) fn placeholder(krate: &Krate, ident: &Ident) -> TokenStream {
    let private = krate.private();
    quote! {
        #[automatically_derived]
        impl #krate::Column for #ident {
            const TYPE: #private::ColumnType = #private::ColumnType::Text;

            fn to_value(&self) -> #private::Value {
                ::core::unreachable!()
            }

            fn from_value(
                _: #private::Value,
            ) -> ::core::result::Result<Self, #private::ColumnError> {
                ::core::unreachable!()
            }
        }
    }
}
