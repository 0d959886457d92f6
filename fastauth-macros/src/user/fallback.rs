//! What is printed when something is wrong: the errors, and the smallest impls that keep the rest
//! of the user's crate quiet.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput};

use super::{expand::MARKS, model::types::owner_of_unsized, options};

pub(super) fn user(item: &DeriveInput, errors: &syn::Error) -> TokenStream {
    let krate = options::krate(item);
    let errors = errors.to_compile_error();
    // No impl can be written for a type that borrows or has no size, and none is worth guessing
    // for a generic one.
    if !item.generics.params.is_empty() || has_no_size(item) {
        return errors;
    }
    let (private, ident) = (krate.private(), &item.ident);
    let marks = MARKS.iter().map(|(_, mark)| {
        let mark = format_ident!("{mark}");
        quote! {
            #[automatically_derived]
            impl #private::#mark for #ident {}
        }
    });
    quote! {
        #errors

        #[allow(deprecated)]
        const _: () = {
            #[automatically_derived]
            impl #krate::AuthUser for #ident {
                type Id = ::std::string::String;
                type Claims = #private::Unfinished;
                type Signup = #private::Unfinished;
                type Patch = #private::Unfinished;
                type View = #private::Unfinished;

                const USER_FIELDS_IN_TOKEN: &'static [&'static ::core::primitive::str] = &[];
                const SPEC: &'static #private::UserSpec = #private::Unfinished::SPEC;

                fn id(&self) -> &Self::Id {
                    ::core::unreachable!()
                }

                fn claims(&self) -> Self::Claims {
                    ::core::unreachable!()
                }

                fn view(&self) -> Self::View {
                    ::core::unreachable!()
                }

                fn to_row(&self) -> #private::Row {
                    ::core::unreachable!()
                }

                fn from_row(_: #private::Row) -> ::core::result::Result<Self, #private::ColumnError> {
                    ::core::unreachable!()
                }
            }

            #(#marks)*
        };
    }
}

fn has_no_size(item: &DeriveInput) -> bool {
    let Data::Struct(data) = &item.data else { return false };
    data.fields.iter().any(|field| owner_of_unsized(&field.ty).is_some())
}
