//! One route.

use http::StatusCode;
use utoipa::openapi::{
    Components, Header, RefOr, Response, ResponseBuilder, ResponsesBuilder,
    path::{Operation, OperationBuilder},
};

use super::{Accounts, parameters, problems, shapes::text};
use crate::http::{
    description::Description,
    routing::{RouteGuard, Who},
};

impl Accounts {
    /// A route of the accounts.
    pub(super) fn operation(
        &self,
        route: &RouteGuard,
        told: &Description,
        has_login: bool,
        components: &mut Components,
    ) -> Operation {
        let refusals = problems::responses(&self.refusals(route, told), components);
        let replies = self.replies(told).into_iter().chain(self.to_login(route));
        let replies = replies.map(|(status, reply)| (status, RefOr::T(reply)));
        let responses = replies.chain(refusals);
        let mut operation = OperationBuilder::new()
            .operation_id(Some(told.name))
            .summary(Some(told.summary))
            .tag(self.spec.name)
            .request_body(self.body(told.reads))
            .responses(all(responses))
            .build();
        let parameters = self.parameters(route, told);
        operation.parameters =
            (!parameters.is_empty()).then(|| parameters.into_iter().map(Into::into).collect());
        operation.security = self.requirements(route, has_login);
        operation
    }

    /// Fills in what a guard asks for, where an operation of the application's own does not say so
    /// itself.
    pub(super) fn guard(
        &self,
        operation: &mut Operation,
        route: &RouteGuard,
        has_login: bool,
        components: &mut Components,
    ) {
        if operation.security.is_none() {
            operation.security = self.requirements(route, has_login);
        }
        let refusals = problems::responses(&self.guard_refusals(route), components);
        let to_login = self.to_login(route).map(|(status, reply)| (status, RefOr::T(reply)));
        for (status, response) in to_login.into_iter().chain(refusals) {
            let said = &mut operation.responses.responses;
            said.entry(status.as_str().to_owned()).or_insert(response);
        }
    }

    /// Where browsers are sent that nobody is signed in with.
    fn to_login(&self, route: &RouteGuard) -> Option<(StatusCode, Response)> {
        let is_closed = matches!(route.admits.who, Who::UsersOf(_)) && !route.admits.is_optional;
        let shows = self.shows_login_page && is_closed && route.method == "GET";
        let reply = ResponseBuilder::new()
            .description("To the login page, for a browser that nobody is signed in with.")
            .header("Location", Header::new(text()));
        shows.then(|| (StatusCode::SEE_OTHER, reply.build()))
    }
}

/// A route of which nothing is known but its path.
pub(super) fn unknown(path: &str) -> Operation {
    let responses =
        ResponsesBuilder::new().response("default", Response::new("What the application answers."));
    let mut operation = OperationBuilder::new().responses(responses).build();
    let parameters = parameters::unknown(path);
    operation.parameters =
        (!parameters.is_empty()).then(|| parameters.into_iter().map(Into::into).collect());
    operation
}

fn all(responses: impl Iterator<Item = (StatusCode, RefOr<Response>)>) -> ResponsesBuilder {
    let named = responses.map(|(status, response)| (status.as_str().to_owned(), response));
    ResponsesBuilder::new().responses_from_iter(named)
}
