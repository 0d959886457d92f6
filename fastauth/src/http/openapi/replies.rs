//! What a route gives.

use http::StatusCode;
use utoipa::openapi::{
    AllOf, Content, Header, ObjectBuilder, OneOf, RefOr, Response, ResponseBuilder, Schema, Type,
};

use super::{
    Accounts,
    bodies::JSON,
    shapes::{formatted, list_of, moment, open, reference, role_name, signup_cookie, text},
};
use crate::{
    config::Transport,
    http::description::{Description, Gives},
    user::typed,
};

impl Accounts {
    /// The replies of a route that are no refusals.
    pub(super) fn replies(&self, route: &Description) -> Vec<(StatusCode, Response)> {
        let mails = route.gives.iter().any(|(_, gives)| matches!(gives, Gives::Mailed));
        let comes = |gives: &Gives| match gives {
            Gives::SignedIn if mails => !self.always_mails(),
            Gives::Mailed if route.gives.len() > 1 => self.requires_proof,
            _ => true,
        };
        let replies = route.gives.iter().filter(|(_, gives)| comes(gives));
        replies.map(|(status, gives)| (*status, self.reply(*gives))).collect()
    }

    /// The schemas that replies mention, by their names.
    pub(super) fn own_replies(&self) -> Vec<(String, RefOr<Schema>)> {
        let user = || reference(&*self.schemas.view.name);
        let mut tokens = open()
            .property("access_token", text())
            .required("access_token")
            .property("token_type", text().enum_values(Some(["Bearer"])))
            .required("token_type")
            .property("expires_in", seconds())
            .required("expires_in")
            .property("scope", text());
        if !self.is_opaque {
            tokens = tokens
                .property("refresh_token", text())
                .required("refresh_token")
                .property("refresh_expires_in", seconds())
                .required("refresh_expires_in");
        }
        let session = open()
            .property("id", formatted("uuid"))
            .required("id")
            .property("expires_at", moment())
            .required("expires_at");
        let by_cookies = open()
            .property("user", user())
            .required("user")
            .property("session", session)
            .required("session")
            .property("scope", text());
        vec![
            (self.named(TOKENS), tokens.property("user", user()).required("user").into()),
            (self.named(BY_COOKIES), by_cookies.into()),
        ]
    }

    fn reply(&self, gives: Gives) -> Response {
        let json = |description: &str, schema: RefOr<Schema>| {
            ResponseBuilder::new()
                .description(description)
                .content(JSON, Content::new(Some(schema)))
        };
        let nothing = |description: &str| ResponseBuilder::new().description(description);
        let reply = match gives {
            Gives::AuthorizationUrl => with_flow_cookie(json(
                "Where to send the browser.",
                open()
                    .property("authorization_url", formatted("uri"))
                    .required("authorization_url")
                    .into(),
            )),
            Gives::Cleared => self.with_cookies(nothing("Done; the cookies are taken back.")),
            Gives::Completed => {
                let reply = self.signed_in(json("Signed in.", self.answer()));
                let by_provider = !self.providers.is_empty();
                if by_provider { reply.header("Set-Cookie", signup_cookie()) } else { reply }
            }
            Gives::Identities => {
                json("The accounts at providers, the oldest first.", list_of(identity()).into())
            }
            Gives::Introspection => json("What the token is good for.", introspection().into()),
            Gives::Mailed => nothing("What comes by mail decides; the same for everybody."),
            Gives::MyRoles => {
                let roles = open()
                    .property("roles", list_of(reference(ROLE)))
                    .required("roles")
                    .property("permissions", list_of(text()))
                    .required("permissions");
                json("Their roles, and what these let them do.", roles.into())
            }
            Gives::Nothing => nothing("Done."),
            Gives::OAuthError => {
                json("The form cannot be taken, or the client is not known.", oauth_error().into())
            }
            Gives::Refreshed => self.with_cookies(json(
                "Signed in.",
                self.tokens(self.cookies.is_some(), self.has_bearer),
            )),
            Gives::Role => json("The role.", reference(ROLE)),
            Gives::Roles => json("The roles, by name.", list_of(reference(ROLE)).into()),
            Gives::Sessions => json("The sessions.", list_of(reference(SESSION)).into()),
            Gives::SignedIn => self.signed_in(json("Signed in.", self.answer())),
            Gives::SignedInOrLinked => {
                let mut either = OneOf::new();
                either.items = vec![self.answer(), identity().into()];
                let mut with_next = AllOf::new();
                with_next.items =
                    vec![RefOr::T(Schema::OneOf(either)), open().property("next", text()).into()];
                let with_next = RefOr::T(Schema::AllOf(with_next));
                self.signed_in(json("Signed in; or the account there is linked.", with_next))
            }
            Gives::ToNext => self.signed_in(
                nothing("To where the browser was about to go, signed in.")
                    .header("Location", Header::new(text())),
            ),
            Gives::ToProvider => with_flow_cookie(
                nothing("To the provider.").header("Location", Header::new(text())),
            ),
            Gives::View => json("The account.", reference(&*self.schemas.view.name)),
        };
        reply.build()
    }

