// Mistake 59.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

struct Cache;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(skip)]
    cache: Cache, //~ ERROR
}

fn main() {}
