//! How a client says who it is (RFC 6749 §2.3.1): in the header, or in the form.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use super::{
    form::{self, Form},
    token::Refusal,
};
use crate::secret::Token;

/// Who a client says it is.
pub(super) struct Client {
    id: String,
    secret: Token,
    /// The secret as it came: many programs send it in the header without encoding it first.
    raw: Option<Token>,
}

impl Client {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The texts that may be its secret.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> + Send {
        [&self.secret].into_iter().chain(&self.raw).map(Token::expose)
    }
}

/// Who asks. The two ways must not come together (RFC 6749 §2.3).
pub(super) fn presented(headers: &HeaderMap, form: &mut Form) -> Result<Client, Refusal> {
    let id = form::take(form, "client_id");
    let secret = form::take(form, "client_secret").map(Token::new);
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let client = match (values.next(), values.next()) {
        (None, _) => id.zip(secret).map(|(id, secret)| Client { id, secret, raw: None }),
        (Some(_), None) if id.is_some() || secret.is_some() => {
            return Err(Refusal::request("the client says twice who it is"));
        }
        (Some(value), None) => value.to_str().ok().and_then(basic),
        (Some(_), Some(_)) => {
            return Err(Refusal::request("there are two `Authorization` headers"));
        }
    };
    client.ok_or_else(Refusal::client)
}

/// The id and the secret of a header.
fn basic(header: &str) -> Option<Client> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim_matches(' ')).ok()?;
    let pair = Token::new(String::from_utf8(bytes).ok()?);
    let (id, secret) = pair.expose().split_once(':')?;
    Some(Client {
        id: decoded(id)?,
        secret: Token::new(decoded(secret)?),
        raw: Some(Token::new(secret)),
    })
}

/// A word as forms encode it.
fn decoded(word: &str) -> Option<String> {
    let spaced = word.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
