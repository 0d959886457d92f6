use super::logout::Named;
use crate::{
    auth::Auth,
    error::Error,
    hooks::HookContext,
    token::{InvalidToken, TokenError},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Ends the session of a token, whichever kind it is (RFC 7009 §2.1): whoever holds it could as well
    /// have signed out. A token that is not one of ours, or not any more, changes nothing.
    pub(crate) async fn revoke(&self, token: &str, cx: HookContext) -> Result<(), Error> {
        match self.to_revoke(token).await? {
            Some(named) => self.end_named(named, cx).await,
            None => Ok(()),
        }
    }

    async fn to_revoke(&self, token: &str) -> Result<Option<Named>, Error> {
        let strategy = &self.0.strategy;
        let read = match strategy.read_token(token, &self.reading()).await {
            // Its session waits for the account to be switched on again.
            Err(TokenError::Invalid(InvalidToken::Account)) => {
                strategy.read_late_token(token, &self.reading()).await
            }
            read => read,
        };
        match read {
            Ok(claims) => Ok(Some(Named::by(&claims))),
            Err(TokenError::Invalid(_)) => Ok(self.0.refresh.read(token).map(Named::from)),
            Err(error) => Err(error.into()),
        }
    }
}
