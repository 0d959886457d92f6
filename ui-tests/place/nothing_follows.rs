// Mistake 3.
use fastauth::AuthUser;

#[derive(AuthUser)]
struct User; //~ ERROR

fn of<U: AuthUser + fastauth::user::HasVerifiedEmail + fastauth::user::HasPassword>() {}

fn uses() -> String {
    of::<User>();
    User.claims();
    User.id().clone()
}

fn main() {}
