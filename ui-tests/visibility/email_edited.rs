// Mistake 32.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, password_hash)]
struct User {
    id: Uuid,
    #[auth(email, edit)] //~ ERROR
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
