//! Names made from names.

use proc_macro2::Ident;
use syn::ext::IdentExt;

/// The name as people say it: without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `BlogPost` as `blog_post`, `HTTPServer` as `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after_small = before.is_some_and(|it| it.is_lowercase() || it.is_numeric());
        let before_small = letters.get(index + 1).is_some_and(|it| it.is_lowercase());
        let after_capital = before.is_some_and(|it| it.is_uppercase());
        if letter.is_uppercase() && (after_small || (after_capital && before_small)) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The plural of an English noun that follows the rules: `user`, `category`, `box`.
pub(crate) fn plural(noun: &str) -> String {
    let ends_hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    let stem_in_y =
        noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match stem_in_y {
        Some(stem) => format!("{stem}ies"),
        None if ends_hissing => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        for (name, snake) in [
            ("User", "user"),
            ("BlogPost", "blog_post"),
            ("HTTPServer", "http_server"),
            ("OAuth2Client", "o_auth2_client"),
            ("Level3", "level3"),
            ("already_snake", "already_snake"),
            ("Foo_Bar", "foo_bar"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn nouns_become_plural() {
        for (noun, plural_of_it) in [
            ("user", "users"),
            ("category", "categories"),
            ("box", "boxes"),
            ("key", "keys"),
            ("branch", "branches"),
            ("alias", "aliases"),
        ] {
            assert_eq!(plural(noun), plural_of_it);
        }
    }
}
