// Mistake 167.
use fastauth::{
    Auth, AuthUser,
    token::{Algorithm, SigningKey},
};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

fn main() {
    let _ = Auth::<User>::builder().keys(SigningKey::generate(Algorithm::EdDSA)); //~ ERROR
}
