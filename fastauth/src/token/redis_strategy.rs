use std::sync::Arc;

use async_trait::async_trait;

use super::{
    AccessClaims, DatabaseStrategy, Grant, Reading, TokenError, TokenOptions, TokenStrategy,
    UnwritableToken, WrittenToken,
};
use crate::{
    store::{Redis, Session, SessionKeeper},
    user::AuthUser,
};

/// The tokens of [`DatabaseStrategy`], with the sessions in Redis; the users stay in the store.
///
/// ```no_run
/// # use fastauth::{Auth, AuthUser, store::{Memory, Redis}, token::RedisStrategy};
/// # async fn run<User: AuthUser>() -> Result<(), fastauth::SetupError> {
/// let redis = Redis::connect("redis://localhost:6379").await?;
/// let auth = Auth::<User>::builder()
///     .store(Memory::new())
///     .strategy(RedisStrategy::new(redis))
///     .build()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// It is `.strategy(DatabaseStrategy::new()).sessions(redis)` in one word. For JWTs whose sessions are
/// in Redis give the builder `.sessions(redis)` alone.
#[derive(Clone, Debug)]
pub struct RedisStrategy {
    redis: Redis,
    tokens: DatabaseStrategy,
}

impl RedisStrategy {
    /// With the sessions in this Redis.
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self { redis, tokens: DatabaseStrategy::new() }
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for RedisStrategy {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        self.tokens.read_token(token, reading).await
    }

    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        self.tokens.read_late_token(token, reading).await
    }

    async fn authenticate(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<(Session, U), TokenError> {
        self.tokens.authenticate(token, reading).await
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        self.tokens.write_token(grant, options).await
    }

    fn sessions(&self) -> Option<Arc<dyn SessionKeeper>> {
        Some(Arc::new(self.redis.clone()))
    }

    fn is_opaque(&self) -> bool {
        TokenStrategy::<U>::is_opaque(&self.tokens)
    }
}
