//! What keeps accounts that are there already from being read or found.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{dialect::PostgresDialect, error::store_error, schema::Table};
use crate::{
    store::{
        SchemaFault, StoreError,
        sql::{
            compare::{Table as _, TableColumn},
            mend::{self, is_login},
            quoted,
        },
    },
    user::UserSpec,
};

/// What is wrong with the rows, one fault a column.
///
/// It runs at every start, and reads up to the first hit.
pub(super) async fn faults(
    spec: &UserSpec,
    table: &Table,
    connection: &mut PgConnection,
) -> Result<Vec<SchemaFault>, StoreError> {
    let mut faults = Vec::new();
    for (index, column) in spec.columns.iter().enumerate() {
        let Some(found) = table.column(column.column).filter(|found| !found.is_generated) else {
            continue;
        };
        let name = quoted(column.column);
        if !column.nullable
            && !found.not_null
            && is_any(connection, spec, &format!("{name} IS NULL")).await?
        {
            faults.push(mend::empty(spec, index, column, &PostgresDialect));
        }
        if !is_login(spec, index) || !table.holds(found, column.kind) {
            continue;
        }
        let Spelling { canonical, differs } = Spelling::of(&name, table, found);
        if is_any(connection, spec, &differs).await? {
            let (cause, mut steps) = mend::misspelt(spec, index, column, &canonical);
            let users = quoted(spec.table);
            steps.push(format!("UPDATE {users} SET {name} = {canonical} WHERE {differs};"));
            faults.push(SchemaFault { cause, fix: steps.join("\n") });
        }
    }
    Ok(faults)
}

/// The one spelling under which a value is looked for.
struct Spelling {
    canonical: String,
    differs: String,
}

impl Spelling {
    /// What a locale makes of the letters of other scripts is not
    /// what we make of them; those are canonical or not as they were written.
    fn of(name: &str, table: &Table, found: &TableColumn) -> Self {
        let text = format!("CAST({name} AS TEXT)");
        let trimmed = format!("btrim({text}, chr(9) || chr(10) || chr(12) || chr(13) || ' ')");
        // A column that compares without regard to case is looked up so too.
        let canonical = if table.type_of(found) == "citext" {
            trimmed
        } else {
            format!("lower({trimmed} COLLATE \"C\")")
        };
        let differs = format!("{text} <> {canonical}");
        Self { canonical, differs }
    }
}

async fn is_any(
    connection: &mut PgConnection,
    spec: &UserSpec,
    condition: &str,
) -> Result<bool, StoreError> {
    let statement = format!("SELECT 1 FROM {} WHERE {condition} LIMIT 1", quoted(spec.table));
    let row = sqlx::query(AssertSqlSafe(statement)).fetch_optional(connection).await;
    Ok(row.map_err(store_error)?.is_some())
}
