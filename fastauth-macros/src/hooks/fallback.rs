//! What is printed beside the errors, to keep the rest of the user's crate quiet.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ImplItemFn, Pat};

use super::{input::Input, model::HookImpl};

/// A block of nobody knows whose hooks: they are anybody's, so that `.hooks(…)` stays quiet.
pub(super) fn headless(input: &Input) -> TokenStream {
    let (krate, block) = (&input.krate, &input.block);
    let this = &block.self_ty;
    let path = block.trait_.as_ref().map(|(path, _)| path);
    let named = path.and_then(|path| path.segments.last());
    let (kept, hooks) = match named {
        None => (Some(block), Some(quote!(#krate::Hooks))),
        Some(last) if last.ident != "Hooks" => (Some(block), None),
        Some(last) => (None, last.arguments.is_none().then(|| quote!(#path))),
    };
    let anybodys = hooks.filter(|_| block.generics.params.is_empty()).map(|hooks| {
        quote! {
            impl<__U: #krate::AuthUser> #hooks<__U> for #this {
                fn write_auth_hooks_above_this_impl() {}
            }
        }
    });
    quote!(#kept #anybodys)
}

/// The functions that are no hooks, printed back where nobody finds them: their bodies keep their
/// colours, and what they use stays used.
pub(super) fn others(block: &HookImpl<'_>) -> TokenStream {
    let whole: Vec<_> = block.others.iter().copied().filter(|it| can_stand_apart(it)).collect();
    if whole.is_empty() {
        return TokenStream::new();
    }
    let item = &block.input.block;
    let (parameters, arguments, conditions) = item.generics.split_for_impl();
    let this = &item.self_ty;
    let signatures = whole.iter().map(|function| &function.sig);
    let bodies = whole.iter().map(|function| {
        let (sig, body) = (&function.sig, &function.block);
        quote!(#sig #body)
    });
    quote! {
        #[allow(dead_code, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            trait __Others #parameters #conditions { #(#signatures;)* }
            impl #parameters __Others #arguments for #this #conditions { #(#bodies)* }
        };
    }
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
