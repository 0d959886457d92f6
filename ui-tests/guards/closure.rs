// Mistake 140.
use fastauth::{Public, Router, routing::get};

fn main() {
    let methods = get(async |_: Public| "everything")
        .post(async |text: String| text) //~ ERROR
        .delete(async || "gone"); //~ ERROR
    let _: Router = Router::new().route("/notes", methods);
}
