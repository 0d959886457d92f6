// Mistake 93.
use fastauth::{AuthUser, PasswordHash, testing::TestAuth};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

fn test(test: &TestAuth<User>) {
    let _ = test.user("ada@example.com").verified(); //~ ERROR
}

fn main() {}
