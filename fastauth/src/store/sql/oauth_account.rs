//! Accounts at providers.

use super::{
    Database, Query, Transaction, effects::apply, once, reader::Reader, session,
    statements::Statements, user,
};
use crate::{
    secret::Digest,
    store::{
        Addition, Linked, Linking, NewOAuthAccount, OAuthAccount, OtherWays, Owner, Purpose,
        SessionId, StoreError, Unlinked, oauth_account::another_remains, redeem::is_pending,
    },
    time::Timestamp,
    user::UserSpec,
    value::{ColumnType, Row, Value},
};

pub(in crate::store) async fn find(
    database: &dyn Database,
    realm: &str,
    provider: &str,
    subject: &str,
) -> Result<Option<OAuthAccount>, StoreError> {
    let query = find_query(realm, provider, subject);
    database.read(query).await?.into_iter().next().map(read).transpose()
}

pub(in crate::store) async fn list(
    database: &dyn Database,
    owner: &Owner,
) -> Result<Vec<OAuthAccount>, StoreError> {
    let query = Query::new(LIST, owner_values(owner)).giving(ACCOUNT);
    database.read(query).await?.into_iter().map(read).collect()
}

pub(in crate::store) async fn renew(
    database: &dyn Database,
    account: &OAuthAccount,
) -> Result<bool, StoreError> {
    let mut arguments = values(account);
    // When it was linked stays.
    arguments.pop();
    Ok(!database.write(Query::new(RENEW, arguments)).await?.is_empty())
}

/// Makes an account somebody's, who may be kept elsewhere.
pub(in crate::store) async fn add(
    database: &dyn Database,
    account: &OAuthAccount,
) -> Result<Addition, StoreError> {
    let mut transaction = database.begin().await?;
    let addition = add_within(transaction.as_mut(), account).await?;
    transaction.commit().await?;
    Ok(addition)
}

/// Takes an account from somebody, who may be kept elsewhere.
pub(in crate::store) async fn remove(
    database: &dyn Database,
    owner: &Owner,
    provider: &str,
    others: Option<&[String]>,
) -> Result<Unlinked, StoreError> {
    let mut transaction = database.begin().await?;
    let remain = |all: &[String]| others.is_none_or(|it| another_remains(it, all, provider));
    let unlinked = remove_within(database, transaction.as_mut(), owner, provider, remain).await?;
    transaction.commit().await?;
    Ok(unlinked)
}

pub(in crate::store) async fn remove_all(
    database: &dyn Database,
    owner: &Owner,
    keep: Option<(&str, &str)>,
) -> Result<(), StoreError> {
    database.write(remove_all_query(owner, keep)).await.map(drop)
}

/// Takes all accounts but one from somebody together with other changes.
pub(super) async fn remove_all_within(
    transaction: &mut dyn Transaction,
    owner: &Owner,
    keep: Option<(&str, &str)>,
) -> Result<(), StoreError> {
    transaction.run(remove_all_query(owner, keep)).await.map(drop)
}

/// Makes a user together with their account; gives their row.
pub(in crate::store) async fn create_user(
    database: &dyn Database,
    spec: &'static UserSpec,
    values: &[Option<Value>],
    owner_of: &(dyn Fn(&Row) -> Result<Owner, StoreError> + Sync),
    account: &NewOAuthAccount,
    pending: Option<&Digest>,
    now: Timestamp,
) -> Result<Option<Row>, StoreError> {
    let purpose = Purpose::CompleteOAuthSignup;
    if let Some(digest) = pending {
        let token = once::find(database, digest, purpose, now).await?;
        if !token.is_some_and(|token| is_pending(spec, &token)) {
            return Ok(None);
        }
    }
    let mut transaction = database.begin().await?;
    let within = transaction.as_mut();
    if holder(database, within, spec, (&account.provider, &account.subject)).await?.is_some() {
        return Ok(None);
    }
    if let Some(digest) = pending
        && !once::consume_within(within, digest, purpose, now).await?
    {
        return Ok(None);
    }
    let row = user::create_within(database, within, spec, values).await?;
    let account = account.clone().of(owner_of(&row)?, now);
    if add_within(within, &account).await? != Addition::Done {
        return Ok(None);
    }
    transaction.commit().await?;
    Ok(Some(row))
}

