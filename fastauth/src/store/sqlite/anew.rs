//! A table made anew beside the old one, which stays.

use super::{compare::holds, dialect::SqliteDialect, mend::known, schema::Table};
use crate::{
    store::sql::{Dialect, compare::TableColumn, mend::is_login, quoted, text_literal, user},
    user::{ColumnSpec, UserSpec},
    value::ColumnType,
};

/// Makes the whole table anew, with the columns the struct knows and those it does not.
///
/// The shell goes on after an error, so what could not be copied whole is taken back by a statement
/// (`OR ROLLBACK` ends the transaction), and nothing after it finds anything to destroy.
pub(super) fn rebuild(spec: &UserSpec, table: &Table) -> String {
    let copy = Copy::new(spec, table);
    let old = table.free_name(&format!("{}_old", spec.table));
    let (name, old_name) = (text_literal(spec.table), text_literal(&old));
    let (users, old) = (quoted(spec.table), quoted(&old));
    let whole = quoted("fastauth_copied");
    let mut steps = vec![
        format!(
            "-- Copies {users} into a table that fits and keeps the old one as {old}. Stop what \
            writes to it first. If one row cannot be copied, nothing is changed."
        ),
        format!(
            "-- These rows cannot be copied: while there are any, mend them first.\n{};",
            obstacles(spec, table)
        ),
        "-- Other constraints of the old table (CHECK, COLLATE, REFERENCES) are not copied: add \
        them below."
            .to_owned(),
    ];
    steps.extend(copy.dropped.iter().map(|name| {
        format!("-- The generated column {} is not copied either.", name.escape_debug())
    }));
    steps.extend([
        "PRAGMA foreign_keys = OFF;".to_owned(),
        // Else what refers to the table would follow the old one.
        "PRAGMA legacy_alter_table = ON;".to_owned(),
        "BEGIN;".to_owned(),
        format!("ALTER TABLE {users} RENAME TO {old};"),
        format!("CREATE TABLE {users} (\n    {}\n);", copy.definitions.join(",\n    ")),
    ]);
    if spec.columns.get(spec.id).is_some_and(|id| id.kind == ColumnType::Int) {
        // The numbers of accounts that were deleted.
        steps.push(format!(
            "INSERT INTO sqlite_sequence SELECT {name}, seq FROM sqlite_sequence \
            WHERE name = {old_name} AND {name} NOT IN (SELECT name FROM sqlite_sequence);"
        ));
    }
    steps.push(format!("CREATE TEMP TABLE {whole} (is_whole CHECK (is_whole));"));
    steps.extend(copy.losses.iter().map(|loss| {
        format!(
            "INSERT OR ROLLBACK INTO {whole} SELECT NOT EXISTS (SELECT 1 FROM {old} WHERE {loss});"
        )
    }));
    steps.extend([
        format!(
            "INSERT OR ROLLBACK INTO {whole} SELECT count(*) = 2 FROM sqlite_schema \
            WHERE type = 'table' AND lower(name) IN (lower({name}), lower({old_name}));"
        ),
        format!(
            "INSERT OR ROLLBACK INTO {users} ({}) SELECT {} FROM {old} \
            WHERE NOT EXISTS (SELECT 1 FROM {users});",
            copy.names.join(", "),
            copy.values.join(", ")
        ),
        format!(
            "INSERT OR ROLLBACK INTO {whole} \
            SELECT (SELECT count(*) FROM {users}) = (SELECT count(*) FROM {old});"
        ),
        format!("DROP TABLE {whole};"),
        "COMMIT;".to_owned(),
        "PRAGMA legacy_alter_table = OFF;".to_owned(),
        "PRAGMA foreign_keys = ON;".to_owned(),
    ]);
    steps.extend(copy.afterwards);
    steps.push(format!(
        "-- Once both numbers are the same and the application works: DROP TABLE {old};\n\
        SELECT (SELECT count(*) FROM {users}), (SELECT count(*) FROM {old});"
    ));
    steps.join("\n")
}

