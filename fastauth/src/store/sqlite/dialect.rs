use super::{packed, value::time_text};
use crate::{
    store::sql::{Dialect, quoted, text_literal},
    user::UserSpec,
    value::{ColumnType, Value},
};

/// How SQLite spells it.
pub(super) struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn for_update(&self) -> &'static str {
        ""
    }

    fn for_share(&self) -> &'static str {
        ""
    }

    fn lock_realm(&self) -> Option<&'static str> {
        None
    }

    fn one_of(&self, column: &str, query: &str) -> String {
        format!("{column} IN ({query})")
    }

    fn column_type(&self, kind: ColumnType) -> &'static str {
        match kind {
            ColumnType::Bool => "BOOLEAN",
            ColumnType::Bytes => "BLOB",
            ColumnType::Float => "REAL",
            ColumnType::Int => "INTEGER",
            ColumnType::Json | ColumnType::Text | ColumnType::Time | ColumnType::Uuid => "TEXT",
        }
    }

    fn id_type(&self, kind: ColumnType) -> &'static str {
        match kind {
            // Without AUTOINCREMENT the id of the latest user, once deleted, is given again.
            ColumnType::Int => "INTEGER PRIMARY KEY AUTOINCREMENT",
            _ => "TEXT NOT NULL PRIMARY KEY",
        }
    }

    fn same_id(&self, column: &str, kind: ColumnType, text: &str) -> String {
        match kind {
            ColumnType::Int => format!("{column} = CAST({text} AS INTEGER)"),
            // A table that was there before may keep UUIDs as bytes.
            ColumnType::Uuid => format!("{column} IN ({text}, {})", uuid_bytes(text)),
            _ => format!("{column} = {text}"),
        }
    }

    fn stored(&self, spec: &UserSpec, column: usize, placeholder: String) -> String {
        let Some(column) = spec.columns.get(column) else { return placeholder };
        if column.kind != ColumnType::Uuid {
            return placeholder;
        }
        // Where the column is declared for bytes, the application's own queries expect bytes.
        format!(
            "CASE (SELECT upper(type) FROM pragma_table_info({}) WHERE name = {} COLLATE NOCASE) \
            WHEN 'BLOB' THEN {} ELSE {placeholder} END",
            text_literal(spec.table),
            text_literal(column.column),
            uuid_bytes(&placeholder)
        )
    }

    fn next_id(&self, spec: &UserSpec) -> Option<String> {
        let id = spec.columns.get(spec.id).filter(|id| id.kind == ColumnType::Int)?;
        // NULL lets SQLite number the first row; a table that was there before may lack AUTOINCREMENT.
        Some(format!(
            "(SELECT max(last, (SELECT coalesce(max({}), 0) FROM {})) + 1 \
            FROM fastauth_retired_ids WHERE realm = {})",
            quoted(id.column),
            quoted(spec.table),
            text_literal(spec.table)
        ))
    }

    fn retire_id(&self, spec: &UserSpec) -> Option<&'static str> {
        let id = spec.columns.get(spec.id)?;
        (id.kind == ColumnType::Int).then_some(
            "INSERT INTO fastauth_retired_ids (realm, last) VALUES ($1, CAST($2 AS INTEGER)) \
            ON CONFLICT (realm) DO UPDATE SET last = max(last, excluded.last)",
        )
    }

    fn literal(&self, value: &Value) -> Option<String> {
        match value {
            Value::Bool(it) => Some(i64::from(*it).to_string()),
            Value::Bytes(it) => {
                let digits: Vec<_> = it.iter().map(|byte| format!("{byte:02x}")).collect();
                Some(format!("x'{}'", digits.concat()))
            }
            Value::Float(it) => it.is_finite().then(|| format!("{it:?}")),
            Value::Int(it) => Some(it.to_string()),
            Value::Json(it) | Value::Text(it) => {
                (!it.contains(char::is_control)).then(|| text_literal(it))
            }
            Value::Null => None,
            Value::Time(it) => Some(text_literal(&time_text(*it))),
            Value::Uuid(it) => Some(text_literal(&it.to_string())),
        }
    }

    fn new_id(&self, kind: ColumnType) -> &'static str {
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

    fn packed(&self, columns: &[(String, ColumnType)]) -> Option<String> {
        packed::expression(columns)
    }
}

fn uuid_bytes(text: &str) -> String {
    format!("unhex({text}, '-')")
}
