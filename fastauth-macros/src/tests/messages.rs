//! What is said about each mistake, and where.
//!
//! `⟦…⟧` in a source is what the caret is under, `…` the three parts most users have. A number
//! is the name of the mistake.

mod column;
mod hooks;
mod key;
mod parts;
mod permission;
mod place;
mod storage;
mod visibility;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// The parts of an ordinary user.
const PARTS: &str = "#[auth(id)] id: Uuid, #[auth(email)] email: String, \
                     #[auth(password_hash)] password_hash: Option<PasswordHash>,";

/// A mistake: its number, the source, and for each mark in it the message and the help.
type Row<'a> = (u16, &'a str, &'a [(&'a str, &'a str)]);

fn check(expand: fn(&DeriveInput) -> syn::Result<TokenStream>, rows: &[Row<'_>]) {
    compare(rows, |source| expand(&syn::parse_str(source).expect(source)).err());
}

fn compare(rows: &[Row<'_>], said_of: impl Fn(&str) -> Option<syn::Error>) {
    for (number, marked, said) in rows {
        let marked = marked.replace('…', PARTS);
        let (source, marks) = unmarked(&marked);
        let error = said_of(&source);
        let mut errors: Vec<_> = error.into_iter().flatten().collect();
        errors.sort_by_key(|error| error.span().byte_range().start);
        let found: Vec<_> = errors
            .iter()
            .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
            .collect();
        let expected: Vec<_> = marks
            .iter()
            .zip(*said)
            .map(|(mark, (what, help))| (mark.1.clone(), format!("{what}\nhelp: {help}")))
            .collect();
        assert_eq!(found, expected, "{number}: {source}");
        assert_eq!(marks.len(), said.len(), "{number}: a mark for each message");
        let at: Vec<_> = errors.iter().map(|error| error.span().byte_range().start).collect();
        let marked_at: Vec<_> = marks.iter().map(|(at, _)| *at).collect();
        let offset = at.first().zip(marked_at.first()).map_or(0, |(a, b)| a.wrapping_sub(*b));
        let at: Vec<_> = at.iter().map(|it| it.wrapping_sub(offset)).collect();
        assert_eq!(at, marked_at, "{number}: {source}");
        for (_, message) in found {
            well_written(*number, &message);
        }
    }
}

/// The source, and each marked stretch with its place.
fn unmarked(marked: &str) -> (String, Vec<(usize, String)>) {
    let mut source = String::new();
    let mut marks = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('⟦') {
        source.push_str(before);
        let (mark, after) = after.split_once('⟧').expect(marked);
        marks.push((source.len(), mark.to_owned()));
        source.push_str(mark);
        rest = after;
    }
    source.push_str(rest);
    (source, marks)
}

/// Lower case, no final period, no word of ours alone, and short enough to be read at once.
fn well_written(number: u16, message: &str) {
    for line in message.lines() {
        let line = line.strip_prefix("help: ").unwrap_or(line);
        assert!(!line.starts_with(char::is_uppercase), "{number}: {line}");
        assert!(!line.ends_with('.'), "{number}: {line}");
        assert!(line.chars().count() <= 100, "{number}: {line}");
    }
}
