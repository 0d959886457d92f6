use std::{fmt, sync::Arc, time::Duration};

use super::shield::shielded;
use crate::{
    access::Scopes,
    auth::Auth,
    config::Transports,
    error::{Code, Error},
    hooks::{Event, HookContext, Provider, SessionData},
    secret::{PasswordHash, Token},
    store::{NewOAuthAccount, Owner, Session, SessionId, owner_of},
    time::Timestamp,
    token::{ExtraClaims, Grant, TokenOptions, UnwritableToken, WrittenToken},
    user::AuthUser,
};

/// What somebody who has just signed in or refreshed is given.
pub struct Issued<U: AuthUser> {
    /// Who.
    pub user: Arc<U>,
    /// The session it belongs to.
    pub session: Session,
    /// The access token.
    pub access: Token,
    /// How long the access token lasts.
    pub access_lasts: Duration,
    /// The refresh token; none where the access token lasts as long as the session.
    pub refresh: Option<Refresh>,
    /// What the access token is limited to; `None` where no scope was asked for.
    pub scopes: Option<Scopes>,
    pub(crate) transports: Arc<Transports>,
}

impl<U: AuthUser> Issued<U> {
    /// The tokens under the names of their cookies; none where they travel in none.
    pub(crate) fn in_cookies(&self) -> Vec<(&str, &str)> {
        let Some(cookies) = self.transports.cookies() else { return Vec::new() };
        let access = self.access.expose();
        match &self.refresh {
            None => vec![(&cookies.session, access)],
            Some(refresh) => {
                vec![(&cookies.access, access), (&cookies.refresh, refresh.token.expose())]
            }
        }
    }
}

/// A refresh token that is handed out.
#[derive(Debug)]
pub struct Refresh {
    /// The token.
    pub token: Token,
    /// How long it lasts if it is not used.
    pub lasts: Duration,
}

impl<U: AuthUser> fmt::Debug for Issued<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("session", &self.session.id).finish_non_exhaustive()
    }
}

/// A sign-in whose credentials are proved.
pub(super) struct Proved<U: AuthUser> {
    pub(super) user: Arc<U>,
    /// The hash that is stored, as far as is known; another one by now ends the sign-in.
    pub(super) hash: Option<PasswordHash>,
    pub(super) provider: Provider,
    /// The account at a provider that it rests on.
    pub(super) identity: Option<Identity>,
    pub(super) remember: bool,
    /// The scopes that were asked for.
    pub(super) scopes: Option<Scopes>,
    /// The session that came with the request: signing in ends it (ASVS 7.2.4).
    pub(super) replaces: Option<(Owner, SessionId)>,
}

/// An account at a provider.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    provider: String,
    subject: String,
}

impl Identity {
    pub(super) fn of(account: &NewOAuthAccount) -> Self {
        Self { provider: account.provider.clone(), subject: account.subject.clone() }
    }
}

impl<U: AuthUser> Auth<U> {
    /// Gate, session, token: everything between a proved identity and the reply. `first` is what
    /// happened besides, told before the sign-in.
    pub(super) async fn issue(
        &self,
        proved: Proved<U>,
        first: Vec<Event<U>>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        let Proved { user, hash, provider, identity, remember, scopes, replaces } = proved;
        let id = SessionId::generate(self.now());
        let cx = cx.by(provider.clone()).within(id);
        self.0.hooks.allow_signin(&user, &provider, &cx).await?;
        let scopes = self.granted(user.id(), scopes.as_ref()).await?;

        let now = self.now();
        let mut session = self.new_session(id, &user, &provider, remember, now, &cx);
        session.scopes.clone_from(&scopes);
        self.0.hooks.modify_session(&mut session.data, &user, &cx).await?;
        let WrittenToken { token: access, credential } =
            self.access_token(&user, id, scopes.clone(), now, &cx).await?;
        session.credential = credential;
        let idle = session.idle_until.since(now);
        let (access_lasts, refresh) = if self.0.strategy.is_opaque() {
            (idle, None)
        } else {
            let first = self.0.refresh.first(id);
            let first = first.map_err(|error| Error::new(Code::Internal).because(error))?;
            session.credential = Some(first.digest());
            (self.0.lifetimes.access, Some(Refresh { token: first.token(), lasts: idle }))
        };
        let issued = Issued {
            user: Arc::clone(&user),
            session,
            access,
            access_lasts,
            refresh,
            scopes,
            transports: Arc::clone(&self.0.transports),
        };

        let auth = self.clone();
        shielded(async move {
            let store = &auth.0.store;
            if !store.open_session(user.id(), hash.as_ref(), &issued.session).await? {
                return Err(Code::InvalidCredentials.into());
            }
            if let Some(identity) = identity {
                auth.still_signs_in(&identity, &issued.session, now).await?;
            }
            if let Some((owner, replaced)) = replaces {
                store.end_session(&owner, replaced, now).await?;
            }
            if !first.iter().any(|event| matches!(event, Event::Signup(_))) {
                auth.notify_of_signin(&user, now, &cx);
            }
            auth.0.hooks.tell(first.into_iter().chain([Event::Signin(user, provider)]), cx).await;
            Ok(issued)
        })
        .await
    }

