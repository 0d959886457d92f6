use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    auth::Auth,
    error::{Code, Error},
    oauth::ProviderTokens,
    secret::{Digest, Token},
    store::{OAuthAccount, owner_of},
    time::Timestamp,
    user::AuthUser,
};

/// As they are kept.
#[derive(Deserialize, Serialize)]
struct Written<'a> {
    access_token: Cow<'a, str>,
    refresh_token: Option<Cow<'a, str>>,
    expires_at: Option<i64>,
    scope: Option<Cow<'a, str>>,
}

impl<U: AuthUser> Auth<U> {
    /// The tokens that a provider gave at the last sign-in of this user: for requests to it in their name.
    /// `None` where no account of theirs is linked there, or its tokens are not kept
    /// ([`keep_tokens`](crate::oauth::OAuthClient::keep_tokens)), or were sealed under a secret that is not known any
    /// more: then the log says so, and their next sign-in brings others.
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
    /// 503 `store_unavailable`.
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
        if opened.is_none() {
            tracing::error!(provider, "tokens of a provider were sealed under another secret");
        }
        Ok(opened)
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
            access_token: access_token.expose().into(),
            refresh_token: refresh_token.as_ref().map(|token| token.expose().into()),
            expires_at: expires_at.map(Timestamp::as_secs),
            scope: scope.as_deref().map(Cow::from),
        };
        let written = serde_json::to_vec(&written).map(Zeroizing::new);
        let written = written.map_err(|error| Error::new(Code::Internal).because(error))?;
        let sealed = self.0.providers.tokens.close(&written, &about(provider, subject));
        sealed.ok_or_else(|| Code::Internal.into())
    }

    /// The tokens of a sign-in in the place of those before. A provider need not give the one that renews them
    /// each time: Google does so once.
    pub(super) fn renewed_tokens(
        &self,
        account: &OAuthAccount,
        sealed_tokens: Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let before = self.open_tokens(account).and_then(|before| before.refresh_token);
        let renewed = OAuthAccount { sealed_tokens, ..account.clone() };
        match (before, self.open_tokens(&renewed)) {
            (Some(before), Some(tokens)) if tokens.refresh_token.is_none() => {
                let tokens = ProviderTokens { refresh_token: Some(before), ..tokens };
                self.seal_tokens(&account.provider, &account.subject, &tokens).map(Some)
            }
            _ => Ok(renewed.sealed_tokens),
        }
    }

    fn open_tokens(&self, account: &OAuthAccount) -> Option<ProviderTokens> {
        let about = about(&account.provider, &account.subject);
        let opened =
            self.0.providers.tokens.open(account.sealed_tokens.as_deref()?, &about).ok()?;
        let Written { access_token, refresh_token, expires_at, scope } =
            serde_json::from_slice(&opened).ok()?;
        Some(ProviderTokens {
            access_token: Token::new(access_token),
            refresh_token: refresh_token.map(Token::new),
            expires_at: expires_at.map(Timestamp::from_secs),
            scope: scope.map(Cow::into_owned),
        })
    }
}

fn about(provider: &str, subject: &str) -> Vec<u8> {
    // The digest has one length: no provider and subject look like another two.
    [Digest::of(provider).as_bytes(), subject.as_bytes()].concat()
}
