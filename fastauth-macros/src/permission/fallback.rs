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
    let mut said = Errors::default();
    let input = Input::read(item, &mut said);
    let _: syn::Result<()> = said.finish(());
    let (krate, ident) = (&input.krate, &item.ident);
    let (parameters, arguments, _) = item.generics.split_for_impl();
    let conditions = item.generics.where_clause.iter().flat_map(|it| &it.predicates);
    let variants = || input.variants.iter().map(|it| it.variant);
    // A marker is of one enum, and a generic one is many.
    let module = module(&input).filter(|_| item.generics.params.is_empty());
    let markers = module.as_ref().map(|module| markers(item, module, variants()));
    let marks = module
        .iter()
        .flat_map(|module| variants().map(move |variant| mark(krate, item, module, variant, "")));
    quote! {
        #errors

        #markers

        #[allow(deprecated)]
        const _: () = {
            #[automatically_derived]
            impl #parameters #krate::Permission for #ident #arguments
            where
                Self: ::core::marker::Send + ::core::marker::Sync + 'static,
                #(#conditions,)*
            {
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

            #(#marks)*
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
