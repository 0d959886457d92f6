use super::Authenticated;
use crate::{
    access::Requirement,
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Whether somebody may do what is required, as the store says now (ASVS 8.3.2).
    pub(crate) async fn authorize<P: Requirement>(
        &self,
        who: &Authenticated<U>,
    ) -> Result<(), Error> {
        for name in P::names().into_iter().filter(|name| self.0.roles.misses(name)) {
            tracing::error!(
                permission = name,
                "a guard asks for a permission that no `.permissions::<…>()` declares: nobody holds it"
            );
        }
        let held = self.0.store.permissions_of(&who.owner()).await?;
        if P::is_met_by(&held) { Ok(()) } else { Err(Code::InsufficientPermission.into()) }
    }
}
