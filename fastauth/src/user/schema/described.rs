use std::{borrow::Cow, fmt};

use serde_json::json;
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat, Type,
        extensions::Extensions, schema::AdditionalProperties,
    },
};

use super::{FieldSchema, typed};
use crate::{secret::Password, value::Shape};

/// What documents say of a user's bodies.
pub struct Schemas {
    pub(crate) claims: BodySchema,
    pub(crate) patch: BodySchema,
    pub(crate) signup: BodySchema,
    pub(crate) view: BodySchema,
}

impl Schemas {
    /// As the derive describes them.
    pub fn of<C: Described, P: Described, S: Described, V: Described>() -> Self {
        Self {
            claims: C::describe(),
            patch: P::describe(),
            signup: S::describe(),
            view: V::describe(),
        }
    }

    /// Of a user that nobody derived: any object may be one.
    pub fn unknown(user: &str) -> Self {
        let any = |word: &str| BodySchema {
            name: format!("{user}{word}").into(),
            object: Object::with_type(Type::Object),
            mentioned: Vec::new(),
        };
        Self {
            claims: any("Claims"),
            patch: any("Patch"),
            signup: any("Signup"),
            view: any("View"),
        }
    }
}

impl fmt::Debug for Schemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schemas").field("view", &self.view).finish_non_exhaustive()
    }
}

/// A body that the derive describes.
pub trait Described: ToSchema {
    /// What it looks like.
    fn describe() -> BodySchema;
}

/// What a body looks like.
pub struct BodySchema {
    pub(crate) name: Cow<'static, str>,
    pub(crate) object: Object,
    pub(crate) mentioned: Vec<(String, RefOr<Schema>)>,
}

impl BodySchema {
    /// The claims of an access token that come from the struct; others stand beside them.
    pub fn claims(name: &'static str, fields: &[FieldSchema]) -> Self {
        Self::shown(name, fields, typed(Type::Object, false))
    }

    /// What a user may change.
    pub fn patch(name: &'static str, fields: &[FieldSchema]) -> Self {
        Self::taken(name, fields, closed())
    }

    /// What a client gives at registration.
    pub fn signup(name: &'static str, fields: &[FieldSchema]) -> Self {
        Self::of_signup(name, fields, closed())
    }

    /// The same with a password.
    pub fn signup_with_password(name: &'static str, fields: &[FieldSchema]) -> Self {
        let password = new_password(Password::MIN_CHARS);
        Self::of_signup(name, fields, closed().property("password", password).required("password"))
    }

    /// What a user sees.
    pub fn view(name: &'static str, fields: &[FieldSchema]) -> Self {
        Self::shown(name, fields, closed())
    }

    /// As an object of a document.
    pub fn into_schema(self) -> RefOr<Schema> {
        RefOr::T(self.object.into())
    }

    /// The types it mentions by name.
    pub fn into_mentioned(self) -> Vec<(String, RefOr<Schema>)> {
        self.mentioned
    }

    /// Where everything to log in with is optional, one of it is not.
    fn of_signup(name: &'static str, fields: &[FieldSchema], object: ObjectBuilder) -> Self {
        let is_login =
            |field: &&FieldSchema| matches!(field.shape, Shape::EmailText | Shape::UsernameText);
        let logins: Vec<_> = fields.iter().filter(is_login).collect();
        let mut body = Self::taken(name, fields, object);
        if logins.is_empty() || logins.iter().any(|field| !field.is_optional) {
            return body;
        }
        if let [alone] = logins.as_slice() {
            body.object.properties.insert(alone.name.to_owned(), alone.demanded());
            body.object.required.push(alone.name.to_owned());
            return body;
        }
        let given = |field: &&FieldSchema| {
            let name = field.name;
            json!({ "required": [name], "properties": { name: { "type": "string" } } })
        };
        let any: Vec<_> = logins.iter().map(given).collect();
        body.object.extensions = Some(Extensions::from_iter([("anyOf", any)]));
        body
    }

    /// A body the server says: all of it is there.
    fn shown(name: &'static str, fields: &[FieldSchema], object: ObjectBuilder) -> Self {
        let object = fields.iter().fold(object, |object, field| {
            object.property(field.name, field.shown()).required(field.name)
        });
        Self::of(name, fields, object)
    }

    /// A body a client says.
    fn taken(name: &'static str, fields: &[FieldSchema], object: ObjectBuilder) -> Self {
        let object = fields.iter().fold(object, |object, field| {
            let object = object.property(field.name, field.taken());
            if field.is_optional { object } else { object.required(field.name) }
        });
        Self::of(name, fields, object)
    }

    fn of(name: &'static str, fields: &[FieldSchema], object: ObjectBuilder) -> Self {
        let mentioned = fields.iter().flat_map(FieldSchema::mentioned).cloned().collect();
        Self { name: Cow::Borrowed(name), object: object.build(), mentioned }
    }
}

impl fmt::Debug for BodySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodySchema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An object of the properties it names and no others.
fn closed() -> ObjectBuilder {
    typed(Type::Object, false).additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

/// A password that is to be set.
pub(crate) fn new_password(shortest: usize) -> Object {
    typed(Type::String, false)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(shortest))
        .max_length(Some(Password::MAX_CHARS))
        .description(Some("As long as it is once it is normalised (NFKC)."))
        .write_only(true)
        .build()
}

/// Describes the bodies that the derive makes. Of a field: its codec, its type if that is kept as JSON,
/// and its type if that says whether it must be given. Before them stands what the impls take for granted.
#[doc(hidden)]
#[macro_export]
macro_rules! __described {
    ($($body:ident $name:literal $kind:ident ($($granted:tt)*) {
        $($field:literal $codec:expr $(, json $json:ty)? $(, of $ty:ty)?;)*
    })*) => {$(
        #[automatically_derived]
        impl $crate::__private::Described for $body $($granted)* {
            fn describe() -> $crate::__private::BodySchema {
                #[allow(unused_imports)]
                use $crate::{__private::OtherwiseUntyped as _, user::field::OtherwiseRequired as _};
                $crate::__private::BodySchema::$kind($name, &[$(
                    $crate::__private::FieldSchema::new($field, &$codec)
                        $(.typed($crate::__private::Probe::<$json>::typed()))?
                        $(.given($crate::user::field::Absent::<$ty>::IS_OPTION))?
                ),*])
            }
        }

        #[automatically_derived]
        impl $crate::__private::utoipa::PartialSchema for $body $($granted)* {
            fn schema() -> $crate::__private::utoipa::openapi::RefOr<
                $crate::__private::utoipa::openapi::Schema,
            > {
                <$body as $crate::__private::Described>::describe().into_schema()
            }
        }

        #[automatically_derived]
        impl $crate::__private::utoipa::ToSchema for $body $($granted)* {
            fn name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed($name)
            }

            fn schemas(
                __all: &mut ::std::vec::Vec<(
                    ::std::string::String,
                    $crate::__private::utoipa::openapi::RefOr<
                        $crate::__private::utoipa::openapi::Schema,
                    >,
                )>,
            ) {
                __all.append(
                    &mut <$body as $crate::__private::Described>::describe().into_mentioned(),
                );
            }
        }
    )*};
}

/// The accessor of all of them, inside of an impl of `AuthUser`.
#[doc(hidden)]
#[macro_export]
macro_rules! __schemas {
    ($($body:ident),*) => {
        fn schemas() -> $crate::__private::Schemas {
            $crate::__private::Schemas::of::<$($body),*>()
        }
    };
}
