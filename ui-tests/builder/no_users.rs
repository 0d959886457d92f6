// Mistake 162.
use fastauth::{Auth, AuthUser, store::Memory};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

struct Pool;

fn main() {
    let _ = Auth::<User>::builder().store(Memory::new()).users(Pool); //~ ERROR
}
