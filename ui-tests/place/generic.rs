// Mistake 5.
use fastauth::AuthUser;

#[derive(AuthUser)]
struct User<P> { //~ ERROR
    #[auth(id)]
    id: i64,
    #[auth(email)]
    email: P,
}

fn main() {}
