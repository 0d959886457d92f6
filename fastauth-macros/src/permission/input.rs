//! What was written: the options of the enum, and the name of each variant.

mod name;
mod options;

use proc_macro2::Ident;
use syn::{Attribute, Data, DataEnum, DeriveInput, LitStr, Variant};

use crate::{
    errors::Errors,
    krate::Krate,
    names::{plain, snake_case},
};

/// The item under the derive, an enum or not.
pub(super) struct Input<'a> {
    pub(super) item: &'a DeriveInput,
    pub(super) krate: Krate,
    /// What `module = …` says.
    pub(super) module: Said<Ident>,
    pub(super) variants: Vec<InputVariant<'a>>,
}

/// A variant.
pub(super) struct InputVariant<'a> {
    pub(super) variant: &'a Variant,
    pub(super) name: Said<LitStr>,
}

/// What somebody said about something.
pub(super) enum Said<T> {
    Nothing,
    Something(T),
    Unreadable,
}

impl<'a> Input<'a> {
    /// Reads all there is, and says what cannot be read.
    pub(super) fn read(item: &'a DeriveInput, errors: &mut Errors) -> Self {
        let mut input =
            Self { item, krate: Krate::default(), module: Said::Nothing, variants: Vec::new() };
        let Some(data) = input.data() else {
            // Only where fastauth is matters then.
            let mut said = Errors::default();
            options::read(&mut input, &mut said);
            let _: syn::Result<()> = said.finish(());
            return input;
        };
        options::read(&mut input, errors);
        for variant in &data.variants {
            let name = name::read(variant, item, errors);
            input.variants.push(InputVariant { variant, name });
        }
        input
    }

    /// What the module of the markers is called when nobody says.
    pub(super) fn default_module(&self) -> String {
        snake_case(&plain(&self.item.ident))
    }

    /// What makes it an enum.
    pub(super) fn data(&self) -> Option<&'a DataEnum> {
        match &self.item.data {
            Data::Enum(data) => Some(data),
            Data::Struct(_) | Data::Union(_) => None,
        }
    }
}

/// The attributes of one name.
fn called<'a>(
    attributes: &'a [Attribute],
    name: &'static str,
) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.path().is_ident(name))
}
