use std::sync::Arc;

use crate::{
    error::{SetupError, SetupProblem},
    mail::EmailTransport,
};

pub(crate) fn by_url(_: &str) -> Result<Arc<dyn EmailTransport>, SetupError> {
    Err(SetupProblem::new(
        "no SMTP",
        "FASTAUTH_SMTP_URL is set, and fastauth was compiled without SMTP",
        "enable the feature `smtp`: cargo add fastauth --features smtp",
    )
    .into())
}
