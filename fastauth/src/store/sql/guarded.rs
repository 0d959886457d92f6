//! Changes of roles, on their terms.

use super::{
    Database, Dialect, Query, Transaction,
    role::{holders_query, permissions_query, texts},
    statements::Statements,
};
use crate::{
    access::Permissions,
    store::{Accounts, Removal, StoreError, Terms},
    user::UserSpec,
    value::{Row, Value},
};

/// A transaction on these terms: within a realm one after the other.
pub(super) struct Guarded<'a> {
    pub(super) transaction: Box<dyn Transaction + 'a>,
    dialect: &'static dyn Dialect,
    realm: &'a str,
    terms: &'a Terms<'a>,
    /// What the actor holds.
    held: Permissions,
    /// Whether anybody held what is needed.
    was_held: bool,
}

impl<'a> Guarded<'a> {
    /// Begins it, where the actor may change roles at all.
    pub(super) async fn begin(
        database: &'a dyn Database,
        realm: &'a str,
        terms: &'a Terms<'a>,
    ) -> Result<Self, StoreError> {
        let (transaction, dialect) = (database.begin().await?, database.dialect());
        let held = Permissions::default();
        let mut guarded = Self { transaction, dialect, realm, terms, held, was_held: false };
        if let Some(lock) = dialect.lock_realm() {
            guarded.run(Query::new(lock, vec![Value::Text(realm.to_owned())])).await?;
        }
        if let Some(actor) = terms.actor
            && guarded.counts(&actor.owner.user_id).await?
        {
            let held = guarded.run(permissions_query(&actor.owner)).await?;
            guarded.held = texts(held)?.into_iter().collect();
        }
        guarded.allow([])?;
        guarded.was_held = guarded.is_held().await?;
        Ok(guarded)
    }

    /// Lets the actor go on, who gives this.
    pub(super) fn allow<'g>(
        &self,
        given: impl IntoIterator<Item = &'g str>,
    ) -> Result<(), StoreError> {
        self.terms.allow(&self.held, given)
    }

    pub(super) async fn run(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.transaction.run(query).await
    }

    /// Keeps what was done; `false` when it must not be.
    pub(super) async fn commit(mut self) -> Result<bool, StoreError> {
        if self.was_held && !self.is_held().await? {
            return Ok(false);
        }
        self.transaction.commit().await.map(|()| true)
    }

    /// Whether anybody who counts holds what is needed.
    async fn is_held(&mut self) -> Result<bool, StoreError> {
        let Some(needed) = self.terms.needed else { return Ok(false) };
        for id in texts(self.run(holders_query(self.realm, needed)).await?)? {
            if self.counts(&id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the roles of this id count, and go on to until the transaction ends.
    async fn counts(&mut self, id: &str) -> Result<bool, StoreError> {
        match self.terms.accounts {
            Accounts::Among(ids) => Ok(ids.iter().any(|among| among == id)),
            Accounts::Of(spec) => {
                let statements = Statements::of(spec, self.dialect);
                let query = Query::new(statements.share, vec![Value::Text(id.to_owned())]);
                let rows = self.run(query.giving(statements.shared)).await?;
                Ok(rows.first().is_some_and(|row| UserSpec::is_active(row.get(0))))
            }
        }
    }
}

impl Removal {
    pub(super) fn of(committed: bool) -> Self {
        if committed { Self::Done } else { Self::Last }
    }
}
