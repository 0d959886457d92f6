//! The few types that can be judged by their spelling: those that rustc would answer once for
//! every place where the generated code repeats them.

use syn::{GenericArgument, PathArguments, Type};

use super::parts::Cast;
use crate::errors::Errors;

/// A user is loaded from a row, so it owns what it holds, and all of it.
pub(super) fn owned(cast: &[Cast<'_>], errors: &mut Errors) {
    for Cast { field, .. } in cast {
        if let Some(reference) = borrowed(field.ty) {
            errors.at(
                reference,
                "an auth user cannot borrow",
                "own the data: `String` in place of `&str`",
            );
        }
        if let Some(own) = owner_of_unsized(field.ty) {
            let what = "a field cannot hold what has no size of its own";
            errors.at(field.ty, what, format_args!("own it: `{own}`"));
        }
    }
}

/// What can own a type that has no size.
pub(in crate::user) fn owner_of_unsized(ty: &Type) -> Option<&'static str> {
    match bare(ty) {
        Type::Path(ty) if ty.path.is_ident("str") => Some("String"),
        Type::Slice(_) => Some("Vec<…>"),
        Type::TraitObject(_) => Some("Box<dyn …>"),
        _ => None,
    }
}

/// A reference that has no lifetime, and so none of the struct's.
fn borrowed(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(it) if it.lifetime.is_none() => Some(ty),
        Type::Reference(it) => borrowed(&it.elem),
        Type::Array(it) => borrowed(&it.elem),
        Type::Group(it) => borrowed(&it.elem),
        Type::Paren(it) => borrowed(&it.elem),
        Type::Slice(it) => borrowed(&it.elem),
        Type::Tuple(it) => it.elems.iter().find_map(borrowed),
        Type::Path(it) => it.path.segments.iter().find_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(list) => list.args.iter().find_map(|it| match it {
                GenericArgument::Type(ty) => borrowed(ty),
                _ => None,
            }),
            _ => None,
        }),
        _ => None,
    }
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(it) => bare(&it.elem),
        Type::Paren(it) => bare(&it.elem),
        ty => ty,
    }
}
