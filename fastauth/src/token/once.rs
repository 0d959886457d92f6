//! One-time tokens, for links in mails: `fa_ot_` and base64url of 256 random bits.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::secret::{Digest, Token, random};

const PREFIX: &str = "fa_ot_";
const SECRET: usize = 32;

/// A token that works once. Only its digest is stored.
pub(crate) struct OneTimeSecret(Zeroizing<[u8; SECRET]>);

impl OneTimeSecret {
    /// A new one.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        random().map(|secret| Self(Zeroizing::new(secret)))
    }

    /// Reads one; `None` for what cannot be one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX)?;
        // As long as it must be, before anything is decoded.
        if encoded.len() != SECRET.div_ceil(3) * 4 - 1 {
            return None;
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        bytes.as_slice().try_into().ok().map(|secret| Self(Zeroizing::new(secret)))
    }

    /// What is stored of it.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.0.as_slice())
    }

    /// As it goes to its owner.
    pub(crate) fn token(&self) -> Token {
        Token::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_in_no_other_way() {
        let secret = OneTimeSecret::generate().expect("random bytes");
        let token = secret.token();
        let text = token.expose();
        assert_eq!(text.len(), 6 + 43);
        assert_eq!(OneTimeSecret::read(text).map(|it| it.digest()), Some(secret.digest()));
        let cut = &text[..text.len() - 1];
        let others = [
            "",
            "fa_ot_",
            cut,
            &format!("{text}="),
            &format!("{cut}="),
            &format!(" {text}"),
            &format!("{text}\n"),
            &text.replacen("fa_ot_", "fa_rt_", 1),
            &text.replacen("fa_ot_", "FA_OT_", 1),
            &text[6..],
            &format!("{cut}\u{e9}"),
            &"x".repeat(1 << 20),
        ];
        for other in others {
            assert!(OneTimeSecret::read(other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn bits_that_say_nothing_are_refused() {
        // The last letter of 32 bytes has two bits to spare: one token has one text.
        let text = format!("fa_ot_{}", "A".repeat(43));
        assert!(OneTimeSecret::read(&text).is_some());
        assert!(OneTimeSecret::read(&format!("fa_ot_{}B", "A".repeat(42))).is_none());
    }
}
