use std::{convert::Infallible, net::SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, OriginalUri};
use http::request::Parts;

use crate::hooks::HookContext;

/// What hooks and flows may know of a request. The client is the socket's peer: a forwarding
/// header is the client's own word (ASVS 4.1.3).
pub(super) fn context(parts: &Parts) -> HookContext {
    let client = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let client = client.map(|ConnectInfo(address)| address.ip().to_canonical());
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    HookContext::new(parts.method.clone(), uri.clone(), &parts.headers, client)
}

impl<S: Send + Sync> FromRequestParts<S> for HookContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(context(parts))
    }
}
