// Mistake 163.
use fastauth::store::SessionStore;

struct Half;

fn end_all(_: impl SessionStore) {}

fn main() {
    end_all(Half); //~ ERROR
}
