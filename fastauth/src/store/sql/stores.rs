//! The traits of a store, for what is a [`Database`](super::Database): the same for each.

pub(in crate::store) mod account;
pub(in crate::store) mod oauth_account;
pub(in crate::store) mod once;
pub(in crate::store) mod role;
pub(in crate::store) mod session;
pub(in crate::store) mod signing_key;
pub(in crate::store) mod user;
pub(in crate::store) mod values;

/// Implements every trait of a store for a database.
///
/// Not `impl<D: Database> … for D`: an application's own store would then be told of a trait of ours
/// that it cannot name, and the pages of the traits would show it.
macro_rules! stores {
    ($store:ty) => {
        $crate::store::sql::stores::account::keep_accounts!($store);
        $crate::store::sql::stores::oauth_account::keep_oauth_accounts!($store);
        $crate::store::sql::stores::once::keep_tokens!($store);
        $crate::store::sql::stores::role::keep_roles!($store);
        $crate::store::sql::stores::session::keep_sessions!($store);
        $crate::store::sql::stores::signing_key::keep_signing_keys!($store);
        $crate::store::sql::stores::user::keep_users!($store);
        $crate::store::sql::stores::values::keep_values!($store);
    };
}

pub(in crate::store) use stores;