    /// Ends a session that was just opened if the account at a provider that it rests on was unlinked meanwhile: the
    /// end of a link ends the sessions that it finds.
    async fn still_signs_in(
        &self,
        identity: &Identity,
        session: &Session,
        now: Timestamp,
    ) -> Result<(), Error> {
        let store = &self.0.store;
        let Identity { provider, subject } = identity;
        let found = store.find_oauth_account(U::SPEC.table, provider, subject).await;
        if let Ok(Some(account)) = &found
            && account.owner == session.owner
        {
            return Ok(());
        }
        store.end_session(&session.owner, session.id, now).await?;
        found?;
        Err(Code::InvalidOAuthState.into())
    }

    /// An access token for this user in this session, as the hooks would have it.
    pub(super) async fn access_token(
        &self,
        user: &Arc<U>,
        session: SessionId,
        scopes: Option<Scopes>,
        now: Timestamp,
        cx: &HookContext,
    ) -> Result<WrittenToken, Error> {
        let strategy = &self.0.strategy;
        let mut options = TokenOptions::default().max_age(self.0.lifetimes.access);
        options.scopes = scopes;
        let is_limited = options.scopes.as_ref().is_some_and(|it| *it != Scopes::default());
        let mut extra = ExtraClaims::beside(strategy.registered(user, session, now, &options));
        if !strategy.is_opaque() {
            self.0.hooks.modify_jwt(&mut extra, user, cx).await?;
        }
        let grant = Grant { user: user.as_ref(), session, extra, now };
        let written = strategy.write_token(grant, options).await;
        let written = written.map_err(|error| {
            if is_limited && matches!(error, UnwritableToken::Long(_)) {
                return too_many_scopes();
            }
            tracing::error!(error = ?error.to_string(), "a token could not be written");
            Error::new(Code::Internal).because(error)
        })?;
        // A browser would drop the cookie, and the sign-in with it, without a word.
        let longest = self.0.transports.longest_token();
        if written.token.expose().len() > longest {
            if is_limited {
                return Err(too_many_scopes());
            }
            tracing::error!(longest, "a token is longer than its cookie may be");
            return Err(Code::Internal.into());
        }
        Ok(written)
    }

    fn new_session(
        &self,
        id: SessionId,
        user: &U,
        provider: &Provider,
        remember: bool,
        now: Timestamp,
        cx: &HookContext,
    ) -> Session {
        let lifetimes = &self.0.lifetimes;
        let idle = if self.0.strategy.is_opaque() { lifetimes.sliding } else { lifetimes.idle };
        Session {
            id,
            owner: owner_of::<U>(user.id()),
            provider: provider.as_str().to_owned(),
            created_at: now,
            last_used_at: now,
            authenticated_at: now,
            idle_until: now + idle.min(lifetimes.absolute),
            expires_at: now + lifetimes.absolute,
            remember,
            ip: cx.client().map(|address| address.to_string()),
            user_agent: cx.user_agent(),
            data: SessionData::new(),
            credential: None,
            scopes: None,
        }
    }
}

/// What was asked for is to blame: without scopes the token of this user has room.
fn too_many_scopes() -> Error {
    Error::new(Code::InvalidScope).with_detail("no token carries so many scopes; ask for fewer")
}
