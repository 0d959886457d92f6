use std::io::{Error, Result};

use crate::{
    client::{Connection, Reply},
    server::Server,
};

/// Somebody who is signed in.
pub struct Person {
    /// The whole header that says so.
    pub credential: String,
    pub refresh_token: String,
    pub id: String,
}

/// So many people, signed up and signed in at a server whose accounts are below a path.
pub fn people(server: &Server, accounts: &str, many: u32) -> Result<Vec<Person>> {
    let mut connection = server.connect()?;
    (0..many).map(|number| sign_up(&mut connection, accounts, number)).collect()
}

/// What a person says of themselves to sign in.
pub fn credentials(number: u32) -> String {
    format!(r#"{{"email":"ada{number}@example.com","password":"correct horse battery staple"}}"#)
}

fn sign_up(connection: &mut Connection, accounts: &str, number: u32) -> Result<Person> {
    let body = credentials(number).replace('}', r#","name":"Ada"}"#);
    let reply = connection.post(&format!("{accounts}/register"), &body)?;
    if reply.body.is_empty() && reply.status < 300 {
        sign_in(connection, accounts, number)
    } else {
        person(&reply)
    }
}

pub fn sign_in(connection: &mut Connection, accounts: &str, number: u32) -> Result<Person> {
    person(&connection.post(&format!("{accounts}/login"), &credentials(number))?)
}

fn person(reply: &Reply) -> Result<Person> {
    if reply.status >= 300 {
        return Err(Error::other(format!("{} {}", reply.status, reply.body)));
    }
    if let Some(cookie) = &reply.cookie {
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
