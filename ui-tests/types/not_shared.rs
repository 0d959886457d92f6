// Mistake 150.
use std::cell::RefCell;

use fastauth::{AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(json, signup)]
    visits: Option<RefCell<i32>>, //~ ERROR
}

fn main() {}
