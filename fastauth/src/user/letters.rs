//! The letters of addresses and usernames: one spelling for each, before anything is judged.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Composes (NFC) and lower-cases. `None` for text with characters that are another spelling of
/// others (full-width letters, ligatures, the Kelvin sign: what NFKC would change), or that cannot be
/// seen: two accounts must not look like one, nor one spelling become two (CVE-2019-19844).
pub(super) fn canonical(text: &str) -> Option<String> {
    // A sign that composing turns into another letter (the Kelvin sign) is that letter's double.
    if text.chars().any(|c| std::iter::once(c).nfc().ne(std::iter::once(c))) {
        return None;
    }
    let composed: String = text.nfc().collect();
    let compatible = composed.nfkc().eq(composed.chars());
    if !compatible || composed.chars().any(is_unseen) {
        return None;
    }
    // Lower-casing can decompose: composed once more it is stable.
    let lower: String = composed.to_lowercase().nfc().collect();
    Some(lower)
}

/// Whether it belongs to the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

/// Control, format, bidirectional, invisible and private characters, and white space.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}
