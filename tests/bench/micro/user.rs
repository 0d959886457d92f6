use std::time::SystemTime;

use fastauth::{AuthUser, PasswordHash, time::Timestamp};
use uuid::Uuid;

/// That of the servers.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub password_hash: Option<PasswordHash>,
    #[auth(signup, edit, token)]
    pub name: String,
}

pub fn ada() -> User {
    User {
        id: Uuid::now_v7(),
        email: "ada@example.com".to_owned(),
        password_hash: Some(PasswordHash::new(HASH)),
        name: "Ada".to_owned(),
    }
}

pub fn now() -> Timestamp {
    SystemTime::now().into()
}

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$\
    aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
