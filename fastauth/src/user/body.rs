use crate::{
    secret::Password,
    value::{Fields, Value},
};

/// The body of a registration, made by the derive: the `signup` fields and the password.
pub trait SignupBody: Send + Sized + Sync + 'static {
    /// Reads the body; `None` when `fields` has remembered why not.
    fn read(fields: &mut Fields) -> Option<Self>;

    /// The password; `None` where accounts have none.
    fn password(&self) -> Option<&Password>;

    /// The values of the new row, one per column of the specification. `None` where neither the
    /// client nor a `default` gives one: the id, the hash, the times.
    fn into_row(self) -> Vec<Option<Value>>;
}

/// The body of `PATCH /me`, made by the derive: the `edit` fields, each of which may be absent.
pub trait PatchBody: Send + Sized + Sync + 'static {
    /// Reads the body; `None` when `fields` has remembered why not.
    fn read(fields: &mut Fields) -> Option<Self>;

    /// The columns to change, as indices into the specification, and their new values.
    fn into_changes(self) -> Vec<(usize, Value)>;
}
