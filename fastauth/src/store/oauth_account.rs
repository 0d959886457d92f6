use async_trait::async_trait;

use super::{
    Effects, Owner, SessionId, StoreError,
    effects::{has_hash, has_password},
};
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

/// An account at a provider that signs one of our users in. It is known by the provider's name and
/// the subject, to the letter, and by nothing else: addresses change hands (ASVS 6.8.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OAuthAccount {
    /// The provider's name.
    pub provider: String,
    /// What the provider calls the person.
    pub subject: String,
    /// Whose it is.
    pub owner: Owner,
    /// The address that the provider gave last, as it gave it: for people to read.
    pub email: Option<String>,
    /// The provider's tokens, sealed, where they are kept.
    pub sealed_tokens: Option<Vec<u8>>,
    /// When it was linked.
    pub created_at: Timestamp,
}

/// An account at a provider that is about to be somebody's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewOAuthAccount {
    /// The provider's name.
    pub provider: String,
    /// What the provider calls the person.
    pub subject: String,
    /// The address that the provider gives.
    pub email: Option<String>,
    /// The provider's tokens, sealed, where they are kept.
    pub sealed_tokens: Option<Vec<u8>>,
}

/// Why an account at a provider becomes a user's.
#[derive(Clone, Copy, Debug)]
pub enum Linking<'a> {
    /// They asked for it: who still has this hash, as for
    /// [`put_token_of`](super::Store::put_token_of).
    Asked {
        /// The hash, if they have one.
        hash: Option<&'a PasswordHash>,
        /// The session that asks, where one does: it still lives, and is theirs.
        session: Option<SessionId>,
    },
    /// The provider proves this address, in its canonical spelling, which is the user's. The first
    /// proof of an address removes what a stranger may have planted before: the password, sessions,
    /// one-time tokens, other providers' accounts.
    Proved(&'a str),
}

/// What became of a link. The list is complete: every store answers by it.
#[derive(Clone, Debug)]
pub enum Linked<U> {
    /// The user as they were, and as they are now.
    Done {
        /// As they were.
        before: U,
        /// As they are now.
        user: U,
    },
    /// It was theirs already, and nothing is changed.
    Already(U),
    /// It is another user's.
    OfAnother,
    /// They have another account of this provider.
    HasOther,
    /// There is no such user, or they are not, any more, as they were proved to be.
    Refused,
}

/// The ways in that a user may have besides an account at a provider.
#[derive(Clone, Copy, Debug)]
pub struct OtherWays<'a> {
    /// The providers that can be signed in with.
    pub providers: &'a [String],
    /// Whether a link by mail signs in whoever has an address.
    pub links: bool,
}

/// What became of the end of a link. The list is complete: every store answers by it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unlinked {
    /// It is gone, and with it all sessions of the user but the one that was to stay.
    Done,
    /// The user has no account of this provider.
    Absent,
    /// It is the last way in, and stays.
    LastMethod,
}

/// What became of an account at a provider that was to be somebody's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Addition {
    /// It was theirs already.
    Already,
    /// It is theirs now.
    Done,
    /// They have another account of this provider.
    HasOther,
    /// It is another user's, whether or not they have another account of this provider.
    OfAnother,
}

