use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::{
    AccessClaims, ExtraClaims, InvalidToken, TokenEncoder, TokenError, TokenOptions,
    UnwritableToken,
};
use crate::{
    secret::{Digest, Token},
    store::{Session, SessionId, SessionKeeper, Store, StoreError},
    time::Timestamp,
    user::AuthUser,
};

/// Says what an access token is: [`JwtStrategy`](super::JwtStrategy),
/// [`DatabaseStrategy`](super::DatabaseStrategy), or one of your own.
///
/// One that wraps another forwards all of it: what is left out has a default that knows nothing of the strategy
/// inside, such as its keys ([`encoder`](Self::encoder)) and the length of its tokens. A token lasts as long as
/// [`TokenOptions::max_age`] says: so does `expires_in` in the reply.
///
/// ```
/// use async_trait::async_trait;
/// use fastauth::{
///     AuthUser,
///     token::{AccessClaims, Grant, InvalidToken, Reading, TokenError, TokenOptions, TokenStrategy,
///             UnwritableToken, WrittenToken},
/// };
///
/// /// Tokens of another system, which nobody can read here.
/// struct Foreign;
///
/// #[async_trait]
/// impl<U: AuthUser> TokenStrategy<U> for Foreign {
///     async fn read_token(
///         &self,
///         _: &str,
///         _: &Reading<'_, U>,
///     ) -> Result<AccessClaims<U>, TokenError> {
///         Err(InvalidToken::Shape.into())
///     }
///
///     async fn write_token(
///         &self,
///         _: Grant<'_, U>,
///         _: TokenOptions,
///     ) -> Result<WrittenToken, UnwritableToken> {
///         Err(UnwritableToken::Unmade("not by us".to_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a token strategy for `{U}`",
    label = "not a token strategy",
    note = "use `JwtStrategy`, `DatabaseStrategy` or `RedisStrategy`, or implement `fastauth::token::TokenStrategy`"
)]
#[async_trait]
pub trait TokenStrategy<U: AuthUser>: Send + Sync + 'static {
    /// What a presented token says.
    ///
    /// # Errors
    /// It is not one of ours, or not now, or not for us; or the store does not answer.
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError>;

    /// The same of a token whose time may be over: it opens nothing, and still says which session it
    /// was of. For signing out. A strategy that cannot tell such a token from a forged one reads it
    /// as any other.
    ///
    /// # Errors
    /// It is not one of ours, or not for us; or the store does not answer.
    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        self.read_token(token, reading).await
    }

    /// The live session of a presented token and its user, as the store says now: in one round trip
    /// where the token need not be read first. Where the token carries scopes, the session is
    /// [narrowed](Session::narrowed) to them.
    ///
    /// # Errors
    /// It is not one of ours, or not now, or its session is over; or the store does not answer.
    async fn authenticate(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<(Session, U), TokenError> {
        let claims = self.read_token(token, reading).await?;
        let found = reading.store.session_with_user(claims.session_id(), reading.now).await?;
        let (session, user) = found.ok_or(InvalidToken::Session)?;
        if user.id() == claims.user_id() {
            Ok((session.narrowed(claims.limited_to()), user))
        } else {
            Err(InvalidToken::Subject.into())
        }
    }

    /// A token for this user in this session.
    ///
    /// # Errors
    /// What was asked for cannot be written.
    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken>;

    /// A session has been ended by its name, at a sign-out or in the list of sessions: a strategy that
    /// keeps something of its own about it lets go of it. Whether a token opens what loads the user is
    /// decided by its session in any case.
    ///
    /// # Errors
    /// Where it is kept does not answer.
    async fn revoke(&self, session: SessionId) -> Result<(), StoreError> {
        let _ = session;
        Ok(())
    }

    /// Where its sessions are kept, for a strategy that brings the place with it; otherwise they are
    /// where the builder's `.store(…)` or `.sessions(…)` says.
    fn sessions(&self) -> Option<Arc<dyn SessionKeeper>> {
        None
    }

    /// Whether its tokens are opaque: one lasts as long as its session, sliding, there is nothing to
    /// refresh, and no hook adds claims to it.
    fn is_opaque(&self) -> bool {
        false
    }

    /// What writes its tokens, where that can write tokens of other kinds as well, and publish its keys.
    /// None unless told otherwise.
    fn encoder(&self) -> Option<Arc<dyn TokenEncoder>> {
        None
    }

    /// How long such a token would be, in bytes; nothing is kept of it. Asked before an account is
    /// made or changed, so that nobody is given more than can be read back. 0, unless told otherwise:
    /// the token says nothing of its user.
    ///
    /// # Errors
    /// What was asked for cannot be written.
    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        let _ = (grant, options);
        Ok(0)
    }

    /// The registered claims that such a token will have, as far as they are known before it is
    /// written: what `modify_jwt` hooks are shown. None, unless told otherwise.
    fn registered(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        let _ = (user, session, now, options);
        Map::new()
    }
}

/// When a token is read, and where what it stands for is kept.
pub struct Reading<'a, U: AuthUser> {
    /// Now.
    pub now: Timestamp,
    /// The store.
    pub store: &'a dyn Store<U>,
}

impl<U: AuthUser> fmt::Debug for Reading<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Whom a token is for.
#[derive(Debug)]
pub struct Grant<'a, U: AuthUser> {
    /// The user.
    pub user: &'a U,
    /// The session.
    pub session: SessionId,
    /// What hooks added.
    pub extra: ExtraClaims,
    /// Now.
    pub now: Timestamp,
}

/// A token that was written.
#[derive(Debug)]
pub struct WrittenToken {
    /// The token.
    pub token: Token,
    /// Where the session must know it: its digest.
    pub credential: Option<Digest>,
}

impl From<Token> for WrittenToken {
    /// A token that its session need not know.
    fn from(token: Token) -> Self {
        Self { token, credential: None }
    }
}
