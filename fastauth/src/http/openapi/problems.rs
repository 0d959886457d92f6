//! What a route refuses with: the codes that can come, by their statuses.

use http::StatusCode;
use utoipa::openapi::{
    AllOf, Components, Content, Header, Ref, RefOr, Response, ResponseBuilder, Schema, Type,
};

use super::{
    Accounts,
    shapes::{list_of, open, reference, signup_cookie, text},
};
use crate::{
    config::MagicLinks,
    error::Code,
    http::{
        description::{Description, Gives, Reads},
        reply::status,
        routing::{Needs, RouteGuard, Who},
    },
    user::typed,
};

impl Accounts {
    /// Everything a route of the accounts can refuse with, as they are configured.
    pub(super) fn refusals(&self, route: &RouteGuard, told: &Description) -> Vec<Code> {
        let of_body: &[Code] = match told.reads {
            Reads::Logout | Reads::Nothing | Reads::Query(_) => &[],
            reads if reads.is_of_token() => &[],
            _ => &BODY,
        };
        let own = told.refuses.iter().flat_map(|codes| codes.iter());
        let all: Vec<Code> = own.chain(of_body).chain(&ALWAYS).copied().collect();
        let mails = self.requires_proof
            && told.gives.iter().any(|(_, gives)| matches!(gives, Gives::Mailed));
        self.possible(&all)
            .filter(|code| !(mails && *code == Code::EmailTaken))
            .chain(self.guard_refusals(route))
            .collect()
    }

    /// Everything its guard can.
    pub(super) fn guard_refusals(&self, route: &RouteGuard) -> Vec<Code> {
        let admits = route.admits;
        let mut codes = Vec::new();
        if let Who::UsersOf(_) = admits.who {
            codes.push(Code::InvalidToken);
            codes.extend((!admits.is_optional).then_some(Code::MissingToken));
            let asks = !admits.is_claimed || self.is_opaque;
            codes.extend(asks.then_some(Code::StoreUnavailable));
            codes.extend(admits.is_fresh.then_some(Code::ReauthenticationRequired));
            let needs = admits.needs != Needs::Nothing;
            codes.extend(needs.then_some(Code::InsufficientPermission));
            codes.extend(needs.then_some(Code::InsufficientScope));
        }
        let is_asked = admits.who != Who::Anybody
            || route.told.is_some_and(|told| !told.route.reads.is_of_token());
        let changes = route.method != "GET";
        codes.extend((changes && is_asked).then_some(Code::CsrfRejected));
        self.possible(&codes).collect()
    }

    /// Those of them that can come as the accounts are configured, each once, in the order of all
    /// codes.
    fn possible(&self, codes: &[Code]) -> impl Iterator<Item = Code> {
        let has_password = self.spec.password_hash.is_some();
        let is_possible = |code: &Code| match code {
            Code::AccountDisabled => self.spec.active.is_some(),
            Code::CsrfRejected => self.cookies.is_some(),
            Code::EmailNotVerified => self.requires_proof,
            Code::EmailTaken => self.spec.email.is_some(),
            Code::HookFailed | Code::SigninDenied | Code::SignupDenied => self.has_hooks,
            Code::InsufficientScope => !self.permissions.is_empty(),
            Code::LastAdministrator => self.administration.is_some(),
            Code::Overloaded => has_password || !self.providers.is_empty(),
            Code::RateLimited => self.has_limits,
            Code::RegistrationIncomplete => {
                self.links == MagicLinks::SignUp || !self.providers.is_empty()
            }
            Code::UsernameTaken => self.spec.username.is_some(),
            Code::WrongPassword => has_password,
            _ => true,
        };
        let codes: Vec<Code> = codes.iter().copied().filter(is_possible).collect();
        Code::ALL.iter().copied().filter(move |code| codes.contains(code))
    }
}

/// The replies that say these codes. Many routes share them, so they stand among the components.
pub(super) fn responses(
    codes: &[Code],
    components: &mut Components,
) -> Vec<(StatusCode, RefOr<Response>)> {
    let mut statuses: Vec<StatusCode> = codes.iter().map(|code| status(*code)).collect();
    statuses.sort();
    statuses.dedup();
    let said = |answer: StatusCode| {
        let of_status = |code: &Code| codes.contains(code) && status(*code) == answer;
        let codes: Vec<Code> = Code::ALL.iter().copied().filter(of_status).collect();
        let named = |name: String, code: &Code| format!("{name}.{code}");
        let name = codes.iter().fold(answer.as_str().to_owned(), named);
        let reference = Ref::from_response_name(&name);
        components.responses.entry(name).or_insert_with(|| response(answer, &codes).into());
        (answer, RefOr::Ref(reference))
    };
    statuses.into_iter().map(said).collect()
}

fn response(answer: StatusCode, codes: &[Code]) -> Response {
    let told: Vec<_> = codes.iter().map(|code| format!("`{code}`: {}", code.detail())).collect();
    let names = codes.iter().map(|code| code.as_str());
    let is_incomplete = codes.contains(&Code::RegistrationIncomplete);
    let mut narrowed = open().property("code", text().enum_values(Some(names)));
    if is_incomplete {
        // What goes on with the sign-up, and where to go then.
        narrowed = narrowed.property("flow", text()).property("next", text());
    }
    let mut problem = AllOf::new();
    problem.items = vec![reference(PROBLEM), narrowed.into()];
    let problem = RefOr::T(Schema::AllOf(problem));
    let reply = ResponseBuilder::new()
        .description(told.join("  \n"))
        .content("application/problem+json", Content::new(Some(problem)));
    let reply = match answer {
        StatusCode::UNAUTHORIZED => reply.header("WWW-Authenticate", Header::new(text())),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            let seconds = typed(Type::Integer, false).minimum(Some(1));
            reply.header("Retry-After", Header::new(seconds))
        }
        _ => reply,
    };
    let reply = if is_incomplete { reply.header("Set-Cookie", signup_cookie()) } else { reply };
    reply.build()
}

/// The problem document (RFC 9457), and one field of a body it is about.
pub(super) fn schemas() -> [(String, RefOr<Schema>); 2] {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let problem = open()
        .property("type", text())
        .required("type")
        .property("title", text())
        .required("title")
        .property("status", typed(Type::Integer, false))
        .required("status")
        .property("code", text().enum_values(Some(codes)))
        .required("code")
        .property("detail", text())
        .required("detail")
        .property("errors", list_of(reference(FIELD)));
    let field = open()
        .property("pointer", text().description(Some("A JSON pointer (RFC 6901).")))
        .required("pointer")
        .property("code", text())
        .required("code")
        .property("detail", text())
        .required("detail");
    [(PROBLEM.to_owned(), problem.into()), (FIELD.to_owned(), field.into())]
}

/// What can go wrong on every route: the store, and a head that the server does not read.
const ALWAYS: [Code; 2] = [Code::HeadTooLarge, Code::StoreUnavailable];
/// What can be wrong with a body.
const BODY: [Code; 5] = [
    Code::MalformedBody,
    Code::PayloadTooLarge,
    Code::RequestTimeout,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
];

const FIELD: &str = "FieldProblem";
const PROBLEM: &str = "Problem";
