use super::{
    Effects, Ends, OneTimeToken, Owner, Purpose, SessionId,
    effects::{has_password, is_proved, proved},
};
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

/// What a user does with a one-time token that was mailed to them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Redemption {
    /// Sets the address that the token was mailed to (ASVS 6.3.7).
    ChangeEmail {
        /// The session that goes on; the others end.
        keep: Option<SessionId>,
    },
    /// Signs in by a link. The first proof of an address removes what a stranger may have planted
    /// before: the password, sessions, other tokens, accounts at providers.
    MagicLink,
    /// Sets this hash and ends every session (ASVS 7.4.3). It proves the address as well, and the
    /// first proof removes accounts at providers too.
    ResetPassword(PasswordHash),
    /// Proves the address. The first proof removes accounts at providers from whoever has a password:
    /// a stranger may have planted them. Everything else stays.
    VerifyEmail,
}

/// What a redemption did to the user.
#[derive(Clone, Debug)]
pub struct Redeemed<U> {
    /// As they were.
    pub before: U,
    /// As they are now.
    pub user: U,
}

impl Redemption {
    /// The purpose that a token must have for it.
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::ChangeEmail { .. } => Purpose::ChangeEmail,
            Self::MagicLink => Purpose::MagicLink,
            Self::ResetPassword(_) => Purpose::ResetPassword,
            Self::VerifyEmail => Purpose::VerifyEmail,
        }
    }

    /// What a living token of this purpose does to its owner, whose row this is: the one rule for every
    /// store. `None` where it has died with its matter: the account is disabled, or has another
    /// address than the token was mailed to.
    pub fn effects(
        &self,
        spec: &UserSpec,
        row: &Row,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Option<Effects> {
        let is_active = UserSpec::is_active(spec.active.and_then(|column| row.get(column)));
        let email = spec.email?;
        let target = Value::Text(token.target.clone());
        let is_theirs = matches!(self, Self::ChangeEmail { .. }) || row.get(email) == Some(&target);
        if !is_active || !is_theirs || token.purpose != self.purpose() {
            return None;
        }
        let proof = spec.email_verified.map(|column| (column, proved(spec, column, now)));
        let is_proved = is_proved(spec, row);
        let effects = match self {
            Self::ChangeEmail { keep } => {
                let columns = [Some((email, target)), proof].into_iter().flatten().collect();
                Effects { columns, ends: Ends::AllBut(*keep), unlinks: false }
            }
            Self::MagicLink => Effects::of_proof(spec, row, now),
            Self::ResetPassword(hash) => {
                let set = (spec.password_hash?, Value::Text(hash.expose().to_owned()));
                let proof = proof.filter(|_| !is_proved);
                let columns = [Some(set), proof].into_iter().flatten().collect();
                Effects { columns, ends: Ends::AllBut(None), unlinks: !is_proved }
            }
            Self::VerifyEmail => {
                let columns = proof.filter(|_| !is_proved).into_iter().collect();
                // Without a password they are the way in, and made the account.
                let unlinks = !is_proved && has_password(spec, row);
                Effects { columns, unlinks, ..Effects::NONE }
            }
        };
        Some(effects.noted(spec, now))
    }
}

/// Who owns the tokens that are mailed to an address without an account: nobody whose id is one.
pub(crate) fn stranger(spec: &UserSpec, email: &str) -> Owner {
    Owner { realm: format!("{}/strangers", spec.table), user_id: email.to_owned() }
}

/// Whether a token was mailed to the address, and no other, of an account that is about to be.
pub(super) fn is_of_new(spec: &UserSpec, values: &[Option<Value>], token: &OneTimeToken) -> bool {
    let email = spec.email.and_then(|column| values.get(column)?.as_ref());
    email == Some(&Value::Text(token.target.clone()))
        && token.owner == stranger(spec, &token.target)
}

/// Whether a token is of a sign-up of this table that is pending.
pub(super) fn is_pending(spec: &UserSpec, token: &OneTimeToken) -> bool {
    token.owner == stranger(spec, &token.owner.user_id)
}
