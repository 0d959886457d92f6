//! A name for each variant, and back.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Names;

pub(super) fn column(names: &Names<'_>) -> TokenStream {
    let krate = &names.krate;
    let private = krate.private();
    let ident = names.ident;
    let (variants, stored): (Vec<_>, Vec<_>) = names.variants.iter().cloned().unzip();
    quote! {
        #[allow(deprecated)]
        const _: () = {
            #[automatically_derived]
            impl #krate::Column for #ident {
                const TYPE: #private::ColumnType = #private::ColumnType::Text;
                const SHAPE: #private::Shape = #private::Shape::OneOf(&[#(#stored),*]);

                fn to_value(&self) -> #private::Value {
                    #private::name(match self {
                        #(Self::#variants => #stored,)*
                    })
                }

                fn from_value(
                    __value: #private::Value,
                ) -> ::core::result::Result<Self, #private::ColumnError> {
                    #private::named(__value, |__name| match __name {
                        #(#stored => ::core::option::Option::Some(Self::#variants),)*
                        _ => ::core::option::Option::None,
                    })
                }
            }
        };
    }
}
