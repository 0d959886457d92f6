// Mistake 21.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(email, password_hash)]
struct User {
    #[auth(id = true)] //~ ERROR
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