/// Keeps which account at which provider is whose.
///
/// A user has one account of each provider at most, and an account is one user's at most, of each
/// table. Names and subjects are compared letter by letter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep accounts at providers",
    label = "does not keep accounts at providers",
    note = "implement `fastauth::store::OAuthAccountStore` for it"
)]
#[async_trait]
pub trait OAuthAccountStore: Send + Sync + 'static {
    /// The account of this subject at this provider, if it is one of our users' of this table.
    async fn find_oauth_account(
        &self,
        realm: &str,
        provider: &str,
        subject: &str,
    ) -> Result<Option<OAuthAccount>, StoreError>;

    /// The accounts of a user, in the order in which they were linked.
    async fn oauth_accounts_of(&self, owner: &Owner) -> Result<Vec<OAuthAccount>, StoreError>;

    /// Sets the address and the tokens of an account that still is this owner's; says whether it
    /// is.
    async fn renew_oauth_account(&self, account: &OAuthAccount) -> Result<bool, StoreError>;

    /// Makes an account somebody's: for whoever has seen to it that there is such a user, who may
    /// be kept elsewhere. Of many that race for one account, one is told [`Addition::Done`].
    async fn add_oauth_account(&self, account: &OAuthAccount) -> Result<Addition, StoreError>;

    /// Takes the account of this provider from somebody: where `others` are given, only if they
    /// have an account of one of these too. Of two that are taken at the same time, one stays then.
    async fn remove_oauth_account(
        &self,
        owner: &Owner,
        provider: &str,
        others: Option<&[String]>,
    ) -> Result<Unlinked, StoreError>;

    /// Takes from somebody all accounts but `keep`: a provider's name, and the subject there.
    async fn remove_oauth_accounts(
        &self,
        owner: &Owner,
        keep: Option<(&str, &str)>,
    ) -> Result<(), StoreError>;
}

impl OAuthAccount {
    /// What it is known by within its realm: the provider's name, and the subject there.
    #[must_use]
    pub fn identity(&self) -> (&str, &str) {
        (&self.provider, &self.subject)
    }
}

impl NewOAuthAccount {
    /// The account, once it is somebody's.
    #[must_use]
    pub fn of(self, owner: Owner, created_at: Timestamp) -> OAuthAccount {
        let Self { provider, subject, email, sealed_tokens } = self;
        OAuthAccount { provider, subject, owner, email, sealed_tokens, created_at }
    }
}

impl Linking<'_> {
    /// What a link does to the user whose row this is: the one rule for every store. `None` where
    /// it is refused: the account is disabled, or has another address or hash by now. Whether
    /// [the session that asks](Self::session) lives the store sees for itself.
    pub fn effects(&self, spec: &UserSpec, row: &Row, now: Timestamp) -> Option<Effects> {
        let is_active = UserSpec::is_active(spec.active.and_then(|column| row.get(column)));
        let effects = match *self {
            Self::Asked { hash, .. } if has_hash(spec, row, hash) => Effects::NONE,
            Self::Proved(email) if row.get(spec.email?) == Some(&Value::Text(email.to_owned())) => {
                Effects::of_proof(spec, row, now)
            }
            Self::Asked { .. } | Self::Proved(_) => return None,
        };
        is_active.then(|| effects.noted(spec, now))
    }

    /// The session that asks: where there is one, it lives while the link is made.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        match *self {
            Self::Asked { session, .. } => session,
            Self::Proved(_) => None,
        }
    }
}

impl OtherWays<'_> {
    /// Whether the user whose row this is gets in without the account of this provider, if these
    /// are the providers of all their accounts: the one rule for every store.
    pub fn remain(&self, spec: &UserSpec, row: &Row, accounts: &[String], but: &str) -> bool {
        let has_address =
            matches!(spec.email.and_then(|email| row.get(email)), Some(Value::Text(_)));
        // A password opens nothing for whoever has no name to give with it.
        let is_named = spec.logins(row).next().is_some();
        (is_named && has_password(spec, row))
            || (self.links && has_address)
            || another_remains(self.providers, accounts, but)
    }
}

/// Whether an account of another provider is left, of those that can be signed in with.
pub(super) fn another_remains(providers: &[String], accounts: &[String], but: &str) -> bool {
    accounts.iter().any(|provider| provider != but && providers.contains(provider))
}

#[cfg(test)]
mod tests {
    use super::{Linking, OtherWays};
    use crate::{
        secret::PasswordHash,
        store::{
            Ends,
            suite::{Keyed, Specimen},
        },
        time::Timestamp,
        user::AuthUser,
        value::{Column, Row, Value},
    };

    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

    /// A person, with other values in some columns.
    fn row(changes: &[(Option<usize>, Value)]) -> Row {
        let values = Keyed::specimen(1).values().to_vec();
        let mut row = Row::new(values.into_iter().map(|it| it.unwrap_or(Value::Null)).collect());
        for (column, value) in changes {
            row.set(column.unwrap_or_default(), value.clone());
        }
        row
    }

