//! `#[auth_hooks]`.

mod arguments;
mod expand;
mod fallback;
mod input;
mod model;
pub(crate) mod names;

use proc_macro2::TokenStream;

use self::{input::Input, model::HookImpl};
use crate::errors::Errors;

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (mut printed, said) = expand(arguments, item);
    if let Err(errors) = said {
        printed.extend(errors.to_compile_error());
    }
    printed
}

/// The impl of the trait, and everything that is wrong: what is right of a block stays.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> (TokenStream, syn::Result<()>) {
    let mut errors = Errors::default();
    let printed = match Input::read(arguments, item.clone(), &mut errors) {
        Some(input) => match HookImpl::new(&input, &mut errors) {
            Some(block) => {
                let hooks = if block.is_borrowed {
                    fallback::borrowed(&block)
                } else {
                    expand::hooks(&block)
                };
                let others = fallback::others(&input.block, &block.others);
                hooks.into_iter().chain(others).collect()
            }
            None => fallback::headless(&input),
        },
        // It is no block: it stays as it was.
        None => item,
    };
    (printed, errors.finish(()))
}
