//! What it means: whose hooks these are, and each hook with what it takes.

use quote::ToTokens;
use syn::{
    FnArg, GenericArgument, ImplItem, ImplItemFn, ItemImpl, PatType, Path, PathArguments,
    ReceiverKind, ReturnType, Type,
};

use super::{
    arguments::{self, lifetimes},
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
    /// Whether they are the hooks of something borrowed.
    pub(crate) is_borrowed: bool,
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
        let is_borrowed = borrows(&input.block, errors);
        let (hooks, others) = (Vec::new(), Vec::new());
        let mut block = Self { input, path, user, hooks, is_borrowed, others };
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
        if block.is_borrowed {
            block.others.extend(block.hooks.drain(..).map(|it| it.function));
        }
        Some(block)
    }

    fn hook(&self, function: &'a ImplItemFn, errors: &mut Errors) -> Option<HookFn<'a>> {
        let name = &function.sig.ident;
        let Some(hook) = Hook::of(&plain(name)) else {
            self.not_a_hook(name, errors);
            return None;
        };
        let earlier = self.hooks.iter().find(|it| it.hook.name == hook.name);
        // Of two with conditions there may be one; rustc knows.
        let only_one = |it: &&HookFn<'_>| [function, it.function].into_iter().all(is_always_there);
        if let Some(earlier) = earlier.filter(only_one) {
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
        let arguments = arguments::of(hook, function, &self.user_text(), errors);
        let answers = answers(hook, function, errors);
        let ((), receiver, arguments, ()) = (plain?, receiver?, arguments?, answers?);
        Some(HookFn { hook, function, receiver, arguments })
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
    match (of_one(path), is_called_hooks(path)) {
        (Some(user), true) => return Some((path, user)),
        (Some(_), false) => {
            errors.at(path, "`#[auth_hooks]` knows the trait by its name `Hooks`", help);
        }
        (None, _) => errors.at(path, "whose hooks are these?", help),
    }
    None
}

/// Whether the trait is called what ours is.
pub(super) fn is_called_hooks(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "Hooks")
}

/// The one type in `Hooks<User>`.
pub(super) fn of_one(path: &Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(listed) = &path.segments.last()?.arguments else {
        return None;
    };
    let mut arguments = listed.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(user)), None) => Some(user),
        _ => None,
    }
}

/// Whether no `cfg` says when it is there.
fn is_always_there(function: &ImplItemFn) -> bool {
    !function.attrs.iter().any(|it| it.path().is_ident("cfg") || it.path().is_ident("cfg_attr"))
}

/// Whether what has the hooks is borrowed, or holds something that is.
fn borrows(block: &ItemImpl, errors: &mut Errors) -> bool {
    let this = &block.self_ty;
    let named = block.generics.lifetimes().next().map(|it| &it.lifetime);
    let (caret, what) = match (named, &**this) {
        (Some(named), _) => {
            let what = format!("hooks cannot borrow; `{}` has the lifetime `{named}`", text(this));
            (named.to_token_stream(), what)
        }
        (None, Type::Reference(it))
            if it.lifetime.as_ref().is_none_or(|it| it.ident != "static") =>
        {
            (this.to_token_stream(), "hooks cannot be borrowed".to_owned())
        }
        (None, Type::Path(it)) => match lifetimes(&it.path).find(|it| it.ident == "_") {
            None => return false,
            Some(anonymous) => (
                anonymous.to_token_stream(),
                format!("hooks cannot borrow; `{}` has a lifetime", text(this)),
            ),
        },
        _ => return false,
    };
    errors.at(
        caret,
        what,
        "own the data: `String` in place of `&'a str`, `Arc<T>` in place of `&'a T`",
    );
    true
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

/// Tokens as a person would write them.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.replace(" :: ", "::").replace(" < ", "<").replace(" >", ">");
    text.replace("< ", "<").replace("& ", "&").replace(" ,", ",")
}
