use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Authenticated, Issued, introduced::Introduced, shield::shielded};
use crate::{
    auth::{Auth, Registered},
    config::NextPath,
    error::{Code, Error},
    hooks::{HookContext, Outcome, Provider, record},
    oauth::{AuthorizationAnswer, FlowPurpose, FlowState, Identified},
    secret::{Digest, Token},
    store::{OAuthAccount, Owner, SessionId, owner_of},
    user::{AuthUser, UserKey},
};

/// What a browser brings from a provider.
#[derive(Debug)]
pub(crate) struct OAuthAnswer {
    /// Which flow it answers.
    pub(crate) state: String,
    /// The code, or why there is none.
    pub(crate) code: Result<Token, String>,
    /// Who says so.
    pub(crate) issuer: Option<String>,
}

/// What became of it, and where the browser goes then.
#[derive(Debug)]
pub(crate) struct FinishedOAuth<U: AuthUser> {
    pub(crate) outcome: OAuthOutcome<U>,
    pub(crate) next: Option<NextPath>,
}

/// What became of whom a provider named.
#[derive(Debug)]
pub(crate) enum OAuthOutcome<U: AuthUser> {
    /// An account could be made, but for some fields. `flow` goes on with it.
    Incomplete { error: Error, flow: Token },
    /// They are linked to whoever asked for it.
    Linked(OAuthAccount),
    /// They are signed in.
    SignedIn(Box<Issued<U>>),
}

/// The longest that a provider may call somebody, in bytes (OpenID Connect Core §2).
const LONGEST_SUBJECT: usize = 255;

impl<U: AuthUser> Auth<U> {
    /// Ends a flow with what a browser brings from a provider. That this browser began it, with this provider,
    /// not too long ago, and that it is ended for the first time is found out before the provider is asked.
    pub(crate) async fn finish_oauth(
        &self,
        provider: &str,
        answer: OAuthAnswer,
        cookie: Option<&str>,
        replaces: Option<(Owner, SessionId)>,
        cx: HookContext,
    ) -> Result<FinishedOAuth<U>, Error> {
        let asked = self.provider(provider)?;
        let cx = cx.by(Provider::named(provider.to_owned()));
        let flows = &self.0.providers.flows;
        let flow =
            cookie.and_then(|cookie| flows.open(cookie, &answer.state, provider, self.now()));
        let flow = flow.ok_or_else(|| not_begun::<U>(&cx))?;
        let who = self.links(&flow, &cx).await?;
        self.throttle("links", &self.0.limits.links, &cx).await?;
        self.use_up(&flow, &cx).await?;
        let next = flow.next.as_deref().and_then(|next| next.parse().ok());
        let code = answer.code.map_err(|error| denied::<U>(&error, &cx))?;
        let Identified { profile, tokens } =
            self.identify(&asked, flow, code, answer.issuer, &cx).await?;
        let is_name = |subject: &str| {
            (1..=LONGEST_SUBJECT).contains(&subject.len()) && !subject.contains(char::is_control)
        };
        if !is_name(&profile.subject) {
            record::<U>(Code::ProviderError.as_str(), Outcome::Failure, None, &cx);
            return Err(Code::ProviderError.into());
        }
        let tokens = asked.client.keeps_tokens.then(|| (&*profile.subject, tokens));
        let sealed = tokens.map(|(subject, tokens)| self.seal_tokens(provider, subject, &tokens));
        let introduced = Introduced::by::<U>(&asked.client, profile, sealed.transpose()?);
        let auth = self.clone();
        let outcome = shielded(async move {
            match who {
                Some(who) => auth.link(&who, &introduced, cx).await.map(OAuthOutcome::Linked),
                None => auth.sign_in_introduced(introduced, replaces, cx).await,
            }
        });
        Ok(FinishedOAuth { outcome: outcome.await?, next })
    }

    /// Who asked for a link, if the flow is one: their session must live as it did then.
    async fn links(
        &self,
        flow: &FlowState,
        cx: &HookContext,
    ) -> Result<Option<Authenticated<U>>, Error> {
        let FlowPurpose::Link { user_id, session } = &flow.purpose else { return Ok(None) };
        let found = self.0.store.session_with_user(*session, self.now()).await?;
        let who = found.map(|(session, user)| Authenticated { user: Arc::new(user), session });
        let is_theirs = |who: &Authenticated<U>| {
            who.user.id().render() == *user_id
                && who.session.owner == owner_of::<U>(who.user.id())
                && who.user.is_active()
        };
        who.filter(is_theirs).map(Some).ok_or_else(|| not_begun::<U>(cx))
    }

    /// Each flow ends once, whichever instance is asked.
    async fn use_up(&self, flow: &FlowState, cx: &HookContext) -> Result<(), Error> {
        let digest = URL_SAFE_NO_PAD.encode(Digest::of(flow.state.expose()).as_bytes());
        let key = format!("{}:oauth_state:{digest}", U::SPEC.table);
        if self.0.store.set_new(&key, &[], self.now(), flow.forgotten_at()).await? {
            Ok(())
        } else {
            Err(not_begun::<U>(cx))
        }
    }

    /// Whom the code stands for.
    async fn identify(
        &self,
        asked: &Arc<Registered>,
        flow: FlowState,
        code: Token,
        issuer: Option<String>,
        cx: &HookContext,
    ) -> Result<Identified, Error> {
        let (asked, now) = (Arc::clone(asked), self.now());
        let identified = async move {
            let answer = AuthorizationAnswer {
                code: &code,
                issuer: issuer.as_deref(),
                redirect_uri: &asked.redirect_uri,
                nonce: flow.nonce.expose(),
                code_verifier: &flow.code_verifier,
                now,
            };
            asked.client.provider.identify(&answer).await
        };
        self.ask(cx, identified).await
    }
}

/// The browser, the provider, the moment or the session is another, or it was ended before: one answer for all.
pub(super) fn not_begun<U: AuthUser>(cx: &HookContext) -> Error {
    record::<U>("oauth_state_refused", Outcome::Failure, None, cx);
    Code::InvalidOAuthState.into()
}

/// What a provider says in place of a code (RFC 6749 §4.1.2.1).
fn denied<U: AuthUser>(error: &str, cx: &HookContext) -> Error {
    if error == "access_denied" {
        record::<U>(Code::AccessDenied.as_str(), Outcome::Denied, None, cx);
        return Code::AccessDenied.into();
    }
    record::<U>(Code::ProviderError.as_str(), Outcome::Failure, None, cx);
    let provider = cx.provider().map(Provider::as_str);
    tracing::warn!(provider, ?error, "a provider sends a browser back without a code");
    Code::ProviderError.into()
}
