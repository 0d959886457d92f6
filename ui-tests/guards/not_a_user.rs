// Mistake 88.
use fastauth::{Auth, Claims, CurrentUser, Fresh};

struct Post;

struct AppState {
    accounts: Auth<Post>, //~ ERROR
}

fn current(_: CurrentUser<Post>) {} //~ ERROR
fn fresh(_: Fresh<Post>) {} //~ ERROR
fn perhaps(_: Option<CurrentUser<Post>>) {} //~ ERROR

trait Handler {
    fn claims(_: Claims<Post>); //~ ERROR
}

fn main() {}
