//! What a permission allows, in the words of its doc comment.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, Variant};

use crate::grammar::bare;

/// The paragraphs of the doc comment, each on one line; empty without one.
pub(super) fn of(variant: &Variant) -> String {
    let text: Vec<String> = variant.attrs.iter().filter_map(text).collect();
    let text = text.join("\n");
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            _ if line.is_empty() => is_open = false,
            Some(paragraph) if is_open => {
                paragraph.push(' ');
                paragraph.push_str(line);
            }
            _ => {
                paragraphs.push(line.to_owned());
                is_open = true;
            }
        }
    }
    paragraphs.join("\n\n")
}

/// `/// text` is `#[doc = " text"]`.
fn text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match bare(meta.value.clone()) {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
