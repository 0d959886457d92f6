use std::{
    collections::HashMap,
    ptr,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::{Dialect, lookups, once, quoted, session};
use crate::{user::UserSpec, value::ColumnType};

/// The statements about one table of users, and the kinds of the columns they give back.
pub(super) struct Statements {
    /// Reads whether the account is active, where a column says it, and keeps the row from being changed
    /// until the transaction ends.
    pub(super) share: &'static str,
    /// Reads the row and keeps it from being changed until the transaction ends.
    pub(super) lock: &'static str,
    pub(super) find_by_id: &'static str,
    pub(super) find_by_email: Option<&'static str>,
    pub(super) find_by_username: Option<&'static str>,
    pub(super) session_with_user: &'static str,
    pub(super) sessions_with_users: &'static str,
    /// Whether that one gives all rows as one value.
    pub(super) is_packed: bool,
    pub(super) open_session: &'static str,
    pub(super) put_token_of: &'static str,
    pub(super) replace_hash: Option<&'static str>,
    pub(super) change_hash: Option<&'static str>,
    pub(super) delete: &'static str,
    /// Takes an account at a provider from whoever is gone.
    pub(super) free_account: &'static str,
    pub(super) shared: &'static [ColumnType],
    pub(super) user: &'static [ColumnType],
    pub(super) session_and_user: &'static [ColumnType],
}

impl Statements {
    /// The statements of this table, written once for each specification and database.
    ///
    /// They live as long as the process, as the specification does, of which a program has a few.
    pub(super) fn of(spec: &'static UserSpec, dialect: &'static dyn Dialect) -> &'static Self {
        static WRITTEN: LazyLock<Mutex<HashMap<(usize, &str), &Statements>>> =
            LazyLock::new(Mutex::default);
        let key = (ptr::from_ref(spec).addr(), dialect.name());
        let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        written.entry(key).or_insert_with(|| Box::leak(Box::new(Self::write(spec, dialect))))
    }

    fn write(spec: &'static UserSpec, dialect: &dyn Dialect) -> Self {
        let table = quoted(spec.table);
        let columns = columns(spec);
        let this_user = this_user(spec, dialect, "$1");
        let find = |condition: &str| {
            format!("SELECT {columns} FROM {table} WHERE {condition}").leak() as &str
        };
        let find_by = |column: Option<usize>| {
            Some(find(&format!("{} = $1", quoted(spec.columns.get(column?)?.column))))
        };
        let active = spec.active.and_then(|index| spec.columns.get(index));
        let hash = spec.password_hash.and_then(|index| spec.columns.get(index));
        let set_hash = |also: &str| {
            let hash = quoted(hash?.column);
            let text = format!(
                "UPDATE {table} SET {hash} = $2{also} \
                WHERE {this_user} AND {hash} IS NOT DISTINCT FROM $3 RETURNING 1"
            );
            Some(text.leak() as &str)
        };
        let updated_at = spec.updated_at.and_then(|index| {
            let column = quoted(spec.columns.get(index)?.column);
            Some(format!(", {column} = {}", dialect.stored(spec, index, "$4".to_owned())))
        });
        let packed = dialect.packed(&session_and_user(spec));
        Self {
            is_packed: packed.is_some(),
            lock: find(&format!("{this_user}{}", dialect.for_update())),
            find_by_id: find(&this_user),
            share: format!(
                "SELECT {} FROM {table} WHERE {this_user}{}",
                active.map_or_else(|| "1".to_owned(), |active| quoted(active.column)),
                dialect.for_share()
            )
            .leak(),
            find_by_email: find_by(spec.email),
            find_by_username: find_by(spec.username),
            session_with_user: session_with_user(spec, dialect).leak(),
            sessions_with_users: sessions_with_users(spec, dialect, packed).leak(),
            open_session: open_session(spec, dialect).leak(),
            put_token_of: put_token_of(spec, dialect).leak(),
            replace_hash: set_hash(""),
            change_hash: set_hash(&updated_at.unwrap_or_default()),
            delete: format!("DELETE FROM {table} WHERE {this_user} RETURNING 1").leak(),
            free_account: free_account(spec, dialect).leak(),
            shared: active.map(|active| active.kind).into_iter().collect::<Vec<_>>().leak(),
            user: kinds(spec).collect::<Vec<_>>().leak(),
            session_and_user: session_and_user(spec)
                .into_iter()
                .map(|(_, kind)| kind)
                .collect::<Vec<_>>()
                .leak(),
        }
    }
}

/// The columns of the users, quoted, separated by `, `.
pub(super) fn columns(spec: &UserSpec) -> String {
    let columns: Vec<_> = spec.columns.iter().map(|spec| quoted(spec.column)).collect();
    columns.join(", ")
}

/// Whether a row is the user whose id, as text, is `text`.
pub(super) fn this_user(spec: &UserSpec, dialect: &dyn Dialect, text: &str) -> String {
    let id = spec.columns.get(spec.id);
    id.map_or_else(String::new, |id| dialect.same_id(&quoted(id.column), id.kind, text))
}

