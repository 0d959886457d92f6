// Mistake 23.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    #[auth(username)] //~ ERROR
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
