//! Small schemas, and what the document calls the large ones.

use utoipa::openapi::{
    ArrayBuilder, Header, HeaderBuilder, KnownFormat, Object, ObjectBuilder, Ref, RefOr, Schema,
    SchemaFormat, Type, schema::AdditionalProperties,
};

use super::Accounts;
use crate::{
    http::{description::Kind, flow_cookie::SIGNUPS},
    secret::Password,
    user::{new_password, taken, typed},
    value::{Codec, Shape},
};

/// The most permissions that one body names.
pub(in crate::http) const MOST_PERMISSIONS: usize = crate::http::roles::MOST;

/// An object of the properties it names and no others.
pub(super) fn closed() -> ObjectBuilder {
    typed(Type::Object, false).additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

/// An object that may grow.
pub(super) fn open() -> ObjectBuilder {
    typed(Type::Object, false)
}

/// Text that nothing is said of.
pub(super) fn text() -> ObjectBuilder {
    typed(Type::String, false)
}

/// Text of a format.
pub(super) fn formatted(format: &str) -> ObjectBuilder {
    text().format(Some(SchemaFormat::Custom(format.to_owned())))
}

/// A moment.
pub(super) fn moment() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// A list of these.
pub(super) fn list_of(item: impl Into<RefOr<Schema>>) -> ArrayBuilder {
    ArrayBuilder::new().items(item.into())
}

/// Where a schema of the document stands.
pub(super) fn reference(name: impl Into<String>) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// The cookie that a sign-up by a provider goes on with.
pub(super) fn signup_cookie() -> Header {
    let told = format!("Of a sign-up by a provider: the cookie `{SIGNUPS}…`, or its end.");
    HeaderBuilder::new().schema(Some(text())).description(Some(told)).build()
}

/// A path of this site, as [`NextPath`](crate::NextPath) reads it, or none.
pub(super) fn next(nullable: bool) -> ObjectBuilder {
    typed(Type::String, nullable).max_length(Some(512)).pattern(Some(r"^(/(?!/)[!-\[\]-~]*)?$"))
}

/// The name of a role.
pub(super) fn role_name() -> ObjectBuilder {
    // `.` and `..` mean a place where they stand in a path.
    text().min_length(Some(1)).max_length(Some(64)).pattern(Some(r"^(?!\.{1,2}$)[A-Za-z0-9._:-]+$"))
}

/// A password that is to be checked.
pub(super) fn password(nullable: bool) -> ObjectBuilder {
    typed(Type::String, nullable)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .max_length(Some(Password::MAX_CHARS))
        .write_only(true)
}

impl Accounts {
    /// What a member of a body may be.
    pub(super) fn member(&self, kind: Kind) -> RefOr<Schema> {
        let field = Codec::<String>::column();
        let object: Object = match kind {
            Kind::Address => taken(Shape::EmailText, false, field.longest()).build(),
            Kind::Next => next(true).build(),
            Kind::NewPassword => new_password(self.shortest_password),
            Kind::Password => password(true).build(),
            Kind::Permissions => return self.permissions().into(),
            Kind::RoleName => role_name().build(),
            Kind::Optional => text().build(),
            Kind::Text => taken(Shape::Text, false, field.longest()).build(),
            Kind::Token => text().write_only(true).build(),
        };
        object.into()
    }

    fn permissions(&self) -> ArrayBuilder {
        let names = self.permissions.iter().map(|(name, _)| *name);
        list_of(text().enum_values(Some(names))).max_items(Some(MOST_PERMISSIONS))
    }
}
