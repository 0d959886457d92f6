//! The SQL that mends a table. All of it runs as it stands.

use super::{
    compare::Fault,
    dialect::SqliteDialect,
    schema::{Table, TableColumn},
};
use crate::{
    store::{
        SchemaFault,
        sql::{Dialect, quoted, user},
    },
    user::{ColumnSpec, UserSpec},
    value::ColumnType,
};

/// What mends a fault.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Mend {
    /// A column of the specification is added.
    Add(usize),
    /// A column gets a unique index.
    MakeUnique(String),
    /// The table is made anew.
    Rebuild,
    /// A column is replaced by one that fits.
    Replace(String),
}

/// The table the struct asks for.
pub(super) fn no_table(spec: &UserSpec) -> SchemaFault {
    SchemaFault {
        cause: format!("there is no table `{}` (struct `{}`)", spec.table, spec.name),
        fix: format!("{};", user::create_table(spec, &SqliteDialect)),
    }
}

/// Puts the SQL beside each fault, in an order in which it can be run.
pub(super) fn fixes(spec: &UserSpec, table: &Table, faults: Vec<Fault>) -> Vec<SchemaFault> {
    let needs_rebuild = |mend: &Mend| match mend {
        Mend::Add(index) => *index == spec.id && rename_key(spec, table).is_none(),
        Mend::MakeUnique(_) => false,
        Mend::Rebuild => true,
        Mend::Replace(name) => table.column(name).is_some_and(|found| is_bound(table, found)),
    };
    if !faults.iter().any(|fault| needs_rebuild(&fault.mend)) {
        let fix =
            |fault: Fault| SchemaFault { fix: step(spec, table, &fault.mend), cause: fault.cause };
        return faults.into_iter().map(fix).collect();
    }
    // A new table mends everything but the columns that are missing, which are added to it.
    let (later, mut first): (Vec<_>, Vec<_>) = faults
        .into_iter()
        .partition(|fault| matches!(fault.mend, Mend::Add(index) if index != spec.id));
    first.sort_by_key(|fault| !needs_rebuild(&fault.mend));
    let mut fix = Some(rebuild(spec, table));
    let again = || "-- what mends the first fault mends this one".to_owned();
    let first = first
        .into_iter()
        .map(|fault| SchemaFault { cause: fault.cause, fix: fix.take().unwrap_or_else(again) });
    let later = later
        .into_iter()
        .map(|fault| SchemaFault { fix: step(spec, table, &fault.mend), cause: fault.cause });
    first.chain(later).collect()
}

fn step(spec: &UserSpec, table: &Table, mend: &Mend) -> String {
    match mend {
        Mend::Add(index) => add_column(spec, table, *index),
        Mend::MakeUnique(name) => unique_index(spec, name),
        Mend::Rebuild => rebuild(spec, table),
        Mend::Replace(name) => {
            table.column(name).map_or_else(String::new, |found| replace_column(spec, table, found))
        }
    }
}

/// Whether a constraint of the table stands on a column, so that it cannot be dropped.
fn is_bound(table: &Table, found: &TableColumn) -> bool {
    let mut indexes = table.indexes.iter();
    found.is_key || indexes.any(|index| index.is_constraint && index.is_on(&found.name))
}

fn unique_index(spec: &UserSpec, column: &str) -> String {
    let name = quoted(&format!("{}_{column}_key", spec.table));
    format!("CREATE UNIQUE INDEX {name} ON {} ({});", quoted(spec.table), quoted(column))
}

/// Adds a column that is missing.
fn add_column(spec: &UserSpec, table: &Table, index: usize) -> String {
    let Some(column) = spec.columns.get(index) else { return String::new() };
    if index == spec.id {
        return rename_key(spec, table).unwrap_or_else(|| rebuild(spec, table));
    }
    let users = quoted(spec.table);
    let name = quoted(column.column);
    let kind = SqliteDialect.column_type(column.kind);
    if is_login(spec, column) {
        let index = unique_index(spec, column.column);
        return format!("ALTER TABLE {users} ADD COLUMN {name} {kind}; {index}");
    }
    let default = if spec.active == Some(index) { "1" } else { default_of(column.kind) };
    let default =
        if column.nullable { String::new() } else { format!(" NOT NULL DEFAULT {default}") };
    format!("ALTER TABLE {users} ADD COLUMN {name} {kind}{default};")
}

/// The one key column the struct does not know is the id by another name.
fn rename_key(spec: &UserSpec, table: &Table) -> Option<String> {
    let id = spec.columns.get(spec.id)?;
    let mut keys = table.columns.iter().filter(|column| column.is_key);
    let (Some(key), None) = (keys.next(), keys.next()) else { return None };
    known(spec, key).is_none().then(|| {
        let (users, old, new) = (quoted(spec.table), quoted(&key.name), quoted(id.column));
        format!("ALTER TABLE {users} RENAME COLUMN {old} TO {new};")
    })
}

