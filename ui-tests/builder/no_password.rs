// Mistake 94.
use fastauth::{Auth, AuthUser, password::PasswordPolicy};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

fn main() {
    let _ = Auth::<User>::builder().password_policy(PasswordPolicy::nist()); //~ ERROR
}
