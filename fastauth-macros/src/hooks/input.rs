//! What was written: a block, and where fastauth is.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, ItemImpl, Meta, parse::Parser, punctuated::Punctuated};

use crate::{errors::Errors, krate::Krate};

pub(crate) struct Input {
    pub(crate) krate: Krate,
    pub(crate) block: ItemImpl,
    /// The attributes that go on with the block.
    pub(crate) attributes: Vec<Attribute>,
    /// Whether async-trait came first: what stands there is not what was written.
    pub(crate) is_rewritten: bool,
}

impl Input {
    /// Reads the block. `None` for what is none.
    pub(crate) fn read(
        arguments: TokenStream,
        item: TokenStream,
        errors: &mut Errors,
    ) -> Option<Self> {
        let krate = krate(arguments, errors);
        match syn::parse2::<Item>(item) {
            Ok(Item::Impl(block)) => {
                let attributes = attributes(&block, errors);
                let is_rewritten = is_rewritten(&block);
                if let (true, Some((path, _))) = (is_rewritten, &block.trait_) {
                    errors.at(path, ALREADY_ASYNC, REMOVE_IT);
                }
                Some(Self { krate, block, attributes, is_rewritten })
            }
            Ok(item) => {
                errors.at(
                    keyword(&item),
                    "`#[auth_hooks]` goes on an `impl` block",
                    "write `#[auth_hooks] impl Hooks<User> for Welcome { … }`",
                );
                None
            }
            Err(error) => {
                errors.unreadable(&error, "hooks are `async fn`s in an `impl` block");
                None
            }
        }
    }
}

/// What `crate = …` says; nothing else can be said.
fn krate(arguments: TokenStream, errors: &mut Errors) -> Krate {
    if arguments.is_empty() {
        return Krate::default();
    }
    let read = Punctuated::<Meta, syn::Token![,]>::parse_terminated.parse2(arguments.clone());
    let mut options = read.into_iter().flatten();
    if let (Some(Meta::NameValue(option)), None) = (options.next(), options.next())
        && option.path.is_ident("crate")
    {
        return Krate::read(&option.value, errors).unwrap_or_default();
    }
    errors.at(
        arguments,
        "`#[auth_hooks]` takes no arguments",
        "the user stands in the trait: `impl Hooks<User> for Welcome`",
    );
    Krate::default()
}

fn attributes(block: &ItemImpl, errors: &mut Errors) -> Vec<Attribute> {
    let is_async_trait = |attribute: &&Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "async_trait")
    };
    let (others, ours): (Vec<_>, Vec<_>) = block.attrs.iter().partition(is_async_trait);
    for other in others {
        errors.at(other.path(), ALREADY_ASYNC, REMOVE_IT);
    }
    ours.into_iter().cloned().collect()
}

/// Whether async-trait has been here: it gives each method a lifetime of its name.
fn is_rewritten(block: &ItemImpl) -> bool {
    block.items.iter().any(|item| match item {
        ImplItem::Fn(function) => {
            function.sig.generics.lifetimes().any(|it| it.lifetime.ident == "async_trait")
        }
        _ => false,
    })
}

const ALREADY_ASYNC: &str = "`#[auth_hooks]` already makes these methods async";
const REMOVE_IT: &str = "remove `#[async_trait]`";

/// The first word of an item, past its attributes and visibility.
fn keyword(item: &Item) -> TokenStream {
    match item {
        Item::Const(it) => it.const_token.to_token_stream(),
        Item::Enum(it) => it.enum_token.to_token_stream(),
        Item::Fn(it) => it.sig.fn_token.to_token_stream(),
        Item::Mod(it) => it.mod_token.to_token_stream(),
        Item::Static(it) => it.static_token.to_token_stream(),
        Item::Struct(it) => it.struct_token.to_token_stream(),
        Item::Trait(it) => it.trait_token.to_token_stream(),
        Item::Type(it) => it.type_token.to_token_stream(),
        Item::Union(it) => it.union_token.to_token_stream(),
        Item::Use(it) => it.use_token.to_token_stream(),
        other => other.to_token_stream(),
    }
}
