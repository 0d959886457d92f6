//! A baseline: axum alone, which answers and asks nobody who they are.

use axum::{Json, Router, routing::get};
use serde::Serialize;

#[derive(Serialize)]
struct Profile {
    id: &'static str,
    name: &'static str,
}

async fn claims() -> Json<Profile> {
    Json(Profile { id: "0198f5a0-9f7e-7a2c-8c1e-2f6f0b6a9d11", name: "Ada" })
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".to_owned());
    let app = Router::new().route("/claims", get(claims));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await
}
