// Mistake 18.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email = mial, password_hash)] //~ ERROR
struct User {
    id: Uuid,
    mail: String,
    password_hash: PasswordHash,
}

fn main() {}
