use serde_json::Value as Json;
use utoipa::openapi::{
    KnownFormat, Object, ObjectBuilder, SchemaFormat, Type,
    schema::{SchemaFormat::Custom, SchemaType},
};

use crate::{
    user::{email::MAX_ADDRESS, username::MAX_CHARS},
    value::Shape,
};

/// What the server says of a value of this shape.
pub(crate) fn shown(shape: Shape, nullable: bool) -> ObjectBuilder {
    let known = |kind: Type, format: KnownFormat| {
        typed(kind, nullable).format(Some(SchemaFormat::KnownFormat(format)))
    };
    match shape {
        Shape::Json => ObjectBuilder::new().schema_type(SchemaType::AnyValue),
        Shape::Bool => typed(Type::Boolean, nullable),
        Shape::Bytes => typed(Type::String, nullable).content_encoding("base64url"),
        Shape::Date => known(Type::String, KnownFormat::Date),
        Shape::EmailText => known(Type::String, KnownFormat::Email),
        Shape::Float => known(Type::Number, KnownFormat::Double),
        Shape::Int { min, max } => whole(min, max, nullable),
        Shape::OneOf(names) => {
            let null = nullable.then_some(Json::Null);
            let names = names.iter().map(|name| Json::from(*name));
            typed(Type::String, nullable).enum_values(Some(names.chain(null)))
        }
        Shape::Text | Shape::UsernameText => typed(Type::String, nullable),
        Shape::Time => known(Type::String, KnownFormat::DateTime),
        Shape::Uuid => typed(Type::String, nullable).format(Some(Custom("uuid".to_owned()))),
    }
}

/// What it takes of it, which has limits. They are counted in bytes; a document can only count
/// characters.
pub(crate) fn taken(shape: Shape, nullable: bool, longest: Option<usize>) -> ObjectBuilder {
    let shown = shown(shape, nullable);
    match shape {
        Shape::Bytes => shown.max_length(longest),
        Shape::EmailText => shown.max_length(Some(MAX_ADDRESS)),
        // No store of ours keeps a NUL in text.
        Shape::Text => shown.max_length(longest).pattern(Some(r"^[^\u0000]*$")),
        Shape::UsernameText => shown.min_length(Some(1)).max_length(Some(MAX_CHARS)),
        _ => shown,
    }
}

/// A value of this type, or null where that may be.
pub(crate) fn typed(kind: Type, nullable: bool) -> ObjectBuilder {
    let object: Object = if nullable {
        Object::with_type(SchemaType::from_iter([kind, Type::Null]))
    } else {
        Object::with_type(kind)
    };
    object.into()
}

fn whole(min: i64, max: i64, nullable: bool) -> ObjectBuilder {
    let is_small = i32::try_from(min).is_ok() && i32::try_from(max).is_ok();
    let format = if is_small { KnownFormat::Int32 } else { KnownFormat::Int64 };
    let whole = typed(Type::Integer, nullable).format(Some(SchemaFormat::KnownFormat(format)));
    // What the format says needs no bounds besides.
    if (min, max) == (i64::MIN, i64::MAX) {
        whole
    } else {
        whole.minimum(Some(min)).maximum(Some(max))
    }
}
