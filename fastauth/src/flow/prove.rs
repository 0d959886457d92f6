use std::sync::Arc;

use super::{Authenticated, throttle::logins_of};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{HookContext, Outcome, record},
    password::{HashError, PolicyViolation, Verdict},
    secret::{Password, PasswordHash},
    user::AuthUser,
};

/// What the check of a password found.
pub(super) enum Proof {
    /// The hash that is stored now: the one checked, or the newer one that replaced it.
    Right(PasswordHash),
    Wrong,
}

impl<U: AuthUser> Auth<U> {
    /// Checks a password of a user, or of nobody: the work is the same. A hash of
    /// older parameters is replaced when the password was right.
    pub(super) async fn check_password(
        &self,
        user: Option<&Arc<U>>,
        password: Password,
    ) -> Result<Proof, Error> {
        let Some((user, hash)) =
            user.and_then(|user| user.password_hash().map(|hash| (user, hash.clone())))
        else {
            self.0.passwords.verify_nobody(password).await.map_err(unhashed)?;
            return Ok(Proof::Wrong);
        };
        match self.0.passwords.verify(password, hash.clone()).await.map_err(unhashed)? {
            Verdict::Mismatch => Ok(Proof::Wrong),
            Verdict::Match => Ok(Proof::Right(hash)),
            Verdict::Upgrade(newer) => {
                // Sign-in does not fail for it: the old hash is as right as it was.
                match self.0.store.replace_password_hash(user.id(), Some(&hash), &newer).await {
                    Ok(true) => Ok(Proof::Right(newer)),
                    Ok(false) => Ok(Proof::Right(hash)),
                    Err(error) => {
                        tracing::warn!(error = ?error.to_string(), "a password hash could not be upgraded");
                        Ok(Proof::Right(hash))
                    }
                }
            }
        }
    }

    /// Asks a signed-in user for their password again, and gives back the hash it was checked
    /// against. A user without one has signed in by other means: a fresh session stands in, but not one that
    /// was given for less than they may. What a wrong one makes of their attempt goes into the log under the
    /// name of `failed`.
    pub(super) async fn confirm(
        &self,
        who: &Authenticated<U>,
        password: Option<Password>,
        pointer: &'static str,
        failed: &'static str,
        cx: &HookContext,
    ) -> Result<Option<PasswordHash>, Error> {
        let stored = who.user.password_hash();
        if stored.is_none_or(|hash| *hash == PasswordHash::nobodys()) {
            if who.session.scopes.is_some() {
                return Err(Code::InsufficientScope.into());
            }
            return self.require_fresh(&who.session).map(|()| stored.cloned());
        }
        let missing = || FieldError::at(pointer, "missing", "this field is required");
        let password = password.ok_or_else(|| Error::validation(vec![missing()]))?;
        self.0
            .policy
            .check_length_cap(&password)
            .map_err(|violation| violated(pointer, &violation))?;
        // Counted with the sign-ins of this account: a stolen session guesses no faster.
        let login = logins_of(who.user.as_ref()).next().unwrap_or_default();
        let attempt = self.attempt(&login, cx).await?;
        match self.check_password(Some(&who.user), password).await? {
            Proof::Right(stored) => {
                self.forgive(attempt).await?;
                Ok(Some(stored))
            }
            Proof::Wrong => {
                self.blame(&attempt, Some(&who.user), cx);
                record(failed, Outcome::Failure, Some(who.user.as_ref()), cx);
                Err(Code::WrongPassword.into())
            }
        }
    }

    /// Whether a new password may be set, by the policy that every route shares.
    pub(super) async fn accept_password(
        &self,
        pointer: &'static str,
        password: &Password,
        context: &[&str],
    ) -> Result<(), Error> {
        let mut words = vec![self.0.base_url.host()];
        words.extend(context);
        let checked = self.0.policy.check(password, &words).await;
        checked.map_err(|violation| violated(pointer, &violation))
    }
}

pub(super) fn violated(pointer: &'static str, violation: &PolicyViolation) -> Error {
    Error::validation(vec![FieldError::at(pointer, violation.code(), violation.to_string())])
}

pub(super) fn unhashed(error: HashError) -> Error {
    match error {
        HashError::Overloaded => Code::Overloaded.into(),
        other => {
            tracing::error!(error = ?other.to_string(), "hashing failed");
            Error::new(Code::Internal).because(other)
        }
    }
}
