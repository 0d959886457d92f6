// Mistake 160.
use fastauth::{Auth, AuthUser};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

struct Pool;

fn main() {
    let _ = Auth::<User>::builder().sessions(Pool); //~ ERROR
}
