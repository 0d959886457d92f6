use crate::value::{Codec, ColumnType, Value};

/// The table of the users and what each column is for: plain data that the derive writes.
#[derive(Debug)]
pub struct UserSpec {
    /// The name of the struct.
    pub name: &'static str,
    /// The name of the table.
    pub table: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnSpec],
    /// The column of the id, as an index into `columns`; so too for the parts below.
    pub id: usize,
    /// The column of the email.
    pub email: Option<usize>,
    /// The column of the username.
    pub username: Option<usize>,
    /// The column of the password's hash.
    pub password_hash: Option<usize>,
    /// The column that says whether the email is proved.
    pub email_verified: Option<usize>,
    /// The column that says whether the account may be used.
    pub active: Option<usize>,
    /// The column of the moment of registration.
    pub created_at: Option<usize>,
    /// The column of the moment of the last change.
    pub updated_at: Option<usize>,
}

impl UserSpec {
    /// Whether an account is active that has this in the column for it, if there is one.
    pub(crate) fn is_active(value: Option<&Value>) -> bool {
        value != Some(&Value::Bool(false))
    }
}

/// One column of the users' table.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// The field of the struct.
    pub field: &'static str,
    /// The column of the table.
    pub column: &'static str,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether it may be `NULL`.
    pub nullable: bool,
    /// What accounts have that were made before the field was.
    pub default: Option<fn() -> Value>,
}

impl ColumnSpec {
    /// The column of a field, as its codec says.
    pub const fn new<T>(field: &'static str, column: &'static str, codec: &Codec<T>) -> Self {
        Self { field, column, kind: codec.kind(), nullable: codec.is_nullable(), default: None }
    }

    /// The same, of a field that has a default.
    #[must_use]
    pub const fn or(self, default: fn() -> Value) -> Self {
        Self { default: Some(default), ..self }
    }
}
