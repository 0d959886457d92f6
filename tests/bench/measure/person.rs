use std::io::{Error, Result};

use crate::{
    client::{Connection, Reply},
    server::Server,
};

pub const SIGN_IN: &str =
    r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
const SIGN_UP: &str =
    r#"{"email":"ada@example.com","password":"correct horse battery staple","name":"Ada"}"#;

/// Somebody who is signed in.
pub struct Person {
    /// The whole header that says so.
    pub credential: String,
    pub refresh_token: String,
    pub id: String,
}

/// Signs Ada up at a server whose accounts are below a path.
pub fn sign_up(server: &Server, accounts: &str) -> Result<()> {
    let reply = server.connect()?.post(&format!("{accounts}/register"), SIGN_UP)?;
    if reply.status < 300 { Ok(()) } else { Err(refused(&reply)) }
}

pub fn sign_in(connection: &mut Connection, accounts: &str) -> Result<Person> {
    let reply = connection.post(&format!("{accounts}/login"), SIGN_IN)?;
    if reply.status != 200 {
        return Err(refused(&reply));
    }
    if let Some(cookie) = reply.cookie {
        let credential = format!("Cookie: {cookie}");
        return Ok(Person { credential, refresh_token: String::new(), id: String::new() });
    }
    let body: serde_json::Value = serde_json::from_str(&reply.body)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Person {
        credential: format!("Authorization: Bearer {}", text(&body["access_token"])),
        refresh_token: text(&body["refresh_token"]),
        id: text(&body["user"]["id"]),
    })
}

fn refused(reply: &Reply) -> Error {
    Error::other(format!("{} {}", reply.status, reply.body))
}
