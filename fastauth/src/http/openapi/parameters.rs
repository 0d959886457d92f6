//! What stands in a path, a query or a header of a request.

use utoipa::openapi::{
    RefOr, Required, Schema,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

use super::{
    Accounts,
    shapes::{formatted, next, role_name, text},
};
use crate::{
    http::{
        description::{Description, Kind, Member, Place, Reads},
        routing::RouteGuard,
    },
    user::shown,
};

impl Accounts {
    /// Those of a route of the accounts.
    pub(super) fn parameters(&self, route: &RouteGuard, told: &Description) -> Vec<Parameter> {
        let place = |(name, place): (&str, &Place)| {
            let schema: RefOr<Schema> = match place {
                Place::Provider => text().enum_values(Some(self.providers.clone())).into(),
                Place::Role => role_name().into(),
                Place::Session => formatted("uuid").into(),
                Place::User => shown(self.id, false).into(),
            };
            in_path(name, schema)
        };
        let names = names(&route.path);
        // Those of what it is mounted below come first, and are the application's.
        let above = names.len().saturating_sub(told.places.len());
        let (above, own) = names.split_at_checked(above).unwrap_or_default();
        let own = own.iter().copied().zip(told.places).map(place);
        let by_page = (self.cookies.is_some() && route.method != "GET").then(requested_with);
        let above = above.iter().map(|name| in_path(name, text().into()));
        above.chain(own).chain(self.in_query(told)).chain(by_page).collect()
    }
}

impl Accounts {
    fn in_query(&self, told: &Description) -> Vec<Parameter> {
        let Reads::Query(members) = told.reads else { return Vec::new() };
        let parameter = |member: &Member| {
            let is_required = matches!(member.kind, Kind::Text);
            ParameterBuilder::new()
                .name(member.name)
                .parameter_in(ParameterIn::Query)
                .required(if is_required { Required::True } else { Required::False })
                .schema(Some(match member.kind {
                    // Nothing in a query is null.
                    Kind::Next => next(false).into(),
                    kind => self.member(kind),
                }))
                .build()
        };
        members.iter().map(parameter).collect()
    }
}

/// Those of a path that nothing more is known of.
pub(super) fn unknown(path: &str) -> Vec<Parameter> {
    names(path).into_iter().map(|name| in_path(name, text().into())).collect()
}

/// The path as a document writes it: what stands for a rest is one name too.
pub(super) fn template(path: &str) -> String {
    path.replace("{*", "{")
}

fn names(path: &str) -> Vec<&str> {
    let places = path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'));
    places.map(|name| name.trim_start_matches('*')).collect()
}

fn in_path(name: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(schema))
        .build()
}

/// How a program says that no page of another site sent it.
fn requested_with() -> Parameter {
    let told = "Where tokens travel in cookies: for programs, in place of what browsers send.";
    ParameterBuilder::new()
        .name("X-Requested-With")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(told))
        .schema(Some(text()))
        .build()
}
