use std::error::Error as StdError;

/// Longest that is logged of a cause, in characters.
const LONGEST: usize = 300;
/// The longest word that is logged: tokens are longer.
const LONGEST_WORD: usize = 32;

/// An error and its causes, in one line for the log. Servers repeat whom a mail was for: what may be an
/// address, a link or a token is left out.
pub(super) fn told(error: &(dyn StdError + 'static), to: &str) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    let mailbox = to.split('@').next().unwrap_or_default().to_lowercase();
    let is_private = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        bare == mailbox
            || word.contains(['@', '/', '?', '='])
            || word.chars().count() > LONGEST_WORD
    };
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let shown = words.map(|word| if is_private(word) { "…" } else { word });
    shown.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::mail::MailError;

    #[test]
    fn a_cause_is_told_without_what_is_private() {
        let said = "550 5.1.1 <Ada@example.com>: no mailbox Ada\r\nsee https://mail.example/x?y \
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let told = told(&MailError::refused(said), "ada@example.com");
        assert_eq!(told, "the mail was refused: 550 5.1.1 … no mailbox …  see … …");
    }

    #[test]
    fn a_long_cause_is_cut() {
        let told = told(&MailError::refused("no ".repeat(1_000)), "ada@example.com");
        assert_eq!(told.chars().count(), 300);
    }
}
