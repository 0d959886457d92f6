// Mistake 28.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email)]
struct User {
    id: Uuid,
    email: String,
    #[auth(password_hash, signup)] //~ ERROR
    hash: PasswordHash,
}

fn main() {}
