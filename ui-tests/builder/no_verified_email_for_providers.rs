// Mistake 93.
use fastauth::{Auth, AuthUser, PasswordHash, oauth::OAuthClient};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

fn accounts(acme: OAuthClient) {
    let _ = Auth::<User>::builder().oauth(acme); //~ ERROR
}

fn main() {}
