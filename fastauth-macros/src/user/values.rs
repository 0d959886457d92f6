//! What stands behind the word of an option.

use darling::ast::NestedMeta;
use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit, LitStr, Meta};

use super::{options::Written, words::Word};
use crate::{
    errors::Errors,
    grammar::{Given, ident, separated},
    names::plain,
};

/// A word that stands alone.
pub(super) fn nothing(option: &Written, errors: &mut Errors) {
    let word = option.word.as_str();
    if !matches!(option.given, Given::Nothing) {
        errors.at(
            &option.all,
            format_args!("`{word}` takes no value on a field"),
            format_args!("write `#[auth({word})]`"),
        );
    }
}

/// A name in quotes: of a table, a column, a claim.
pub(super) fn text(
    option: &Written,
    what: &str,
    example: &str,
    errors: &mut Errors,
) -> Option<LitStr> {
    let word = option.word.as_str();
    let named = format!("{what} is named in quotes");
    match &option.given {
        Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => return Some(text.clone()),
        Given::Value(value) => {
            let said = ident(value).map_or_else(|| example.to_owned(), |ident| plain(&ident));
            errors.at(value, named, format_args!("write `{word} = \"{said}\"`"));
        }
        Given::Unreadable(value) => {
            errors.at(value, named, format_args!("write `{word} = \"{example}\"`"));
        }
        Given::List(_) | Given::Nothing => {
            let help = format!("write `{word} = \"{example}\"`");
            errors.at(&option.all, format_args!("`{word}` needs a name"), help);
        }
    }
    None
}

/// The claim's name, if it is not the field's: `token`, `token = "claim"`.
pub(super) fn claim(option: &Written, errors: &mut Errors) -> Option<LitStr> {
    match &option.given {
        Given::Nothing => None,
        Given::List(_) => {
            let help = "write `#[auth(token)]`, or `#[auth(token = \"claim\")]`";
            errors.at(&option.all, "`token` takes no list on a field", help);
            None
        }
        _ => text(option, "a claim", "plan", errors),
    }
}

/// The expression of a default: `default`, `default = expr`.
pub(super) fn expression(option: &Written, errors: &mut Errors) -> Option<Expr> {
    const HELP: &str = "write `default = 3`, or `default` alone for `Default::default()`";
    match &option.given {
        Given::Nothing => return None,
        Given::Value(value) => return Some(value.clone()),
        Given::List(_) => errors.at(&option.all, "a default is given after `=`", HELP),
        Given::Unreadable(value) if value.is_empty() => {
            errors.at(&option.all, "a default is an expression", HELP);
        }
        Given::Unreadable(value) => errors.at(value, "a default is an expression", HELP),
    }
    None
}

/// The field that plays a part named on the struct; outside whether it could be read.
#[allow(clippy::option_option, reason = "outside whether it could be read, inside whether it was")]
pub(super) fn field(option: &Written, errors: &mut Errors) -> Option<Option<Ident>> {
    let word = option.word.as_str();
    let help = format!("write `{word} = {}`", example(option.word));
    match &option.given {
        Given::Nothing => return Some(None),
        Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
            let name = text.value();
            errors.lost(
                text,
                "a field is named without quotes",
                format_args!("write `{word} = {name}`"),
            );
        }
        Given::Value(value) => match ident(value) {
            Some(ident) => return Some(Some(ident)),
            None => errors.lost(value, "this is not the name of a field", help),
        },
        Given::Unreadable(value) if !value.is_empty() => {
            errors.lost(value, "this is not the name of a field", help);
        }
        Given::List(_) | Given::Unreadable(_) => {
            errors.lost(
                &option.all,
                format_args!("the field that is the `{word}` stands after `=`"),
                help,
            );
        }
    }
    None
}

/// The fields of `token(name, plan)` on the struct.
pub(super) fn fields(option: &Written, errors: &mut Errors) -> Vec<Ident> {
    let tokens = match &option.given {
        Given::List(tokens) if !tokens.is_empty() => tokens.clone(),
        _ => {
            errors.at(
                &option.all,
                "`token` on the struct needs its fields",
                "list them, `token(name, plan)`, or put `#[auth(token)]` on each",
            );
            return Vec::new();
        }
    };
    let (items, stop) = separated(tokens);
    if let Some(error) = stop {
        errors.unreadable(&error, "list the fields: `token(name, plan)`");
    }
    let mut fields: Vec<Ident> = Vec::new();
    for item in items {
        let ident = match &item {
            NestedMeta::Meta(Meta::Path(path)) => path.get_ident(),
            NestedMeta::Lit(Lit::Str(text)) => {
                let help = format!("write `token({})`", text.value());
                errors.at(text, "a field is named without quotes", help);
                continue;
            }
            _ => None,
        };
        match ident {
            Some(ident) if fields.iter().any(|earlier| plain(earlier) == plain(ident)) => {
                let what = format!("`{}` is said twice", plain(ident));
                errors.at(ident, what, "remove one");
            }
            Some(ident) => fields.push(ident.clone()),
            None => {
                let help =
                    "list the fields alone, `token(name, plan)`; rename a claim on its field";
                errors.at(item, "this is not the name of a field", help);
            }
        }
    }
    fields
}

fn example(word: Word) -> &'static str {
    match word {
        Word::Part(part) => part.usual_names().first().copied().unwrap_or(part.word()),
        _ => word.as_str(),
    }
}
