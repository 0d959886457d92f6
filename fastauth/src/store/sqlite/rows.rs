//! What keeps accounts that are there already from being read or found.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{compare::holds, dialect::SqliteDialect, error::store_error, schema::Table};
use crate::{
    store::{
        SchemaFault, StoreError,
        sql::{
            compare::TableColumn,
            mend::{self, is_login},
            quoted,
        },
    },
    user::{ColumnSpec, UserSpec},
    value::ColumnType,
};

/// What is wrong with the rows, one fault a column.
///
/// It runs at every start. Where the table is of our making these are two or three scans that end
/// at the first hit, of an index and not of the table: half a second for a million accounts.
pub(super) async fn faults(
    spec: &UserSpec,
    table: &Table,
    connection: &mut SqliteConnection,
) -> Result<Vec<SchemaFault>, StoreError> {
    let mut faults = Vec::new();
    for (index, column) in spec.columns.iter().enumerate() {
        let Some(found) = table.column(column.column).filter(|found| !found.is_generated) else {
            continue;
        };
        if may_be_empty(spec, index, (column, found)) {
            let condition = format!("{} IS NULL", quoted(column.column));
            if is_any(connection, spec, &condition).await? {
                faults.push(mend::empty(spec, index, column, &SqliteDialect));
            }
        }
        let Some(spelling) = Spelling::of(spec, index, column) else { continue };
        if holds(&found.declared, column.kind)
            && is_any(connection, spec, &spelling.differs).await?
        {
            let references = if index == spec.id {
                references(connection, spec, column).await?
            } else {
                Vec::new()
            };
            faults.push(misspelt(spec, index, (column, &spelling), &references));
        }
    }
    Ok(faults)
}

/// Whether a row could have nothing where the field always has something.
fn may_be_empty(
    spec: &UserSpec,
    index: usize,
    (column, found): (&ColumnSpec, &TableColumn),
) -> bool {
    // A number is NULL only where the id has to be made anew, which numbers those rows too.
    let is_number = index == spec.id && column.kind == ColumnType::Int;
    !column.nullable && !found.not_null && !is_number
}

/// The one spelling under which a value is looked for.
struct Spelling {
    /// The value, spelt so.
    canonical: String,
    /// Whether it is spelt otherwise, as the column compares: where it compares without regard to
    /// case, the lookup does too.
    differs: String,
}

impl Spelling {
    fn of(spec: &UserSpec, index: usize, column: &ColumnSpec) -> Option<Self> {
        let name = quoted(column.column);
        if index == spec.id && column.kind == ColumnType::Uuid {
            let canonical = uuid(&name);
            let differs = format!("typeof({name}) = 'text' AND {name} <> {canonical}");
            return Some(Self { canonical, differs });
        }
        // SQLite knows the case of ASCII letters only; those of other
        // scripts are canonical or not as they were written.
        let canonical = format!("lower(trim({name}, char(9, 10, 12, 13, 32)))");
        let differs = format!("{name} <> {canonical}");
        is_login(spec, index).then_some(Self { canonical, differs })
    }
}

/// What is a UUID in one of the spellings that can be read, with hyphens and small letters; NULL for
/// all else.
fn uuid(name: &str) -> String {
    format!(
        "CASE length({name}) WHEN 36 THEN lower({name}) WHEN 38 THEN lower(substr({name}, 2, 36)) \
        WHEN 45 THEN lower(substr({name}, 10)) WHEN 32 THEN lower(substr({name}, 1, 8) || '-' || \
        substr({name}, 9, 4) || '-' || substr({name}, 13, 4) || '-' || substr({name}, 17, 4) \
        || '-' || substr({name}, 21)) END"
    )
}

fn misspelt(
    spec: &UserSpec,
    index: usize,
    (column, spelling): (&ColumnSpec, &Spelling),
    references: &[(String, String)],
) -> SchemaFault {
    let (users, name) = (quoted(spec.table), quoted(column.column));
    let Spelling { canonical, differs } = spelling;
    let (cause, mut steps) = mend::misspelt(spec, index, column, canonical);
    let update = format!("UPDATE {users} SET {name} = {canonical} WHERE {differs};");
    if index != spec.id {
        steps.push(update);
        return SchemaFault { cause, fix: steps.join("\n") };
    }
    steps.push("PRAGMA foreign_keys = OFF;".to_owned());
    steps.push(update);
    // Only what follows an account that was changed: the other of two may have this spelling.
    for (other, column) in references {
        let (other, column) = (quoted(other), quoted(column));
        let canonical = uuid(&column);
        steps.push(format!(
            "UPDATE {other} SET {column} = {canonical} WHERE {column} <> {canonical} \
            AND {canonical} IN (SELECT {name} FROM {users}) \
            AND {column} NOT IN (SELECT {name} FROM {users});"
        ));
    }
    steps.push("PRAGMA foreign_keys = ON;".to_owned());
    steps.push("-- Change these ids in the same way wherever else they are kept.".to_owned());
    SchemaFault { cause, fix: steps.join("\n") }
}

async fn is_any(
    connection: &mut SqliteConnection,
    spec: &UserSpec,
    condition: &str,
) -> Result<bool, StoreError> {
    let statement = format!("SELECT 1 FROM {} WHERE {condition} LIMIT 1", quoted(spec.table));
    let row = sqlx::query(AssertSqlSafe(statement)).fetch_optional(connection).await;
    Ok(row.map_err(store_error)?.is_some())
}

/// The tables and columns that refer to the id.
async fn references(
    connection: &mut SqliteConnection,
    spec: &UserSpec,
    id: &ColumnSpec,
) -> Result<Vec<(String, String)>, StoreError> {
    let found = sqlx::query_as(REFERENCES).bind(spec.table).bind(id.column);
    found.fetch_all(connection).await.map_err(store_error)
}

const REFERENCES: &str = "SELECT other.name, key.\"from\" \
    FROM sqlite_schema AS other, pragma_foreign_key_list(other.name) AS key \
    WHERE other.type = 'table' AND key.\"table\" = $1 COLLATE NOCASE \
    AND coalesce(key.\"to\", $2) = $2 COLLATE NOCASE";
