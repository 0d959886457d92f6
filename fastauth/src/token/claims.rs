use std::{any::Any, fmt, ops::Deref, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{InvalidToken, REGISTERED, invalid::OF_USER};
use crate::{
    access::{Requirement, Scopes},
    error::{Code, Error},
    store::{Session, SessionId},
    time::Timestamp,
    user::AuthUser,
};

/// What a checked access token says: the user's own claims as fields, through `Deref`, and the
/// registered ones as methods. Clones share it.
pub struct AccessClaims<U: AuthUser>(Arc<Said<U>>);

struct Said<U: AuthUser> {
    user_id: U::Id,
    session_id: SessionId,
    token_id: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    scopes: Option<Scopes>,
    user: U::Claims,
    all: Map<String, Json>,
}

impl<U: AuthUser> AccessClaims<U> {
    /// Reads the claims of a payload whose times, issuer and audience were found good.
    pub(super) fn read(all: Map<String, Json>) -> Result<Self, InvalidToken> {
        let user_id = U::parse_id(text(&all, "sub")?).map_err(|_| InvalidToken::Subject)?;
        let session_id = text(&all, "sid")?.parse().map_err(|_| InvalidToken::Claim("sid"))?;
        let token_id = text(&all, "jti")?.to_owned();
        let issued_at = moment(&all, "iat")?;
        let expires_at = moment(&all, "exp")?;
        let scopes = scopes(&all)?;
        let payload = Json::Object(all);
        let user = U::Claims::deserialize(&payload).map_err(|_| InvalidToken::Claim(OF_USER))?;
        let Json::Object(all) = payload else { return Err(InvalidToken::Shape) };
        let said = Said { user_id, session_id, token_id, issued_at, expires_at, scopes, user, all };
        Ok(Self(Arc::new(said)))
    }

    /// From when on it may be used.
    pub(super) fn begins_at(&self) -> Result<Timestamp, InvalidToken> {
        moment(&self.0.all, "nbf").map(|begins| begins.max(self.0.issued_at))
    }

    /// To be kept beside claims of other users.
    pub(super) fn into_any(self) -> Arc<dyn Any + Send + Sync> {
        self.0
    }

    /// Back from there; nothing if they are of users of another type.
    pub(super) fn from_any(kept: Arc<dyn Any + Send + Sync>) -> Option<Self> {
        kept.downcast().ok().map(Self)
    }

    /// What a session says that is looked up at each request: these claims, and the user's.
    pub(super) fn of(user: &U, session: &Session, mut all: Map<String, Json>) -> Self {
        if let Ok(Json::Object(fields)) = serde_json::to_value(user.claims()) {
            all.extend(fields.into_iter().filter(|(name, _)| !REGISTERED.contains(&name.as_str())));
        }
        Self(Arc::new(Said {
            user_id: user.id().clone(),
            session_id: session.id,
            token_id: session.id.to_string(),
            issued_at: session.created_at,
            expires_at: session.idle_until,
            scopes: session.scopes.clone(),
            user: user.claims(),
            all,
        }))
    }

    /// Who: the claim `sub`.
    pub fn user_id(&self) -> &U::Id {
        &self.0.user_id
    }

    /// In which session: the claim `sid`.
    pub fn session_id(&self) -> SessionId {
        self.0.session_id
    }

    /// The name of this one token: the claim `jti`.
    pub fn token_id(&self) -> &str {
        &self.0.token_id
    }

    /// When it was written: the claim `iat`.
    pub fn issued_at(&self) -> Timestamp {
        self.0.issued_at
    }

    /// When its time is over: the claim `exp`.
    pub fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// What it may be used for: the claim `scope`, name by name.
    pub fn scopes(&self) -> &[String] {
        self.0.scopes.as_ref().map(Scopes::as_slice).unwrap_or_default()
    }

    /// What it is limited to; `None` of an ordinary sign-in, which asked for no scope.
    pub fn limited_to(&self) -> Option<&Scopes> {
        self.0.scopes.as_ref()
    }

    /// Whether it carries this scope, compared whole and exactly.
    ///
    /// This is what was granted when the token was written. Whether its user may still do it,
    /// [`RequireScope`](crate::RequireScope) asks the store.
    pub fn has_scope(&self, name: &str) -> bool {
        self.0.scopes.as_ref().is_some_and(|scopes| scopes.contains(name))
    }

    /// Whether it carries the scopes of these permissions: `claims.allows::<can::WritePosts>()`, a tuple
    /// for all of several, [`Any`](crate::Any) for any. As [`has_scope`](Self::has_scope).
    pub fn allows<S: Requirement>(&self) -> bool {
        self.0.scopes.as_ref().is_some_and(Scopes::allow::<S>)
    }

    /// Fails where it [allows](Self::allows) less: 403 `insufficient_scope` with the scopes that would be
    /// enough (RFC 6750 §3).
    ///
    /// ```
    /// # use fastauth::{AuthUser, PasswordHash, Permission};
    /// use fastauth::{Claims, error::Error};
    ///
    /// # #[derive(AuthUser)]
    /// # #[auth(id, email, password_hash)]
    /// # struct User { id: i64, email: String, password_hash: PasswordHash }
    /// # #[derive(Permission)]
    /// # enum Can { ReadReports }
    /// async fn report(claims: Claims<User>) -> Result<&'static str, Error> {
    ///     claims.require::<can::ReadReports>()?;
    ///     Ok("all is well")
    /// }
    /// ```
    pub fn require<S: Requirement>(&self) -> Result<(), Error> {
        if self.allows::<S>() {
            Ok(())
        } else {
            Err(Error::new(Code::InsufficientScope).with_scope(Scopes::of::<S>().to_string()))
        }
    }

    /// A claim by its name: what a `modify_jwt` hook added is found here.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.all.get(name)
    }
}

impl<U: AuthUser> Clone for AccessClaims<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser> Deref for AccessClaims<U> {
    type Target = U::Claims;

    fn deref(&self) -> &U::Claims {
        &self.0.user
    }
}

impl<U: AuthUser> fmt::Debug for AccessClaims<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessClaims")
            .field("session_id", &self.session_id())
            .finish_non_exhaustive()
    }
}

/// The claim `scope`, name by name.
pub(super) fn scopes(all: &Map<String, Json>) -> Result<Option<Scopes>, InvalidToken> {
    let no_scopes = InvalidToken::Claim("scope");
    match all.get("scope") {
        None => Ok(None),
        Some(Json::String(text)) => text.parse().map(Some).map_err(|_| no_scopes),
        Some(_) => Err(no_scopes),
    }
}

/// A claim that must be text.
pub(super) fn text<'a>(
    all: &'a Map<String, Json>,
    name: &'static str,
) -> Result<&'a str, InvalidToken> {
    all.get(name).and_then(Json::as_str).ok_or(InvalidToken::Claim(name))
}

/// A claim that must be a whole number of seconds since 1970.
pub(super) fn moment(
    all: &Map<String, Json>,
    name: &'static str,
) -> Result<Timestamp, InvalidToken> {
    let seconds = all.get(name).and_then(Json::as_i64).filter(|seconds| *seconds >= 0);
    seconds.map(Timestamp::from_secs).ok_or(InvalidToken::Claim(name))
}
