// Mistake 8.
use fastauth::{AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email = mial)] //~ ERROR
#[auth(table = "fastauth_users")] //~ ERROR
struct User {
    id: i64,
    mail: String,
    #[auth(password_hash, signup)] //~ ERROR
    hash: PasswordHash,
    #[auth(sigup)] //~ ERROR
    name: String,
    #[auth(token = "exp", default)] //~ ERROR
    plan: String,
}

fn main() {}
