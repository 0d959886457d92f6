//! What a hook takes of what it is given.

use quote::{ToTokens, quote};
use syn::{
    FnArg, GenericArgument, ImplItemFn, Lifetime, PatType, Path, PathArguments, PathSegment, Type,
};

use super::{
    model::text,
    names::{Given, Hook},
};
use crate::{errors::Errors, names::plain};

/// Applies the rules, for the users of the type that is written so.
pub(super) fn of<'a>(
    hook: &Hook,
    function: &'a ImplItemFn,
    user: &str,
    errors: &mut Errors,
) -> Option<Vec<&'a PatType>> {
    let typed = function.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => Some(typed),
    });
    let typed: Vec<_> = typed.collect();
    let given: Vec<_> = hook.arguments().collect();
    let listed: Vec<_> = given.iter().map(|it| it.written(user)).collect();
    let listed = listed.join(", ");
    let mut good = true;
    for (index, (typed, here)) in typed.iter().zip(&given).enumerate() {
        let written = here.written(user);
        if is_of_a_later_place(&typed.ty, given.get(index..).unwrap_or_default(), user) {
            errors.at(
                &typed.ty,
                format_args!("the hook `{}` is given `{written}` here", hook.name),
                format_args!("only trailing arguments can be left out: `{listed}`"),
            );
            // All that follow are at the wrong place too.
            return None;
        }
        if let Some(said) = is_taken_otherwise(hook, *here, &typed.ty, user) {
            errors.at(&typed.ty, said, format_args!("write `{written}`"));
            good = false;
        }
    }
    if let Some(more) = typed.get(given.len()..).filter(|more| !more.is_empty()) {
        let more = more.iter().map(ToTokens::to_token_stream);
        errors.at(
            quote!(#(#more),*),
            format_args!("the hook `{}` is given nothing more", hook.name),
            format_args!("keep what you need in `self`; it is given `{listed}`"),
        );
        good = false;
    }
    good.then_some(typed)
}

/// Whether the type is called like what comes after the first of `given`, and not like that.
fn is_of_a_later_place(ty: &Type, given: &[Given], user: &str) -> bool {
    let (Some(name), Some((here, later))) = (name(ty), given.split_first()) else { return false };
    let is = |given: &Given| given.type_name(user).is_some_and(|it| it == name);
    !is(here) && later.iter().any(is)
}

/// What is wrong with how the type takes what it is given.
fn is_taken_otherwise(hook: &Hook, given: Given, ty: &Type, user: &str) -> Option<String> {
    let hook = hook.name;
    match (given, shape(ty)) {
        (Given::MaybeUser, Shape::Shared | Shape::Changed) => {
            Some(format!("the hook `{hook}` may be given no user"))
        }
        (Given::MaybeUser, Shape::Owned) if text(ty) == user => {
            Some(format!("the hook `{hook}` may be given no user"))
        }
        (Given::MaybeUser, Shape::Owned) => {
            let inner = inside_option(ty)?;
            matches!(shape(inner), Shape::Owned).then(|| BORROW.to_owned())
        }
        (Given::Reason, Shape::Shared | Shape::Changed) => {
            Some(format!("the hook `{hook}` is given its reason, not lent it"))
        }
        (_, Shape::Owned | Shape::Shared) if given.changed().is_some() => {
            let changed = given.changed().unwrap_or_default();
            Some(format!("the hook `{hook}` changes the {changed}"))
        }
        (_, Shape::Owned) if given.is_borrowed() => Some(BORROW.to_owned()),
        _ => None,
    }
}

const BORROW: &str = "hooks borrow what they are given";

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
        Type::Path(ty) if lifetimes(&ty.path).next().is_some() => Shape::Unknown,
        Type::Path(_) => Shape::Owned,
        _ => Shape::Unknown,
    }
}

/// What the type is called, behind its references and in its `Option`.
fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Group(ty) => name(&ty.elem),
        Type::Paren(ty) => name(&ty.elem),
        Type::Reference(ty) => name(&ty.elem),
        Type::Path(path) => match inside_option(ty) {
            Some(inner) => name(inner),
            None => path.path.segments.last().map(|last| plain(&last.ident)),
        },
        _ => None,
    }
}

fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(ty) = ty else { return None };
    let option = ty.path.segments.last().filter(|last| last.ident == "Option")?;
    arguments(option).find_map(|it| match it {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The lifetimes that a path is given.
pub(super) fn lifetimes(path: &Path) -> impl Iterator<Item = &Lifetime> {
    path.segments.iter().flat_map(arguments).filter_map(|it| match it {
        GenericArgument::Lifetime(lifetime) => Some(lifetime),
        _ => None,
    })
}

fn arguments(segment: &PathSegment) -> impl Iterator<Item = &GenericArgument> {
    let listed = match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    };
    listed.into_iter().flatten()
}
