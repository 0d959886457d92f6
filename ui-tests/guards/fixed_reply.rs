// Mistake 140.
use fastauth::{Router, routing::get};

fn main() {
    let _: Router = Router::new().route("/", get("hello")); //~ ERROR
}
