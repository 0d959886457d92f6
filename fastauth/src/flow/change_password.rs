use super::{
    Authenticated,
    prove::{unhashed, violated},
    shield::shielded,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext, Outcome, record},
    mail::Letter,
    secret::Password,
    user::AuthUser,
};

/// What the log calls an attempt with a wrong password.
const FAILED: &str = "password_change_failed";

impl<U: AuthUser> Auth<U> {
    /// Sets a new password for somebody who knows the old one, and ends their other sessions.
    pub(crate) async fn change_password(
        &self,
        who: Authenticated<U>,
        current: Option<Password>,
        new: Password,
        cx: HookContext,
    ) -> Result<(), Error> {
        self.0
            .policy
            .check_length_cap(&new)
            .map_err(|violation| violated("new_password", &violation))?;
        let cx = cx.within(who.session.id);
        let old = self.confirm(&who, current, "current_password", FAILED, &cx).await?;
        let context: Vec<&str> =
            [who.user.email(), who.user.username()].into_iter().flatten().collect();
        self.accept_password("new_password", &new, &context).await?;
        let hash = self.0.passwords.hash(new).await.map_err(unhashed)?;

        let auth = self.clone();
        shielded(async move {
            let Authenticated { user, session } = who;
            let keep = Some(session.id);
            if !auth
                .0
                .store
                .change_password(user.id(), old.as_ref(), &hash, keep, auth.now())
                .await?
            {
                record(FAILED, Outcome::Failure, Some(user.as_ref()), &cx);
                // Another change came first, or the session has ended.
                let lives = auth.0.store.find_session(session.id, auth.now()).await?.is_some();
                return Err(if lives { Code::WrongPassword } else { Code::InvalidToken }.into());
            }
            auth.notify(&user, &Letter::PasswordChanged);
            auth.0.hooks.tell([Event::PasswordChange(user)], cx).await;
            Ok(())
        })
        .await
    }
}
