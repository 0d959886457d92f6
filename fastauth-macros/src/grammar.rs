//! What stands in the parentheses of every attribute of ours: options between commas.

use darling::ast::NestedMeta;
use proc_macro2::{Ident, TokenStream};
use syn::{
    Expr, Lit, Meta, Path,
    parse::{ParseStream, Parser},
};

/// What stands behind the word of an option.
pub(crate) enum Given {
    /// `(a, b)`, in whatever brackets.
    List(TokenStream),
    /// Only the word.
    Nothing,
    /// `=` and something that is no expression.
    Unreadable(TokenStream),
    /// `= value`.
    Value(Expr),
}

/// Reads items between commas up to the first that is none.
pub(crate) fn separated(tokens: TokenStream) -> (Vec<NestedMeta>, Option<syn::Error>) {
    let mut items = Vec::new();
    let stop = (|input: ParseStream<'_>| {
        while !input.is_empty() {
            items.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<syn::Token![,]>()?;
            }
        }
        Ok(())
    })
    .parse2(tokens)
    .err();
    (items, stop)
}

/// An item as its word and what stands behind it; a literal has no word.
pub(crate) fn split(item: NestedMeta) -> Result<(Path, Given), Lit> {
    Ok(match item {
        NestedMeta::Lit(literal) => return Err(literal),
        NestedMeta::Meta(Meta::Path(path)) => (path, Given::Nothing),
        NestedMeta::Meta(Meta::List(list)) => (list.path, Given::List(list.tokens)),
        NestedMeta::Meta(Meta::NameValue(meta)) => (meta.path, Given::Value(bare(meta.value))),
        NestedMeta::NameValueInvalidExpr(meta) => (meta.path, Given::Unreadable(meta.value)),
    })
}

/// The expression inside the invisible brackets of a `macro_rules!` argument.
pub(crate) fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => bare(*group.expr),
        expr => expr,
    }
}

/// A word where an expression may stand.
pub(crate) fn ident(value: &Expr) -> Option<Ident> {
    match value {
        Expr::Path(value) if value.qself.is_none() => value.path.get_ident().cloned(),
        _ => None,
    }
}
