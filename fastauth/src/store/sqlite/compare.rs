//! What SQLite does to a value by the type its column is declared with.

use super::schema::Table;
use crate::{store::sql::compare, value::ColumnType};

impl compare::Table for Table {
    fn columns(&self) -> &[compare::TableColumn] {
        &self.columns
    }

    fn column(&self, name: &str) -> Option<&compare::TableColumn> {
        self.column(name)
    }

    fn holds(&self, column: &compare::TableColumn, kind: ColumnType) -> bool {
        holds(&column.declared, kind)
    }

    fn is_unique(&self, column: &compare::TableColumn) -> bool {
        self.is_unique(column)
    }

    fn is_numbered(&self, column: &compare::TableColumn) -> bool {
        self.is_row_number(column)
    }

    fn numbering(&self) -> &'static str {
        "an `INTEGER PRIMARY KEY`"
    }
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
