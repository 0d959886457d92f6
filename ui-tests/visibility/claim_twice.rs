// Mistake 41.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, token)]
    plan: String,
    #[auth(signup, token = "plan")] //~ ERROR
    tariff: String,
}

fn main() {}
