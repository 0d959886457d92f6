use serde_json::Value;

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status; 0 when the server said nothing.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads what came; as much as there is of it.
    pub fn parse(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(answer.len());
        let head = String::from_utf8_lossy(&answer[..end]);
        let mut lines = head.lines();
        let status =
            lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Self {
            status: status.unwrap_or(0),
            headers: headers.collect(),
            body: answer.get(end + 4..).unwrap_or_default().to_vec(),
        }
    }

    /// Whether these bytes are all of a reply that says how long it is.
    pub fn is_whole(answer: &[u8]) -> bool {
        let reply = Self::parse(answer);
        let length = reply.header("content-length").and_then(|it| it.parse::<usize>().ok());
        length.is_some_and(|length| reply.body.len() >= length)
    }

    /// The same, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The same, if it is a problem document of this status and code, complete and private.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let problem = self.json();
        let said = (self.status, problem["code"].as_str());
        assert_eq!(said, (status, Some(code)), "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        self
    }

    /// The same, if it is the 401 of a token that was presented: one for all (RFC 6750 §3.1).
    #[track_caller]
    pub fn invalid_token(self) -> Self {
        let reply = self.problem(401, "invalid_token");
        assert_eq!(reply.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
        reply
    }

    /// The stable name of a refusal that is the client's own fault: a complete problem document.
    #[track_caller]
    pub fn refused(&self) -> String {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!((400..500).contains(&self.status), "{} {}", self.status, self.text());
        self.clone().problem(self.status, &code);
        code
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header, the first of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The cookies it sets, as a browser would send them.
    pub fn jar(&self) -> String {
        let cookies = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs = cookies.filter_map(|(_, cookie)| cookie.split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// All but what changes from one reply to the next.
    pub fn shape(&self) -> (u16, Vec<(String, String)>, String) {
        let headers = self.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
        (self.status, headers, self.text())
    }

    /// The access token of a token reply.
    #[track_caller]
    pub fn access(&self) -> &'static str {
        self.token("access_token")
    }

    /// The refresh token of a token reply.
    #[track_caller]
    pub fn refresh(&self) -> &'static str {
        self.token("refresh_token")
    }

    /// The errors of a problem document, as `pointer code`.
    pub fn errors(&self) -> Vec<String> {
        let word = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let problem = self.json();
        let errors = problem["errors"].as_array().into_iter().flatten();
        let mut said: Vec<_> =
            errors.map(|it| format!("{} {}", word(it, "pointer"), word(it, "code"))).collect();
        said.sort();
        said
    }

    #[track_caller]
    fn token(&self, name: &str) -> &'static str {
        let reply = self.json();
        let token = reply[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text()));
        // A test's tokens live as long as the test.
        Box::leak(token.to_owned().into_boxed_str())
    }
}
