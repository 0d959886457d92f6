//! Did you mean?

/// The name most like `name`, if one is like it enough (Jaro-Winkler above 0.8).
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|candidate| (similarity(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

/// Jaro's similarity, raised for a common beginning as Winkler proposed.
fn similarity(one: &str, other: &str) -> f64 {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let jaro = jaro(&one, &other);
    let prefix = one.iter().zip(&other).take(4).take_while(|(a, b)| a == b).count();
    jaro + 0.1 * count(prefix) * (1.0 - jaro)
}

fn jaro(one: &[char], other: &[char]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return f64::from(u8::from(one.len() == other.len()));
    }
    let reach = (one.len().max(other.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; other.len()];
    let mut matched = Vec::new();
    for (place, letter) in one.iter().enumerate() {
        let near = other.iter().zip(&mut taken).enumerate();
        let found = near
            .skip(place.saturating_sub(reach))
            .take_while(|(there, _)| *there <= place + reach)
            .find(|(_, (other, taken))| *other == letter && !**taken);
        if let Some((_, (_, taken))) = found {
            *taken = true;
            matched.push(letter);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let in_order = other.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| letter);
    let moved = matched.iter().zip(in_order).filter(|(a, b)| **a != *b).count();
    let common = count(matched.len());
    let kept = common - count(moved) / 2.0;
    (common / count(one.len()) + common / count(other.len()) + kept / common) / 3.0
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_that_of_the_literature() {
        for (one, other, expected) in [
            ("martha", "marhta", 0.961),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.813),
            ("same", "same", 1.0),
            ("", "", 1.0),
            ("a", "", 0.0),
            ("abc", "xyz", 0.0),
        ] {
            assert!((similarity(one, other) - expected).abs() < 0.001, "{one} {other}");
        }
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["password_hash", "email", "edit"];
        assert_eq!(nearest("pasword_hash", names), Some("password_hash"));
        assert_eq!(nearest("emial", names), Some("email"));
        assert_eq!(nearest("shape", names), None);
    }
}
