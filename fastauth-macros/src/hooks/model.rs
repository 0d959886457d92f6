//! What it means: whose hooks these are, and each hook with what it takes.

use quote::ToTokens;
use syn::{
    FnArg, GenericArgument, ImplItem, ImplItemFn, PatType, Path, PathArguments, ReceiverKind,
    ReturnType, Type,
};

use super::{
    input::Input,
    names::{Answers, Given, Hook},
};
use crate::{errors::Errors, names::plain, nearest::nearest};

/// A block of hooks for the users of one type.
pub(crate) struct HookImpl<'a> {
    pub(crate) input: &'a Input,
    /// The trait, as the user names it.
    pub(crate) path: &'a Path,
    pub(crate) user: &'a Type,
    pub(crate) hooks: Vec<HookFn<'a>>,
    /// The functions that are no hooks, or wrong ones.
    pub(crate) others: Vec<&'a ImplItemFn>,
}

/// A hook the user wrote.
pub(crate) struct HookFn<'a> {
    pub(crate) hook: &'static Hook,
    pub(crate) function: &'a ImplItemFn,
    /// Its `self`.
    pub(crate) receiver: syn::Token![self],
    /// What it takes of what it is given.
    pub(crate) arguments: Vec<&'a PatType>,
}

impl<'a> HookImpl<'a> {
    /// Applies the rules. `None` when nobody knows whose hooks these would be.
    pub(crate) fn new(input: &'a Input, errors: &mut Errors) -> Option<Self> {
        let (path, user) = header(input, errors)?;
        let mut block = Self { input, path, user, hooks: Vec::new(), others: Vec::new() };
        if input.is_rewritten {
            return Some(block);
        }
        if input.block.items.is_empty() {
            errors.at(
                &input.block.self_ty,
                "this block has no hooks",
                format_args!("write one, for example `async fn on_signup({})`", block.usual()),
            );
        }
        for item in &input.block.items {
            match item {
                ImplItem::Fn(function) => match block.hook(function, errors) {
                    Some(hook) => block.hooks.push(hook),
                    None => block.others.push(function),
                },
                ImplItem::Const(item) => block.not_a_hook(&item.ident, errors),
                ImplItem::Type(item) => block.not_a_hook(&item.ident, errors),
                item => errors.at(item, "only hooks stand in this block", block.elsewhere()),
            }
        }
        Some(block)
    }

    fn hook(&self, function: &'a ImplItemFn, errors: &mut Errors) -> Option<HookFn<'a>> {
        let name = &function.sig.ident;
        let Some(hook) = Hook::of(&plain(name)) else {
            self.not_a_hook(name, errors);
            return None;
        };
        if let Some(earlier) = self.hooks.iter().find(|it| it.hook.name == hook.name) {
            let (said, ours) = (plain(name), hook.name);
            let what = if said == plain(&earlier.function.sig.ident) {
                format!("the hook `{said}` is already here")
            } else if said == ours {
                let earlier = plain(&earlier.function.sig.ident);
                format!("`{ours}` is already here, as `{earlier}`")
            } else {
                format!("`{said}` is the hook `{ours}`, which is already here")
            };
            errors.at(name, what, "keep one of the two");
            return None;
        }
        // All that is wrong with it is said at once.
        let plain = is_plain(hook, function, errors);
        let receiver = receiver(function, errors);
        let arguments = self.arguments(hook, function, errors);
        let answers = answers(hook, function, errors);
        let ((), receiver, arguments, ()) = (plain?, receiver?, arguments?, answers?);
        Some(HookFn { hook, function, receiver, arguments })
    }

    fn arguments(
        &self,
        hook: &'static Hook,
        function: &'a ImplItemFn,
        errors: &mut Errors,
    ) -> Option<Vec<&'a PatType>> {
        let typed = function.sig.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(typed),
        });
        let typed: Vec<_> = typed.collect();
        let given: Vec<_> = hook.arguments().collect();
        let user = self.user_text();
        let mut good = true;
        for (typed, given) in typed.iter().zip(&given) {
            let said = match (given.changed(), shape(&typed.ty)) {
                (Some(changed), Shape::Owned | Shape::Shared) => {
                    format!("the hook `{}` changes the {changed}", hook.name)
                }
                (None, Shape::Owned) if given.is_borrowed() => {
                    "hooks borrow what they are given".to_owned()
                }
                _ => continue,
            };
            good = false;
            errors.at(&typed.ty, said, format_args!("write `{}`", given.written(&user)));
        }
        if let Some(more) = typed.get(given.len()..).filter(|more| !more.is_empty()) {
            let more = more.iter().map(ToTokens::to_token_stream);
            let listed: Vec<_> = given.iter().map(|it| it.written(&user)).collect();
            errors.at(
                quote::quote!(#(#more),*),
                format_args!("the hook `{}` is given nothing more", hook.name),
                format_args!("keep what you need in `self`; it is given `{}`", listed.join(", ")),
            );
            good = false;
        }
        good.then_some(typed)
    }

    fn not_a_hook(&self, name: &syn::Ident, errors: &mut Errors) {
        let said = plain(name);
        let help = match nearest(&said, Hook::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => self.elsewhere(),
        };
        errors.at(name, format_args!("there is no hook `{said}`"), help);
    }

    fn elsewhere(&self) -> String {
        format!("put what is your own in a plain `impl {}` block", text(&self.input.block.self_ty))
    }

    fn usual(&self) -> String {
        format!("&self, {}", Given::User.written(&self.user_text()))
    }

    fn user_text(&self) -> String {
        text(self.user)
    }
}

