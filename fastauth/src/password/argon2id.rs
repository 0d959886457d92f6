use std::{fmt, sync::Mutex};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{HashError, PasswordHasher, Verdict, stored::Stored};
use crate::secret::{Password, PasswordHash, random};

/// The length of a salt and of a tag, in bytes (RFC 9106 §3.1).
const SALT: usize = 16;
const TAG: usize = 32;

/// Argon2id, version 1.3 (RFC 9106): 19 MiB, two passes, one lane (OWASP Password Storage).
///
/// Older parameters, argon2i, argon2d and bcrypt are checked as well, and upgraded when the password
/// was right. Passwords are brought to NFKC before hashing (NIST SP 800-63B §3.1.1.2); a hash made
/// elsewhere is also tried with the bytes as they came.
///
/// ```
/// use fastauth::{Password, password::{Argon2id, PasswordHasher, Verdict}};
///
/// let hasher = Argon2id::default();
/// let hash = hasher.hash(&Password::new("correct horse battery"))?;
/// assert_eq!(hasher.verify_and_update(&Password::new("correct horse battery"), &hash)?, Verdict::Match);
/// # Ok::<(), fastauth::password::HashError>(())
/// ```
pub struct Argon2id {
    params: Params,
    /// Memory that the last hashes used: asking the system for 19 MiB each time costs a fifth of the
    /// work, and under a flood much of the memory.
    spare: Mutex<Vec<Vec<Block>>>,
}

impl Default for Argon2id {
    fn default() -> Self {
        Self::of(Params::DEFAULT)
    }
}

impl Argon2id {
    /// 46 MiB and one pass: the stronger of OWASP's two.
    #[must_use]
    pub fn strong() -> Self {
        Self::with_costs(47_104, 1, 1).unwrap_or_default()
    }

    /// Costs of your own: memory in KiB, passes, lanes. Measure: a hash should take a tenth of a
    /// second or less on your server, for every sign-in costs one.
    ///
    /// # Errors
    /// RFC 9106 §3.1 allows no such costs.
    pub fn with_costs(memory: u32, passes: u32, lanes: u32) -> Result<Self, HashError> {
        let params = Params::new(memory, passes, lanes, Some(TAG));
        params.map(Self::of).map_err(|error| HashError::failed(error.to_string()))
    }

    fn of(params: Params) -> Self {
        Self { params, spare: Mutex::new(Vec::new()) }
    }

    /// Whether these bytes are the password of a stored hash. The work for a hash that cannot be read
    /// is that of a new one.
    fn is(&self, stored: &Stored<'_>, bytes: &[u8]) -> Result<bool, HashError> {
        match stored {
            Stored::Argon2 { algorithm, version, params, salt, tag } => {
                let mut found = Zeroizing::new(vec![0; tag.len()]);
                self.compute(*algorithm, *version, params, bytes, salt, &mut found)?;
                Ok(found.ct_eq(tag).into())
            }
            // As its old system did: bytes beyond the 72nd do not count.
            Stored::Bcrypt(hash) => match bcrypt::verify(bytes, hash) {
                // bcrypt repeats its key after a NUL: `ab` and `ab\0ab` are one to it, not to us.
                Ok(right) => Ok(right && !bytes.contains(&0)),
                // What it makes of a hash is its own affair: nothing here may cost nothing.
                Err(_) => self.in_vain(bytes),
            },
            Stored::Unusable => self.in_vain(bytes),
        }
    }

    /// The work of a new hash, and never the password.
    fn in_vain(&self, bytes: &[u8]) -> Result<bool, HashError> {
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        self.compute(algorithm, version, &self.params, bytes, &[0; SALT], &mut [0; TAG])?;
        Ok(false)
    }

    fn compute(
        &self,
        algorithm: Algorithm,
        version: Version,
        params: &Params,
        password: &[u8],
        salt: &[u8],
        tag: &mut [u8],
    ) -> Result<(), HashError> {
        let usual = params.block_count() == self.params.block_count();
        let mut memory =
            if usual { self.spare() } else { vec![Block::default(); params.block_count()] };
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let computed =
            argon2.hash_password_into_with_memory(password, salt, tag, memory.as_mut_slice());
        if usual {
            self.keep(memory);
        }
        computed.map_err(|error| HashError::failed(error.to_string()))
    }

    fn spare(&self) -> Vec<Block> {
        let kept = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        kept.unwrap_or_else(|| vec![Block::default(); self.params.block_count()])
    }

    /// As many are kept as hashes ran at once: the pool bounds that.
    fn keep(&self, memory: Vec<Block>) {
        if let Ok(mut spare) = self.spare.lock() {
            spare.push(memory);
        }
    }

