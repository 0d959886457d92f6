//! The names and back, and a type for each permission.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, DeriveInput, Meta, Variant, Visibility};

use super::model::Permissions;
use crate::{krate::Krate, names::plain};

pub(super) fn permissions(permissions: &Permissions<'_>) -> TokenStream {
    let Permissions { item, krate, module, variants } = permissions;
    let markers = markers(item, module, variants.iter().map(|it| it.variant));
    let marks = variants.iter().map(|it| mark(krate, item, module, it.variant, &it.name));
    let ident = &item.ident;
    let cfgs: Vec<_> = variants.iter().map(|it| kept("cfg", &it.variant.attrs)).collect();
    let idents: Vec<_> = variants.iter().map(|it| &it.variant.ident).collect();
    let names: Vec<_> = variants.iter().map(|it| &it.name).collect();
    let descriptions = variants.iter().map(|it| &it.description);
    quote! {
        #markers

        #[allow(deprecated)]
        const _: () = {
            #[automatically_derived]
            impl #krate::Permission for #ident {
                const ALL: &'static [Self] = &[#(#cfgs Self::#idents),*];

                fn name(&self) -> &'static ::core::primitive::str {
                    match self {
                        #(#cfgs Self::#idents => #names,)*
                    }
                }

                fn description(&self) -> &'static ::core::primitive::str {
                    match self {
                        #(#cfgs Self::#idents => #descriptions,)*
                    }
                }

                fn parse(__name: &::core::primitive::str) -> ::core::option::Option<Self> {
                    match __name {
                        #(#cfgs #names => ::core::option::Option::Some(Self::#idents),)*
                        _ => ::core::option::Option::None,
                    }
                }
            }

            #(#marks)*
        };
    }
}

/// The module of the markers. It names nothing outside, so it may stand in a function too.
pub(super) fn markers<'a>(
    item: &DeriveInput,
    module: &Ident,
    variants: impl Iterator<Item = &'a Variant>,
) -> TokenStream {
    let (vis, owner) = (&item.vis, plain(&item.ident));
    let (deprecated, allowed) = (kept("deprecated", &item.attrs), allowed(&item.attrs));
    let doc = format!("The permissions of `{owner}`, each as a type for guards.");
    let markers = variants.map(|variant| marker(item, variant));
    quote! {
        #[doc = #doc]
        #deprecated
        #allowed
        #[allow(dead_code, unreachable_pub, clippy::redundant_pub_crate)]
        #vis mod #module {
            #(#markers)*
        }
    }
}

/// The type of one permission. Compilers show the variant where they speak of it.
fn marker(item: &DeriveInput, variant: &Variant) -> TokenStream {
    let (owner, ident) = (plain(&item.ident), &variant.ident);
    let (cfg, deprecated) = (kept("cfg", &variant.attrs), kept("deprecated", &variant.attrs));
    let allowed = allowed(&variant.attrs);
    let doc = format!("`{owner}::{}`, as a type for guards.", plain(ident));
    // The enum is named as a type of its own, so it is seen where the enum is, and no further.
    let vis = at(ident.span(), from_within(&item.vis));
    let marker = quote_spanned!(ident.span()=> #vis enum #ident {});
    quote! {
        #cfg
        #[doc = #doc]
        #deprecated
        #allowed
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #marker
    }
}

/// What makes a marker one.
pub(super) fn mark(
    krate: &Krate,
    item: &DeriveInput,
    module: &Ident,
    variant: &Variant,
    name: &str,
) -> TokenStream {
    let (owner, ident, cfg) = (&item.ident, &variant.ident, kept("cfg", &variant.attrs));
    // rustc shows these impls to who asks for another type: they stand at the variant.
    quote_spanned! {ident.span()=>
        #cfg
        #[automatically_derived]
        impl #krate::access::PermissionMarker for #module::#ident {
            type Permission = #owner;

            const NAME: &'static ::core::primitive::str = #name;
        }

        #cfg
        #[automatically_derived]
        impl #krate::access::Requirement for #module::#ident {
            const NEED: #krate::access::Need = #krate::access::Need::One(#name);
        }
    }
}

/// A visibility as it is said one module further in.
fn from_within(vis: &Visibility) -> TokenStream {
    let path = match vis {
        Visibility::Public(_) => return vis.to_token_stream(),
        Visibility::Inherited => return quote!(pub(super)),
        Visibility::Restricted(restricted) => &restricted.path,
    };
    let mut segments = path.segments.iter();
    match segments.next() {
        Some(first) if first.ident == "self" => {
            let rest = segments.map(|segment| quote!(::#segment));
            quote!(pub(in super #(#rest)*))
        }
        Some(first) if first.ident == "super" => quote!(pub(in super::#path)),
        _ => vis.to_token_stream(),
    }
}

/// The attributes of one name, to go on with what is printed.
fn kept(name: &str, attributes: &[Attribute]) -> TokenStream {
    let kept = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    quote!(#(#kept)*)
}

/// What is allowed of the user's own names is allowed of those made from them.
fn allowed(attributes: &[Attribute]) -> TokenStream {
    let lists = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
            Some(&list.tokens)
        }
        _ => None,
    });
    quote!(#(#[allow(#lists)])*)
}

/// The tokens as if they stood there.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let moved = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), at(span, group.stream()));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut token => {
            token.set_span(span);
            token
        }
    });
    moved.collect()
}
