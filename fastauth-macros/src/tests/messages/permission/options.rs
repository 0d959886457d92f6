use super::super::check;
use crate::permission;

#[test]
fn an_option_of_the_enum_is_one_that_there_is() {
    let nothing = "this `permission` attribute says nothing";
    let parentheses = ("options go in parentheses", "write `#[permission(module = can)]`");
    let remove = "write `#[permission(module = can)]`, or remove it";
    let name = "a name is of a variant, not of the enum";
    check(
        permission::expand,
        &[
            (6, "#[⟦permission⟧] enum Can { A }", &[(nothing, remove)]),
            (6, "#[permission⟦()⟧] enum Can { A }", &[(nothing, remove)]),
            (7, "#[⟦permission = can⟧] enum Can { A }", &[parentheses]),
            (7, "#[permission⟦[module = can]⟧] enum Can { A }", &[parentheses]),
            (
                8,
                "#[permission(⟦modul⟧ = a)] enum Can { A }",
                &[("unknown `permission` option `modul`", "did you mean `module`?")],
            ),
            (
                9,
                "#[permission(⟦prefix⟧ = \"a\", ⟦a::b⟧, ⟦id⟧)] enum Can { A }",
                &[
                    ("unknown `permission` option `prefix`", "expected `module`, `crate`"),
                    ("unknown `permission` option `a::b`", "expected `module`, `crate`"),
                    ("unknown `permission` option `id`", "expected `module`, `crate`"),
                ],
            ),
            (
                22,
                "#[permission(module = a, ⟦module⟧ = b)] #[permission(⟦module⟧)] enum Can { A }",
                &[
                    ("`module` is said twice", "remove one"),
                    ("`module` is said twice", "remove one"),
                ],
            ),
            (
                105,
                "#[permission(module = a ⟦crate⟧ = ::b)] enum Can { A }",
                &[("expected `,`", "options stand like `#[permission(module = can)]`")],
            ),
            (
                133,
                "#[permission(⟦\"posts:write\"⟧)] enum Can { A }",
                &[(name, "put `#[permission(\"posts:write\")]` on the variant it names")],
            ),
            (
                133,
                "#[permission(module = a, ⟦7⟧)] enum Can { A }",
                &[(name, "put `#[permission(\"posts:write\")]` on the variant it names")],
            ),
            (0, "#[permission(module = a, crate = ::auth,)] enum Can { A }", &[]),
            (0, "#[permission(module = a)] #[permission(crate = crate::auth)] enum Can { A }", &[]),
        ],
    );
}

#[test]
fn the_path_to_fastauth_is_absolute() {
    let help = "write `crate = ::fastauth`, or `crate::…` within this crate";
    check(
        permission::expand,
        &[
            (
                61,
                "#[permission(crate = ⟦super::auth⟧)] enum Can { A }",
                &[("the path to fastauth must be absolute", help)],
            ),
            (
                61,
                "#[permission(crate = ⟦\"::auth\"⟧)] enum Can { A }",
                &[("the path to fastauth is written without quotes", help)],
            ),
            (
                61,
                "#[permission(⟦crate⟧)] enum Can { A }",
                &[("the path to fastauth stands after `=`", help)],
            ),
            (
                61,
                "#[auth(crate = ⟦auth⟧)] enum Can { A }",
                &[("the path to fastauth must be absolute", help)],
            ),
            (0, "#[auth(crate = ::auth)] enum Can { A }", &[]),
        ],
    );
}

#[test]
fn a_module_is_named_by_a_word_of_its_own() {
    let can = "write for example `module = can`";
    let stands = "the name of the module stands after `=`";
    let not = "this is not the name of a module";
    let other = "name the module: `#[permission(module = permissions)]`";
    check(
        permission::expand,
        &[
            (
                20,
                "#[permission(module = ⟦\"may\"⟧)] enum Can { A }",
                &[("a module is named without quotes", "write `module = may`")],
            ),
            (
                20,
                "#[permission(module = ⟦\"type\"⟧)] enum Can { A }",
                &[("a module is named without quotes", "write `module = can`")],
            ),
            (134, "#[permission(⟦module⟧)] enum Can { A }", &[(stands, can)]),
            (134, "#[permission(⟦module(may)⟧)] enum Can { A }", &[(stands, can)]),
            (134, "#[permission(⟦module =⟧)] enum Can { A }", &[(stands, can)]),
            (134, "#[permission(module = ⟦a::b⟧)] enum Can { A }", &[(not, can)]),
            (134, "#[permission(module = ⟦7⟧)] enum Can { A }", &[(not, can)]),
            (134, "#[permission(module = ⟦_⟧)] enum Can { A }", &[(not, can)]),
            (
                135,
                "#[permission(module = ⟦type⟧)] enum Can { A }",
                &[("`type` is a word of Rust's own", can)],
            ),
            (
                135,
                "#[permission(module = ⟦self⟧)] enum Can { A }",
                &[("`self` is a word of Rust's own", can)],
            ),
            (
                135,
                "enum ⟦Mod⟧ { A }",
                &[("the markers would stand in a module `mod`, a word of Rust's own", other)],
            ),
            (
                135,
                "enum ⟦Gen⟧ { A }",
                &[("the markers would stand in a module `gen`, a word of Rust's own", other)],
            ),
            (
                136,
                "enum ⟦can⟧ { A }",
                &[("the module of the markers cannot be called `can` too", other)],
            ),
            (
                136,
                "#[permission(module = ⟦Can⟧)] enum Can { A }",
                &[("the module of the markers cannot be called `Can` too", other)],
            ),
            (0, "#[permission(module = r#type)] enum Type { A }", &[]),
            (0, "enum Self_ { A }", &[]),
            (0, "enum Union { A }", &[]),
        ],
    );
}

#[test]
fn what_stands_elsewhere_is_not_said_on_a_variant() {
    check(
        permission::expand,
        &[
            (
                11,
                "enum Can { #[permission(⟦module⟧ = a, ⟦crate⟧ = ::b)] A }",
                &[
                    (
                        "`module` is an option of the enum, not of a variant",
                        "write `#[permission(module = …)]` above `enum Can`",
                    ),
                    (
                        "`crate` is an option of the enum, not of a variant",
                        "write `#[permission(crate = …)]` above `enum Can`",
                    ),
                ],
            ),
            (
                138,
                "enum Can { #[permission(\"a\", ⟦description⟧ = \"does a\")] A }",
                &[("a permission is described by its doc comment", "write `/// …` above `A`")],
            ),
            (
                137,
                "#[⟦auth⟧(module = a)] enum Can { #[⟦auth⟧(\"b\")] A, #[⟦auth⟧(crate = ::c)] B }",
                &[
                    (
                        "an enum of permissions has no `auth` options",
                        "its own are `#[permission(module = …, crate = …)]`",
                    ),
                    (
                        "a permission has no `auth` options",
                        "its name is given with `permission`: `#[permission(\"b\")]`",
                    ),
                    (
                        "a permission has no `auth` options",
                        "its name is given with `permission`: `#[permission(\"posts:write\")]`",
                    ),
                ],
            ),
        ],
    );
}
