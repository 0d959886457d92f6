use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::SECRET;

/// An access token made by hand, as somebody would who has the key.
#[derive(Clone)]
pub struct Minted {
    /// The text of the first part.
    pub header: String,
    /// The text of the second.
    pub claims: String,
    /// What signs both.
    pub key: Vec<u8>,
}

impl Minted {
    /// One that says what `token` says, signed by the same key. Change it, then write it.
    pub fn like(token: &str) -> Self {
        let (header, claims) = parts(token);
        Self { header: header.to_string(), claims: claims.to_string(), key: key_of("users") }
    }

    /// With a header of another text.
    pub fn header(self, header: impl Into<String>) -> Self {
        Self { header: header.into(), ..self }
    }

    /// With one more header member, or without one.
    pub fn header_member(self, name: &str, value: Option<Json>) -> Self {
        Self { header: with(&self.header, name, value), ..self }
    }

    /// With claims of another text.
    pub fn claims(self, claims: impl Into<String>) -> Self {
        Self { claims: claims.into(), ..self }
    }

    /// With one claim set, or without it.
    pub fn claim(self, name: &str, value: Option<Json>) -> Self {
        Self { claims: with(&self.claims, name, value), ..self }
    }

    /// Signed with another key.
    pub fn key(self, key: impl Into<Vec<u8>>) -> Self {
        Self { key: key.into(), ..self }
    }

    /// The token.
    pub fn write(&self) -> String {
        self.write_bytes(self.claims.as_bytes())
    }

    /// With a payload that need not be text.
    pub fn write_bytes(&self, claims: &[u8]) -> String {
        let message = format!("{}.{}", encode(self.header.as_bytes()), encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).unwrap();
        mac.update(message.as_bytes());
        format!("{message}.{}", encode(&mac.finalize().into_bytes()))
    }
}

/// The key that signs the access tokens of the users in this table.
pub fn key_of(table: &str) -> Vec<u8> {
    let secret = base64::engine::general_purpose::STANDARD
        .decode(SECRET.trim_start_matches("base64:"))
        .unwrap();
    let info = [b"fastauth/1 access token, HS256".as_slice(), &Sha256::digest(table)].concat();
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &secret).expand(&info, &mut key).unwrap();
    key.to_vec()
}

/// The header of a token of ours.
pub fn header(token: &str) -> Json {
    parts(token).0
}

/// The claims of a token of ours.
pub fn claims(token: &str) -> Json {
    parts(token).1
}

fn parts(token: &str) -> (Json, Json) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

/// As the parts of a token are written.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn with(object: &str, name: &str, value: Option<Json>) -> String {
    let mut object: Json = serde_json::from_str(object).unwrap();
    let members = object.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    json!(members).to_string()
}
