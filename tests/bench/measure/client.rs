use std::{
    io::{BufRead, BufReader, Error, Read, Result, Write},
    net::TcpStream,
    time::Duration,
};

/// One connection, which is kept, and one request at a time.
pub struct Connection {
    address: String,
    stream: BufReader<TcpStream>,
}

pub struct Reply {
    pub status: u16,
    /// The first cookie that it sets, as it is to be sent back.
    pub cookie: Option<String>,
    pub body: String,
}

impl Connection {
    pub fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { address: address.to_owned(), stream: BufReader::new(stream) })
    }

    /// `credential` is a whole header, or nothing.
    pub fn get(&mut self, path: &str, credential: &str) -> Result<Reply> {
        let header = if credential.is_empty() { "" } else { "\r\n" };
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {}{header}{credential}\r\n\r\n", self.address);
        self.exchange(&head)
    }

    pub fn post(&mut self, path: &str, body: &str) -> Result<Reply> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
            Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.exchange(&head)
    }

    fn exchange(&mut self, request: &str) -> Result<Reply> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|it| it.parse().ok());
        let mut reply = Reply {
            status: status.ok_or_else(|| Error::other("no status"))?,
            cookie: None,
            body: String::new(),
        };
        let mut length = 0;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(Error::other)?,
                "set-cookie" => {
                    reply.cookie = value.trim().split(';').next().map(ToOwned::to_owned);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        reply.body = String::from_utf8(body).map_err(Error::other)?;
        Ok(reply)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(Error::other("the connection was closed"));
        }
        Ok(line.trim_end().to_owned())
    }
}
