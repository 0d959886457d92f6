use super::Authenticated;
use crate::{
    access::{Permissions, Requirement, Scopes},
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Whether somebody may do what is required, as the store says now (ASVS 8.3.2), and by a token that
    /// is limited to scopes no more than these say.
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
        if who.session.scopes.as_ref().is_some_and(|scopes| !scopes.allow::<P>()) {
            return Err(insufficient(&Scopes::of::<P>()));
        }
        let usable = self.usable(who).await?;
        if P::is_met_by(&usable) { Ok(()) } else { Err(Code::InsufficientPermission.into()) }
    }

    /// The same, and the token must be one that carries the scopes.
    pub(crate) async fn authorize_scope<S: Requirement>(
        &self,
        who: &Authenticated<U>,
    ) -> Result<(), Error> {
        if who.session.scopes.is_none() {
            return Err(insufficient(&Scopes::of::<S>()));
        }
        self.authorize::<S>(who).await
    }

    /// What somebody may do now by the token they came with. Not one of several by the scope and another
    /// by the permission: each must be both held and granted.
    pub(super) async fn usable(&self, who: &Authenticated<U>) -> Result<Permissions, Error> {
        let held = self.0.store.permissions_of(&who.owner()).await?;
        Ok(match &who.session.scopes {
            Some(scopes) => scopes.within(&held).iter().collect(),
            None => held,
        })
    }

    /// What is granted of the scopes that were asked for, if any were: what the user may do now, and no
    /// more. Whoever asks only narrows what the server gives (RFC 6749 §3.3).
    pub(super) async fn granted(
        &self,
        id: &U::Id,
        asked: Option<&Scopes>,
    ) -> Result<Option<Scopes>, Error> {
        let Some(asked) = asked else { return Ok(None) };
        Ok(Some(asked.within(&self.permissions_of(id).await?)))
    }
}

/// The refusal of a token that would need these scopes.
pub(super) fn insufficient(scopes: &Scopes) -> Error {
    Error::new(Code::InsufficientScope).with_scope(scopes.to_string())
}
