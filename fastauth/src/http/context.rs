use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri};
use http::{Extensions, Request, Uri, request::Parts};

use crate::{auth::Auth, hooks::HookContext, user::AuthUser};

/// Where a request comes from, as far as those in front are trusted.
#[derive(Clone, Copy)]
struct Client(Option<IpAddr>);

/// What hooks and flows may know of a request.
pub(super) fn context(parts: &Parts) -> HookContext {
    let client = match parts.extensions.get::<Client>() {
        Some(Client(client)) => *client,
        None => peer(&parts.extensions),
    };
    let uri = original_uri(parts);
    HookContext::new(parts.method.clone(), uri.clone(), &parts.headers, client)
}

/// Where a request went, whatever it is mounted below.
pub(super) fn original_uri(parts: &Parts) -> &Uri {
    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// Notes where a request comes from, unless it is noted already.
pub(super) fn note_client<U: AuthUser, B>(request: &mut Request<B>, auth: &Auth<U>) {
    if request.extensions().get::<Client>().is_none() {
        let client = auth.0.proxies.client(peer(request.extensions()), request.headers());
        request.extensions_mut().insert(Client(client));
    }
}

/// The other end of the connection.
pub(super) fn socket(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address)
}

/// Its address.
fn peer(extensions: &Extensions) -> Option<IpAddr> {
    socket(extensions).map(|address| address.ip().to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for HookContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(context(parts))
    }
}
