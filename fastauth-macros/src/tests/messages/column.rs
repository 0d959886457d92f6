use super::check;
use crate::column;

#[test]
fn a_column_is_an_enum_of_names() {
    let what = "`Column` is derived for an enum, which is kept by its variant's name";
    let help = "keep `Plan` as JSON with `#[auth(json)]`, or implement `Column` by hand";
    let data = "keep the enum as JSON with `#[auth(json)]`, or remove the data";
    check(
        column::expand,
        &[
            (110, "⟦struct⟧ Plan(i64);", &[(what, help)]),
            (110, "⟦union⟧ Plan { a: i64 }", &[(what, help)]),
            (
                111,
                "enum Plan { Free, Pro⟦(u32)⟧, Trial ⟦{ days: u8 }⟧ }",
                &[
                    ("only the variant's name `pro` would be stored, and its data lost", data),
                    ("only the variant's name `trial` would be stored, and its data lost", data),
                ],
            ),
            (
                112,
                "enum ⟦Plan⟧ {}",
                &[(
                    "`Plan` has no variants, so nothing could be stored",
                    "add a variant, or remove the derive",
                )],
            ),
            (
                113,
                "enum Plan { VeryPro, ⟦Very_Pro⟧ }",
                &[(
                    "`very_pro` is already what is stored for `VeryPro`",
                    "give one of them another name",
                )],
            ),
            (
                114,
                "enum Plan⟦<const N: usize>⟧ { Free }",
                &[(
                    "`Column` cannot be derived for a generic enum",
                    "derive it on a concrete enum, or implement it by hand",
                )],
            ),
            (
                119,
                "enum Plan { #[⟦auth(column = \"free\")⟧] Free }",
                &[("a variant has no `auth` options", "remove this one")],
            ),
            (0, "enum Plan { Free, VeryPro }", &[]),
        ],
    );
}
