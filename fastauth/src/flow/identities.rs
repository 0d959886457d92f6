use std::sync::Arc;

use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    config::MagicLinks,
    error::{Code, Error},
    hooks::{Event, HookContext, Outcome, Provider, record},
    mail::Letter,
    store::{OAuthAccount, OtherWays, Unlinked},
    user::AuthUser,
};

/// What the log calls the end of a link that was refused.
const FAILED: &str = "oauth_unlink_failed";

impl<U: AuthUser> Auth<U> {
    /// The accounts at providers that sign somebody in.
    pub(crate) async fn identities(
        &self,
        who: &Authenticated<U>,
    ) -> Result<Vec<OAuthAccount>, Error> {
        Ok(self.0.store.oauth_accounts_of(&who.owner()).await?)
    }

    /// Unlinks one of them, if there is another way in, and ends all sessions but this one: some may rest on it
    /// (ASVS 7.4.3).
    pub(crate) async fn unlink(
        &self,
        who: Authenticated<U>,
        provider: String,
        cx: HookContext,
    ) -> Result<(), Error> {
        if who.session.scopes.is_some() {
            let cx = cx.within(who.session.id);
            record(FAILED, Outcome::Denied, Some(who.user.as_ref()), &cx);
            return Err(Code::InsufficientScope.into());
        }
        let auth = self.clone();
        shielded(async move {
            let providers: Vec<String> = auth.0.providers.names().map(str::to_owned).collect();
            let links = auth.0.post.is_some() && auth.0.mailing.links != MagicLinks::Off;
            let others = OtherWays { providers: &providers, links };
            let keep = who.session.id;
            match auth
                .0
                .store
                .unlink_account(who.user.id(), &provider, others, keep, auth.now())
                .await?
            {
                Unlinked::Absent => return Err(Code::NotFound.into()),
                Unlinked::LastMethod => {
                    let cx = cx.within(keep).by(Provider::named(provider));
                    record(FAILED, Outcome::Failure, Some(who.user.as_ref()), &cx);
                    return Err(Code::LastLoginMethod.into());
                }
                Unlinked::Done => {}
            }
            auth.notify(&who.user, &Letter::IdentityUnlinked { provider: provider.clone() });
            let provider = Provider::named(provider);
            let cx = cx.within(keep).by(provider.clone());
            auth.0.hooks.tell([Event::OAuthUnlink(Arc::clone(&who.user), provider)], cx).await;
            Ok(())
        })
        .await
    }
}
