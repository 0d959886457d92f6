//! What is printed: the impl of the trait, the bodies as they were written.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ImplItemFn, Pat, ReturnType, spanned::Spanned};

use super::{
    model::{HookFn, HookImpl},
    names::{Answers, Given},
};
use crate::names::plain;

pub(super) fn hooks(block: &HookImpl<'_>) -> TokenStream {
    let item = &block.input.block;
    let (attributes, path, this) = (&block.input.attributes, block.path, &item.self_ty);
    let (parameters, ..) = item.generics.split_for_impl();
    let conditions = conditions(block);
    let hooks = block.hooks.iter().map(|hook| method(block, hook));
    let asked = asked(block);
    quote! {
        #asked

        #(#attributes)*
        impl #parameters #path for #this #conditions {
            fn write_auth_hooks_above_this_impl()
            where
                Self: ::core::marker::Sized,
            {
            }

            #(#hooks)*
        }
    }
}

/// What was written, and that all requests may share the hooks.
fn conditions(block: &HookImpl<'_>) -> TokenStream {
    let item = &block.input.block;
    let (private, this) = (block.input.krate.private(), &item.self_ty);
    let written = item.generics.where_clause.iter().flat_map(|it| &it.predicates);
    let granted = is_asked(block).then(|| quote!(for<'__a> #this: #private::TakenAsShared<'__a>));
    quote!(where #(#written,)* #granted)
}

/// Asks whether all requests may share the hooks, in our words and once: the impl takes it for
/// granted.
fn asked(block: &HookImpl<'_>) -> Option<TokenStream> {
    let (krate, this) = (&block.input.krate, &block.input.block.self_ty);
    let cfgs = block.input.attributes.iter().filter(|it| it.path().is_ident("cfg"));
    is_asked(block).then(|| quote!(#(#cfgs)* const _: () = #krate::user::field::shared::<#this>();))
}

/// What has parameters says itself what holds of them.
fn is_asked(block: &HookImpl<'_>) -> bool {
    block.input.block.generics.params.is_empty()
}

fn method(block: &HookImpl<'_>, hook: &HookFn<'_>) -> TokenStream {
    let private = block.input.krate.private();
    let HookFn { function, receiver, arguments, .. } = hook;
    let ImplItemFn { attrs, vis, sig, block: body, .. } = function;
    // An alias becomes the hook; what is said of it is still said of the user's word.
    let name = Ident::new(hook.hook.name, sig.ident.span());
    let given = hook.hook.arguments().enumerate().map(|(index, given)| {
        let (argument, ty) = (argument(hook, index), ty(block, given));
        quote!(#argument: #ty)
    });
    let taken = arguments.iter().enumerate().map(|(index, typed)| {
        let (attrs, pat, ty, argument) =
            (&typed.attrs, &typed.pat, &typed.ty, argument(hook, index));
        quote!(#(#attrs)* let #pat: #ty = #argument;)
    });
    let answer = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    let (output, convert) = match hook.hook.answers {
        Answers::Decision => (
            quote!(#private::HookResult<#private::Decision>),
            quote!(<#answer as #private::IntoDecision>::into_decision),
        ),
        Answers::Nothing => (
            quote!(#private::HookResult),
            quote!(<#answer as #private::IntoHookResult>::into_hook_result),
        ),
        Answers::Reply => (
            quote!(::core::option::Option<#private::Reply>),
            quote!(<#answer as #private::IntoReply>::into_reply),
        ),
    };
    let statements = &body.stmts;
    let written = quote! {
        async move {
            // The type of the answer is known before the first `return` and the last expression.
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<#answer> {
                return __answer;
            }
            #(#taken)*
            #(#statements)*
        }
    };
    // At the hook's name, so that a body that cannot be sent between threads is told there. Of a
    // `Box::pin(async move { … })` tracing's `instrument` knows that it is to be followed.
    let answered = quote!(#convert(__written.await));
    let pinned = quote_spanned!(name.span()=> ::std::boxed::Box::pin(async move { #answered }));
    quote! {
        #(#attrs)*
        #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
        #vis fn #name<'__a>(
            &'__a #receiver,
            #(#given),*
        ) -> #private::HookFuture<'__a, #output> {
            let __written = #written;
            #pinned
        }
    }
}

/// What it is given at this place, by the name the user gives it: other attributes may speak of it.
/// It stands at the user's type for it, so that what is given and is of another type is told there.
fn argument(hook: &HookFn<'_>, index: usize) -> Ident {
    let Some(typed) = hook.arguments.get(index) else {
        return format_ident!("__argument_{index}", span = Span::call_site());
    };
    let place = typed.ty.span();
    match &*typed.pat {
        // Clippy is told when a name that begins with `_` is used.
        Pat::Ident(it)
            if it.by_ref.is_none() && it.subpat.is_none() && !plain(&it.ident).starts_with('_') =>
        {
            let mut name = it.ident.clone();
            name.set_span(place.resolved_at(it.ident.span()));
            name
        }
        _ => format_ident!("__argument_{index}", span = place),
    }
}

fn ty(block: &HookImpl<'_>, given: Given) -> TokenStream {
    let (krate, private, user) = (&block.input.krate, block.input.krate.private(), block.user);
    match given {
        Given::Claims => quote!(&'__a mut #private::ExtraClaims),
        Given::Context => quote!(&'__a #private::HookContext),
        Given::MaybeUser => quote!(::core::option::Option<&'__a #user>),
        Given::OldEmail | Given::Role => quote!(&'__a ::core::primitive::str),
        Given::Provider => quote!(&'__a #private::Provider),
        Given::Reason => quote!(#private::Code),
        Given::Session => quote!(&'__a mut #private::SessionData),
        Given::Signup => quote!(&'__a <#user as #krate::AuthUser>::Signup),
        Given::User => quote!(&'__a #user),
    }
}
