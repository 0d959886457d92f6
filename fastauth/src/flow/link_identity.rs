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
        let asked =
            Linking::Asked { hash: who.user.password_hash(), session: Some(who.session.id) };
        match self.0.store.link_account(who.user.id(), new, asked, now).await? {
            Linked::Already(_) => {}
            Linked::Done { user, .. } => {
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
}
