// Mistake 50.
use fastauth::{AuthUser, PasswordHash};

struct Plan;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup)]
    plan: Plan, //~ ERROR
}

fn main() {}
