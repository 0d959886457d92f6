use super::{Authenticated, shield::shielded};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext},
    secret::Password,
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
        self.confirm(&who, password, "password").await?;
        self.0.hooks.before_user_delete(&who.user, &cx).await?;
        let auth = self.clone();
        shielded(async move {
            if !auth.0.store.delete_account(who.user.id()).await? {
                return Err(Code::InvalidToken.into());
            }
            auth.0.hooks.tell(Event::UserDelete(who.user), cx).await;
            Ok(())
        })
        .await
    }
}
