// Mistake 140.
use fastauth::Router;

async fn nothing() -> &'static str { "nothing here" }

fn main() {
    let _: Router = Router::new().fallback(nothing); //~ ERROR
}
