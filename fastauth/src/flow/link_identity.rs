use std::sync::Arc;

use super::{Authenticated, finish_oauth::not_begun, introduced::Introduced};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Outcome, Provider, record},
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
            Linked::HasOther => return Err(unlinked(who, Code::ProviderAlreadyLinked, &cx)),
            Linked::OfAnother => return Err(unlinked(who, Code::IdentityTaken, &cx)),
            Linked::Refused => return Err(not_begun::<U>(&cx)),
        }
        Ok(account)
    }
}

/// What the log calls a link that was refused.
const FAILED: &str = "oauth_link_failed";

fn unlinked<U: AuthUser>(who: &Authenticated<U>, code: Code, cx: &HookContext) -> Error {
    record(FAILED, Outcome::Failure, Some(who.user.as_ref()), cx);
    code.into()
}
