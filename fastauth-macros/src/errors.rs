use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// What is wrong with the user's code, said all at once.
#[derive(Default)]
#[must_use = "errors that are not finished are never said"]
pub(crate) struct Errors {
    said: Option<syn::Error>,
    lost: bool,
}

impl Errors {
    /// Says what is wrong, and the way out, under all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, what: impl Display, help: impl Display) {
        let tokens = tokens.into_token_stream(); // once, so that what follows is compiled once
        self.push(syn::Error::new_spanned(tokens, format_args!("{what}\nhelp: {help}")));
    }

    /// The same about something that could not be understood: from then on nothing is known to
    /// be absent.
    pub(crate) fn lost(&mut self, tokens: impl ToTokens, what: impl Display, help: impl Display) {
        self.lost = true;
        self.at(tokens, what, help);
    }

    /// Says where the text stops being Rust, and how it is meant to look.
    pub(crate) fn unreadable(&mut self, error: &syn::Error, help: impl Display) {
        self.lost = true;
        self.push(syn::Error::new(error.span(), format_args!("{error}\nhelp: {help}")));
    }

    /// Whether all that was written was understood: only then may something be called absent.
    pub(crate) fn understood_all(&self) -> bool {
        !self.lost
    }

    /// The value, if there is nothing to say.
    pub(crate) fn finish<T>(mut self, value: T) -> syn::Result<T> {
        self.said.take().map_or(Ok(value), Err)
    }

    fn push(&mut self, error: syn::Error) {
        match &mut self.said {
            Some(said) => said.combine(error),
            None => self.said = Some(error),
        }
    }
}

/// Errors that nobody said are a mistake of ours, found by our tests.
#[cfg(test)]
impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.said.is_none() || std::thread::panicking(), "errors were dropped unsaid");
    }
}

/// Tokens shown under the caret as one: a delimited group, for example.
pub(crate) fn group(delimiter: &syn::MacroDelimiter, tokens: &TokenStream) -> TokenStream {
    let (kind, span) = match delimiter {
        syn::MacroDelimiter::Paren(it) => (proc_macro2::Delimiter::Parenthesis, it.span),
        syn::MacroDelimiter::Brace(it) => (proc_macro2::Delimiter::Brace, it.span),
        syn::MacroDelimiter::Bracket(it) => (proc_macro2::Delimiter::Bracket, it.span),
    };
    let mut group = proc_macro2::Group::new(kind, tokens.clone());
    group.set_span(span.join());
    group.into_token_stream()
}
