// Mistake 49.
use fastauth::{AuthUser, PasswordHash};

#[derive(Default)]
struct Plan;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(token, default)]
    plan: Plan, //~ ERROR
}

fn main() {}