/// A new session of a user who is there with this hash, if users have one.
fn open_session(spec: &UserSpec, dialect: &dyn Dialect) -> String {
    let (into, values) = session::NEW;
    format!("{into} SELECT {values} WHERE {} RETURNING 1", as_proved(spec, dialect, 17))
}

/// A one-time token of a user who is there with this hash, if users have one.
fn put_token_of(spec: &UserSpec, dialect: &dyn Dialect) -> String {
    let (into, values, replace) = once::NEW;
    format!("{into} SELECT {values} WHERE {}{replace} RETURNING 1", as_proved(spec, dialect, 7))
}

/// Whether a user is there with this hash: the arguments from `first` on.
fn as_proved(spec: &UserSpec, dialect: &dyn Dialect, first: usize) -> String {
    let hash = spec.password_hash.and_then(|index| spec.columns.get(index));
    let same_hash = hash.map_or_else(String::new, |hash| {
        format!(" AND {} IS NOT DISTINCT FROM ${}", quoted(hash.column), first + 1)
    });
    format!(
        "EXISTS (SELECT 1 FROM {} WHERE {}{same_hash}{})",
        quoted(spec.table),
        this_user(spec, dialect, &format!("${first}")),
        dialect.for_share()
    )
}

/// A live session and its user, found by the keys of both tables.
fn session_with_user(spec: &UserSpec, dialect: &dyn Dialect) -> String {
    let (columns, tables) = (names(&session_and_user(spec)), with_user(spec, dialect, "$3"));
    format!("SELECT {columns} {tables} WHERE s.id = $1 AND s.ends_at > $2 AND s.realm = $3")
}

/// The same of several sessions, whether or not they are over.
fn sessions_with_users(spec: &UserSpec, dialect: &dyn Dialect, packed: Option<String>) -> String {
    let realm = format!("${}", lookups::TOGETHER + 1);
    let ids: Vec<_> = (1..=lookups::TOGETHER).map(|number| format!("${number}")).collect();
    let (ids, tables) = (ids.join(", "), with_user(spec, dialect, &realm));
    let columns = packed.unwrap_or_else(|| names(&session_and_user(spec)));
    // Found by their ids alone: SQLite takes an owner's index for the shorter way, which is all of a realm.
    format!("SELECT {columns} {tables} WHERE s.id IN ({ids}) AND (s.realm = {realm}) IS TRUE")
}

/// The columns of a session and of its user.
fn session_and_user(spec: &UserSpec) -> Vec<(String, ColumnType)> {
    let session = session::COLUMNS.split(", ").map(|name| format!("s.{name}"));
    let user = spec.columns.iter().map(|spec| (format!("u.{}", quoted(spec.column)), spec.kind));
    session.zip(session::SESSION.iter().copied()).chain(user).collect()
}

fn names(columns: &[(String, ColumnType)]) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

/// Sessions of a realm and their users.
fn with_user(spec: &UserSpec, dialect: &dyn Dialect, realm: &str) -> String {
    // An id of another realm need not be one of this kind, and is not to be read as one.
    let theirs = format!("CASE s.realm WHEN {realm} THEN s.user_id END");
    let same_user = spec.columns.get(spec.id).map_or_else(String::new, |id| {
        dialect.same_id(&format!("u.{}", quoted(id.column)), id.kind, &theirs)
    });
    format!("FROM fastauth_sessions AS s JOIN {} AS u ON {same_user}", quoted(spec.table))
}

/// An account at a provider that is nobody's any more.
fn free_account(spec: &UserSpec, dialect: &dyn Dialect) -> String {
    let theirs = "CASE fastauth_oauth_accounts.realm WHEN $1 \
        THEN fastauth_oauth_accounts.user_id END";
    format!(
        "DELETE FROM fastauth_oauth_accounts WHERE realm = $1 AND provider = $2 AND subject = $3 \
        AND NOT EXISTS (SELECT 1 FROM {} WHERE {}) RETURNING 1",
        quoted(spec.table),
        this_user(spec, dialect, theirs)
    )
}

fn kinds(spec: &UserSpec) -> impl Iterator<Item = ColumnType> {
    spec.columns.iter().map(|spec| spec.kind)
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use super::*;
    use crate::{
        store::{
            Sqlite,
            sql::Database,
            suite::{Keyed, Numbered},
        },
        user::AuthUser,
    };

    #[tokio::test]
    async fn what_is_leaked_is_written_once_however_many_stores_are_opened() {
        let mut written = std::collections::HashSet::new();
        for _ in 0..100 {
            let store = Sqlite::open("sqlite::memory:").await.unwrap();
            for spec in [Keyed::SPEC, Numbered::SPEC] {
                written.insert(ptr::from_ref(Statements::of(spec, store.dialect())).addr());
            }
        }
        assert_eq!(written.len(), 2);
    }
}
