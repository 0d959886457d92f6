use super::Authenticated;
use crate::{
    auth::Auth,
    error::{Code, Error},
    secret::Password,
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Makes the session fresh again for somebody who gives their password.
    pub(crate) async fn reauthenticate(
        &self,
        who: &Authenticated<U>,
        password: Option<Password>,
    ) -> Result<(), Error> {
        self.confirm(who, password, "password").await?;
        let noted = self.0.store.reauthenticate_session(who.session.id, self.now()).await?;
        if noted { Ok(()) } else { Err(Code::InvalidToken.into()) }
    }
}
