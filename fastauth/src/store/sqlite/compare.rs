//! What keeps a table from holding the users, one rule a function.

use super::{
    mend::Mend,
    schema::{Table, TableColumn},
};
use crate::{
    user::{ColumnSpec, UserSpec},
    value::ColumnType,
};

/// One thing that is wrong with a table, and what mends it.
pub(super) struct Fault {
    pub(super) cause: String,
    pub(super) mend: Mend,
}

/// What is wrong with the table; nothing when it fits.
pub(super) fn faults(spec: &UserSpec, table: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, column) in spec.columns.iter().enumerate() {
        match table.column(column.column) {
            None => faults.push(missing_column(spec, index, column)),
            Some(found) => faults.extend(unfit_column(spec, table, index, (column, found))),
        }
    }
    faults.extend(table.columns.iter().filter_map(|found| unfilled_column(spec, table, found)));
    faults
}

fn missing_column(spec: &UserSpec, index: usize, column: &ColumnSpec) -> Fault {
    let cause =
        format!("table `{}` has no column `{}` {}", spec.table, column.column, field(spec, column));
    Fault { cause, mend: Mend::Add(index) }
}

/// The first thing that is wrong with a column that is there: mending it mends what follows.
fn unfit_column(
    spec: &UserSpec,
    table: &Table,
    index: usize,
    (column, found): (&ColumnSpec, &TableColumn),
) -> Option<Fault> {
    let this = format!("column `{}` of table `{}`", found.name, spec.table);
    if found.is_generated {
        return Some(Fault {
            cause: format!("{this} is generated, and must be written {}", field(spec, column)),
            mend: Mend::Rebuild,
        });
    }
    if !holds(&found.declared, column.kind) {
        return Some(Fault {
            cause: format!(
                "{this} is declared `{}`, which does not hold {} as it is {}",
                found.declared,
                noun(column.kind),
                field(spec, column)
            ),
            mend: Mend::Rebuild,
        });
    }
    if index == spec.id {
        return unfit_id(spec, table, &this, (column, found));
    }
    if column.nullable && found.not_null {
        return Some(Fault {
            cause: format!("{this} is NOT NULL, and may be empty {}", field(spec, column)),
            mend: Mend::Rebuild,
        });
    }
    let is_login = [spec.email, spec.username].contains(&Some(index));
    (is_login && !table.is_unique(found)).then(|| Fault {
        cause: format!(
            "{this} has no unique index, so two accounts could share one {}",
            if spec.email == Some(index) { "email" } else { "username" }
        ),
        mend: Mend::MakeUnique(index),
    })
}

fn unfit_id(
    spec: &UserSpec,
    table: &Table,
    this: &str,
    (column, found): (&ColumnSpec, &TableColumn),
) -> Option<Fault> {
    if column.kind == ColumnType::Int && !table.is_row_number(found) {
        return Some(Fault {
            cause: format!(
                "{this} is not an `INTEGER PRIMARY KEY`, so nothing numbers new users {}",
                field(spec, column)
            ),
            mend: Mend::Rebuild,
        });
    }
    (!table.is_unique(found)).then(|| Fault {
        cause: format!("{this} has no unique index, so two accounts could share one id"),
        mend: Mend::MakeUnique(spec.id),
    })
}

/// A column that no new user would get past.
fn unfilled_column(spec: &UserSpec, table: &Table, found: &TableColumn) -> Option<Fault> {
    let is_known =
        spec.columns.iter().any(|column| column.column.eq_ignore_ascii_case(&found.name));
    let fills_itself = !found.not_null
        || found.default.is_some()
        || found.is_generated
        || table.is_row_number(found);
    // The key under another name is the id that is missing, and said already.
    let is_id = found.is_key
        && spec.columns.get(spec.id).is_some_and(|id| table.column(id.column).is_none());
    (!is_known && !fills_itself && !is_id).then(|| Fault {
        cause: format!(
            "column `{}` of table `{}` is NOT NULL without a default, and no field of `{}` fills it",
            found.name, spec.table, spec.name
        ),
        mend: Mend::Rebuild,
    })
}

pub(super) fn field(spec: &UserSpec, column: &ColumnSpec) -> String {
    format!("(field `{}` of `{}`)", column.field, spec.name)
}

/// Whether a column declared so gives back what was put in: SQLite turns text that looks like a
/// number into one, and numbers into text, by the rules of type affinity.
pub(super) fn holds(declared: &str, kind: ColumnType) -> bool {
    let affinity = Affinity::of(declared);
    if affinity == Affinity::Any {
        return true;
    }
    match kind {
        ColumnType::Bool | ColumnType::Int => {
            matches!(affinity, Affinity::Integer | Affinity::Numeric)
        }
        ColumnType::Bytes => affinity == Affinity::Blob,
        ColumnType::Float => {
            matches!(affinity, Affinity::Integer | Affinity::Numeric | Affinity::Real)
        }
        ColumnType::Json => matches!(affinity, Affinity::Numeric | Affinity::Text),
        ColumnType::Text => affinity == Affinity::Text,
        // `DATETIME` and `TIMESTAMP` are numeric and leave a written time alone.
        ColumnType::Time => matches!(affinity, Affinity::Numeric | Affinity::Text),
        ColumnType::Uuid => {
            matches!(affinity, Affinity::Blob | Affinity::Numeric | Affinity::Text)
        }
    }
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

/// What SQLite does to a value in a column: <https://sqlite.org/datatype3.html#determination_of_column_affinity>.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Affinity {
    /// Nothing, and nothing is said about it either.
    Any,
    Blob,
    Integer,
    Numeric,
    Real,
    Text,
}

impl Affinity {
    fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let says = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        match () {
            () if declared.is_empty() || declared == "ANY" => Self::Any,
            () if says(&["INT"]) => Self::Integer,
            () if says(&["CHAR", "CLOB", "TEXT"]) => Self::Text,
            () if says(&["BLOB"]) => Self::Blob,
            () if says(&["REAL", "FLOA", "DOUB"]) => Self::Real,
            () => Self::Numeric,
        }
    }
}
