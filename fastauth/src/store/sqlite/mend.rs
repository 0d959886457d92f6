//! The SQL that mends a table. All of it runs as it stands, statement by statement or pasted into
//! the shell, which goes on after an error: so no statement may do harm where one before it failed.

use super::{
    anew,
    compare::{self, Fault},
    dialect::{SqliteDialect, literal},
    rows,
    schema::{Table, TableColumn},
};
use crate::{
    store::{
        SchemaFault,
        sql::{Dialect, quoted, user},
    },
    user::{ColumnSpec, UserSpec},
    value::{ColumnType, Value},
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

/// The table the struct asks for.
pub(super) fn no_table(spec: &UserSpec) -> SchemaFault {
    SchemaFault {
        cause: format!("there is no table `{}` (struct `{}`)", spec.table, spec.name),
        fix: format!("{};", user::create_table(spec, &SqliteDialect)),
    }
}

/// What is no table at all.
pub(super) fn view(spec: &UserSpec) -> SchemaFault {
    SchemaFault {
        cause: format!("`{}` is a view, which keeps no accounts", spec.table),
        fix: format!("-- name the table under it: #[auth(table = \"…\")] above `{}`", spec.name),
    }
}

/// Puts the SQL beside each fault, in an order in which it can be run.
pub(super) fn fixes(spec: &UserSpec, table: &Table, faults: Vec<Fault>) -> Vec<SchemaFault> {
    let needs_rebuild = |mend: Mend| match mend {
        Mend::Add(index) => index == spec.id && rename_key(spec, table).is_none(),
        Mend::MakeUnique(_) => false,
        Mend::Rebuild => true,
    };
    let fix = |fault: Fault| SchemaFault { fix: step(spec, table, fault.mend), cause: fault.cause };
    if !faults.iter().any(|fault| needs_rebuild(fault.mend)) {
        return faults.into_iter().map(fix).collect();
    }
    // A new table mends everything but the columns that are missing, which are added to it.
    let (later, mut first): (Vec<_>, Vec<_>) = faults
        .into_iter()
        .partition(|fault| matches!(fault.mend, Mend::Add(index) if index != spec.id));
    first.sort_by_key(|fault| !needs_rebuild(fault.mend));
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
        Mend::MakeUnique(index) => spec
            .columns
            .get(index)
            .map_or_else(String::new, |column| make_unique(spec, table, column)),
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
        let mut steps = vec![format!("{added};"), unique_index(spec, table, column)];
        steps.extend((!column.nullable).then(|| rows::fill(spec, index, column)));
        return steps.join("\n");
    }
    match initial(spec, index, column) {
        Some(value) if column.nullable => format!("{added} DEFAULT {value};"),
        Some(value) => format!("{added} NOT NULL DEFAULT {value};"),
        None if column.nullable => format!("{added};"),
        None => format!("{added};\n{}", rows::fill(spec, index, column)),
    }
}

/// What accounts that are there already get, as a literal: what the field says, and for a part what
/// nobody would miss. Nothing where only a person can say it.
pub(super) fn initial(spec: &UserSpec, index: usize, column: &ColumnSpec) -> Option<String> {
    if let Some(default) = column.default {
        return literal(&default());
    }
    if column.nullable {
        return None;
    }
    let is = |part: Option<usize>| part == Some(index);
    let value = match column.kind {
        _ if is(spec.active) => Value::Bool(true),
        ColumnType::Bool if is(spec.email_verified) => Value::Bool(false),
        // The hash of no password.
        ColumnType::Text if is(spec.password_hash) => Value::Text(String::new()),
        ColumnType::Time if is(spec.created_at) || is(spec.updated_at) => {
            Value::Time(crate::time::Timestamp::from_secs(0))
        }
        _ => return None,
    };
    literal(&value)
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

fn make_unique(spec: &UserSpec, table: &Table, column: &ColumnSpec) -> String {
    let (users, name) = (quoted(spec.table), quoted(column.column));
    format!(
        "-- While the first statement lists values, several accounts share them, and the second \
        fails: somebody has to say which keeps it.\n\
        SELECT {name}, count(*) FROM {users} WHERE {name} IS NOT NULL \
        GROUP BY {name} HAVING count(*) > 1;\n{}",
        unique_index(spec, table, column)
    )
}

fn unique_index(spec: &UserSpec, table: &Table, column: &ColumnSpec) -> String {
    let name = table.free_name(&format!("{}_{}_key", spec.table, column.column));
    let (name, users, column) = (quoted(&name), quoted(spec.table), quoted(column.column));
    format!("CREATE UNIQUE INDEX {name} ON {users} ({column});")
}

/// The field a column is for.
pub(super) fn known<'a>(
    spec: &'a UserSpec,
    found: &TableColumn,
) -> Option<(usize, &'a ColumnSpec)> {
    let mut columns = spec.columns.iter().enumerate();
    columns.find(|(_, column)| column.column.eq_ignore_ascii_case(&found.name))
}

pub(super) fn is_login(spec: &UserSpec, index: usize) -> bool {
    [spec.email, spec.username].contains(&Some(index))
}

/// An id for a row that has none.
pub(super) fn new_id(kind: ColumnType) -> &'static str {
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
