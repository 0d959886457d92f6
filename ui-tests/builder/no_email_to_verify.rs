// Mistake 93.
use fastauth::{Auth, AuthUser, EmailVerification, PasswordHash};

#[derive(AuthUser)]
#[auth(id, username, password_hash)]
struct User { id: i64, username: String, password_hash: PasswordHash }

fn main() {
    let _ = Auth::<User>::builder().email_verification(EmailVerification::Required); //~ ERROR
}
