// Mistake 136.
#![allow(non_camel_case_types)]
use fastauth::Permission;

#[derive(Permission)]
enum can { //~ ERROR
    Read,
}

#[derive(Permission)]
#[permission(module = Must)] //~ ERROR
enum Must {
    Read,
}

fn main() {}
