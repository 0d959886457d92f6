use std::sync::Arc;

use crate::{
    error::SetupError,
    mail::{EmailTransport, Smtp},
};

pub(crate) fn by_url(url: &str) -> Result<Arc<dyn EmailTransport>, SetupError> {
    Ok(Arc::new(Smtp::url(url)?))
}
