//! A token as text, judged before anything parses it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json};

use super::{InvalidToken, object};

/// The longest token that is read, in bytes.
pub(super) const LONGEST: usize = 8 * 1024;

/// The members of a header that change how a token must be read. We understand none of them, and
/// what is not understood is refused (RFC 7515 §4.1.11).
const EXTENSIONS: &[&str] = &["b64", "crit", "cty", "enc", "zip"];

/// The three parts of a token in the compact serialization (RFC 7515 §7.1), and its header.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    /// What is signed: the first two parts.
    pub(super) message: &'a str,
    pub(super) signature: &'a str,
    payload: &'a str,
    header: Map<String, Json>,
}

impl<'a> Raw<'a> {
    /// Takes a token apart. Encrypted tokens and other serializations have another shape.
    pub(super) fn parse(token: &'a str) -> Result<Self, InvalidToken> {
        Self::within(token, LONGEST)
    }

    /// The same of one that may have another length.
    pub(super) fn within(token: &'a str, longest: usize) -> Result<Self, InvalidToken> {
        if token.len() > longest {
            return Err(InvalidToken::Shape);
        }
        let parts = token.split_once('.').zip(token.rsplit_once('.'));
        let Some(((header, _), (message, signature))) = parts else {
            return Err(InvalidToken::Shape);
        };
        let payload = message.get(header.len() + 1..).ok_or(InvalidToken::Shape)?;
        let plain =
            |part: &str| part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
        if !plain(header)
            || !plain(payload)
            || !plain(signature)
            || header.is_empty()
            || signature.is_empty()
        {
            return Err(InvalidToken::Shape);
        }
        let header = URL_SAFE_NO_PAD.decode(header).ok().and_then(|bytes| object::read(&bytes));
        let header = header.ok_or(InvalidToken::Header)?;
        if EXTENSIONS.iter().any(|name| header.contains_key(*name)) {
            return Err(InvalidToken::Header);
        }
        Ok(Self { message, signature, payload, header })
    }

    /// A member of the header that must be text if it is there.
    pub(super) fn header(&self, name: &str) -> Result<Option<&str>, InvalidToken> {
        match self.header.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(InvalidToken::Header),
        }
    }

    /// The payload as bytes.
    pub(super) fn payload(&self) -> Result<Vec<u8>, InvalidToken> {
        URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| InvalidToken::Shape)
    }
}