/// Makes an account a user's, and does what goes with it.
pub(in crate::store) async fn link(
    database: &dyn Database,
    spec: &'static UserSpec,
    account: &OAuthAccount,
    linking: Linking<'_>,
    now: Timestamp,
) -> Result<Linked<Row>, StoreError> {
    let mut transaction = database.begin().await?;
    let (within, owner) = (transaction.as_mut(), &account.owner);
    let before = user::locked(database, within, spec, &owner.user_id).await?;
    let Some(before) = before else { return Ok(Linked::Refused) };
    if let Some(session) = linking.session()
        && !session::lives_within(database, within, owner, session, now).await?
    {
        return Ok(Linked::Refused);
    }
    let Some(effects) = linking.effects(spec, &before, now) else { return Ok(Linked::Refused) };
    // Before anything is changed: of two who have each other's, none waits for the other.
    let holder = holder(database, within, spec, account.identity()).await?;
    if holder.is_some_and(|holder| holder != *owner) {
        return Ok(Linked::OfAnother);
    }
    let (is_change, keep) = (!effects.are_none(), Some(account.identity()));
    let user = apply(within, spec, database.dialect(), owner, &before, effects, keep).await?;
    let Some(user) = user else { return Ok(Linked::Refused) };
    // What is refused is undone with the transaction.
    match add_within(within, account).await? {
        Addition::Already if !is_change => return Ok(Linked::Already(user)),
        Addition::Already | Addition::Done => {}
        Addition::HasOther => return Ok(Linked::HasOther),
        Addition::OfAnother => return Ok(Linked::OfAnother),
    }
    transaction.commit().await?;
    Ok(Linked::Done { before, user })
}

/// Takes an account from a user who has another way in, and ends their other sessions.
pub(in crate::store) async fn unlink(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    provider: &str,
    others: OtherWays<'_>,
    keep: SessionId,
) -> Result<Unlinked, StoreError> {
    let mut transaction = database.begin().await?;
    let user = user::locked(database, transaction.as_mut(), spec, &owner.user_id).await?;
    let Some(user) = user else { return Ok(Unlinked::Absent) };
    let remain = |all: &[String]| others.remain(spec, &user, all, provider);
    let unlinked = remove_within(database, transaction.as_mut(), owner, provider, remain).await?;
    if unlinked == Unlinked::Done {
        session::end_all_within(transaction.as_mut(), owner, Some(keep)).await?;
        transaction.commit().await?;
    }
    Ok(unlinked)
}

/// Whose an account is. It is taken from whoever is gone: the application may have deleted them by
/// itself.
async fn holder(
    database: &dyn Database,
    transaction: &mut dyn Transaction,
    spec: &'static UserSpec,
    (provider, subject): (&str, &str),
) -> Result<Option<Owner>, StoreError> {
    let held = transaction.run(find_query(spec.table, provider, subject)).await?;
    let Some(held) = held.into_iter().next() else { return Ok(None) };
    let statement = Statements::of(spec, database.dialect()).free_account;
    let arguments = [spec.table, provider, subject].map(text);
    let freed = transaction.run(Query::new(statement, arguments.into())).await?;
    Ok(if freed.is_empty() { Some(read(held)?.owner) } else { None })
}

/// Makes an account somebody's together with other changes.
async fn add_within(
    transaction: &mut dyn Transaction,
    account: &OAuthAccount,
) -> Result<Addition, StoreError> {
    let OAuthAccount { owner, provider, subject, .. } = account;
    for _ in 0..ATTEMPTS {
        if !transaction.run(Query::new(ADD, values(account))).await?.is_empty() {
            return Ok(Addition::Done);
        }
        let holder = transaction.run(find_query(&owner.realm, provider, subject)).await?;
        if let Some(holder) = holder.into_iter().next() {
            let is_theirs = read(holder)?.owner == *owner;
            return Ok(if is_theirs { Addition::Already } else { Addition::OfAnother });
        }
        if providers(transaction, Query::new(PROVIDERS, owner_values(owner)))
            .await?
            .contains(provider)
        {
            return Ok(Addition::HasOther);
        }
        // What was in the way is gone.
    }
    Err(StoreError::unavailable("an account at a provider changes hands all the time"))
}

/// Takes an account from somebody together with other changes, if those that remain say so: of the
/// providers of all their accounts, which nobody else takes from them meanwhile.
async fn remove_within(
    database: &dyn Database,
    transaction: &mut dyn Transaction,
    owner: &Owner,
    provider: &str,
    others_remain: impl FnOnce(&[String]) -> bool,
) -> Result<Unlinked, StoreError> {
    let lock = format!("{PROVIDERS}{}", database.dialect().for_update());
    let all = providers(transaction, Query::new(lock, owner_values(owner))).await?;
    if !all.iter().any(|it| it == provider) {
        return Ok(Unlinked::Absent);
    }
    if !others_remain(&all) {
        return Ok(Unlinked::LastMethod);
    }
    let mut arguments = owner_values(owner);
    arguments.push(text(provider));
    transaction.run(Query::new(REMOVE, arguments)).await?;
    Ok(Unlinked::Done)
}

