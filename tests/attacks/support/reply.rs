use std::fmt;

use serde_json::Value as Json;

/// A reply, as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Reads a reply of which all bytes are here; `None` when it is not one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        if status == 100 {
            return Self::parse(&bytes[end + 4..]);
        }
        Some(Self { status, headers, body: bytes[end + 4..].to_vec() })
    }

    /// Whether all of the body is here.
    pub(crate) fn is_whole(&self) -> bool {
        let length = self.header("content-length").and_then(|it| it.parse::<usize>().ok());
        length.is_none_or(|length| self.body.len() >= length)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The stable name of a refusal. It must be a whole problem document (RFC 9457).
    pub(crate) fn code(&self) -> String {
        assert!(self.status >= 400, "not a refusal: {self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].is_string(), "no `{member}`: {self:?}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }

    /// Asserts a refusal that is the client's own fault, and gives back its name.
    pub(crate) fn refused(&self) -> String {
        assert!((400..500).contains(&self.status), "not a 4xx: {self:?}");
        self.code()
    }

    /// Asserts the 401 of a token that was presented: one for all of them (RFC 6750 §3.1).
    pub(crate) fn invalid_token(&self) {
        assert_eq!(self.status, 401, "{self:?}");
        assert_eq!(self.code(), "invalid_token", "{self:?}");
        assert_eq!(self.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
    }

    /// Asserts the 503 of a store that is down.
    pub(crate) fn store_unavailable(&self) {
        assert_eq!(self.status, 503, "{self:?}");
        assert_eq!(self.code(), "store_unavailable", "{self:?}");
        let wait = self.header("retry-after").unwrap_or_else(|| panic!("no time: {self:?}"));
        assert!(wait.parse::<u32>().is_ok_and(|wait| wait >= 1), "{self:?}");
    }

    /// All but what changes from one reply to the next.
    pub(crate) fn shape(&self) -> (u16, Vec<(String, String)>, String) {
        let headers = self.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
        (self.status, headers, self.text())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text().chars().take(600).collect();
        write!(f, "{} {:?}\n{text}", self.status, self.headers)
    }
}
