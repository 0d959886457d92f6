// Mistake 30, 34 and 35.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email)]
struct User {
    id: Uuid,
    email: String,
    #[auth(password_hash, view)] //~ ERROR
    hash: PasswordHash,
    #[auth(active, edit)] //~ ERROR
    active: bool,
    #[auth(created_at, signup)] //~ ERROR
    created_at: std::time::SystemTime,
}

fn main() {}