/// The trait and the type of the users.
fn header<'a>(input: &'a Input, errors: &mut Errors) -> Option<(&'a Path, &'a Type)> {
    let block = &input.block;
    let help = format!("write `impl Hooks<User> for {}`", text(&block.self_ty));
    let Some((path, _)) = &block.trait_ else {
        errors.at(&block.self_ty, "whose hooks are these?", help);
        return None;
    };
    if let Err(error) = block.modifiers.require_empty() {
        errors.unreadable(&error, help);
        return None;
    }
    if let Some(user) = users(path) {
        return Some((path, user));
    }
    errors.at(path, "whose hooks are these?", help);
    None
}

/// The one type in `Hooks<User>`.
fn users(path: &Path) -> Option<&Type> {
    let hooks = path.segments.last().filter(|segment| segment.ident == "Hooks")?;
    let PathArguments::AngleBracketed(listed) = &hooks.arguments else { return None };
    let mut arguments = listed.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(user)), None) => Some(user),
        _ => None,
    }
}

/// An `async fn` without anything else before or behind its name.
fn is_plain(hook: &Hook, function: &ImplItemFn, errors: &mut Errors) -> Option<()> {
    let (sig, name) = (&function.sig, hook.name);
    let mut good = true;
    if sig.asyncness.is_none() {
        let write = format!("write `async fn {}`", plain(&sig.ident));
        errors.at(sig.fn_token, format_args!("the hook `{name}` must be async"), write);
        good = false;
    }
    if !sig.generics.params.is_empty() {
        let what = format!("the hook `{name}` has no parameters of its own");
        errors.at(&sig.generics, what, "remove them; fastauth says what a hook is given");
        good = false;
    } else if let Some(clause) = &sig.generics.where_clause {
        let what = format!("the hook `{name}` has no conditions of its own");
        errors.at(clause, what, "remove them, or put them on the `impl`");
        good = false;
    }
    let before = [
        sig.constness.as_ref().map(ToTokens::to_token_stream),
        sig.abi.as_ref().map(ToTokens::to_token_stream),
        Some(sig.safety.to_token_stream()).filter(|tokens| !tokens.is_empty()),
    ];
    for word in before.into_iter().flatten() {
        let what = format!("the hook `{name}` is a plain `async fn`");
        let help = format!("remove `{}`", text(&word));
        errors.at(word, what, help);
        good = false;
    }
    if let Err(error) = function.modifiers.require_empty() {
        errors.unreadable(&error, format_args!("write `async fn {}`", plain(&sig.ident)));
        good = false;
    }
    good.then_some(())
}

fn receiver(function: &ImplItemFn, errors: &mut Errors) -> Option<syn::Token![self]> {
    let first = function.sig.inputs.first();
    let caret = match first {
        Some(FnArg::Receiver(receiver)) => {
            if let ReceiverKind::Reference(_, None, None) = receiver.kind {
                return Some(receiver.self_token);
            }
            receiver.to_token_stream()
        }
        _ => function.sig.ident.to_token_stream(),
    };
    errors.at(
        caret,
        "hooks take `&self`",
        "all requests share them; put what changes behind a lock",
    );
    None
}

fn answers(hook: &Hook, function: &ImplItemFn, errors: &mut Errors) -> Option<()> {
    let sig = &function.sig;
    if !matches!(sig.output, ReturnType::Default) {
        return Some(());
    }
    let (does, help) = match hook.answers {
        Answers::Nothing => return Some(()),
        Answers::Decision => ("decides", "return `bool` or `fastauth::Decision`"),
        Answers::Reply => {
            ("answers the client", "return `Option<Reply>`, `None` for the usual reply")
        }
    };
    let what = format!("the hook `{}` {does}, so it must return something", hook.name);
    errors.at(&sig.ident, what, help);
    None
}

/// How a type takes what it is given, as far as it shows.
enum Shape {
    Changed,
    Owned,
    Shared,
    Unknown,
}

fn shape(ty: &Type) -> Shape {
    match ty {
        Type::Group(ty) => shape(&ty.elem),
        Type::Paren(ty) => shape(&ty.elem),
        Type::Reference(ty) if ty.mutability.is_some() => Shape::Changed,
        Type::Reference(_) => Shape::Shared,
        // An alias with a lifetime may well be a reference.
        Type::Path(ty) if has_lifetime(&ty.path) => Shape::Unknown,
        Type::Path(_) => Shape::Owned,
        _ => Shape::Unknown,
    }
}

fn has_lifetime(path: &Path) -> bool {
    path.segments.iter().any(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(list) => {
            list.args.iter().any(|it| matches!(it, GenericArgument::Lifetime(_)))
        }
        _ => false,
    })
}

/// Tokens as a person would write them.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(" :: ", "::").replace(" < ", "<").replace(" >", ">").replace("< ", "<")
}
