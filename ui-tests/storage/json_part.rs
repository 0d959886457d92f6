// Mistake 56.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, password_hash)]
struct User {
    id: Uuid,
    #[auth(email, json)] //~ ERROR
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
