//! The SQL that mends a table. All of it runs as it stands, statement by statement or pasted into
//! the shell, which goes on after an error: so no statement may do harm where one before it failed.

use super::{anew, compare, dialect::SqliteDialect, schema::Table};
use crate::{
    store::{
        SchemaFault,
        sql::{
            Dialect,
            compare::{Fault, TableColumn, Wrong},
            mend::{fill, initial, is_login, make_unique, unique_index},
            quoted,
        },
    },
    user::{ColumnSpec, UserSpec},
};

/// What mends a fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mend {
    /// A column of the specification is added.
    Add(usize),
    /// A column of the specification gets a unique index.
    MakeUnique(usize),
    /// The table is made anew: SQLite cannot alter a column where it stands.
    Rebuild,
}

fn mend_of(wrong: &Wrong) -> Mend {
    match wrong {
        Wrong::Missing(index) => Mend::Add(*index),
        Wrong::NotUnique(index) => Mend::MakeUnique(*index),
        _ => Mend::Rebuild,
    }
}

/// Puts the SQL beside each fault, in an order in which it can be run.
pub(super) fn fixes(spec: &UserSpec, table: &Table, faults: Vec<Fault>) -> Vec<SchemaFault> {
    let needs_rebuild = |mend: Mend| match mend {
        Mend::Add(index) => index == spec.id && rename_key(spec, table).is_none(),
        Mend::MakeUnique(_) => false,
        Mend::Rebuild => true,
    };
    let fix = |fault: Fault| SchemaFault {
        fix: step(spec, table, mend_of(&fault.wrong)),
        cause: fault.cause,
    };
    if !faults.iter().any(|fault| needs_rebuild(mend_of(&fault.wrong))) {
        return faults.into_iter().map(fix).collect();
    }
    // A new table mends everything but the columns that are missing, which are added to it.
    let (later, mut first): (Vec<_>, Vec<_>) = faults
        .into_iter()
        .partition(|fault| matches!(mend_of(&fault.wrong), Mend::Add(index) if index != spec.id));
    first.sort_by_key(|fault| !needs_rebuild(mend_of(&fault.wrong)));
    let mut rebuild = Some(anew::rebuild(spec, table));
    let again = || "-- mended by the same new table".to_owned();
    let first = first
        .into_iter()
        .map(|fault| SchemaFault { cause: fault.cause, fix: rebuild.take().unwrap_or_else(again) });
    first.chain(later.into_iter().map(fix)).collect()
}

fn step(spec: &UserSpec, table: &Table, mend: Mend) -> String {
    match mend {
        Mend::Add(index) => spec
            .columns
            .get(index)
            .map_or_else(String::new, |column| add_column(spec, table, (index, column))),
        Mend::MakeUnique(index) => spec.columns.get(index).map_or_else(String::new, |column| {
            make_unique(spec, &free_key(spec, table, column), column)
        }),
        Mend::Rebuild => anew::rebuild(spec, table),
    }
}

/// Adds a column that is missing.
fn add_column(spec: &UserSpec, table: &Table, (index, column): (usize, &ColumnSpec)) -> String {
    if index == spec.id {
        return rename_key(spec, table).unwrap_or_else(|| anew::rebuild(spec, table));
    }
    let kind = SqliteDialect.column_type(column.kind);
    let added =
        format!("ALTER TABLE {} ADD COLUMN {} {kind}", quoted(spec.table), quoted(column.column));
    if is_login(spec, index) {
        // One default for all rows would not be unique; NULLs are.
        let mut steps =
            vec![format!("{added};"), unique_index(spec, &free_key(spec, table, column), column)];
        steps.extend((!column.nullable).then(|| fill(spec, index, column, &SqliteDialect)));
        return steps.join("\n");
    }
    match initial(spec, index, column, &SqliteDialect) {
        Some(value) if column.nullable => format!("{added} DEFAULT {value};"),
        Some(value) => format!("{added} NOT NULL DEFAULT {value};"),
        None if column.nullable => format!("{added};"),
        None => format!("{added};\n{}", fill(spec, index, column, &SqliteDialect)),
    }
}

/// The one key column the struct does not know is the id by another name.
fn rename_key(spec: &UserSpec, table: &Table) -> Option<String> {
    let id = spec.columns.get(spec.id)?;
    let mut keys = table.columns.iter().filter(|column| column.is_key);
    let (Some(key), None) = (keys.next(), keys.next()) else { return None };
    let is_the_id = known(spec, key).is_none() && compare::holds(&key.declared, id.kind);
    is_the_id.then(|| {
        let (users, old, new) = (quoted(spec.table), quoted(&key.name), quoted(id.column));
        format!("ALTER TABLE {users} RENAME COLUMN {old} TO {new};")
    })
}

/// A name for the unique index of a column that nothing in the database has.
fn free_key(spec: &UserSpec, table: &Table, column: &ColumnSpec) -> String {
    table.free_name(&format!("{}_{}_key", spec.table, column.column))
}

/// The field a column is for.
pub(super) fn known<'a>(
    spec: &'a UserSpec,
    found: &TableColumn,
) -> Option<(usize, &'a ColumnSpec)> {
    let mut columns = spec.columns.iter().enumerate();
    columns.find(|(_, column)| column.column.eq_ignore_ascii_case(&found.name))
}
