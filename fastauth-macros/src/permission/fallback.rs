//! The errors, and what keeps the rest of the user's crate quiet: the markers that can be told.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;

use super::{
    expand::{mark, markers},
    input::{Input, Said},
    names,
};
use crate::{errors::Errors, names::plain};

pub(super) fn permissions(item: &DeriveInput, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    if !item.generics.params.is_empty() {
        return errors;
    }
    let mut said = Errors::default();
    let input = Input::read(item, &mut said);
    let _: syn::Result<()> = said.finish(());
    let (krate, ident) = (&input.krate, &item.ident);
    let variants = || input.variants.iter().map(|it| it.variant);
    let (markers, marks) = match module(&input) {
        Some(module) => {
            let marks = variants().map(|variant| mark(krate, item, &module, variant, ""));
            (markers(item, &module, variants()), marks.collect())
        }
        None => (TokenStream::new(), TokenStream::new()),
    };
    quote! {
        #errors

        #markers

        #[allow(deprecated)]
        const _: () = {
            #[automatically_derived]
            impl #krate::Permission for #ident {
                const ALL: &'static [Self] = &[];

                fn name(&self) -> &'static ::core::primitive::str {
                    ::core::unreachable!()
                }

                fn description(&self) -> &'static ::core::primitive::str {
                    ::core::unreachable!()
                }

                fn parse(_: &::core::primitive::str) -> ::core::option::Option<Self> {
                    ::core::unreachable!()
                }
            }

            #marks
        };
    }
}

/// What the module may be called, if it can be at all.
fn module(input: &Input<'_>) -> Option<Ident> {
    let default = input.default_module();
    let module = match &input.module {
        Said::Something(module) => Some(module.clone()),
        _ => names::module(&default).or_else(|| syn::parse_str(&format!("r#{default}")).ok()),
    };
    module.filter(|module| plain(module) != plain(&input.item.ident))
}
