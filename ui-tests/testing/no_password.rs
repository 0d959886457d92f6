// Mistake 94.
use fastauth::{AuthUser, testing::TestAuth};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

fn test(test: &TestAuth<User>) {
    let _ = test.user("ada@example.com").password("battery horse"); //~ ERROR
}

fn main() {}
