//! Names: for people, for roles and for scopes.

use quote::ToTokens;
use syn::{LitStr, Variant};

use crate::{
    errors::Errors,
    names::plain,
    permission::{
        input::{Input, InputVariant, Said},
        names::{self, EXAMPLE, LONGEST},
    },
};

/// Every permission has a name of its own. One that cannot be told is empty.
pub(super) fn names(input: &Input<'_>, errors: &mut Errors) -> Vec<String> {
    let mut named: Vec<(&Variant, String)> = Vec::new();
    for it in &input.variants {
        let name = name(it, errors).unwrap_or_default();
        let same = |(_, earlier): &&(_, String)| !name.is_empty() && *earlier == name;
        if let Some((earlier, _)) = named.iter().find(same) {
            let what = format!("`{name}` is already `{}`", plain(&earlier.ident));
            let help = "every permission needs its own name";
            match &it.name {
                Said::Something(text) => errors.at(text, what, help),
                _ => errors.at(&it.variant.ident, what, help),
            }
        }
        named.push((it.variant, name));
    }
    named.into_iter().map(|(_, name)| name).collect()
}

/// What a variant is called.
fn name(input: &InputVariant<'_>, errors: &mut Errors) -> Option<String> {
    let name = match &input.name {
        Said::Nothing => names::default(input.variant),
        Said::Something(text) => text.value(),
        Said::Unreadable => return None,
    };
    if names::is_good(&name) {
        return Some(name);
    }
    if let Said::Something(text) = &input.name {
        written(text, &name, input.variant, errors);
    } else {
        let help = format!("name it: `#[permission(\"{EXAMPLE}\")]`");
        errors.at(&input.variant.ident, strange(&name), help);
    }
    None
}

/// A name is one word.
fn written(text: &LitStr, name: &str, variant: &Variant, errors: &mut Errors) {
    let words: Vec<_> = name.split_whitespace().collect();
    let joined = words.join(":");
    let number = match words.as_slice() {
        [] => return names::one(text, &text.to_token_stream(), variant, errors),
        [word] if word.len() == name.len() => {
            let help = "it is a scope too: use ASCII letters, digits, `:`, `.`, `-` and `_`";
            return errors.at(text, strange(name), help);
        }
        [_] => {
            let what = "a permission's name has no space around it";
            return errors.at(text, what, format_args!("write `{}`", shown(&joined)));
        }
        [_, _] => "two names",
        _ => "several names",
    };
    let help = if words.len() == 2 && names::is_good(&joined) {
        format!("write `{joined}`")
    } else {
        format!("write one, for example `{EXAMPLE}`, and describe it in a doc comment")
    };
    errors.at(text, format_args!("`{}` is {number}; a space separates them", shown(name)), help);
}

/// Why it is no name.
fn strange(name: &str) -> String {
    if let Some(letter) = names::foreign(name) {
        let letter = shown(letter.encode_utf8(&mut [0; 4]));
        return format!("a permission's name cannot contain `{letter}`");
    }
    let length = name.len();
    format!("a permission's name has at most {LONGEST} bytes; this one has {length}")
}

/// The text on one line, and not too much of it.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown = String::new();
    for letter in text.chars().take(MOST) {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    if text.chars().count() > MOST {
        shown.push('…');
    }
    shown
}