    fn is_current(&self, stored: &Stored<'_>) -> bool {
        match stored {
            Stored::Argon2 {
                algorithm: Algorithm::Argon2id,
                version: Version::V0x13,
                params,
                tag,
                ..
            } => {
                let costs = |it: &Params| (it.m_cost(), it.t_cost(), it.p_cost());
                costs(params) == costs(&self.params) && tag.len() == TAG
            }
            _ => false,
        }
    }

    fn phc(&self, salt: &[u8], tag: &[u8]) -> PasswordHash {
        let (m, t, p) = (self.params.m_cost(), self.params.t_cost(), self.params.p_cost());
        let (salt, tag) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(tag));
        PasswordHash::new(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${tag}"))
    }
}

impl PasswordHasher for Argon2id {
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let salt = random::<SALT>().map_err(HashError::failed)?;
        let mut tag = Zeroizing::new([0; TAG]);
        let normal = normal(password);
        self.compute(
            Algorithm::Argon2id,
            Version::V0x13,
            &self.params,
            normal.as_bytes(),
            &salt,
            tag.as_mut(),
        )?;
        Ok(self.phc(&salt, tag.as_ref()))
    }

    fn verify_and_update(
        &self,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<Verdict, HashError> {
        let stored = Stored::parse(hash.expose());
        if let Stored::Unusable = stored {
            tracing::error!(
                "a stored password hash cannot be used: it is corrupt, of an unknown kind, or asks for too much"
            );
        }
        let normal = normal(password);
        if self.is(&stored, normal.as_bytes())? {
            return if self.is_current(&stored) {
                Ok(Verdict::Match)
            } else {
                self.hash(password).map(Verdict::Upgrade)
            };
        }
        // For every hash alike, so that time tells nothing of where an account came from.
        let received = password.expose();
        if received != normal.as_str() && self.is(&stored, received.as_bytes())? {
            return self.hash(password).map(Verdict::Upgrade);
        }
        Ok(Verdict::Mismatch)
    }

    /// Random bytes where the tag would be: nothing needs to be computed for it.
    fn decoy(&self) -> Result<PasswordHash, HashError> {
        let bytes = random::<{ SALT + TAG }>().map_err(HashError::failed)?;
        let (salt, tag) = bytes.split_at(SALT);
        Ok(self.phc(salt, tag))
    }
}

impl fmt::Debug for Argon2id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2id").field("params", &self.params).finish_non_exhaustive()
    }
}

fn normal(password: &Password) -> Zeroizing<String> {
    Zeroizing::new(password.expose().nfkc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the work of a new hash was done for one check: it leaves its memory behind.
    fn works(hash: &str) -> bool {
        let hasher = Argon2id::with_costs(8, 1, 1).unwrap();
        let hash = PasswordHash::new(hash);
        let verdict = hasher.verify_and_update(&Password::new("correct horse"), &hash);
        assert_eq!(verdict.unwrap(), Verdict::Mismatch);
        hasher.spare.lock().unwrap().len() == 1
    }

    #[test]
    fn a_hash_that_cannot_be_used_costs_what_a_new_one_costs() {
        let decoy = Argon2id::with_costs(8, 1, 1).unwrap().decoy().unwrap();
        assert!(works(decoy.expose()));
        let salt = "abcdefghijklmnopqrstuu";
        let tag = "abcdefghijklmnopqrstuvwxyzabcde";
        for corrupt in [
            String::new(),
            "x".to_owned(),
            // 60 characters of the right shape, of which bcrypt can decode none, one or the other.
            format!("$2b$12${}", "a".repeat(53)),
            format!("$2b$12${salt}{}!", &tag[1..]),
            format!("$2b$12${}!{tag}", &salt[1..]),
            format!("$2b$04${}{tag}", "!".repeat(22)),
            format!("$2b$99${salt}{tag}"),
            format!("$2c$04${salt}{tag}"),
            format!("$2b$04${salt}{tag}="),
            "$argon2id$v=19$m=8,t=1,p=1$!!!!$????".to_owned(),
            "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc".to_owned(),
        ] {
            assert!(works(&corrupt), "{corrupt}");
        }
    }

    #[test]
    fn bcrypt_is_checked_at_its_own_cost() {
        let hash = bcrypt::hash("correct horse", 4).unwrap();
        let hasher = Argon2id::with_costs(8, 1, 1).unwrap();
        let check = |text: &str| {
            hasher.verify_and_update(&Password::new(text), &PasswordHash::new(hash.as_str()))
        };
        assert_eq!(check("wrong horse").unwrap(), Verdict::Mismatch);
        assert_eq!(hasher.spare.lock().unwrap().len(), 0);
        assert!(matches!(check("correct horse").unwrap(), Verdict::Upgrade(_)));
    }
}
