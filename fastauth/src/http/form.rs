//! Forms, as `OAuth2` has them.

use std::collections::BTreeMap;

use percent_encoding::percent_decode;

use crate::{
    error::{Code, Error, FieldError},
    value::MOST_MEMBERS,
};

/// What a form says, by name.
pub(super) type Form = BTreeMap<String, String>;

/// Reads a form. One that says something twice says nothing (RFC 6749 §3.1).
pub(super) fn read(bytes: &[u8]) -> Result<Form, Error> {
    // Bytes that are no text would be read as some text, and one password as another.
    if percent_decode(bytes).decode_utf8().is_err() {
        return Err(Code::MalformedBody.into());
    }
    let mut fields = Form::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if fields.len() == MOST_MEMBERS {
            return Err(Error::validation(vec![FieldError::crowded()]));
        }
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(Code::MalformedBody.into());
        }
    }
    Ok(fields)
}

/// A field; one without a value is none (RFC 6749 §3.1).
pub(super) fn take(form: &mut Form, name: &str) -> Option<String> {
    form.remove(name).filter(|value| !value.is_empty())
}
