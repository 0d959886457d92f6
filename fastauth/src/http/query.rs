//! What stands in the query of a request.

use http::Uri;

use super::form::{self, Form};
use crate::error::{Code, Error};

/// Reads it. One that says something twice says nothing (RFC 6749 §3.1); nor does one that is no text.
pub(super) fn read(uri: &Uri) -> Result<Form, Error> {
    form::read(uri.query().unwrap_or_default().as_bytes())
        .map_err(|_| Code::MalformedRequest.into())
}
