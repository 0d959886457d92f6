//! Refresh tokens: `fa_rt_` and base64url of the session's id, a secret and a MAC.
//!
//! The MAC says that we made it, so a stranger's text ends no session. The secret of a child is
//! derived from its parent's under a key of the server: who comes back with the parent, because the
//! reply was lost, gets the same child again, though only digests are stored.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::{self, Use};
use crate::{
    secret::{Digest, Secret, Secrets, Token, random},
    store::SessionId,
};

const PREFIX: &str = "fa_rt_";
const ID: usize = 16;
const SECRET: usize = 32;
const MAC: usize = 32;
/// A key as long as the block of SHA-256: used as it is (RFC 2104 §3).
type MacKey = [u8; 64];
/// The text of 80 bytes in base64url without padding.
const TEXT: usize = (ID + SECRET + MAC).div_ceil(3) * 4 - 1;

/// The keys of the refresh tokens of one realm.
pub struct RefreshKeys {
    current: Arc<Keys>,
    others: Vec<Arc<Keys>>,
}

/// Those of one secret. A session stays with the keys of its first token: so every instance makes the same
/// child, whichever secret is its current one.
struct Keys {
    child: Zeroizing<MacKey>,
    mac: Zeroizing<MacKey>,
}

impl RefreshKeys {
    /// Derived from the secret, apart for each `realm`: the users' table.
    pub fn new(secret: &Secret, realm: &str) -> Self {
        Self { current: Arc::new(Keys::new(secret, realm)), others: Vec::new() }
    }

    /// The same of several: what any of them made is read.
    pub(crate) fn of_each(secrets: &Secrets, realm: &str) -> Self {
        let (current, others) = secrets.each(|secret| Arc::new(Keys::new(secret, realm)));
        Self { current, others }
    }

    /// The first token of a session: 256 random bits.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn first(&self, session: SessionId) -> Result<RefreshToken, getrandom::Error> {
        random().map(|secret| Keys::make(&self.current, session, Zeroizing::new(secret)))
    }

    /// Reads a token of ours; `None` for anything else.
    pub fn read(&self, text: &str) -> Option<RefreshToken> {
        let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() == TEXT)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        let (id, rest) = bytes.split_first_chunk::<ID>()?;
        let (secret, mac) = rest.split_first_chunk::<SECRET>()?;
        // Compared in constant time (ASVS 11.2.4).
        let has_made =
            |keys: &&Arc<Keys>| keyed(&keys.mac, &[id, secret]).verify_slice(mac).is_ok();
        let keys = [&self.current].into_iter().chain(&self.others).find(has_made)?;
        Some(Keys::make(keys, SessionId::from_bytes(*id), Zeroizing::new(*secret)))
    }
}

impl Keys {
    fn new(secret: &Secret, realm: &str) -> Self {
        Self {
            child: keys::derive(secret, realm, Use::RefreshChild),
            mac: keys::derive(secret, realm, Use::RefreshMac),
        }
    }

    fn make(keys: &Arc<Self>, session: SessionId, secret: Zeroizing<[u8; SECRET]>) -> RefreshToken {
        let mac = keyed(&keys.mac, &[session.as_bytes(), secret.as_ref()]);
        let mac = mac.finalize().into_bytes().into();
        RefreshToken { session, secret, mac, keys: Arc::clone(keys) }
    }
}

impl fmt::Debug for RefreshKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshKeys(…)")
    }
}

/// A refresh token of ours.
pub struct RefreshToken {
    session: SessionId,
    secret: Zeroizing<[u8; SECRET]>,
    mac: [u8; MAC],
    keys: Arc<Keys>,
}

impl RefreshToken {
    /// Whose session it is: the token alone says so.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// The one token that follows this one.
    #[must_use]
    pub fn child(&self) -> Self {
        let secret = keyed(&self.keys.child, &[self.session.as_bytes(), self.secret.as_ref()]);
        let secret = Zeroizing::new(secret.finalize().into_bytes().into());
        Keys::make(&self.keys, self.session, secret)
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        let bytes = [self.session.as_bytes().as_slice(), self.secret.as_ref()].concat();
        Digest::of(Zeroizing::new(bytes).as_slice())
    }

    /// As it goes to the client.
    pub fn token(&self) -> Token {
        let bytes = Zeroizing::new(
            [self.session.as_bytes().as_slice(), self.secret.as_ref(), &self.mac].concat(),
        );
        Token::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("session", &self.session).finish_non_exhaustive()
    }
}

fn keyed(key: &MacKey, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(key.into());
    for part in parts {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests;
