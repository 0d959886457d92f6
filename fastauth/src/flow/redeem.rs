use super::register::taken;
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{HookContext, Outcome, record},
    secret::{Digest, Token},
    store::{OneTimeToken, Purpose, Redeemed, Redemption},
    token::OneTimeSecret,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Finds what is kept of a token that somebody presents, and uses nothing up. Unknown, used, over and
    /// none at all look alike (ASVS 6.5.2).
    pub(super) async fn presented(
        &self,
        token: &Token,
        purpose: Purpose,
        cx: &HookContext,
    ) -> Result<(Digest, OneTimeToken), Error> {
        self.presented_for(&[purpose], token, cx).await
    }

    /// The same of a token that may have any of these purposes.
    pub(super) async fn presented_for(
        &self,
        purposes: &[Purpose],
        token: &Token,
        cx: &HookContext,
    ) -> Result<(Digest, OneTimeToken), Error> {
        self.throttle("links", &self.0.limits.links, cx).await?;
        let secret = OneTimeSecret::read(token.expose()).ok_or_else(|| refused::<U>(cx))?;
        let digest = secret.digest();
        for purpose in purposes {
            if let Some(found) = self.0.store.find_token(&digest, *purpose, self.now()).await? {
                return Ok((digest, found));
            }
        }
        Err(refused::<U>(cx))
    }

    /// Takes a token and does what it is for.
    pub(super) async fn redeem(
        &self,
        digest: &Digest,
        redemption: &Redemption,
        cx: &HookContext,
    ) -> Result<Redeemed<U>, Error> {
        let redeemed = self.0.store.redeem(digest, redemption, self.now()).await;
        redeemed.map_err(taken::<U>)?.ok_or_else(|| refused::<U>(cx))
    }
}

pub(super) fn refused<U: AuthUser>(cx: &HookContext) -> Error {
    record::<U>("one_time_token_refused", Outcome::Failure, None, cx);
    Code::InvalidOneTimeToken.into()
}
