use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Path};

use crate::{errors::Errors, grammar::Given};

/// Where generated code finds fastauth: `::fastauth`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    /// What `crate = …` says.
    pub(crate) fn said(all: &TokenStream, given: &Given, errors: &mut Errors) -> Option<Self> {
        match given {
            Given::Value(value) => return Self::read(value, errors),
            Given::Unreadable(value) if !value.is_empty() => {
                errors.at(value, "this is not the path to fastauth", HELP);
            }
            _ => errors.at(all, "the path to fastauth stands after `=`", HELP),
        }
        None
    }

    /// What stands behind `crate =`.
    pub(crate) fn read(value: &Expr, errors: &mut Errors) -> Option<Self> {
        match value {
            Expr::Path(value) if value.qself.is_none() => {
                if !is_absolute(&value.path) {
                    errors.at(value, "the path to fastauth must be absolute", HELP);
                }
                Some(Self(Some(value.path.clone())))
            }
            value => {
                errors.at(value, "the path to fastauth is written without quotes", HELP);
                None
            }
        }
    }

    /// The module of what generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        quote!(#self::__private)
    }

    /// The module of what generated code asks of the type of a field. Compilers quote its path.
    pub(crate) fn asks(&self) -> TokenStream {
        quote!(#self::user::field)
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::fastauth)),
        }
    }
}

const HELP: &str = "write `crate = ::fastauth`, or `crate::…` within this crate";

/// Whether a path means the same wherever it stands.
fn is_absolute(path: &Path) -> bool {
    let first = path.segments.first().map(|segment| segment.ident.to_string());
    path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate"))
}
