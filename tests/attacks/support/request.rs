use std::{net::SocketAddr, time::Duration};

use serde_json::Value as Json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Reply;

/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request, byte for byte.
#[derive(Clone)]
pub(crate) struct Call {
    line: String,
    headers: Vec<u8>,
    body: Vec<u8>,
    has_length: bool,
}

impl Call {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            line: format!("{method} {path} HTTP/1.1\r\n"),
            headers: Vec::new(),
            body: Vec::new(),
            has_length: !["GET", "HEAD", "OPTIONS", "TRACE"].contains(&method),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.extend([name.as_bytes(), b": ", value.as_ref(), b"\r\n"].concat());
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Json) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn form(self, body: &str) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), has_length: true, ..self }
    }

    /// In chunks of this size, without saying how long it is.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        let mut chunks = Vec::new();
        for chunk in self.body.chunks(size) {
            chunks.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            chunks.extend([chunk, b"\r\n"].concat());
        }
        chunks.extend(b"0\r\n\r\n");
        self.body = chunks;
        self.has_length = false;
        self.header("transfer-encoding", "chunked")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.line.clone().into_bytes();
        bytes.extend(b"host: localhost\r\nconnection: close\r\n");
        bytes.extend(&self.headers);
        if self.has_length {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }

    /// Sends it and reads the reply, which must come.
    pub(crate) async fn send(&self, address: SocketAddr) -> Reply {
        let line = self.line.trim_end();
        match raw(address, &self.bytes()).await {
            Some(reply) => reply,
            None => panic!("no reply to {line}"),
        }
    }
}

/// Sends bytes and reads the reply; `None` when the server hangs up without one.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Reply> {
    let talk = async {
        let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
        // The server may answer, and hang up, before it has read everything.
        let sending = async { write.write_all(bytes).await.ok() };
        let reading = async {
            let (mut reply, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
            loop {
                match read.read(&mut buffer).await {
                    Ok(0) | Err(_) => return Reply::parse(&reply),
                    Ok(read) => reply.extend(&buffer[..read]),
                }
                if let Some(whole) = Reply::parse(&reply).filter(Reply::is_whole) {
                    return Some(whole);
                }
            }
        };
        tokio::join!(sending, reading).1
    };
    timeout(PATIENCE, talk).await.expect("the server hangs")
}
