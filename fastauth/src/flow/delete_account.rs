use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext},
    secret::Password,
    store::Removal,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Deletes the account and everything kept about it, if its owner means it and no hook objects.
    pub(crate) async fn delete_account(
        &self,
        who: Authenticated<U>,
        password: Option<Password>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = cx.within(who.session.id);
        self.confirm(&who, password, "password", "user_delete_failed", &cx).await?;
        self.0.hooks.before_user_delete(&who.user, &cx).await?;
        let auth = self.clone();
        shielded(async move {
            match auth.0.store.delete_account(who.user.id(), auth.0.roles.administration()).await? {
                Removal::Absent => return Err(Code::InvalidToken.into()),
                Removal::Last => return Err(Code::LastAdministrator.into()),
                Removal::Done => {}
            }
            auth.0.hooks.tell([Event::UserDelete(who.user)], cx).await;
            Ok(())
        })
        .await
    }
}