/// What goes from the old table into the new one.
#[derive(Default)]
struct Copy {
    definitions: Vec<String>,
    names: Vec<String>,
    values: Vec<String>,
    /// Conditions under which a value would be gone.
    losses: Vec<String>,
    /// Generated columns the struct does not know: how they are computed cannot be asked.
    dropped: Vec<String>,
    /// The indexes and triggers, which else would stay with the old table.
    afterwards: Vec<String>,
}

impl Copy {
    fn new(spec: &UserSpec, table: &Table) -> Self {
        let mut copy = Self::default();
        let own = spec.columns.iter().zip(user::definitions(spec, &SqliteDialect)).enumerate();
        for (index, (column, definition)) in own {
            match table.column(column.column) {
                Some(found) => {
                    copy.definitions.push(own_definition(spec, index, (column, found)));
                    let (name, value) =
                        (quoted(&found.name), converted(spec, index, (column, found)));
                    if column.nullable && value != name {
                        copy.losses.push(lost(&name, &value));
                    }
                    copy.add(&found.name, value);
                }
                None if index == spec.id => {
                    copy.definitions.push(definition);
                    copy.add(column.column, SqliteDialect.new_id(column.kind).to_owned());
                }
                None => {}
            }
        }
        for found in table.columns.iter().filter(|found| known(spec, found).is_none()) {
            if found.is_generated {
                copy.dropped.push(found.name.clone());
                continue;
            }
            copy.definitions.push(other_definition(table, found));
            copy.add(&found.name, quoted(&found.name));
        }
        copy.constraints(spec, table);
        for (name, sql) in &table.triggers {
            copy.afterwards.push(format!("DROP TRIGGER {};\n{sql};", quoted(name)));
        }
        copy
    }

    fn add(&mut self, name: &str, value: String) {
        self.names.push(quoted(name));
        self.values.push(value);
    }

    /// The indexes, and what else no two rows may share.
    fn constraints(&mut self, spec: &UserSpec, table: &Table) {
        let id = spec.columns.get(spec.id).map_or("", |id| id.column);
        let is_own = |name: &String| {
            let mut own = spec.columns.iter().enumerate();
            own.any(|(at, it)| is_login(spec, at) && it.column.eq_ignore_ascii_case(name))
        };
        for index in &table.indexes {
            if self.dropped.iter().any(|name| index.is_on(name)) {
                continue;
            }
            if let Some(sql) = &index.sql {
                let name = quoted(&index.name);
                self.afterwards.push(format!("DROP INDEX {name};\n{sql};"));
                continue;
            }
            let columns: Vec<_> = index.columns.iter().flatten().collect();
            // What has the id in it is unique by the id alone, and a login says so itself.
            let is_said = columns.len() == 1 && columns.iter().all(|name| is_own(name));
            if !index.is_on(id) && !is_said {
                let columns: Vec<_> = columns.into_iter().map(|name| quoted(name)).collect();
                self.definitions.push(format!("UNIQUE ({})", columns.join(", ")));
            }
        }
    }
}

/// The rows that do not fit into the new table: to be looked at by a person.
fn obstacles(spec: &UserSpec, table: &Table) -> String {
    let users = quoted(spec.table);
    let (mut shown, mut conditions) = (Vec::new(), Vec::new());
    for (index, column) in spec.columns.iter().enumerate() {
        let Some(found) = table.column(column.column) else { continue };
        let name = quoted(&found.name);
        let value = converted(spec, index, (column, found));
        let is_number = index == spec.id && column.kind == ColumnType::Int;
        if is_number {
            conditions
                .push(format!("CAST(CAST({name} AS INTEGER) AS TEXT) <> CAST({name} AS TEXT)"));
        } else if !column.nullable {
            conditions.push(format!("{value} IS NULL"));
        } else if value != name {
            conditions.push(lost(&name, &value));
        }
        if index == spec.id || is_login(spec, index) {
            conditions.push(format!(
                "{value} IN (SELECT {value} FROM {users} GROUP BY 1 HAVING count(*) > 1)"
            ));
            shown.push(name);
        }
    }
    let shown = if shown.is_empty() { "*".to_owned() } else { shown.join(", ") };
    let conditions =
        if conditions.is_empty() { "FALSE".to_owned() } else { conditions.join(" OR ") };
    format!("SELECT {shown} FROM {users} WHERE {conditions}")
}

