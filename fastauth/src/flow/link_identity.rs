use std::sync::Arc;

use super::{Authenticated, finish_oauth::not_begun, introduced::Introduced};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Provider},
    store::{Linked, Linking, OAuthAccount},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Links an account at a provider to the user who asked for it.
    pub(super) async fn link(
        &self,
        who: &Authenticated<U>,
        introduced: &Introduced,
        cx: HookContext,
    ) -> Result<OAuthAccount, Error> {
        let cx = cx.within(who.session.id);
        let (new, now) = (introduced.account(), self.now());
        let account = new.clone().of(who.owner(), now);
        let asked = Linking::Asked(who.user.password_hash());
        match self.0.store.link_account(who.user.id(), new, asked, now).await? {
            Linked::Already(_) => {}
            Linked::Done { user, .. } => {
                self.may_stay_linked(who, &account, &cx).await?;
                self.notify_of_link(&user, &introduced.provider);
                let provider = Provider::named(introduced.provider.clone());
                self.0.hooks.tell([Event::OAuthLink(Arc::new(user), provider)], cx).await;
            }
            Linked::HasOther => return Err(Code::ProviderAlreadyLinked.into()),
            Linked::OfAnother => return Err(Code::IdentityTaken.into()),
            Linked::Refused => return Err(not_begun::<U>(&cx)),
        }
        Ok(account)
    }

    /// Takes a link back whose session has ended while the provider was asked: whoever proves an address first ends
    /// the sessions and links that they find.
    async fn may_stay_linked(
        &self,
        who: &Authenticated<U>,
        account: &OAuthAccount,
        cx: &HookContext,
    ) -> Result<(), Error> {
        let store = &self.0.store;
        if let Ok(Some(_)) = store.find_session(who.session.id, self.now()).await {
            return Ok(());
        }
        let OAuthAccount { provider, subject, owner, .. } = account;
        let found = store.find_oauth_account(U::SPEC.table, provider, subject).await?;
        if found.is_some_and(|found| found.owner == *owner) {
            store.remove_oauth_account(owner, provider, None).await?;
        }
        Err(not_begun::<U>(cx))
    }
}
