use super::check;
use crate::key;

#[test]
fn a_key_is_a_struct_around_one_value() {
    let what = "a user key is a struct around one value";
    let help = "write `struct Id(Uuid);`";
    check(
        key::expand,
        &[
            (13, "⟦enum⟧ Id { A }", &[(what, help)]),
            (13, "⟦union⟧ Id { a: u8 }", &[(what, help)]),
            (13, "struct Id⟦(Uuid, u32)⟧;", &[(what, help)]),
            (13, "struct Id⟦()⟧;", &[(what, help)]),
            (13, "struct Id ⟦{ a: Uuid, b: u32 }⟧", &[(what, help)]),
            (13, "struct ⟦Id⟧;", &[(what, help)]),
            (
                13,
                "struct Id⟦<T>⟧(T);",
                &[("`UserKey` cannot be derived for a generic struct", help)],
            ),
            (
                118,
                "#[auth(⟦skip⟧)] struct Id(Uuid);",
                &[("unknown `auth` option `skip`", "expected `crate`")],
            ),
            (
                118,
                "#[auth(⟦id⟧)] struct Id(Uuid);",
                &[("unknown `auth` option `id`", "expected `crate`")],
            ),
            (
                119,
                "struct Id(#[⟦auth(id)⟧] Uuid);",
                &[("the value of a key has no `auth` options", "remove this one")],
            ),
            (0, "#[auth(crate = ::auth)] struct Id(Uuid);", &[]),
            (0, "struct Id(Uuid);", &[]),
            (0, "struct Id { value: Uuid }", &[]),
        ],
    );
}
