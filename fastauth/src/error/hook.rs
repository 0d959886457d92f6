use std::{error::Error as StdError, fmt};

/// What a hook returns that may fail.
pub type HookResult<T = ()> = Result<T, HookError>;

/// Why a hook failed: any error converts into it with `?`, and so does text.
///
/// It goes to the log, never to the client.
///
/// ```
/// use fastauth::HookResult;
///
/// fn seats(text: &str) -> HookResult<u32> {
///     let seats: u32 = text.parse()?;
///     if seats == 0 {
///         return Err("no seats left".into());
///     }
///     Ok(seats)
/// }
/// # assert!(seats("0").is_err() && seats("x").is_err() && seats("1").is_ok());
/// ```
pub struct HookError(Box<dyn StdError + Send + Sync>);

impl HookError {
    /// The error itself.
    pub fn into_inner(self) -> Box<dyn StdError + Send + Sync> {
        self.0
    }
}

// No `Error` for the type itself: the blanket conversion below would overlap with the reflexive one.
impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for HookError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
