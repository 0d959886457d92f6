// Mistake 13.
use fastauth::UserKey;
use uuid::Uuid;

#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
struct Id(Uuid, u32); //~ ERROR

fn main() {}
