// Mistake 43.
use fastauth::UserKey;

#[derive(Clone, Debug, PartialEq, UserKey)]
struct Id(f64); //~ ERROR

impl Eq for Id {}

impl std::hash::Hash for Id {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

fn main() {}
