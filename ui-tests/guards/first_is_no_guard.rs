// Mistake 140.
use axum::extract::{Path, State};
use fastauth::{Router, routing::{get, post}};

async fn note(text: String) -> String { text }
async fn count(State(count): State<u8>, text: String) -> String { format!("{count} {text}") }
async fn page(_: Option<Path<u8>>) {}

fn main() {
    let _: Router<u8> = Router::new()
        .route("/notes", post(note)) //~ ERROR
        .route("/count", post(count)) //~ ERROR
        .route("/page", get(page)); //~ ERROR
}
