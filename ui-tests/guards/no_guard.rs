// Mistake 140.
use fastauth::{Router, routing::get};

async fn secrets() -> &'static str { "42" }

fn main() {
    let _: Router = Router::new().route("/secrets", get(secrets)); //~ ERROR
}
