// Mistake 96.
use fastauth::{Auth, AuthUser};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

struct Mailer;

fn main() {
    let _ = Auth::<User>::builder().email(Mailer); //~ ERROR
}
