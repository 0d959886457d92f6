use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use fastauth::{
    AuthUser, SetupError, SetupProblem,
    secret::Token,
    store::{SessionId, StoreError},
    time::Timestamp,
    token::{
        AccessClaims, Grant, InvalidToken, Reading, TokenChecks, TokenError, TokenOptions,
        TokenStrategy, UnwritableToken, WrittenToken,
    },
};
use pasetors::{
    Local,
    keys::{Generate, SymmetricKey},
    token::UntrustedToken,
    version4::{LocalToken, V4},
};
use serde_json::{Map, Value as Json};

/// Access tokens that only we can read.
///
/// What they say and what is asked of them is in [`TokenChecks`], as for the library's own JWTs. This
/// adds how they are sealed, and which sessions were signed out of.
pub(crate) struct Paseto {
    key: SymmetricKey<V4>,
    checks: TokenChecks,
    ended: Mutex<HashMap<SessionId, Instant>>,
}

impl Paseto {
    pub(crate) fn new(key: SymmetricKey<V4>, checks: TokenChecks) -> Self {
        Self { key, checks, ended: Mutex::default() }
    }

    /// With the key of this setting, `k4.local.…` (PASERK), or one for this run: then the tokens end with
    /// the process, and people go on by their refresh tokens.
    pub(crate) fn from_env(setting: &str, checks: TokenChecks) -> Result<Self, SetupError> {
        let (key, cause) = match std::env::var(setting) {
            Ok(text) => {
                (SymmetricKey::try_from(text.as_str()), format!("{setting} is no `k4.local.…`"))
            }
            Err(_) => (SymmetricKey::generate(), "there are no random bytes".to_owned()),
        };
        let fix =
            format!("{setting}=k4.local.$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')");
        match key {
            Ok(key) => Ok(Self::new(key, checks)),
            Err(_) => Err(SetupProblem::new("no key for tokens", cause, fix).into()),
        }
    }

    /// Sealed together with the table of the users: who is somebody there is nobody elsewhere.
    fn seal<U: AuthUser>(
        &self,
        grant: Grant<'_, U>,
        options: &TokenOptions,
    ) -> Result<String, UnwritableToken> {
        if let Some(name) = options.headers.keys().next() {
            return Err(UnwritableToken::Header(name.clone()));
        }
        if options.max_age > Some(REMEMBERED) {
            return Err(UnwritableToken::Unmade("it would outlast the list of who left".into()));
        }
        let claims = Json::Object(self.checks.claims(grant, options)?).to_string();
        let realm = Some(U::SPEC.table.as_bytes());
        let sealed = LocalToken::encrypt(&self.key, claims.as_bytes(), None, realm);
        let token = sealed.map_err(|error| UnwritableToken::Unmade(format!("{error:?}")))?;
        if token.len() > LONGEST { Err(UnwritableToken::Long(token.len())) } else { Ok(token) }
    }

    /// What was sealed. The tag is compared in constant time before anything is opened.
    fn open<U: AuthUser>(&self, token: &str) -> Result<String, InvalidToken> {
        let fits = Some(token).filter(|token| token.len() <= LONGEST);
        let sealed = fits.and_then(|token| UntrustedToken::<Local, V4>::try_from(token).ok());
        let sealed = sealed.ok_or(InvalidToken::Shape)?;
        let opened = LocalToken::decrypt(&self.key, &sealed, None, Some(U::SPEC.table.as_bytes()));
        opened.map(|it| it.payload().to_owned()).map_err(|_| InvalidToken::Signature)
    }

    fn ended(&self) -> MutexGuard<'_, HashMap<SessionId, Instant>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for Paseto {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.open::<U>(token)?;
        let claims = self.checks.read::<U>(payload.as_bytes(), reading.now)?;
        if self.ended().contains_key(&claims.session_id()) {
            return Err(InvalidToken::Session.into());
        }
        Ok(claims)
    }

    /// For signing out: a token whose time is over still says of which session it was.
    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.open::<U>(token)?;
        Ok(self.checks.read_late(payload.as_bytes(), reading.now)?)
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        self.seal(grant, &options).map(|token| Token::new(token).into())
    }

    /// What loads the user asks for the session and knows; this is for `Claims`, on this instance.
    async fn revoke(&self, session: SessionId) -> Result<(), StoreError> {
        let mut ended = self.ended();
        ended.retain(|_, since| since.elapsed() < REMEMBERED + LEEWAY);
        ended.insert(session, Instant::now());
        Ok(())
    }

    /// So that nobody registers with more than a token can carry.
    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        match self.seal(grant, &options) {
            Err(UnwritableToken::Long(bytes)) => Ok(bytes),
            sealed => sealed.map(|token| token.len()),
        }
    }

    /// What `modify_jwt` hooks are shown.
    fn registered(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        self.checks.registered(user, session, now, options)
    }
}

/// The longest token that is read, in bytes: a header has to hold it.
const LONGEST: usize = 8 * 1024;

/// No token lasts longer, so that no session has to be remembered for longer.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What clocks may differ by.
const LEEWAY: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
