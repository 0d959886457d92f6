// Mistake 96.
use fastauth::{Auth, AuthUser};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

struct Google;

fn main() {
    let _ = Auth::<User>::builder().oauth(Google); //~ ERROR
}
