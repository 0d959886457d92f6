use crate::{
    auth::Auth,
    error::{Code, Error},
    secret::Token,
    token::{InvalidToken, TokenChecks, TokenClaims, TokenKind, TokenOptions, UnwritableToken},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// A token of a kind of the application's own, about this user: an invitation, a download. It opens no
    /// guard, belongs to no session and cannot be revoked; keep it short-lived. It says who, and what
    /// `options` say: 15 minutes unless they or the [`Lifetimes`](crate::config::Lifetimes) of access
    /// tokens tell otherwise.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use fastauth::{Auth, AuthUser, error::Error, token::{TokenKind, TokenOptions}};
    ///
    /// # async fn run<User: AuthUser>(auth: Auth<User>, user: User, download: TokenKind) -> Result<(), Error> {
    /// let options = TokenOptions::default().max_age(Duration::from_secs(60));
    /// let token = auth.issue_token(&user, download, options).await?;
    /// let claims = auth.read_token_of(download, token.expose(), &auth.token_checks()).await?;
    /// assert!(claims.user_id() == user.id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// 500 `internal` with [`UnwritableToken`] as its cause: it cannot be written, or the kind is
    /// [`TokenKind::ACCESS`], whose tokens [`sign_in`](Auth::sign_in) gives.
    pub async fn issue_token(
        &self,
        user: &U,
        kind: TokenKind,
        options: TokenOptions,
    ) -> Result<Token, Error> {
        let age = options.max_age.unwrap_or(self.0.lifetimes.access);
        let options = options.max_age(age);
        let now = self.now();
        let written = async {
            let claims = self.0.checks.claims_of(kind, user, now, &options)?;
            self.0.encoder.encode_token(kind, &claims, &options.headers, now).await
        };
        written.await.map_err(|error: UnwritableToken| {
            tracing::error!(error = ?error.to_string(), "a token could not be written");
            Error::new(Code::Internal).because(error)
        })
    }

    /// What a token of a kind of the application's own says, if it is genuine, for us by these checks, and
    /// not over. Whether its user is still there is for the application to look at.
    ///
    /// # Errors
    /// 401 `invalid_token` with [`InvalidToken`] as its cause, 503 `store_unavailable`.
    pub async fn read_token_of(
        &self,
        kind: TokenKind,
        token: &str,
        checks: &TokenChecks,
    ) -> Result<TokenClaims<U>, Error> {
        // Whether an access token opens anything is not said by its claims alone.
        if kind == TokenKind::ACCESS {
            return Err(Error::new(Code::InvalidToken).because(InvalidToken::Kind));
        }
        let now = self.now();
        let payload = self.0.encoder.decode_token(kind, token, now).await?;
        let claims = checks.read_of(kind, &payload, now);
        claims.map_err(|why| Error::new(Code::InvalidToken).because(why))
    }

    /// What the tokens of this application say of issuer and audience: its public address, for
    /// [`read_token_of`](Auth::read_token_of).
    pub fn token_checks(&self) -> TokenChecks {
        self.0.checks.clone()
    }
}
