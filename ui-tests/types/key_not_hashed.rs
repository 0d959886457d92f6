// Mistake 115.
use fastauth::UserKey;
use uuid::Uuid;

#[derive(Clone, Debug, Eq, PartialEq, UserKey)]
struct Id(Uuid); //~ ERROR

fn main() {}
