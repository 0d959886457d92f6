//! The column of the value inside, and its ways to be an id.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Key;

pub(super) fn key(key: &Key<'_>) -> TokenStream {
    let krate = &key.krate;
    let (private, asks) = (krate.private(), krate.asks());
    let (ident, member, ty) = (key.ident, &key.member, key.ty);
    let wrap = quote!(|__value| Self { #member: __value });
    quote! {
        #[allow(deprecated)]
        const _: () = {
            // The one place that asks `#ty: UserKey`.
            const __KEY: #asks::Key<#ty> = #asks::key::<#ty>();

            #[automatically_derived]
            impl #krate::Column for #ident {
                const TYPE: #private::ColumnType = __KEY.codec.kind();
                const SHAPE: #private::Shape = __KEY.codec.shape();

                fn to_value(&self) -> #private::Value {
                    __KEY.codec.put(&self.#member)
                }

                fn from_value(
                    __value: #private::Value,
                ) -> ::core::result::Result<Self, #private::ColumnError> {
                    __KEY.codec.get(__value).map(#wrap)
                }
            }

            #[automatically_derived]
            impl #krate::UserKey for #ident {
                fn generate(__now: #private::Timestamp) -> ::core::option::Option<Self> {
                    (__KEY.generate)(__now).map(#wrap)
                }

                fn parse(
                    __text: &::core::primitive::str,
                ) -> ::core::result::Result<Self, #krate::InvalidId> {
                    (__KEY.parse)(__text).map(#wrap)
                }

                fn render(&self) -> ::std::string::String {
                    (__KEY.render)(&self.#member)
                }
            }
        };
    }
}
