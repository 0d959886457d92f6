// Mistake 169.
use fastauth::{
    AuthUser, PasswordHash,
    token::{Algorithm, KeyRing, SigningKey, Verifier},
};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

fn main() {
    let ring = KeyRing::from(SigningKey::generate(Algorithm::EdDSA).unwrap());
    let _ = Verifier::<User>::new("https://accounts.example.com", ring); //~ ERROR
}