/// Replaces a column by one that fits: of the right type, or without NOT NULL. SQLite cannot alter
/// a column where it stands.
fn replace_column(spec: &UserSpec, table: &Table, found: &TableColumn) -> String {
    let indexes = table.indexes.iter().filter(|index| index.is_on(&found.name));
    let users = quoted(spec.table);
    let (name, old) = (quoted(&found.name), quoted(&format!("{}_old", found.name)));
    let column = known(spec, found);
    let mut steps: Vec<_> =
        indexes.map(|index| format!("DROP INDEX {};", quoted(&index.name))).collect();
    steps.push(format!("ALTER TABLE {users} RENAME COLUMN {name} TO {old};"));
    steps.push(format!("ALTER TABLE {users} ADD COLUMN {name} {};", new_type(spec, column, found)));
    steps.push(format!(
        "UPDATE {users} SET {name} = {} WHERE {old} IS NOT NULL;",
        converted(&old, column, found)
    ));
    steps.push(format!("ALTER TABLE {users} DROP COLUMN {old};"));
    if column.is_some_and(|column| is_login(spec, column)) {
        steps.push(unique_index(spec, &found.name));
    }
    steps.join(" ")
}

/// Makes the whole table anew, with the columns the struct knows and those it does not.
fn rebuild(spec: &UserSpec, table: &Table) -> String {
    let users = quoted(spec.table);
    let new = quoted(&format!("{}_new", spec.table));
    let others = table.columns.iter().filter(|found| known(spec, found).is_none());
    let own = spec.columns.iter().enumerate().zip(user::definitions(spec, &SqliteDialect));
    let own = own
        .filter(|((index, column), _)| *index == spec.id || table.column(column.column).is_some());
    let definitions: Vec<_> =
        own.map(|(_, definition)| definition).chain(others.map(other_definition)).collect();
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for found in &table.columns {
        names.push(quoted(&found.name));
        values.push(converted(&quoted(&found.name), known(spec, found), found));
    }
    if let Some(id) = spec.columns.get(spec.id).filter(|id| table.column(id.column).is_none()) {
        names.push(quoted(id.column));
        values.push(new_id(id.kind).to_owned());
    }
    [
        format!("-- What refers to {users}, its indexes and its triggers are to be made again."),
        "PRAGMA foreign_keys = OFF;".to_owned(),
        "BEGIN;".to_owned(),
        format!("CREATE TABLE {new} ({});", definitions.join(", ")),
        format!(
            "INSERT INTO {new} ({}) SELECT {} FROM {users};",
            names.join(", "),
            values.join(", ")
        ),
        format!("DROP TABLE {users};"),
        format!("ALTER TABLE {new} RENAME TO {users};"),
        "COMMIT;".to_owned(),
        "PRAGMA foreign_keys = ON;".to_owned(),
    ]
    .join("\n")
}

/// A column the struct does not know, as it was, but never in the way of a new user.
fn other_definition(found: &TableColumn) -> String {
    let default = found.default.as_ref().map(|default| format!(" DEFAULT ({default})"));
    let not_null = if found.not_null && default.is_some() { " NOT NULL" } else { "" };
    let unique = if found.is_key { " UNIQUE" } else { "" };
    let default = default.unwrap_or_default();
    format!("{} {}{not_null}{default}{unique}", quoted(&found.name), found.declared)
}

/// The type of a column in place of one that does not fit.
fn new_type(spec: &UserSpec, column: Option<&ColumnSpec>, found: &TableColumn) -> String {
    let Some(column) = column else { return found.declared.clone() };
    let kind = SqliteDialect.column_type(column.kind);
    // One default for all rows would not be unique; NULLs are.
    if column.nullable || is_login(spec, column) {
        return kind.to_owned();
    }
    format!("{kind} NOT NULL DEFAULT {}", default_of(column.kind))
}

/// What an old value is in a column of the right type.
fn converted(old: &str, column: Option<&ColumnSpec>, found: &TableColumn) -> String {
    let Some(column) = column else { return old.to_owned() };
    let is_number = found.declared.to_ascii_uppercase().contains("INT");
    match column.kind {
        ColumnType::Bool | ColumnType::Int => format!("CAST({old} AS INTEGER)"),
        ColumnType::Float => format!("CAST({old} AS REAL)"),
        ColumnType::Json | ColumnType::Text => format!("CAST({old} AS TEXT)"),
        ColumnType::Time if is_number => {
            format!("strftime('%Y-%m-%dT%H:%M:%fZ', {old}, 'unixepoch')")
        }
        ColumnType::Bytes => format!("CAST({old} AS BLOB)"),
        ColumnType::Time | ColumnType::Uuid => old.to_owned(),
    }
}

/// What rows that are there already get.
fn default_of(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Bool | ColumnType::Float | ColumnType::Int => "0",
        ColumnType::Bytes => "x''",
        ColumnType::Json => "'{}'",
        ColumnType::Text => "''",
        ColumnType::Time => "'1970-01-01T00:00:00.000000Z'",
        ColumnType::Uuid => "'00000000-0000-0000-0000-000000000000'",
    }
}

/// An id for each row that is there already.
fn new_id(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int => "NULL",
        // RFC 9562 §5.4: random but for the version and the variant.
        _ => {
            "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' \
            || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) \
            || '-' || hex(randomblob(6)))"
        }
    }
}

/// The field a column is for.
fn known<'a>(spec: &'a UserSpec, found: &TableColumn) -> Option<&'a ColumnSpec> {
    spec.columns.iter().find(|column| column.column.eq_ignore_ascii_case(&found.name))
}

fn is_login(spec: &UserSpec, column: &ColumnSpec) -> bool {
    let logins = [spec.email, spec.username].into_iter().flatten();
    logins.filter_map(|index| spec.columns.get(index)).any(|login| login.column == column.column)
}
