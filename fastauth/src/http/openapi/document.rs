//! All of it.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{
    Components, Content, OpenApi, PathItem, RefOr, Response, Schema, Server,
    path::{HttpMethod, Operation, OperationBuilder},
};

use super::{
    Accounts, bodies::JSON, operation, parameters::template, problems, replies, shapes::open,
};
use crate::http::{
    description::Reads,
    routing::{RouteGuard, Who},
};

/// What the application says, with what is known of these routes.
pub(super) fn document(mut own: OpenApi, routes: &[RouteGuard], accounts: &[Accounts]) -> OpenApi {
    let mut taken = names(&own);
    let mut components = own.components.take().unwrap_or_default();
    let known = routes.iter().filter(|route| is_route(route));
    for route in known {
        let of = |name: &str| accounts.iter().find(|it| it.spec.name == name);
        for method in methods(route.method) {
            let item = own.paths.paths.entry(template(&route.path)).or_default();
            let slot = slot(item, &method);
            let told = route.told.and_then(|told| Some((of(told.of)?, told.route)));
            if let Some((accounts, told)) = told {
                let has_login = login_of(accounts, routes).is_some();
                let mut operation = accounts.operation(route, told, has_login, &mut components);
                let name = name_of(told.name, &accounts.named(""), &taken);
                taken.insert(name.clone());
                operation.operation_id = Some(name);
                *slot = Some(operation);
                continue;
            }
            let operation = slot.get_or_insert_with(|| operation::unknown(&route.path));
            if let Who::UsersOf(name) = route.admits.who
                && let Some(accounts) = of(name)
            {
                let has_login = login_of(accounts, routes).is_some();
                accounts.guard(operation, route, has_login, &mut components);
            }
        }
    }
    if own.servers.is_none() {
        own.servers = accounts.first().map(|it| vec![Server::new(&it.base_url)]);
    }
    for accounts in accounts {
        for (name, scheme) in accounts.schemes(login_of(accounts, routes).as_deref()) {
            components.security_schemes.entry(name).or_insert(scheme.into());
        }
    }
    add_schemas(&mut components, &own, accounts);
    own.components = Some(components);
    own
}

/// What the application says, and that it serves this document.
pub(super) fn with_itself(mut own: OpenApi, path: &str) -> OpenApi {
    let mut response = Response::new("This document.");
    response.content.insert(JSON.to_owned(), Content::new(Some(open())).into());
    let operation = OperationBuilder::new()
        .operation_id(Some("openapi"))
        .summary(Some("Describes the routes."))
        .response("200", response);
    own.paths.add_path_operation(path, vec![HttpMethod::Get], operation);
    own
}

/// The schemas that something mentions, and the claims, which tokens carry.
fn add_schemas(components: &mut Components, own: &OpenApi, accounts: &[Accounts]) {
    let of_accounts = accounts.iter().flat_map(|it| [it.own_bodies(), it.own_replies()].concat());
    let shared = problems::schemas().into_iter().chain(replies::shared());
    let mut waiting: BTreeMap<String, RefOr<Schema>> = of_accounts.chain(shared).collect();
    let claims: Vec<_> = accounts.iter().map(|it| it.schemas.claims.name.to_string()).collect();
    let mut text = serde_json::to_string(&(&own.paths, &components.responses)).unwrap_or_default();
    loop {
        let is_mentioned = |name: &String| {
            claims.contains(name) || text.contains(&format!("\"#/components/schemas/{name}\""))
        };
        let found: Vec<String> =
            waiting.keys().filter(|name| is_mentioned(name)).cloned().collect();
        if found.is_empty() {
            return;
        }
        for name in found {
            if let Some(schema) = waiting.remove(&name) {
                text.push_str(&serde_json::to_string(&schema).unwrap_or_default());
                components.schemas.entry(name).or_insert(schema);
            }
        }
    }
}

/// Whether a document can name it: a fallback has no path.
fn is_route(route: &RouteGuard) -> bool {
    !route.is_unchecked() && !route.path.ends_with("/*")
}

fn methods(method: &str) -> Vec<HttpMethod> {
    match method {
        "ANY" => vec![
            HttpMethod::Delete,
            HttpMethod::Get,
            HttpMethod::Patch,
            HttpMethod::Post,
            HttpMethod::Put,
        ],
        "DELETE" => vec![HttpMethod::Delete],
        "GET" => vec![HttpMethod::Get],
        "HEAD" => vec![HttpMethod::Head],
        "OPTIONS" => vec![HttpMethod::Options],
        "PATCH" => vec![HttpMethod::Patch],
        "POST" => vec![HttpMethod::Post],
        "PUT" => vec![HttpMethod::Put],
        _ => Vec::new(),
    }
}

fn slot<'a>(item: &'a mut PathItem, method: &HttpMethod) -> &'a mut Option<Operation> {
    match method {
        HttpMethod::Delete => &mut item.delete,
        HttpMethod::Get => &mut item.get,
        HttpMethod::Head => &mut item.head,
        HttpMethod::Options => &mut item.options,
        HttpMethod::Patch => &mut item.patch,
        HttpMethod::Post => &mut item.post,
        HttpMethod::Put => &mut item.put,
        HttpMethod::Trace => &mut item.trace,
    }
}

/// Where the form of `OAuth2` is answered.
fn login_of(accounts: &Accounts, routes: &[RouteGuard]) -> Option<String> {
    let logs_in = |route: &&RouteGuard| {
        route.told.is_some_and(|told| {
            told.of == accounts.spec.name && matches!(told.route.reads, Reads::Login)
        })
    };
    let login = routes.iter().find(logs_in)?;
    Some(format!("{}{}", accounts.base_url, login.path))
}

/// The names that operations have already.
fn names(own: &OpenApi) -> BTreeSet<String> {
    let operations = own.paths.paths.values().flat_map(|item| {
        [&item.delete, &item.get, &item.head, &item.options, &item.patch, &item.post, &item.put]
    });
    operations.flatten().filter_map(|operation| operation.operation_id.clone()).collect()
}

/// A name of its own: where another operation has it, that of the user stands after it.
fn name_of(name: &str, user: &str, taken: &BTreeSet<String>) -> String {
    let with_user = format!("{name}_{}", user.to_lowercase());
    let numbered = (2..).map(|number| format!("{with_user}_{number}"));
    let mut all = [name.to_owned(), with_user.clone()].into_iter().chain(numbered);
    all.find(|name| !taken.contains(name)).unwrap_or(with_user)
}
