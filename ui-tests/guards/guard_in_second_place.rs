// Mistake 140.
use axum::extract::State;
use fastauth::{Public, Router, routing::get};

async fn count(State(count): State<u8>, _: Public) -> String { count.to_string() }

fn main() {
    let _: Router<u8> = Router::new().route("/count", get(count)); //~ ERROR
}