    /// What answers a sign-in.
    fn answer(&self) -> RefOr<Schema> {
        let by_cookies = self.first == Transport::Cookies;
        self.tokens(by_cookies, !by_cookies)
    }

    fn signed_in(&self, reply: ResponseBuilder) -> ResponseBuilder {
        if self.first == Transport::Cookies { self.with_cookies(reply) } else { reply }
    }

    fn tokens(&self, by_cookies: bool, by_bearer: bool) -> RefOr<Schema> {
        let (cookies, tokens) = (self.named(BY_COOKIES), self.named(TOKENS));
        match (by_cookies, by_bearer) {
            (true, true) => {
                let mut either = OneOf::new();
                either.items = vec![reference(tokens), reference(cookies)];
                RefOr::T(Schema::OneOf(either))
            }
            (true, false) => reference(cookies),
            (false, _) => reference(tokens),
        }
    }

    fn with_cookies(&self, reply: ResponseBuilder) -> ResponseBuilder {
        match &self.cookies {
            Some(_) => reply.header("Set-Cookie", Header::new(text())),
            None => reply,
        }
    }
}

/// The schemas of replies that all accounts share, by their names.
pub(super) fn shared() -> [(String, RefOr<Schema>); 2] {
    let role = open()
        .property("name", role_name())
        .required("name")
        .property("permissions", list_of(text()))
        .required("permissions");
    let session = open()
        .property("id", formatted("uuid"))
        .required("id")
        .property("created_at", moment())
        .required("created_at")
        .property("last_used_at", moment())
        .required("last_used_at")
        .property("ip", typed(Type::String, true))
        .required("ip")
        .property("user_agent", typed(Type::String, true))
        .required("user_agent")
        .property("current", typed(Type::Boolean, false))
        .required("current");
    [(ROLE.to_owned(), role.into()), (SESSION.to_owned(), session.into())]
}

/// What is known of a token (RFC 7662 §2.2): of one that is good for nothing, only that.
fn introspection() -> ObjectBuilder {
    let text_of = ["aud", "iss", "jti", "scope", "sub", "type", "username"];
    let said = open()
        .property("active", typed(Type::Boolean, false))
        .required("active")
        .property("sid", formatted("uuid"))
        .property("token_type", text().enum_values(Some(["Bearer"])));
    let moments = ["exp", "iat", "nbf"].into_iter().map(|name| (name, typed(Type::Integer, false)));
    let texts = text_of.into_iter().map(|name| (name, text()));
    moments.chain(texts).fold(said, |said, (name, schema)| said.property(name, schema))
}

/// What is wrong with a form (RFC 6749 §5.2).
fn oauth_error() -> ObjectBuilder {
    open()
        .property("error", text().enum_values(Some(["invalid_client", "invalid_request"])))
        .required("error")
        .property("error_description", text())
        .required("error_description")
}

/// An account at a provider.
fn identity() -> ObjectBuilder {
    open()
        .property("provider", text())
        .required("provider")
        .property("email", typed(Type::String, true))
        .required("email")
        .property("created_at", moment())
        .required("created_at")
}

/// Whatever carries tokens: it remembers the flow.
fn with_flow_cookie(reply: ResponseBuilder) -> ResponseBuilder {
    reply.header("Set-Cookie", Header::new(text()))
}

fn seconds() -> ObjectBuilder {
    typed(Type::Integer, false).minimum(Some(0)).description(Some("In seconds."))
}

const BY_COOKIES: &str = "SignedIn";
const ROLE: &str = "Role";
const SESSION: &str = "Session";
const TOKENS: &str = "Tokens";
