use std::{fmt, marker::PhantomData};

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::shaped::{shown, taken};
use crate::value::{Codec, Shape};

/// What a field of a body looks like, as its codec says.
pub struct FieldSchema {
    pub(super) name: &'static str,
    pub(super) is_optional: bool,
    pub(super) shape: Shape,
    nullable: bool,
    longest: Option<usize>,
    of_its_own: Option<Typed>,
}

impl FieldSchema {
    /// The field of this name, which need not be given.
    pub fn new<T>(name: &'static str, codec: &Codec<T>) -> Self {
        Self {
            name,
            is_optional: true,
            shape: codec.shape(),
            nullable: codec.is_nullable(),
            longest: codec.longest(),
            of_its_own: None,
        }
    }

    /// The same for a field kept as JSON, whose type may describe itself.
    #[must_use]
    pub fn typed(self, of_its_own: Option<Typed>) -> Self {
        Self { of_its_own, ..self }
    }

    /// The same where the client must give it, unless its type is an `Option`.
    #[must_use]
    pub fn given(self, is_option: bool) -> Self {
        Self { is_optional: is_option, ..self }
    }

    /// What it takes where the field is all there is to log in with.
    pub(super) fn demanded(&self) -> RefOr<Schema> {
        taken(self.shape, false, self.longest).into()
    }

    /// What the server says.
    pub(super) fn shown(&self) -> RefOr<Schema> {
        let own = self.of_its_own.as_ref().map(|typed| typed.schema.clone());
        own.unwrap_or_else(|| shown(self.shape, self.nullable).into())
    }

    /// What the server takes.
    pub(super) fn taken(&self) -> RefOr<Schema> {
        let own = self.of_its_own.as_ref().map(|typed| typed.schema.clone());
        own.unwrap_or_else(|| taken(self.shape, self.nullable, self.longest).into())
    }

    /// The types it mentions by name.
    pub(super) fn mentioned(&self) -> &[(String, RefOr<Schema>)] {
        self.of_its_own.as_ref().map_or(&[], |typed| &typed.mentioned)
    }
}

impl fmt::Debug for FieldSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldSchema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a type says of itself.
pub struct Typed {
    schema: RefOr<Schema>,
    mentioned: Vec<(String, RefOr<Schema>)>,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed").finish_non_exhaustive()
    }
}

/// Whether a type describes itself to utoipa, asked of the type checker.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T: ToSchema> Probe<T> {
    /// It does.
    pub fn typed() -> Option<Typed> {
        let mut mentioned = Vec::new();
        T::schemas(&mut mentioned);
        Some(Typed { schema: <T as PartialSchema>::schema(), mentioned })
    }
}

/// The answer for every other type.
pub trait OtherwiseUntyped {
    /// It does not, and may be any JSON.
    fn typed() -> Option<Typed> {
        None
    }
}

impl<T> OtherwiseUntyped for Probe<T> {}
