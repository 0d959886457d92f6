use std::{future::Future, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::Authenticated;
use crate::{
    auth::{Auth, Registered},
    config::NextPath,
    error::{Code, Error},
    hooks::{HookContext, Outcome, Provider, record},
    oauth::{AuthorizationRequest, FlowPurpose, FlowState, OAuthError},
    secret::Token,
    user::{AuthUser, UserKey},
};

/// A flow with a provider that somebody has begun.
#[derive(Debug)]
pub(crate) struct BegunOAuth {
    /// Where the browser goes.
    pub(crate) url: String,
    /// The name of the cookie that remembers it, without a prefix.
    pub(crate) cookie: String,
    /// What that cookie holds.
    pub(crate) sealed: Token,
}

/// How long a provider has for all that it is asked at once.
const PATIENCE: Duration = Duration::from_secs(30);

impl<U: AuthUser> Auth<U> {
    /// Begins a sign-in by a provider. Nothing of it is stored but with the browser.
    pub(crate) async fn begin_oauth(
        &self,
        provider: &str,
        next: Option<&NextPath>,
        cx: HookContext,
    ) -> Result<BegunOAuth, Error> {
        self.begin(provider, next, FlowPurpose::SignIn, cx).await
    }

    /// Begins to link an account at a provider to whoever is signed in. A token that was given for less than
    /// they may is not enough: what it links would sign in for all.
    pub(crate) async fn begin_link(
        &self,
        who: &Authenticated<U>,
        provider: &str,
        next: Option<&NextPath>,
        cx: HookContext,
    ) -> Result<BegunOAuth, Error> {
        if who.session.scopes.is_some() {
            let cx = cx.within(who.session.id);
            record("oauth_link_failed", Outcome::Denied, Some(who.user.as_ref()), &cx);
            return Err(Code::InsufficientScope.into());
        }
        let purpose =
            FlowPurpose::Link { user_id: who.user.id().render(), session: who.session.id };
        self.begin(provider, next, purpose, cx.within(who.session.id)).await
    }

    async fn begin(
        &self,
        provider: &str,
        next: Option<&NextPath>,
        purpose: FlowPurpose,
        cx: HookContext,
    ) -> Result<BegunOAuth, Error> {
        let asked = self.provider(provider)?;
        let cx = cx.by(Provider::named(provider.to_owned()));
        let flows = &self.0.providers.flows;
        let begun = flows.begin(provider, next.map(NextPath::as_str), purpose, self.now());
        let (flow, sealed) = begun.ok_or(Code::Internal)?;
        let cookie = FlowState::cookie(flow.state.expose());
        let now = self.now();
        let url = self.ask(&cx, async move {
            let Registered { client, redirect_uri } = asked.as_ref();
            let request = AuthorizationRequest {
                redirect_uri,
                state: flow.state.expose(),
                nonce: flow.nonce.expose(),
                code_challenge: &flow.code_challenge(),
                scopes: &client.scopes,
                parameters: &client.parameters,
                now,
            };
            client.provider.authorization_url(&request).await
        });
        Ok(BegunOAuth { url: url.await?, cookie, sealed })
    }

    /// The provider of this name.
    pub(super) fn provider(&self, name: &str) -> Result<Arc<Registered>, Error> {
        self.0.providers.find(name).cloned().ok_or_else(|| Code::NotFound.into())
    }

    /// Waits for a provider, as long as people do, in a task of its own: it may break off. What it says of a
    /// failure goes to the log, escaped.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        cx: &HookContext,
        asked: impl Future<Output = Result<T, OAuthError>> + Send + 'static,
    ) -> Result<T, Error> {
        let answer = match tokio::spawn(timeout(PATIENCE, asked)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(OAuthError::Timeout),
            Err(broken) => Err(OAuthError::unusable(broken)),
        };
        answer.map_err(|error| {
            let code = match &error {
                OAuthError::Denied => Code::AccessDenied,
                OAuthError::Overloaded => Code::Overloaded,
                OAuthError::Timeout => Code::ProviderTimeout,
                OAuthError::Unusable(cause) => {
                    let because = cause.to_string();
                    let provider = cx.provider().map(Provider::as_str);
                    tracing::warn!(provider, ?because, "the answer of a provider cannot be used");
                    Code::ProviderError
                }
            };
            record::<U>(code.as_str(), Outcome::Failure, None, cx);
            Error::new(code).because(error)
        })
    }
}
