use std::sync::Arc;

use super::{Authenticated, register::taken, shield::shielded};
use crate::{
    auth::Auth,
    error::{Code, Error},
    hooks::{Event, HookContext},
    store::UserChange,
    user::{AuthUser, PatchBody},
};

impl<U: AuthUser> Auth<U> {
    /// Changes what a user may change of themselves.
    pub(crate) async fn update_profile(
        &self,
        who: Authenticated<U>,
        patch: U::Patch,
        cx: HookContext,
    ) -> Result<Arc<U>, Error> {
        let columns = patch.into_changes();
        if columns.is_empty() {
            return Ok(who.user);
        }
        let change = UserChange { columns, at: self.now() };
        self.fits_changed(&who.user, &change)?;
        let auth = self.clone();
        shielded(async move {
            let changed =
                auth.0.store.update_user(who.user.id(), change).await.map_err(taken::<U>)?;
            let user = Arc::new(changed.ok_or(Code::InvalidToken)?);
            let event = Event::UserUpdate(Arc::clone(&user));
            auth.0.hooks.tell([event], cx.within(who.session.id)).await;
            Ok(user)
        })
        .await
    }
}
