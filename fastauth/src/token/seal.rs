//! What is sealed and leaves our hands, for a store or a browser: nobody reads or changes it who has not the
//! application's secret.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::keys::{self, Use};
use crate::secret::{Digest, Secret, Secrets, random};

const NAME: usize = 8;
const NONCE: usize = 24;

/// What seals under one key, and opens what was sealed under any. What is sealed names its key.
pub(crate) struct Seal {
    current: SealKey,
    others: Vec<SealKey>,
}

/// A key that seals. XChaCha20-Poly1305, whose nonces may be drawn at random.
struct SealKey {
    cipher: XChaCha20Poly1305,
    name: [u8; NAME],
}

/// Why something sealed cannot be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unopened {
    /// It was sealed under a secret that is not known.
    AnotherSecret,
    /// It is not what was sealed.
    Damaged,
}

impl Seal {
    /// Derived from the application's secrets, apart for each realm and use.
    pub(crate) fn new(secrets: &Secrets, realm: &str, usage: Use) -> Self {
        let (current, others) = secrets.each(|secret| SealKey::new(secret, realm, usage));
        Self { current, others }
    }

    /// Seals something together with what it is about: it opens beside that alone. `None` where the system gives no
    /// random bytes.
    pub(crate) fn close(&self, plain: &[u8], about: &[u8]) -> Option<Vec<u8>> {
        let nonce = random::<NONCE>().ok()?;
        let payload = Payload { msg: plain, aad: about };
        let SealKey { cipher, name } = &self.current;
        let sealed = cipher.encrypt(&nonce.into(), payload).ok()?;
        Some([name.as_slice(), nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, sealed: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (name, rest) = sealed.split_first_chunk::<NAME>().ok_or(Unopened::Damaged)?;
        let mut keys = [&self.current].into_iter().chain(&self.others);
        let key = keys.find(|key| key.name == *name).ok_or(Unopened::AnotherSecret)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Unopened::Damaged)?;
        let opened = key.cipher.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: about });
        opened.map(Zeroizing::new).map_err(|_| Unopened::Damaged)
    }
}

impl SealKey {
    fn new(secret: &Secret, realm: &str, usage: Use) -> Self {
        let key: Zeroizing<[u8; 32]> = keys::derive(secret, realm, usage);
        let named = Zeroizing::new([b"seal".as_slice(), key.as_slice()].concat());
        // The digest of a digest: it tells nothing of the key.
        let digest = Digest::of(Digest::of(named.as_slice()).as_bytes());
        let name = *digest.as_bytes().first_chunk().unwrap_or(&[0; NAME]);
        Self { cipher: XChaCha20Poly1305::new((&*key).into()), name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(last: char) -> Secret {
        Secret::parse(&format!("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5{last}=")).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_under_its_secret_beside_what_it_is_about() {
        let seal = Seal::new(&secret('M').into(), "users", Use::SealedKey);
        let sealed = seal.close(b"private", b"about").unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"private"));
        let open = |seal: &Seal, about: &[u8]| seal.open(&sealed, about).map(|it| it.to_vec());
        assert_eq!(open(&seal, b"about"), Ok(b"private".to_vec()));
        assert_eq!(open(&seal, b"another"), Err(Unopened::Damaged));
        for (secret, realm, usage) in [
            (secret('Q'), "users", Use::SealedKey),
            (secret('M'), "admins", Use::SealedKey),
            (secret('M'), "users", Use::OAuthFlow),
        ] {
            let other = Seal::new(&secret.into(), realm, usage);
            assert_eq!(open(&other, b"about"), Err(Unopened::AnotherSecret), "{realm}");
        }
    }

    #[test]
    fn no_changed_byte_is_overlooked() {
        let seal = Seal::new(&secret('M').into(), "users", Use::SealedKey);
        let sealed = seal.close(b"private", b"").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            let expected = if place < NAME { Unopened::AnotherSecret } else { Unopened::Damaged };
            assert_eq!(seal.open(&changed, b"").err(), Some(expected), "{place}");
            assert!(seal.open(&sealed[..place], b"").is_err(), "cut at {place}");
        }
    }

    #[test]
    fn what_an_older_secret_sealed_opens_beside_a_newer_one() {
        let of = |current, others: &[char]| {
            let others = others.iter().map(|it| secret(*it)).collect();
            Seal::new(&Secrets::new(secret(current), others), "users", Use::SealedKey)
        };
        let sealed = of('M', &[]).close(b"private", b"").unwrap();
        let both = of('Q', &['U', 'M']);
        assert_eq!(both.open(&sealed, b"").map(|it| it.to_vec()), Ok(b"private".to_vec()));
        let newer = both.close(b"private", b"").unwrap();
        assert!(of('Q', &[]).open(&newer, b"").is_ok());
        assert_eq!(of('M', &[]).open(&newer, b"").err(), Some(Unopened::AnotherSecret));
    }
}
