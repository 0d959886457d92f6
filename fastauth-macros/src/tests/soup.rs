//! Whatever somebody types, the macros answer: with impls or with errors, never with a panic.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::{column, hooks, key, permission, user};

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
    "module",
    "module = can",
    "\"posts write\"",
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
        read += usize::from(is_answered(
            &[user::derive, key::derive, column::derive, permission::derive],
            &source,
        ));
    }
    assert!(read > 1000, "the soup is too thin: {read}");
}

#[test]
fn no_permission_makes_the_derive_panic() {
    let mut read = 0;
    for seed in 1..=4000_u64 {
        let mut dice = Dice(seed);
        let [above, on_first, on_second] = [dice.soup(), dice.soup(), dice.soup()];
        let name = ["Can", "Type", "Self_", "can", "É", "r#Fn", "__"];
        let name = usize::try_from(dice.roll(7)).ok().and_then(|it| name.get(it)).unwrap_or(&"Can");
        let source = match dice.roll(5) {
            0 => format!("#[permission {above}] enum {name} {{ #[permission = {on_first}] A }}"),
            1 => format!("#[permission({above})] struct {name}(#[permission({on_first})] A);"),
            _ => format!(
                "#[permission({above})] pub(super) enum {name} {{
                     #[permission({on_first})] #[doc = \"a\"] A, #[doc({on_second})] r#type,
                     #[permission({on_second})] #[permission({on_first})] B({above}), É = 3 }}"
            ),
        };
        read += usize::from(is_answered(&[permission::derive], &source));
    }
    assert!(read > 1000, "the soup is too thin: {read}");
}

/// Whether it is Rust, which is then answered with items; for the rest rustc answers.
fn is_answered(derives: &[fn(&DeriveInput) -> TokenStream], source: &str) -> bool {
    let Ok(item) = syn::parse_str::<DeriveInput>(source) else { return false };
    for derive in derives {
        let file = syn::parse2::<syn::File>(derive(&item));
        assert!(file.is_ok_and(|file| !file.items.is_empty()), "{source}");
    }
    true
}

/// What blocks of hooks are made of, whole and broken.
const HOOK_WORDS: &[&str] = &[
    "async fn on_signup(&self) {}",
    "async fn allow_signin(&self, user: &User) -> bool { true }",
    "async fn on_after_login",
    "fn on_sigin",
    "(&self)",
    "(self, user: User)",
    "(&mut self, a: A, b: B, c: C, d: D)",
    "()",
    "-> bool",
    "-> impl Sized",
    "{}",
    "{ return }",
    "{ ? }",
    ";",
    "const A: u8 = 1;",
    "type B = C;",
    "m!();",
    "pub",
    "unsafe",
    "extern \"C\"",
    "default",
    "<'a, T>",
    "where T: U",
    "#[a]",
    "#[async_trait]",
    "async",
    "\u{e9}",
];

#[test]
fn no_block_makes_the_attribute_panic() {
    let (mut read, mut answered) = (0, 0);
    for seed in 1..=4000_u64 {
        let mut dice = Dice(seed);
        let body = dice.soup_of(HOOK_WORDS);
        let arguments = if dice.roll(6) == 0 { dice.soup() } else { String::new() };
        let head = match dice.roll(8) {
            0 => "impl Welcome",
            1 => "impl Hooks for Welcome",
            2 => "unsafe impl<T> !Hooks<'a, User> for (T,)",
            3 => "trait Welcome",
            4 => "mod welcome",
            _ => "impl Hooks<User> for Welcome",
        };
        let item = format!("{head} {{ {body} }}");
        // rustc reads tokens before it calls us, and nothing else.
        let (Ok(arguments), Ok(item)) = (arguments.parse(), item.parse::<TokenStream>()) else {
            continue;
        };
        read += 1;
        answered += usize::from(!hooks::attribute(arguments, item).is_empty());
    }
    assert!(read > 1000, "the soup is too thin: {read}");
    assert_eq!(answered, read, "every block is answered");
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
        self.soup_of(WORDS)
    }

    fn soup_of(&mut self, ingredients: &[&str]) -> String {
        let length = self.roll(7);
        let words = (0..length).filter_map(|_| {
            let index = self.roll(u64::try_from(ingredients.len()).ok()?);
            ingredients.get(usize::try_from(index).ok()?).copied()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
