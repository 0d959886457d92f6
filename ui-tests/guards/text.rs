// Mistake 89.
use fastauth::access::Requirement;

fn needs<P: Requirement>() {}

fn main() {
    needs::<String>(); //~ ERROR
}
