/// How many letters a name may be off and still be told what it was meant to be.
const NEAR: usize = 3;

/// What a name was meant to be, if it is near: not more than half of it is wrong.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.into_iter().map(|known| (distance(name, known), known)).min()?;
    (near.0 <= NEAR.min(name.len() / 2)).then_some(near.1)
}

/// How many letters are to be added, removed or replaced to make one of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.bytes().enumerate() {
        let mut left = above + 1;
        let mut next = vec![left];
        for (pair, wanted) in row.windows(2).zip(to.bytes()) {
            let [corner, up] = pair else { continue };
            left = (corner + usize::from(letter != wanted)).min(left + 1).min(up + 1);
            next.push(left);
        }
        row = next;
    }
    row.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_must_be_nearer_than_a_long_one() {
        assert_eq!(nearest("lnik", ["lasts", "link"]), Some("link"));
        assert_eq!(nearest("ib", ["at", "ip"]), Some("ip"));
        assert_eq!(nearest("xy", ["at", "ip"]), None);
        assert_eq!(nearest("", ["at"]), None);
    }

    #[test]
    fn a_distance_is_counted_in_letters() {
        for (from, to, letters) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(from, to), letters, "{from} {to}");
        }
    }
}
