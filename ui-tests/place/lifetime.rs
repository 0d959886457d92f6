// Mistake 4.
use fastauth::AuthUser;

#[derive(AuthUser)]
struct User<'a> { //~ ERROR
    #[auth(id)]
    id: i64,
    #[auth(email)]
    email: &'a str,
}

fn main() {}
