//! What a route reads.

use utoipa::openapi::{
    Content, Object, ObjectBuilder, OneOf, RefOr, Required, Schema, Type,
    request_body::{RequestBody, RequestBodyBuilder},
    schema::AdditionalProperties,
};

use super::{
    Accounts,
    shapes::{closed, open, password, reference, text},
};
use crate::{
    http::{
        description::{Kind, Member, Reads},
        flow_cookie::SIGNUPS,
    },
    user::typed,
};

impl Accounts {
    /// The body, if the route reads one.
    pub(super) fn body(&self, reads: Reads) -> Option<RequestBody> {
        match reads {
            Reads::Json(members) => Some(json(self.object(members), Required::True)),
            Reads::JsonOrNothing(members) => Some(json(self.object(members), Required::False)),
            Reads::IntrospectionForm => Some(form(
                of_token()
                    .property("client_id", text().min_length(Some(1)))
                    .property("client_secret", text().min_length(Some(1)).write_only(true)),
            )),
            Reads::Login => Some(self.login()),
            Reads::Logout => Some(json(
                open().property("refresh_token", self.member(Kind::Token)).build(),
                Required::False,
            )),
            Reads::Nothing | Reads::Query(_) => None,
            Reads::Patch => Some(json(reference(&*self.schemas.patch.name), Required::True)),
            Reads::Refresh if !self.has_bearer => None,
            Reads::Refresh => {
                let body = closed()
                    .property("refresh_token", self.member(Kind::Token))
                    .property("scope", scope(true));
                Some(match &self.cookies {
                    Some(_) => json(body.build(), Required::False),
                    None => json(body.required("refresh_token").build(), Required::True),
                })
            }
            Reads::Signup => Some(json(reference(&*self.schemas.signup.name), Required::True)),
            Reads::TokenForm => Some(form(of_token())),
            Reads::SignupRest => Some(json(reference(self.named(REST)), Required::True)),
        }
    }

    /// The bodies of the struct's own, by their names.
    pub(super) fn own_bodies(&self) -> Vec<(String, RefOr<Schema>)> {
        let schemas = &self.schemas;
        let mut signup = schemas.signup.object.clone();
        if let Some(password) = signup.properties.get_mut("password") {
            *password = self.member(Kind::NewPassword);
        }
        let rest = self.rest_of(signup.clone());
        let own = [
            (schemas.claims.name.to_string(), schemas.claims.object.clone()),
            (schemas.patch.name.to_string(), schemas.patch.object.clone()),
            (schemas.signup.name.to_string(), signup),
            (schemas.view.name.to_string(), schemas.view.object.clone()),
            (self.named(REST), rest),
        ];
        let own = own.into_iter().map(|(name, object)| (name, object.into()));
        let bodies = [&schemas.claims, &schemas.patch, &schemas.signup, &schemas.view];
        let mentioned = bodies.into_iter().flat_map(|body| body.mentioned.iter().cloned());
        own.chain(mentioned).collect()
    }

    /// A sign-up without the address, which was proved or is known, and with what it goes on with. A password is
    /// needed only where accounts cannot do without one.
    fn rest_of(&self, mut signup: Object) -> Object {
        if let Some(column) = self.column(self.spec.email) {
            // A provider may not know it.
            if self.providers.is_empty() {
                signup.properties.remove(column.field);
            }
            signup.required.retain(|name| name != column.field);
        }
        if self.column(self.spec.password_hash).is_some_and(|column| column.nullable) {
            signup.required.retain(|name| name != "password");
        }
        // The address is what to log in with.
        signup.extensions = None;
        signup.properties.insert("flow".to_owned(), self.flow().into());
        signup.required.push("flow".to_owned());
        signup
    }

    /// What a sign-up goes on with: by a provider, in the browser that began it.
    fn flow(&self) -> Object {
        let flow = text().write_only(true);
        let told = format!("Of a sign-up by a provider it counts with its cookie, `{SIGNUPS}…`.");
        flow.description((!self.providers.is_empty()).then_some(told)).build()
    }

    fn object(&self, members: &[Member]) -> Object {
        let object = members.iter().fold(closed(), |object, member| {
            let object = object.property(member.name, self.member(member.kind));
            match member.kind {
                Kind::Next | Kind::Optional | Kind::Password => object,
                _ => object.required(member.name),
            }
        });
        object.build()
    }

    /// By email, by username, or by the form that has one field for both.
    fn login(&self) -> RequestBody {
        let by = |name: &str| {
            closed()
                .property(name, self.member(Kind::Text))
                .required(name)
                .property("password", password(false))
                .required("password")
                .property("remember", typed(Type::Boolean, true))
                .build()
        };
        let by_email = self.spec.email.map(|_| by("email"));
        let by_username = self.spec.username.map(|_| by("username"));
        let schema: RefOr<Schema> = match (by_email, by_username) {
            (Some(by_email), Some(by_username)) => {
                let mut either = OneOf::new();
                either.items = vec![by_email.into(), by_username.into()];
                RefOr::T(Schema::OneOf(either))
            }
            (by_email, by_username) => by_email.or(by_username).unwrap_or_default().into(),
        };
        let form = closed()
            .property("grant_type", text().enum_values(Some(["password"])))
            .property("username", text())
            .required("username")
            .property("password", password(false))
            .required("password")
            .property("scope", scope(false))
            .property("client_id", text())
            .property("client_secret", text())
            .property("remember", text());
        RequestBodyBuilder::new()
            .content(JSON, Content::new(Some(schema)))
            .content(FORM, Content::new(Some(form)))
            .required(Some(Required::True))
            .build()
    }
}

/// A form of a token. What else it holds is read over, as a hint is, if it says nothing twice.
fn of_token() -> ObjectBuilder {
    let token = text().min_length(Some(1)).write_only(true);
    let more = AdditionalProperties::RefOr(text().build().into());
    let form = open().additional_properties(Some(more));
    form.property("token", token).required("token").property("token_type_hint", text())
}

fn form(object: ObjectBuilder) -> RequestBody {
    RequestBodyBuilder::new()
        .content(FORM, Content::new(Some(object.build())))
        .required(Some(Required::True))
        .build()
}

/// Scopes, by name.
fn scope(nullable: bool) -> ObjectBuilder {
    const ONE: &str = r"[!#-\[\]-~]+";
    typed(Type::String, nullable).pattern(Some(format!("^({ONE}( {ONE})*)?$")))
}

fn json(schema: impl Into<RefOr<Schema>>, required: Required) -> RequestBody {
    RequestBodyBuilder::new()
        .content(JSON, Content::new(Some(schema)))
        .required(Some(required))
        .build()
}

const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const JSON: &str = "application/json";
const REST: &str = "SignupRest";
