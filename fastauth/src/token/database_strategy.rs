use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, json};
use zeroize::Zeroizing;

use super::{
    AccessClaims, Grant, InvalidToken, Reading, TokenError, TokenOptions, TokenStrategy,
    UnwritableToken, WrittenToken, payload::KIND,
};
use crate::{
    secret::{Digest, Token, random},
    store::{Session, SessionId},
    user::{AuthUser, UserKey},
};

const PREFIX: &str = "fa_at_";
const ID: usize = 16;
const SECRET: usize = 32;
/// The text of 48 bytes in base64url.
const TEXT: usize = (ID + SECRET) / 3 * 4;

/// Opaque access tokens, of which the session keeps the digest: what is revoked opens nothing from the
/// next request on, for [`Claims`](crate::Claims) too, which asks the store here.
///
/// A token lasts as long as its session: 24 hours from its last use, 30 days in any case. There is no
/// refresh token.
///
/// ```
/// # use fastauth::{Auth, AuthUser, store::Memory, token::DatabaseStrategy};
/// # async fn run<User: AuthUser>() -> Result<(), fastauth::SetupError> {
/// let auth = Auth::<User>::builder().store(Memory::new()).strategy(DatabaseStrategy::new()).build().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseStrategy;

impl DatabaseStrategy {
    /// The one there is.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for DatabaseStrategy {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let (session, user) = self.authenticate(token, reading).await?;
        if user.is_active() {
            Ok(claims(&session, &user))
        } else {
            Err(InvalidToken::Account.into())
        }
    }

    /// A disabled account can still be signed out.
    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let (session, user) = self.authenticate(token, reading).await?;
        Ok(claims(&session, &user))
    }

    async fn authenticate(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<(Session, U), TokenError> {
        let (id, digest) = read(token).ok_or(InvalidToken::Shape)?;
        let found = reading.store.session_with_user(id, reading.now).await?;
        let (session, user) = found.ok_or(InvalidToken::Session)?;
        // Compared in constant time (ASVS 11.2.4).
        if session.credential == Some(digest) {
            Ok((session, user))
        } else {
            Err(InvalidToken::Signature.into())
        }
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        _: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        let secret = random::<SECRET>().map(Zeroizing::new);
        let secret = secret.map_err(|error| UnwritableToken::Unmade(error.to_string()))?;
        let bytes = [grant.session.as_bytes().as_slice(), secret.as_slice()].concat();
        let bytes = Zeroizing::new(bytes);
        Ok(WrittenToken {
            token: Token::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_slice()))),
            credential: Some(Digest::of(bytes.as_slice())),
        })
    }

    fn is_opaque(&self) -> bool {
        true
    }
}

fn claims<U: AuthUser>(session: &Session, user: &U) -> AccessClaims<U> {
    let mut claims = Map::from_iter([
        ("exp".to_owned(), json!(session.idle_until.as_secs())),
        ("iat".to_owned(), json!(session.created_at.as_secs())),
        ("jti".to_owned(), json!(session.id.to_string())),
        ("sid".to_owned(), json!(session.id.to_string())),
        ("sub".to_owned(), json!(user.id().render())),
        ("type".to_owned(), json!(KIND)),
    ]);
    claims.extend(session.scopes.as_ref().map(|it| ("scope".to_owned(), json!(it.to_string()))));
    AccessClaims::of(user, session, claims)
}

/// Which session a token names, and the digest that session must have.
fn read(token: &str) -> Option<(SessionId, Digest)> {
    let text = token.strip_prefix(PREFIX).filter(|text| text.len() == TEXT)?;
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    let id = bytes.first_chunk::<ID>()?;
    Some((SessionId::from_bytes(*id), Digest::of(bytes.as_slice())))
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, read};

    #[test]
    fn only_a_token_of_ours_is_read() {
        let good = format!("{PREFIX}{}", "A".repeat(64));
        assert!(read(&good).is_some());
        for bad in [
            String::new(),
            PREFIX.to_owned(),
            "A".repeat(64),
            format!("{PREFIX}{}", "A".repeat(63)),
            format!("{PREFIX}{}", "A".repeat(65)),
            format!("{PREFIX}{}=", "A".repeat(63)),
            format!("{PREFIX}{}+", "A".repeat(63)),
            format!("fa_rt_{}", "A".repeat(64)),
            good.to_uppercase(),
        ] {
            assert!(read(&bad).is_none(), "{bad}");
        }
    }
}