    #[test]
    fn another_way_in_is_one_that_works() {
        let spec = Keyed::SPEC;
        let (email, username, hash) = (spec.email, spec.username, spec.password_hash);
        let text = |text: &str| Value::Text(text.to_owned());
        let no_password = (hash, Value::Null);
        let (no_email, no_name) = ((email, Value::Null), (username, Value::Null));
        for (changes, accounts, links, remains) in [
            (vec![], [].as_slice(), false, true),
            (vec![no_password.clone()], &[], false, false),
            (vec![(hash, PasswordHash::nobodys().to_value())], &[], false, false),
            (vec![(hash, text(""))], &[], false, false),
            // A password is given with a name, of one kind or the other.
            (vec![no_email.clone()], &[], false, true),
            (vec![no_name.clone()], &[], false, true),
            (vec![no_email.clone(), no_name], &[], false, false),
            (vec![no_password.clone()], &[], true, true),
            (vec![no_password.clone(), no_email], &[], true, false),
            (vec![no_password.clone()], &["google"], false, false),
            (vec![no_password.clone()], &["github"], false, true),
            (vec![no_password.clone()], &["google", "github"], false, true),
            (vec![no_password], &["gitlab", "google", "GitHub", "git"], false, false),
        ] {
            let providers = ["google", "github"].map(str::to_owned);
            let others = OtherWays { providers: &providers, links };
            let accounts: Vec<_> = accounts.iter().map(|it| (*it).to_owned()).collect();
            let said = others.remain(spec, &row(&changes), &accounts, "google");
            assert_eq!(said, remains, "{changes:?}, {accounts:?}, links: {links}");
        }
    }

    #[test]
    fn a_link_that_is_asked_for_changes_nothing_else() {
        let spec = Keyed::SPEC;
        let (old, other) = (PasswordHash::new("$old$"), PasswordHash::new("$other$"));
        let row = row(&[(spec.password_hash, old.to_value())]);
        let effects = Linking::Asked { hash: Some(&old), session: None }.effects(spec, &row, NOW);
        assert!(effects.is_some_and(|effects| effects.are_none()));
        for hash in [None, Some(&other)] {
            assert!(
                Linking::Asked { hash, session: None }.effects(spec, &row, NOW).is_none(),
                "{hash:?}"
            );
        }
        let mut none = row.clone();
        none.set(spec.password_hash.unwrap_or_default(), Value::Null);
        assert!(Linking::Asked { hash: None, session: None }.effects(spec, &none, NOW).is_some());
    }

    #[test]
    fn a_first_proof_ends_all_that_was_before() {
        let spec = Keyed::SPEC;
        let email = "person-1@example.com";
        let proved = |row: &Row, email| Linking::Proved(email).effects(spec, row, NOW);
        let (hash, verified) = (spec.password_hash, spec.email_verified);
        let effects = proved(&row(&[]), email);
        let expected: Vec<_> = [
            (verified, Value::Time(NOW)),
            (hash, Value::Null),
            (spec.updated_at, Value::Time(NOW)),
        ]
        .into_iter()
        .filter_map(|(column, value)| Some((column?, value)))
        .collect();
        let is_whole = effects.is_some_and(|effects| {
            effects.columns == expected && effects.ends == Ends::AllBut(None) && effects.unlinks
        });
        assert!(is_whole, "something is left");
        let again = proved(&row(&[(verified, Value::Time(NOW))]), email);
        assert!(again.is_some_and(|effects| effects.are_none()), "a second proof does something");
        for (changes, email) in [
            (vec![(spec.active, Value::Bool(false))], email),
            (vec![(spec.email, Value::Text("other@example.com".to_owned()))], email),
            (vec![], "Person-1@example.com"),
        ] {
            assert!(proved(&row(&changes), email).is_none(), "{changes:?}, {email}");
        }
    }
}
