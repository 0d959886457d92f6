//! What it means: permissions, each with a name of its own.

mod description;
mod name;

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, Type, Variant};

use super::{
    input::{Input, Said},
    names,
};
use crate::{
    errors::Errors,
    krate::Krate,
    names::{plain, snake_case},
};

/// An enum of permissions.
pub(super) struct Permissions<'a> {
    pub(super) item: &'a DeriveInput,
    pub(super) krate: &'a Krate,
    /// What the module of the markers is called.
    pub(super) module: Ident,
    pub(super) variants: Vec<Permission<'a>>,
}

/// One of them.
pub(super) struct Permission<'a> {
    pub(super) variant: &'a Variant,
    pub(super) name: String,
    pub(super) description: String,
}

impl<'a> Permissions<'a> {
    /// Applies the rules, all of them.
    pub(super) fn new(input: &'a Input<'a>, mut errors: Errors) -> syn::Result<Self> {
        let (item, krate) = (input.item, &input.krate);
        place(input, &mut errors);
        for variant in &input.variants {
            no_data(variant.variant, &mut errors);
        }
        let names = name::names(input, &mut errors);
        let module = module(input, &mut errors);
        let variants = input.variants.iter().zip(names).map(|(input, name)| Permission {
            variant: input.variant,
            name,
            description: description::of(input.variant),
        });
        errors.finish(Self { item, krate, module, variants: variants.collect() })
    }
}

/// Permissions are an enum that has some, and is one type.
fn place(input: &Input<'_>, errors: &mut Errors) {
    let (item, ident) = (input.item, &input.item.ident);
    let what = "permissions are an enum with one variant each";
    let help = format!("write `enum {ident} {{ ReadPosts, WritePosts }}`");
    match &item.data {
        Data::Struct(data) => return errors.lost(data.struct_token, what, help),
        Data::Union(data) => return errors.lost(data.union_token, what, help),
        Data::Enum(data) if data.variants.is_empty() => errors.at(
            ident,
            format_args!("`{ident}` has no permissions"),
            "add a variant, or remove the derive",
        ),
        Data::Enum(_) => {}
    }
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "`Permission` cannot be derived for a generic enum",
            "derive it on a concrete enum, or implement it by hand",
        );
    }
}

/// Somebody has a permission or has not; there is nothing to know about it.
fn no_data(variant: &Variant, errors: &mut Errors) {
    let name = plain(&variant.ident);
    let first = match &variant.fields {
        Fields::Unit => return,
        fields => fields.iter().next(),
    };
    let help = match first {
        Some(field) => {
            let about = field.ident.as_ref().map_or_else(|| subject(&field.ty), plain);
            format!("grant `{name}`, and decide about the {about} in the handler")
        }
        None => format!("write `{name}`"),
    };
    errors.at(&variant.fields, "a permission carries no data", help);
}

/// What somebody wants to decide about: the post, of a `PostId`.
fn subject(ty: &Type) -> String {
    let last = match ty {
        Type::Path(ty) => ty.path.segments.last(),
        _ => None,
    };
    let name = last.map(|last| snake_case(&plain(&last.ident))).unwrap_or_default();
    let noun = name.strip_suffix("_id").filter(|noun| !noun.is_empty());
    noun.map_or_else(|| "rest".to_owned(), |noun| noun.replace('_', " "))
}

/// The markers stand in a module beside the enum, so it needs a name, and another one.
fn module(input: &Input<'_>, errors: &mut Errors) -> Ident {
    let enum_ident = &input.item.ident;
    let help = "name the module: `#[permission(module = permissions)]`";
    let (module, caret) = match &input.module {
        Said::Something(module) => (Some(module.clone()), module),
        // Perhaps the name was said, where it was not understood.
        Said::Nothing if errors.understood_all() => {
            (names::module(&input.default_module()), enum_ident)
        }
        Said::Nothing | Said::Unreadable => return enum_ident.clone(),
    };
    let Some(mut module) = module else {
        let name = input.default_module();
        let what = format!("the markers would stand in a module `{name}`, a word of Rust's own");
        errors.at(caret, what, help);
        return enum_ident.clone();
    };
    if plain(&module) == plain(enum_ident) {
        let what = format!("the module of the markers cannot be called `{enum_ident}` too");
        errors.at(caret, what, help);
    }
    module.set_span(caret.span());
    module
}
