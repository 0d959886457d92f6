use std::sync::Arc;

use super::Endpoint;
use crate::error::SetupError;

impl Endpoint {
    /// Another address, which this one names, with the same trust. It is no less safe than this one: what was
    /// fetched over TLS leads nowhere without.
    pub(crate) fn another(&self, url: &str) -> Result<Self, SetupError> {
        let mut other = Self::parse(url, self.purpose)?;
        match (&self.tls, &mut other.tls) {
            (Some(own), Some(tls)) => {
                (tls.config, tls.roots) = (Arc::clone(&own.config), own.roots.clone());
            }
            (Some(_), None) => return Err(self.purpose.problem("is plain http").into()),
            (None, _) => {}
        }
        Ok(other)
    }

    /// Whether the other is the same address.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.uri == other.uri
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Purpose;

    const PURPOSE: Purpose =
        Purpose { title: "x", name: "the provider", example: "https://accounts.example.com" };

    #[test]
    fn what_was_reached_over_tls_leads_nowhere_without() {
        let safe = Endpoint::parse("https://a.example", PURPOSE).unwrap();
        assert!(safe.another("https://b.example/token").is_ok());
        for bad in ["http://127.0.0.1/token", "http://b.example", "token", ""] {
            assert!(safe.another(bad).is_err(), "{bad}");
        }
        let local = Endpoint::parse("http://127.0.0.1:8080", PURPOSE).unwrap();
        assert!(local.another("http://127.0.0.1:8081/token").is_ok());
        assert!(local.another("https://b.example/token").is_ok());
        assert!(local.another("http://b.example/token").is_err());
    }

    #[test]
    fn the_trust_is_the_same() {
        let mut safe = Endpoint::parse("https://a.example", PURPOSE).unwrap();
        let before = safe.tls.as_ref().unwrap().roots.len();
        safe.trust(include_bytes!("../../../../tests/vectors/tls/ca.pem")).unwrap();
        let other = safe.another("https://b.example").unwrap();
        assert_eq!(other.tls.unwrap().roots.len(), before + 1);
    }
}
