/// What documents say of a user's bodies: nothing, without the feature `openapi`.
#[derive(Debug)]
pub struct Schemas;

impl Schemas {
    /// Nothing.
    pub fn unknown(_: &str) -> Self {
        Self
    }
}

/// Prints nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __described {
    ($($body:tt)*) => {};
}

/// The same inside of an impl.
#[doc(hidden)]
#[macro_export]
macro_rules! __schemas {
    ($($body:tt)*) => {};
}
