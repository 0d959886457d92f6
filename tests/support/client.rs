use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends requests byte by byte as a test writes them.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Client {
    /// Of the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, headers: Vec::new() }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, with one more header in every request.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name.to_owned(), value.to_owned()));
        Self { address: self.address, headers }
    }

    /// The same, with an access token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The same, as somebody who has just been given this reply.
    #[must_use]
    pub fn signed_in(&self, reply: &Reply) -> Self {
        self.bearer(reply.access())
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, b"").await
    }

    /// `DELETE`, without a body.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, b"").await
    }

    /// `POST` of a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.json("POST", path, body).await
    }

    /// Any method with a JSON body.
    pub async fn json(&self, method: &str, path: &str, body: Value) -> Reply {
        self.with("content-type", "application/json")
            .send(method, path, body.to_string().as_bytes())
            .await
    }

    /// Any method, the body as it is.
    pub async fn send(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n");
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        self.raw(&[head.as_bytes(), body].concat()).await
    }

    /// Bytes that need not be HTTP.
    pub async fn raw(&self, bytes: &[u8]) -> Reply {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
            // A server that has read enough may close before all is written.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            Reply::parse(&answer)
        };
        tokio::time::timeout(Duration::from_secs(20), exchange).await.expect("an answer in time")
    }
}

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
    fn parse(answer: &[u8]) -> Self {
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

    /// The same, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The same, if it is a problem document of this status and code, complete and private.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.json()["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text()
        );
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        self
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
