use std::{
    fmt,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    AccessClaims, InvalidToken, TokenChecks, TokenEncoder, TokenError, reader::ClaimsReader,
};
use crate::{
    time::{Clock, SystemClock},
    user::AuthUser,
};

/// Verifies the access tokens of an application that runs elsewhere: for services without a database of
/// accounts. With it as the state of a router, or a part of it, [`Claims<U, Verifier<U>>`](crate::Claims) says
/// who sends a request.
///
/// It reads bearer tokens that carry claims, by the keys that the application publishes:
///
/// ```
/// # #[cfg(feature = "jwks")]
/// # fn run() -> Result<(), fastauth::SetupError> {
/// use axum::{Router, routing::get};
/// use fastauth::{AuthUser, PasswordHash, token::Verifier};
///
/// #[derive(AuthUser)]
/// #[auth(id, email, password_hash)]
/// struct User { id: i64, email: String, password_hash: PasswordHash, #[auth(signup, token)] name: String }
///
/// type Claims = fastauth::Claims<User, Verifier<User>>;
///
/// async fn report(claims: Claims) -> String {
///     format!("the report of {}", claims.name)
/// }
///
/// let verifier = Verifier::<User>::of("https://accounts.example.com")?;
/// let app: Router = Router::new().route("/report", get(report)).with_state(verifier);
/// # Ok(())
/// # }
/// ```
///
/// (which needs the feature `jwks`), or by fixed ones: [`Verifier::new`] with a [`Jwt`](super::Jwt) over a verify-only
/// [`KeyRing`](super::KeyRing).
///
/// What a token was granted, [`AccessClaims::require`] demands. All other guards ask a store, which a service has
/// none of.
///
/// Two user types of one application are told apart by their keys alone: verify each by its own.
///
/// A token says what was true when it was written: a session that was revoked since, or an account that was
/// disabled, shows here only when the token has expired. What must not lag asks the application, by
/// `POST /token/introspect` (RFC 7662).
pub struct Verifier<U: AuthUser> {
    reader: ClaimsReader,
    clock: Arc<dyn Clock>,
    /// Whether it was told that tokens come from somewhere else.
    told: Arc<AtomicBool>,
    user: PhantomData<fn() -> U>,
}

impl<U: AuthUser> Verifier<U> {
    /// Of the tokens of this issuer, which the encoder reads: the public address of the application that
    /// writes them, to the letter as its `FASTAUTH_BASE_URL` or `.base_url(…)` has it. They are for this
    /// audience, the issuer itself, unless told otherwise.
    pub fn new(issuer: impl Into<String>, encoder: impl TokenEncoder) -> Self {
        let issuer: String = issuer.into();
        let issuer = issuer.trim_end_matches('/').to_owned();
        Self {
            reader: ClaimsReader::new(encoder, TokenChecks::new(issuer.clone(), issuer)),
            clock: Arc::new(SystemClock),
            told: Arc::default(),
            user: PhantomData,
        }
    }

    /// Takes tokens for this audience, and for no other (RFC 8725 §3.9): what
    /// [`AuthBuilder::audience`](crate::AuthBuilder::audience) of the application says.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        Self { reader: self.reader.checking(|checks| checks.audience(audience)), ..self }
    }

    /// How far the clocks of the two may differ: 5 seconds.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { reader: self.reader.checking(|checks| checks.leeway(leeway)), ..self }
    }

    /// The clock it goes by; the system's unless a test brings its own.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// What an access token says.
    ///
    /// # Errors
    /// It is none of the issuer's, or not for this audience, or not now; or the keys that tell so are not to
    /// be had.
    pub async fn verify(&self, token: &str) -> Result<AccessClaims<U>, TokenError> {
        let read = self.reader.read(token, self.clock.now()).await;
        if let Err(TokenError::Invalid(why @ (InvalidToken::Audience | InvalidToken::Issuer))) =
            &read
            && !self.told.swap(true, Ordering::Relaxed)
        {
            let TokenChecks { issuer, audience, .. } = self.reader.checks();
            tracing::warn!(
                %why, issuer, audience,
                "genuine tokens are refused: the issuer must be the public address of who writes them, to the letter"
            );
        }
        read
    }
}

impl<U: AuthUser> Clone for Verifier<U> {
    fn clone(&self) -> Self {
        Self {
            reader: self.reader.clone(),
            clock: Arc::clone(&self.clock),
            told: Arc::clone(&self.told),
            user: PhantomData,
        }
    }
}

impl<U: AuthUser> fmt::Debug for Verifier<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("checks", self.reader.checks()).finish_non_exhaustive()
    }
}
