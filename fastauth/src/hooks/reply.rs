use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// An answer to the client in place of the usual one.
///
/// ```
/// use fastauth::Reply;
///
/// let reply = Reply::new(http::StatusCode::SEE_OTHER, "").header(http::header::LOCATION, http::HeaderValue::from_static("/login"));
/// assert_eq!(reply.status(), 303);
/// ```
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// A status and a body.
    pub fn new(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl<B: Into<Vec<u8>>> From<Response<B>> for Reply {
    fn from(response: Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.into() }
    }
}

impl From<Reply> for Response<Vec<u8>> {
    fn from(reply: Reply) -> Self {
        let mut response = Self::new(reply.body);
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        response
    }
}