/// Whether a value would be gone where the column may be empty.
fn lost(name: &str, value: &str) -> String {
    format!("({name} IS NOT NULL AND {value} IS NULL)")
}

/// A column of the struct: as it was declared where that will do.
fn own_definition(
    spec: &UserSpec,
    index: usize,
    (column, found): (&ColumnSpec, &TableColumn),
) -> String {
    let name = quoted(&found.name);
    if index == spec.id && column.kind == ColumnType::Int {
        return format!("{name} {}", SqliteDialect.id_type(column.kind));
    }
    let does = holds(&found.declared, column.kind) && !found.is_generated;
    let kind = if does { found.declared.as_str() } else { SqliteDialect.column_type(column.kind) };
    if index == spec.id {
        return format!("{name} {kind} NOT NULL PRIMARY KEY");
    }
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    let unique = if is_login(spec, index) { " UNIQUE" } else { "" };
    let default = found.default.as_ref().filter(|_| does);
    let default = default.map_or_else(String::new, |default| format!(" DEFAULT ({default})"));
    format!("{name} {kind}{not_null}{default}{unique}")
}

/// A column the struct does not know, as it was, but never in the way of a new user.
fn other_definition(table: &Table, found: &TableColumn) -> String {
    let default = found.default.as_ref().map(|default| format!(" DEFAULT ({default})"));
    let not_null = if found.not_null && default.is_some() { " NOT NULL" } else { "" };
    let unique = if table.is_row_number(found) { " UNIQUE" } else { "" };
    let default = default.unwrap_or_default();
    format!("{} {}{not_null}{default}{unique}", quoted(&found.name), found.declared)
}

/// What an old value is in the new table; NULL where it cannot be one.
fn converted(
    spec: &UserSpec,
    index: usize,
    (column, found): (&ColumnSpec, &TableColumn),
) -> String {
    let old = quoted(&found.name);
    // What is no number does not go into the key, and stops the copy.
    let is_number = index == spec.id && column.kind == ColumnType::Int;
    if is_number || holds(&found.declared, column.kind) {
        return old;
    }
    match column.kind {
        ColumnType::Bool => format!(
            "CASE WHEN lower({old}) IN ('1', '1.0', 't', 'true', 'y', 'yes', 'on') THEN 1 \
            WHEN lower({old}) IN ('0', '0.0', 'f', 'false', 'n', 'no', 'off') THEN 0 END"
        ),
        ColumnType::Bytes => format!("CAST({old} AS BLOB)"),
        ColumnType::Float => {
            format!("CASE WHEN {old} GLOB '*[0-9]*' THEN CAST({old} AS REAL) END")
        }
        ColumnType::Int => format!(
            "CASE WHEN {old} GLOB '*[0-9]*' AND CAST({old} AS INTEGER) = CAST({old} AS NUMERIC) \
            THEN CAST({old} AS INTEGER) END"
        ),
        ColumnType::Json | ColumnType::Text => format!("CAST({old} AS TEXT)"),
        // Seconds since 1970, or milliseconds.
        ColumnType::Time => format!(
            "CASE WHEN {old} GLOB '[0-9][0-9][0-9][0-9]-*' THEN {old} WHEN abs({old}) < 100000000000 THEN \
            strftime('%Y-%m-%dT%H:%M:%fZ', {old}, 'unixepoch') ELSE \
            strftime('%Y-%m-%dT%H:%M:%fZ', {old} / 1000.0, 'unixepoch') END"
        ),
        // A number is no UUID: such accounts get new ids.
        ColumnType::Uuid => {
            let other = if index == spec.id { SqliteDialect.new_id(column.kind) } else { "NULL" };
            format!("CASE WHEN typeof({old}) IN ('blob', 'text') THEN {old} ELSE {other} END")
        }
    }
}
