//! The types that show fields: claims and view.

use proc_macro2::TokenStream;
use quote::quote;

use super::user::granted;
use crate::user::model::{Field, User};

/// Which fields belong to a type.
pub(super) type Choice = fn(&Field<'_>) -> bool;

pub(super) const IN_CLAIMS: Choice = |field| field.claim.is_some();
pub(super) const IN_VIEW: Choice = |field| field.view;

pub(super) fn claims(user: &User<'_>) -> TokenStream {
    let (private, asks) = (user.krate.private(), user.krate.asks());
    let fields: Vec<_> = user.fields.iter().filter(|field| IN_CLAIMS(field)).collect();
    let declared = declared(&fields);
    let names: Vec<_> = fields.iter().filter_map(|field| field.claim.clone()).collect();
    let serialize = serialize(user, &quote!(__Claims), &fields, &names);
    let reads = fields.iter().zip(&names).map(|(field, name)| {
        let (variable, codec, ty) = (field.variable(), field.claim_codec(), field.ty);
        let absent = quote!(#asks::Absent::<#ty>::value());
        quote!(let #variable = #private::read_field(__fields, #name, &#codec, #absent);)
    });
    let built = fields.iter().map(|field| {
        let (ident, variable) = (field.ident, field.variable());
        quote!(#ident: #variable?)
    });
    quote! {
        #[doc = " The claims that come from fields of the user."]
        pub struct __Claims { #declared }

        #serialize

        impl __Claims {
            fn __read(__fields: &mut #private::Fields) -> ::core::option::Option<Self> {
                #(#reads)*
                ::core::option::Option::Some(Self { #(#built),* })
            }
        }

        #[automatically_derived]
        impl<'de> #private::serde::Deserialize<'de> for __Claims {
            fn deserialize<__D: #private::serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #private::deserialize_claims(__deserializer, Self::__read)
            }
        }
    }
}

pub(super) fn view(user: &User<'_>) -> TokenStream {
    let fields: Vec<_> = user.fields.iter().filter(|field| IN_VIEW(field)).collect();
    let declared = declared(&fields);
    let names: Vec<_> = fields.iter().map(|field| field.name()).collect();
    let serialize = serialize(user, &quote!(__View), &fields, &names);
    quote! {
        #[doc = " What users see of themselves."]
        pub struct __View { #declared }

        #serialize
    }
}

/// Public fields of the user's own types.
pub(super) fn declared(fields: &[&Field<'_>]) -> TokenStream {
    let declared = fields.iter().map(|field| {
        let (ident, ty) = (field.ident, field.ty);
        let doc = format!(" The field `{}`.", field.name());
        quote!(#[doc = #doc] pub #ident: #ty)
    });
    quote!(#(#declared),*)
}

fn serialize(
    user: &User<'_>,
    ty: &TokenStream,
    fields: &[&Field<'_>],
    names: &[String],
) -> TokenStream {
    let (private, granted) = (user.krate.private(), granted(user));
    let written = fields.iter().zip(names).map(|(field, name)| {
        let (ident, codec) = (field.ident, field.codec());
        quote!((#name, #codec.to_json(&self.#ident)))
    });
    quote! {
        #[automatically_derived]
        impl #private::serde::Serialize for #ty #granted {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #private::serialize_fields(__serializer, &[#(#written),*])
            }
        }
    }
}
