//! What is printed: the impl of the trait, the bodies as they were written.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ImplItemFn, ReturnType, spanned::Spanned};

use super::{
    model::{HookFn, HookImpl},
    names::{Answers, Given},
};

pub(super) fn hooks(block: &HookImpl<'_>) -> TokenStream {
    let item = &block.input.block;
    let (attributes, path, this) = (&block.input.attributes, block.path, &item.self_ty);
    let (parameters, _, conditions) = item.generics.split_for_impl();
    let hooks = block.hooks.iter().map(|hook| method(block, hook));
    quote! {
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
    // At the hook's name, so that a body that cannot be sent between threads is told there.
    let boxed = quote_spanned!(name.span()=> __done);
    let pinned = quote_spanned!(name.span()=> ::std::boxed::Box::pin(#boxed));
    quote! {
        #(#attrs)*
        #[allow(clippy::no_effect_underscore_binding)]
        #vis fn #name<'__a>(
            &'__a #receiver,
            #(#given),*
        ) -> #private::HookFuture<'__a, #output> {
            let __written = #written;
            let #boxed = async move { #convert(__written.await) };
            #pinned
        }
    }
}

/// What it is given at this place. Its span is the user's type for it, so that what is given and
/// is of another type is told there.
fn argument(hook: &HookFn<'_>, index: usize) -> Ident {
    let place = hook.arguments.get(index).map_or_else(Span::call_site, |typed| typed.ty.span());
    format_ident!("__argument_{index}", span = place)
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
