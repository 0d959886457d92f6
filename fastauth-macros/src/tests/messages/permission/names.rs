use super::super::check;
use crate::permission;

const ONE: &str = "a permission has one name, in quotes";

#[test]
fn a_name_stands_alone_in_quotes() {
    let example = "write `#[permission(\"posts:write\")]`, or remove it to be called `write-posts`";
    // What stands there is taken as the name it seems to be.
    let posts = "write `#[permission(\"posts\")]`, or remove it to be called `write-posts`";
    variant(&[
        (87, "#[⟦permission⟧]", &[(ONE, example)]),
        (87, "#[permission⟦()⟧]", &[(ONE, example)]),
        (87, "#[permission(⟦\"\"⟧)]", &[(ONE, example)]),
        (87, "#[permission(⟦\" \"⟧)]", &[(ONE, example)]),
        (87, "#[permission(⟦posts⟧)]", &[(ONE, posts)]),
        (87, "#[permission(⟦posts:write⟧)]", &[(ONE, example)]),
        (87, "#[permission(⟦posts::write⟧)]", &[(ONE, example)]),
        (87, "#[permission(⟦posts write⟧)]", &[(ONE, example)]),
        (87, "#[⟦permission = \"posts\"⟧]", &[(ONE, posts)]),
        (87, "#[permission⟦[\"posts\"]⟧]", &[(ONE, posts)]),
        (87, "#[permission⟦{ posts }⟧]", &[(ONE, posts)]),
        (87, "#[permission(⟦name = \"posts\"⟧)]", &[(ONE, posts)]),
        (87, "#[permission(⟦name(\"posts\")⟧)]", &[(ONE, posts)]),
        (87, "#[permission(⟦7⟧)]", &[(ONE, example_of("7").as_str())]),
        (87, "#[permission(⟦b\"posts\"⟧)]", &[(ONE, example)]),
        (87, "#[permission(\"posts\", ⟦\"write\"⟧)]", &[(ONE, posts)]),
        (87, "#[permission(\"posts\", ⟦write⟧)]", &[(ONE, posts)]),
        (87, "#[permission(\"a\")] #[permission(⟦\"posts\"⟧)]", &[(ONE, posts)]),
        (87, "#[permission(\"a\")] #[⟦permission⟧]", &[(ONE, example)]),
        (0, "#[permission(\"posts:write\",)]", &[]),
        (0, "#[permission(r\"posts\")]", &[]),
        (0, "#[permission(\"!#[]~`'{}|^.*/\")]", &[]),
    ]);
    check(
        permission::expand,
        &[(
            87,
            "enum Can { #[⟦permission⟧] É }",
            &[(ONE, "write `#[permission(\"posts:write\")]`")],
        )],
    );
}

#[test]
fn a_name_is_one_word() {
    let scope = "it is a scope too: use ASCII letters, digits, `:`, `.`, `-` and `_`";
    let describe = "write one, for example `posts:write`, and describe it in a doc comment";
    let around = "a permission's name has no space around it";
    let long = format!("#[permission(⟦\"{}\"⟧)]", "a".repeat(65));
    let longest = format!("#[permission(\"{}\")]", "a".repeat(64));
    variant(&[
        (
            85,
            "#[permission(⟦\"posts write\"⟧)]",
            &[("`posts write` is two names; a space separates them", "write `posts:write`")],
        ),
        (
            85,
            "#[permission(⟦\" posts\\twrite\"⟧)]",
            &[("` posts\\twrite` is two names; a space separates them", "write `posts:write`")],
        ),
        (
            85,
            "#[permission(⟦\"posts é\"⟧)]",
            &[("`posts é` is two names; a space separates them", describe)],
        ),
        (
            85,
            "#[permission(⟦\"write posts and delete those of others too\"⟧)]",
            &[(
                "`write posts and delete those of others t…` is several names; a space separates them",
                describe,
            )],
        ),
        (130, "#[permission(⟦\"posts \"⟧)]", &[(around, "write `posts`")]),
        (130, "#[permission(⟦\"\\nposts\"⟧)]", &[(around, "write `posts`")]),
        (
            130,
            "#[permission(⟦\"posts\\\"\"⟧)]",
            &[("a permission's name cannot contain `\"`", scope)],
        ),
        (
            130,
            "#[permission(⟦r\"posts\\write\"⟧)]",
            &[("a permission's name cannot contain `\\`", scope)],
        ),
        (
            130,
            "#[permission(⟦\"posts\\u{7}\"⟧)]",
            &[("a permission's name cannot contain `\\u{7}`", scope)],
        ),
        (130, "#[permission(⟦\"écrire\"⟧)]", &[("a permission's name cannot contain `é`", scope)]),
        (131, &long, &[("a permission's name has at most 64 bytes; this one has 65", scope)]),
        (0, &longest, &[]),
    ]);
}

#[test]
fn a_variant_that_cannot_lend_its_name_is_given_one() {
    let name_it = "name it: `#[permission(\"posts:write\")]`";
    let source = format!("enum Can {{ ⟦A{}⟧, ⟦Écrire⟧ }}", "a".repeat(64));
    check(
        permission::expand,
        &[
            (
                131,
                &source,
                &[
                    ("a permission's name has at most 64 bytes; this one has 65", name_it),
                    ("a permission's name cannot contain `é`", name_it),
                ],
            ),
            (0, "enum Can { #[permission(\"ecrire\")] Écrire }", &[]),
        ],
    );
}

#[test]
fn every_permission_has_a_name_of_its_own() {
    let own = "every permission needs its own name";
    check(
        permission::expand,
        &[
            (
                86,
                "enum Can { #[permission(\"posts:write\")] WritePosts, #[permission(⟦\"posts:write\"⟧)] Edit }",
                &[("`posts:write` is already `WritePosts`", own)],
            ),
            (
                86,
                "enum Can { WritePosts, #[permission(⟦\"write-posts\"⟧)] Edit, ⟦Write_Posts⟧ }",
                &[
                    ("`write-posts` is already `WritePosts`", own),
                    ("`write-posts` is already `WritePosts`", own),
                ],
            ),
            (
                86,
                "enum Can { #[permission(\"type\")] Kind, ⟦r#type⟧ }",
                &[("`type` is already `Kind`", own)],
            ),
            (0, "enum Can { #[permission(\"A\")] A, #[permission(\"a\")] B }", &[]),
        ],
    );
}

fn example_of(name: &str) -> String {
    format!("write `#[permission(\"{name}\")]`, or remove it to be called `write-posts`")
}

/// The attributes of one variant, and what is said of them.
fn variant(rows: &[super::super::Row<'_>]) {
    for (number, attributes, said) in rows {
        let source = format!("enum Can {{ ReadPosts, {attributes} WritePosts }}");
        check(permission::expand, &[(*number, &source, said)]);
    }
}
