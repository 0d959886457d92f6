use serde::{Deserialize, Serialize};

use crate::{
    auth::Auth,
    error::{Code, Error},
    oauth::ProviderTokens,
    secret::{Digest, Token},
    store::{OAuthAccount, owner_of},
    time::Timestamp,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// The tokens that a provider gave at the last sign-in of this user: for requests to it in their name.
    /// `None` where no account of theirs is linked there, or its tokens are not kept:
    /// [`keep_tokens`](crate::oauth::OAuthClient::keep_tokens).
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, error::Error};
    /// # async fn f<U: AuthUser>(auth: Auth<U>, user: &U) -> Result<(), Error> {
    /// if let Some(tokens) = auth.provider_tokens(user.id(), "github").await? {
    ///     let authorization = format!("Bearer {}", tokens.access_token.expose());
    ///     // …
    /// #   drop(authorization);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// 503 `store_unavailable`, 500 `internal` where they cannot be opened: the secret is another one.
    pub async fn provider_tokens(
        &self,
        id: &U::Id,
        provider: &str,
    ) -> Result<Option<ProviderTokens>, Error> {
        let accounts = self.0.store.oauth_accounts_of(&owner_of::<U>(id)).await?;
        let account = accounts.into_iter().find(|account| account.provider == provider);
        let Some(account) = account.filter(|it| it.sealed_tokens.is_some()) else {
            return Ok(None);
        };
        let opened = self.open_tokens(&account);
        opened.map(Some).ok_or_else(|| {
            tracing::error!(provider, "tokens of a provider were sealed under another secret");
            Code::Internal.into()
        })
    }

    /// Seals tokens together with whose they are.
    pub(super) fn seal_tokens(
        &self,
        provider: &str,
        subject: &str,
        tokens: &ProviderTokens,
    ) -> Result<Vec<u8>, Error> {
        let ProviderTokens { access_token, refresh_token, expires_at, scope } = tokens;
        let written = Written {
            access_token: access_token.expose(),
            refresh_token: refresh_token.as_ref().map(Token::expose),
            expires_at: expires_at.map(|at| at.as_secs()),
            scope: scope.as_deref(),
        };
        let written = Zeroizing::new(serde_json::to_vec(&written).map_err(internal)?);
        let sealed = self.0.providers.tokens.close(&written, &about(provider, subject));
        sealed.ok_or_else(|| Code::Internal.into())
    }

    /// The tokens of a sign-in in place of those before. A provider need not give the one that renews them
    /// again (RFC 6749 §6).
    pub(super) fn renewed_tokens(
        &self,
        account: &OAuthAccount,
        sealed: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(new) = sealed else { return Ok(None) };
        let OAuthAccount { provider, subject, .. } = account;
        let open = |sealed: &[u8]| self.opened(provider, subject, sealed);
        let before = account.sealed_tokens.as_deref().and_then(open);
        let refresh_token = before.and_then(|before| before.refresh_token);
        match open(&new) {
            Some(tokens) if tokens.refresh_token.is_none() && refresh_token.is_some() => {
                let tokens = ProviderTokens { refresh_token, ..tokens };
                self.seal_tokens(provider, subject, &tokens).map(Some)
            }
            _ => Ok(Some(new)),
        }
    }
}
