use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{Reply, signup};

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends requests byte by byte as a test writes them.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    headers: Vec<u8>,
    from_everywhere: bool,
}

impl Client {
    /// Of the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, headers: Vec::new(), from_everywhere: false }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, with one more header in every request.
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let header = [name.as_bytes(), b": ", value.as_ref(), b"\r\n"].concat();
        Self { headers: [self.headers.as_slice(), &header].concat(), ..self.clone() }
    }

    /// The same, each request from an address of its own: where more is sent than one address may.
    #[must_use]
    pub fn from_everywhere(&self) -> Self {
        Self { from_everywhere: true, ..self.clone() }
    }

    /// A connection to the server.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn connect(&self) -> io::Result<TcpStream> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        if !self.from_everywhere {
            return TcpStream::connect(self.address).await;
        }
        let [_, _, high, low] = NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 1, high, low), 0).into())?;
        socket.connect(self.address).await
    }

    /// The same, with an access token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        self.with("authorization", format!("Bearer {token}"))
    }

    /// The same, as somebody who has just been given this reply.
    #[must_use]
    pub fn signed_in(&self, reply: &Reply) -> Self {
        self.bearer(reply.access())
    }

    /// The same by whatever the reply brought: its cookies, or its access token.
    #[must_use]
    pub fn as_told(&self, reply: &Reply) -> Self {
        if reply.json()["access_token"].is_string() {
            self.signed_in(reply)
        } else {
            self.with("cookie", reply.jar())
        }
    }

    /// A new account of this address, which must be free.
    pub async fn register(&self, email: &str) -> Reply {
        self.post("/auth/register", signup(email)).await.expect(201)
    }

    /// An attempt to sign in.
    pub async fn login(&self, email: &str, password: &str) -> Reply {
        self.post("/auth/login", json!({ "email": email, "password": password })).await
    }

    /// An attempt to use a refresh token.
    pub async fn refresh(&self, token: &str) -> Reply {
        self.post("/auth/refresh", json!({ "refresh_token": token })).await
    }

    /// `GET /me`.
    pub async fn me(&self) -> Reply {
        self.get("/auth/me").await
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

    /// `POST` of a form.
    pub async fn form(&self, path: &str, body: impl AsRef<[u8]>) -> Reply {
        let form = self.with("content-type", "application/x-www-form-urlencoded");
        form.send("POST", path, body.as_ref()).await
    }

    /// Any method with a JSON body.
    pub async fn json(&self, method: &str, path: &str, body: Value) -> Reply {
        self.with("content-type", "application/json")
            .send(method, path, body.to_string().as_bytes())
            .await
    }

    /// Any method, the body as it is.
    pub async fn send(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        self.raw(&self.request(method, path, body)).await
    }

    /// The bytes of a request.
    pub fn request(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let mut request = self.head(method, path);
        if !body.is_empty() || method == "POST" {
            request.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
        }
        [request.as_slice(), b"\r\n", body].concat()
    }

    /// The bytes of a head that a test goes on with: its empty line is still to come.
    pub fn head(&self, method: &str, path: &str) -> Vec<u8> {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n");
        [head.as_bytes(), &self.headers].concat()
    }

    /// Bytes that need not be HTTP.
    pub async fn raw(&self, bytes: &[u8]) -> Reply {
        let exchange = async {
            let stream = self.connect().await.expect("the server listens");
            let (mut from, mut to) = stream.into_split();
            // A server that has read enough may answer, and hang up, before all is written.
            let sending = async { to.write_all(bytes).await.is_ok() };
            let reading = async {
                let mut answer = Vec::new();
                while let Ok(1..) = from.read_buf(&mut answer).await {
                    if Reply::is_whole(&answer) {
                        break;
                    }
                }
                Reply::parse(&answer)
            };
            tokio::join!(sending, reading).1
        };
        timeout(PATIENCE, exchange).await.expect("an answer in time")
    }
}
