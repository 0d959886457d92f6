//! What is printed beside the errors, to keep the rest of the user's crate quiet.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, FnArg, GenericParam, ImplItem, ImplItemFn, ItemImpl, Pat, Path, Type, TypeReference,
};

use super::{
    input::Input,
    model::{HookImpl, is_called_hooks, of_one},
};
use crate::krate::Krate;

/// A block of nobody knows whose hooks: they are anybody's, so that `.hooks(…)` stays quiet.
pub(super) fn headless(input: &Input) -> TokenStream {
    let (krate, block) = (&input.krate, &input.block);
    let Some((path, _)) = &block.trait_ else {
        let anybodys = anybodys(block, &quote!(#krate::Hooks), krate);
        return quote!(#block #anybodys);
    };
    match (of_one(path), is_called_hooks(path)) {
        (Some(user), false) => of_another_name(input, path, user),
        (None, false) => quote!(#block),
        (_, true) if path.segments.iter().all(|it| it.arguments.is_none()) => {
            anybodys(block, &quote!(#path), krate)
        }
        (_, true) => TokenStream::new(),
    }
}

fn anybodys(block: &ItemImpl, hooks: &TokenStream, krate: &Krate) -> TokenStream {
    if !block.generics.params.is_empty() {
        return TokenStream::new();
    }
    let (cfg, this) = (conditions(&block.attrs), &block.self_ty);
    quote! {
        #cfg
        impl<__U: #krate::AuthUser> #hooks<__U> for #this {
            fn write_auth_hooks_above_this_impl() {}
        }
    }
}

/// The hooks of a trait that is called otherwise here: it is used, and is taken for ours.
fn of_another_name(input: &Input, path: &Path, user: &Type) -> TokenStream {
    let (krate, block) = (&input.krate, &input.block);
    let (cfg, this) = (conditions(&block.attrs), &block.self_ty);
    let (parameters, _, where_clause) = block.generics.split_for_impl();
    let functions: Vec<_> = block
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        })
        .collect();
    let others = others(block, &functions);
    quote! {
        #cfg
        impl #parameters #krate::Hooks<#user> for #this #where_clause {
            fn write_auth_hooks_above_this_impl() {
                #[allow(dead_code)]
                fn __used<__H: #path>() {}
            }
        }

        #others
    }
}

/// The hooks of something borrowed: as if it were lent forever, there are some.
pub(super) fn borrowed(block: &HookImpl<'_>) -> TokenStream {
    let item = &block.input.block;
    let mut generics = item.generics.clone();
    let params = generics.params.into_iter();
    generics.params = params.filter(|it| !matches!(it, GenericParam::Lifetime(_))).collect();
    let (parameters, _, where_clause) = generics.split_for_impl();
    let (cfg, path) = (conditions(&item.attrs), block.path);
    let this = match &*item.self_ty {
        Type::Reference(TypeReference { lifetime: None, mutability, elem, .. }) => {
            quote!(&'static #mutability #elem)
        }
        this => quote!(#this),
    };
    lent_forever(quote! {
        #cfg
        impl #parameters #path for #this #where_clause {
            fn write_auth_hooks_above_this_impl() {}
        }
    })
}

/// The tokens with `'static` for every lifetime.
fn lent_forever(tokens: TokenStream) -> TokenStream {
    let mut follows_a_tick = false;
    let changed = tokens.into_iter().map(|token| {
        let is_lifetime = follows_a_tick;
        follows_a_tick = matches!(&token, TokenTree::Punct(it) if it.as_char() == '\'');
        match token {
            TokenTree::Group(group) => {
                let mut changed = Group::new(group.delimiter(), lent_forever(group.stream()));
                changed.set_span(group.span());
                TokenTree::Group(changed)
            }
            TokenTree::Ident(it) if is_lifetime => Ident::new("static", it.span()).into(),
            token => token,
        }
    });
    changed.collect()
}

/// The functions that are no hooks, printed back where nobody finds them: their bodies keep their
/// colours, and what they use stays used.
pub(super) fn others(item: &ItemImpl, functions: &[&ImplItemFn]) -> TokenStream {
    let whole: Vec<_> = functions.iter().copied().filter(|it| can_stand_apart(it)).collect();
    if whole.is_empty() {
        return TokenStream::new();
    }
    let (parameters, arguments, where_clause) = item.generics.split_for_impl();
    let (cfg, this) = (conditions(&item.attrs), &item.self_ty);
    let signatures = whole.iter().map(|function| {
        let (cfg, sig) = (conditions(&function.attrs), &function.sig);
        quote!(#cfg #sig;)
    });
    let bodies = whole.iter().map(|function| {
        let (cfg, sig, body) = (conditions(&function.attrs), &function.sig, &function.block);
        quote!(#cfg #sig #body)
    });
    quote! {
        #cfg
        #[allow(dead_code, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            trait __Others #parameters #where_clause { #(#signatures)* }
            impl #parameters __Others #arguments for #this #where_clause { #(#bodies)* }
        };
    }
}

/// When it is there at all.
fn conditions(attributes: &[Attribute]) -> TokenStream {
    let cfgs = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    quote!(#(#cfgs)*)
}

/// Whether it is a function that a trait of its own could have.
fn can_stand_apart(function: &ImplItemFn) -> bool {
    let simple = |argument: &FnArg| match argument {
        FnArg::Receiver(receiver) => receiver.mutability.is_none(),
        FnArg::Typed(typed) => {
            matches!(*typed.pat, Pat::Wild(_))
                || matches!(&*typed.pat, Pat::Ident(it) if it.mutability.is_none() && it.by_ref.is_none() && it.subpat.is_none())
        }
    };
    function.sig.inputs.iter().all(simple)
}
