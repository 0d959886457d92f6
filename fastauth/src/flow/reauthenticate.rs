use super::Authenticated;
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{HookContext, Outcome, record},
    secret::Password,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Makes the session fresh again for somebody who gives their password.
    pub(crate) async fn reauthenticate(
        &self,
        who: &Authenticated<U>,
        password: Option<Password>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = cx.within(who.session.id);
        self.confirm(who, password, "password", "reauthenticate_failed", &cx).await?;
        let noted = self.0.store.reauthenticate_session(who.session.id, self.now()).await?;
        if !noted {
            return Err(Code::InvalidToken.into());
        }
        record("reauthenticate", Outcome::Success, Some(who.user.as_ref()), &cx);
        Ok(())
    }
}
