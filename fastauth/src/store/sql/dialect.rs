use crate::{
    user::UserSpec,
    value::{ColumnType, Value},
};

/// What every database spells otherwise.
///
/// Placeholders are `$1`, `$2`, … and upserts are `ON CONFLICT … DO UPDATE`, which all that we know
/// understand.
pub(in crate::store) trait Dialect: Sync {
    /// Its name, to tell the statements of one database from those of another.
    fn name(&self) -> &'static str;

    /// What a `SELECT` ends with that keeps its rows from being changed until the transaction ends;
    /// nothing where one transaction writes at a time.
    fn for_update(&self) -> &'static str;

    /// The same, so that others may keep them too.
    fn for_share(&self) -> &'static str;

    /// The statement after which no other transaction changes who may do what in the realm `$1`;
    /// nothing where one transaction writes at a time.
    fn lock_realm(&self) -> Option<&'static str>;

    /// Whether `column` is one of the few values that `query` gives, so that an index serves it.
    fn one_of(&self, column: &str, query: &str) -> String;

    /// The type a column of this kind is declared with.
    fn column_type(&self, kind: ColumnType) -> &'static str;

    /// The type and the constraints an id of this kind is declared with.
    fn id_type(&self, kind: ColumnType) -> &'static str;

    /// Whether the id in `column` is the one whose text is `text`, so that an index serves it.
    fn same_id(&self, column: &str, kind: ColumnType, text: &str) -> String;

    /// What goes into a column for the argument `placeholder`.
    fn stored(&self, spec: &UserSpec, column: usize, placeholder: String) -> String;

    /// The id of a new user that brings none; nothing where the column's default says it.
    fn next_id(&self, spec: &UserSpec) -> Option<String>;

    /// The statement that remembers an id that was given, by the table and the id's text, where the
    /// database itself might give it again.
    fn retire_id(&self, spec: &UserSpec) -> Option<&'static str>;

    /// A value as a literal; nothing where its text would not survive being printed and pasted.
    fn literal(&self, value: &Value) -> Option<String>;

    /// An id for a row that has none.
    fn new_id(&self, kind: ColumnType) -> &'static str;

    /// What gives these columns of many rows as one value, where that is the cheaper way to get them.
    fn packed(&self, _columns: &[(String, ColumnType)]) -> Option<String> {
        None
    }
}

/// A name as an identifier. Names come from the derive alone, and still nothing in them can end
/// the identifier (SQL is bound or quoted, never pasted).
pub(in crate::store) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text as a literal, where a statement takes no argument.
pub(in crate::store) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
