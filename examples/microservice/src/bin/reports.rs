//! A service without a database. It asks the accounts for their public keys, once, and knows by them
//! who sends a request: `cargo run -p microservice --bin reports`, then paste the lines it prints.

use axum::{Router, routing::get};
use fastauth::token::Verifier;
use microservice::{User, setting};

type Claims = fastauth::Claims<User, Verifier<User>>;

async fn report(claims: Claims) -> String {
    format!("the report of {}, who is on the {} plan\n", claims.name, claims.plan)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let accounts = setting("ACCOUNTS_URL", "http://127.0.0.1:3000");
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3001");
    let verifier = Verifier::<User>::of(&accounts)?;
    let app = Router::new().route("/report", get(report)).with_state(verifier);
    let lines = include_str!("../try.txt").replace("{accounts}", &accounts);
    print!("{}", lines.replace("{address}", &address));
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, app).await?)
}
