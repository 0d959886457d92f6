//! Whatever somebody types, the macros answer: with impls or with errors, never with a panic.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::{column, key, user};

/// What attributes and types are made of, whole and broken.
const WORDS: &[&str] = &[
    "id",
    "email",
    "username",
    "password_hash",
    "email_verified",
    "active",
    "created_at",
    "token",
    "updated_at",
    "signup",
    "edit",
    "view",
    "column",
    "json",
    "default",
    "skip",
    "table",
    "crate",
    "emial",
    "rename",
    "self",
    "r#type",
    "_",
    "name",
    "mail",
    "'a",
    "::",
    "=",
    ",",
    ",",
    ",",
    "=",
    "(",
    "(a, b)",
    "()",
    ")",
    "[x]",
    "{",
    "{ y }",
    "\"\"",
    "\"users; --\"",
    "\"exp\"",
    "'c'",
    "7",
    "1.5",
    "-",
    "#",
    "#[auth]",
    "!",
    "<",
    ">",
    "&",
    "|x| x",
    "é",
    "true",
    "$",
    ";",
    "..",
    "=>",
];

#[test]
fn no_attribute_makes_a_derive_panic() {
    let mut read = 0;
    for seed in 1..=4000_u64 {
        let mut dice = Dice(seed);
        let [above, on_first, on_second] = [dice.soup(), dice.soup(), dice.soup()];
        let source = match dice.roll(6) {
            0 => format!("#[auth({above})] enum Plan {{ #[auth({on_first})] A, B({on_second}) }}"),
            1 => format!("#[auth({above})] struct Id(#[auth({on_first})] Uuid);"),
            2 => format!("#[auth {above}] struct User {{ #[auth = {on_first}] id: i64 }}"),
            3 => format!("#[auth({above})] union U {{ #[auth({on_first})] id: i64 }}"),
            _ => format!(
                "#[auth({above})] struct User<{}> {{ #[auth({on_first})] id: i64,
                 #[auth({on_second})] email: String, name: String, r#type: u8 }}",
                if dice.roll(8) == 0 { "'a, T" } else { "" },
            ),
        };
        // Not all of it is Rust; rustc answers for the rest.
        let Ok(item) = syn::parse_str::<DeriveInput>(&source) else { continue };
        read += 1;
        for derive in [user::derive as fn(&DeriveInput) -> TokenStream, key::derive, column::derive]
        {
            let printed = derive(&item);
            let file = syn::parse2::<syn::File>(printed);
            assert!(file.is_ok_and(|file| !file.items.is_empty()), "{seed}: {source}");
        }
    }
    assert!(read > 1000, "the soup is too thin: {read}");
}

/// A generator of fixed seeds (xorshift), so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn soup(&mut self) -> String {
        let length = self.roll(7);
        let words = (0..length).filter_map(|_| {
            let index = self.roll(u64::try_from(WORDS.len()).ok()?);
            WORDS.get(usize::try_from(index).ok()?).copied()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
