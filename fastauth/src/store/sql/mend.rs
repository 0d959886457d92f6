//! What mends a table in every database. All of it runs as it stands, statement by statement or pasted
//! into the database's shell, which goes on after an error: so no statement may do harm where one
//! before it failed.

use super::{Dialect, compare::field, quoted, user};
use crate::{
    store::SchemaFault,
    time::Timestamp,
    user::{ColumnSpec, UserSpec},
    value::{ColumnType, Value},
};

/// The table the struct asks for.
pub(in crate::store) fn no_table(spec: &UserSpec, dialect: &dyn Dialect) -> SchemaFault {
    SchemaFault {
        cause: format!("there is no table `{}` (struct `{}`)", spec.table, spec.name),
        fix: format!("{};", user::create_table(spec, dialect)),
    }
}

/// What is no table at all.
pub(in crate::store) fn view(spec: &UserSpec) -> SchemaFault {
    SchemaFault {
        cause: format!("`{}` is a view, which keeps no accounts", spec.table),
        fix: format!("-- name the table under it: #[auth(table = \"…\")] above `{}`", spec.name),
    }
}

/// What accounts that are there already get, as a literal: what the field says, and for a part what
/// nobody would miss. Nothing where only a person can say it.
pub(in crate::store) fn initial(
    spec: &UserSpec,
    index: usize,
    column: &ColumnSpec,
    dialect: &dyn Dialect,
) -> Option<String> {
    if let Some(default) = column.default {
        return dialect.literal(&default());
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
            Value::Time(Timestamp::from_secs(0))
        }
        _ => return None,
    };
    dialect.literal(&value)
}

/// Makes a column unique, by an index of this name.
pub(in crate::store) fn make_unique(spec: &UserSpec, name: &str, column: &ColumnSpec) -> String {
    let (users, column_name) = (quoted(spec.table), quoted(column.column));
    format!(
        "-- While the first statement lists values, several accounts share them, and the second \
        fails: somebody has to say which keeps it.\n\
        SELECT {column_name}, count(*) FROM {users} WHERE {column_name} IS NOT NULL \
        GROUP BY {column_name} HAVING count(*) > 1;\n{}",
        unique_index(spec, name, column)
    )
}

pub(in crate::store) fn unique_index(spec: &UserSpec, name: &str, column: &ColumnSpec) -> String {
    let (name, users, column) = (quoted(name), quoted(spec.table), quoted(column.column));
    format!("CREATE UNIQUE INDEX {name} ON {users} ({column});")
}

/// A column that is empty in rows whose field never is.
pub(in crate::store) fn empty(
    spec: &UserSpec,
    index: usize,
    column: &ColumnSpec,
    dialect: &dyn Dialect,
) -> SchemaFault {
    SchemaFault {
        cause: format!(
            "column `{}` of table `{}` is NULL in some rows, which cannot be read {}",
            column.column,
            spec.table,
            field(spec, column)
        ),
        fix: fill(spec, index, column, dialect),
    }
}

/// Gives rows that have nothing in a column what they are to have, or lets a person say it.
pub(in crate::store) fn fill(
    spec: &UserSpec,
    index: usize,
    column: &ColumnSpec,
    dialect: &dyn Dialect,
) -> String {
    let (users, name) = (quoted(spec.table), quoted(column.column));
    let set = |value: &str| format!("UPDATE {users} SET {name} = {value} WHERE {name} IS NULL;");
    if index == spec.id {
        return set(dialect.new_id(column.kind));
    }
    if let (Some(value), false) = (initial(spec, index, column, dialect), is_login(spec, index)) {
        return set(&value);
    }
    let field = column.field;
    if is_login(spec, index) {
        let id = spec.columns.get(spec.id).map_or_else(String::new, |id| quoted(id.column));
        return format!(
            "-- `{field}` is never empty: once for each account, put its own in place of the \
            first NULL and its id in place of the second.\n\
            UPDATE {users} SET {name} = NULL WHERE {id} = NULL;"
        );
    }
    format!(
        "-- `{field}` is never empty and has no default: put what these accounts are to have in \
        place of the first NULL.\n{}",
        set("NULL")
    )
}

/// A column with values under which nobody is looked for, and what the statements that mend it begin
/// with.
pub(in crate::store) fn misspelt(
    spec: &UserSpec,
    index: usize,
    column: &ColumnSpec,
    canonical: &str,
) -> (String, Vec<String>) {
    let harm = if index == spec.id {
        "their tokens open nothing"
    } else {
        "they cannot log in and somebody else could register the same"
    };
    let cause = format!(
        "column `{}` of table `{}` has values in capitals or with other characters than the \
        spelling accounts are found by, so that {harm} {}",
        column.column,
        spec.table,
        field(spec, column)
    );
    let (users, name) = (quoted(spec.table), quoted(column.column));
    let steps = vec![
        "-- While the first statement lists values, several accounts would share them, and the \
        second fails: somebody has to say which keeps it."
            .to_owned(),
        format!(
            "SELECT {canonical}, count(*) FROM {users} WHERE {name} IS NOT NULL \
            GROUP BY 1 HAVING count(*) > 1;"
        ),
    ];
    (cause, steps)
}

pub(in crate::store) fn is_login(spec: &UserSpec, index: usize) -> bool {
    [spec.email, spec.username].contains(&Some(index))
}
