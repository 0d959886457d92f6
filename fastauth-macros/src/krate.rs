use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

/// Where generated code finds fastauth: `::fastauth`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    /// What `crate = …` says.
    pub(crate) fn named(path: Path) -> Self {
        Self(Some(path))
    }

    /// The module of what generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        quote!(#self::__private)
    }

    /// The module of what generated code asks of the type of a field. Compilers quote its path.
    pub(crate) fn asks(&self) -> TokenStream {
        quote!(#self::user::field)
    }

    /// Whether a path means the same wherever it stands.
    pub(crate) fn is_absolute(path: &Path) -> bool {
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate"))
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
