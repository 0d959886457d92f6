//! What keeps a table from holding the users, one rule a function, for every database.

use crate::{
    user::{ColumnSpec, UserSpec},
    value::ColumnType,
};

/// A table as a database tells of it.
pub(in crate::store) trait Table {
    fn columns(&self) -> &[TableColumn];

    /// The column of this name.
    fn column(&self, name: &str) -> Option<&TableColumn>;

    /// Whether a column gives back what was put in.
    fn holds(&self, column: &TableColumn, kind: ColumnType) -> bool;

    /// Whether no two rows can have the same value in this column.
    fn is_unique(&self, column: &TableColumn) -> bool;

    /// Whether the database numbers new rows in this column.
    fn is_numbered(&self, column: &TableColumn) -> bool;

    /// What a column that is numbered is, and this one is not.
    fn numbering(&self) -> &'static str;
}

/// A column as it is.
pub(in crate::store) struct TableColumn {
    pub(in crate::store) name: String,
    pub(in crate::store) declared: String,
    pub(in crate::store) not_null: bool,
    pub(in crate::store) default: Option<String>,
    pub(in crate::store) is_key: bool,
    /// Whether it is computed from others, and so cannot be written.
    pub(in crate::store) is_generated: bool,
}

/// One thing that is wrong with a table.
pub(in crate::store) struct Fault {
    pub(in crate::store) cause: String,
    pub(in crate::store) wrong: Wrong,
}

/// What is wrong, with a column of the specification or one it does not know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::store) enum Wrong {
    Generated(usize),
    Missing(usize),
    NotNull(usize),
    NotNumbered,
    NotUnique(usize),
    Unfilled(String),
    Unfit(usize),
}

/// What is wrong with the table; nothing when it fits.
pub(in crate::store) fn faults(spec: &UserSpec, table: &dyn Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, column) in spec.columns.iter().enumerate() {
        match table.column(column.column) {
            None => faults.push(missing_column(spec, index, column)),
            Some(found) => faults.extend(unfit_column(spec, table, index, (column, found))),
        }
    }
    faults.extend(table.columns().iter().filter_map(|found| unfilled_column(spec, table, found)));
    faults
}

fn missing_column(spec: &UserSpec, index: usize, column: &ColumnSpec) -> Fault {
    let cause =
        format!("table `{}` has no column `{}` {}", spec.table, column.column, field(spec, column));
    Fault { cause, wrong: Wrong::Missing(index) }
}

/// The first thing that is wrong with a column that is there: mending it mends what follows.
fn unfit_column(
    spec: &UserSpec,
    table: &dyn Table,
    index: usize,
    (column, found): (&ColumnSpec, &TableColumn),
) -> Option<Fault> {
    let this = format!("column `{}` of table `{}`", found.name, spec.table);
    if found.is_generated {
        return Some(Fault {
            cause: format!("{this} is generated, and must be written {}", field(spec, column)),
            wrong: Wrong::Generated(index),
        });
    }
    if !table.holds(found, column.kind) {
        return Some(Fault {
            cause: format!(
                "{this} is declared `{}`, which does not hold {} as it is {}",
                found.declared,
                noun(column.kind),
                field(spec, column)
            ),
            wrong: Wrong::Unfit(index),
        });
    }
    if index == spec.id {
        return unfit_id(spec, table, &this, (column, found));
    }
    if column.nullable && found.not_null {
        return Some(Fault {
            cause: format!("{this} is NOT NULL, and may be empty {}", field(spec, column)),
            wrong: Wrong::NotNull(index),
        });
    }
    let is_login = [spec.email, spec.username].contains(&Some(index));
    (is_login && !table.is_unique(found)).then(|| Fault {
        cause: format!(
            "{this} has no unique index, so two accounts could share one {}",
            if spec.email == Some(index) { "email" } else { "username" }
        ),
        wrong: Wrong::NotUnique(index),
    })
}

fn unfit_id(
    spec: &UserSpec,
    table: &dyn Table,
    this: &str,
    (column, found): (&ColumnSpec, &TableColumn),
) -> Option<Fault> {
    if column.kind == ColumnType::Int && !table.is_numbered(found) {
        return Some(Fault {
            cause: format!(
                "{this} is not {}, so nothing numbers new users {}",
                table.numbering(),
                field(spec, column)
            ),
            wrong: Wrong::NotNumbered,
        });
    }
    (!table.is_unique(found)).then(|| Fault {
        cause: format!("{this} has no unique index, so two accounts could share one id"),
        wrong: Wrong::NotUnique(spec.id),
    })
}

/// A column that no new user would get past.
fn unfilled_column(spec: &UserSpec, table: &dyn Table, found: &TableColumn) -> Option<Fault> {
    let mut columns = spec.columns.iter();
    let is_known = columns
        .any(|column| table.column(column.column).is_some_and(|known| known.name == found.name));
    let fills_itself = !found.not_null
        || found.default.is_some()
        || found.is_generated
        || table.is_numbered(found);
    // The key under another name is the id that is missing, and said already.
    let is_id = found.is_key
        && spec.columns.get(spec.id).is_some_and(|id| table.column(id.column).is_none());
    (!is_known && !fills_itself && !is_id).then(|| Fault {
        cause: format!(
            "column `{}` of table `{}` is NOT NULL without a default, and no field of `{}` fills it",
            found.name, spec.table, spec.name
        ),
        wrong: Wrong::Unfilled(found.name.clone()),
    })
}

pub(in crate::store) fn field(spec: &UserSpec, column: &ColumnSpec) -> String {
    format!("(field `{}` of `{}`)", column.field, spec.name)
}

fn noun(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Bool => "true or false",
        ColumnType::Bytes => "bytes",
        ColumnType::Float => "a number",
        ColumnType::Int => "a whole number",
        ColumnType::Json => "JSON",
        ColumnType::Text => "text",
        ColumnType::Time => "a time",
        ColumnType::Uuid => "a UUID",
    }
}