impl<U> Linked<U> {
    /// The same of another form of the user.
    pub(in crate::store) fn try_map<V, E>(
        self,
        map: impl Fn(U) -> Result<V, E>,
    ) -> Result<Linked<V>, E> {
        Ok(match self {
            Self::Done { before, user } => Linked::Done { before: map(before)?, user: map(user)? },
            Self::Already(user) => Linked::Already(map(user)?),
            Self::OfAnother => Linked::OfAnother,
            Self::HasOther => Linked::HasOther,
            Self::Refused => Linked::Refused,
        })
    }
}

async fn providers(
    transaction: &mut dyn Transaction,
    query: Query,
) -> Result<Vec<String>, StoreError> {
    let rows = transaction.run(query.giving(&[ColumnType::Text])).await?;
    rows.into_iter().map(|row| Reader::new(row).next("provider")).collect()
}

fn find_query(realm: &str, provider: &str, subject: &str) -> Query {
    Query::new(FIND, vec![text(realm), text(provider), text(subject)]).giving(ACCOUNT)
}

fn remove_all_query(owner: &Owner, keep: Option<(&str, &str)>) -> Query {
    let mut arguments = owner_values(owner);
    let (provider, subject) = keep.unzip();
    arguments.extend([provider, subject].map(|it| it.map_or(Value::Null, text)));
    Query::new(REMOVE_ALL, arguments)
}

/// The values of a row, in the order of the columns.
fn values(account: &OAuthAccount) -> Vec<Value> {
    vec![
        text(&account.owner.realm),
        text(&account.owner.user_id),
        text(&account.provider),
        text(&account.subject),
        account.email.as_deref().map_or(Value::Null, text),
        account.sealed_tokens.clone().map_or(Value::Null, Value::Bytes),
        Value::Int(account.created_at.as_micros()),
    ]
}

fn read(row: Row) -> Result<OAuthAccount, StoreError> {
    let mut row = Reader::new(row);
    Ok(OAuthAccount {
        owner: Owner { realm: row.next("realm")?, user_id: row.next("user_id")? },
        provider: row.next("provider")?,
        subject: row.next("subject")?,
        email: row.next("email")?,
        sealed_tokens: row.next("sealed_tokens")?,
        created_at: row.time("created_at")?,
    })
}

fn owner_values(owner: &Owner) -> Vec<Value> {
    vec![text(&owner.realm), text(&owner.user_id)]
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

macro_rules! account {
    () => {
        "realm, user_id, provider, subject, email, sealed_tokens, created_at"
    };
}

const ACCOUNT: &[ColumnType] = &[
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Bytes,
    ColumnType::Int,
];

const FIND: &str = concat!(
    "SELECT ",
    account!(),
    " FROM fastauth_oauth_accounts WHERE realm = $1 AND provider = $2 AND subject = $3"
);

const LIST: &str = concat!(
    "SELECT ",
    account!(),
    " FROM fastauth_oauth_accounts WHERE realm = $1 AND user_id = $2 ORDER BY created_at, provider"
);

const PROVIDERS: &str = "SELECT provider FROM fastauth_oauth_accounts \
    WHERE realm = $1 AND user_id = $2 ORDER BY provider";

const ADD: &str = concat!(
    "INSERT INTO fastauth_oauth_accounts (",
    account!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1"
);

const RENEW: &str = "UPDATE fastauth_oauth_accounts SET email = $5, sealed_tokens = $6 \
    WHERE realm = $1 AND user_id = $2 AND provider = $3 AND subject = $4 RETURNING 1";

const REMOVE: &str = "DELETE FROM fastauth_oauth_accounts \
    WHERE realm = $1 AND user_id = $2 AND provider = $3";

const REMOVE_ALL: &str = "DELETE FROM fastauth_oauth_accounts \
    WHERE realm = $1 AND user_id = $2 \
    AND (provider IS DISTINCT FROM $3 OR subject IS DISTINCT FROM $4)";

/// How often somebody may be in the way and gone.
const ATTEMPTS: u32 = 3;
