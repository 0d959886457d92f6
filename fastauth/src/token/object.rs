//! JSON objects of a token, read strictly: a member that stands twice is refused at any depth,
//! because two readers could each take another one (RFC 7519 §4).

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value as Json};

/// Reads one UTF-8 object, and nothing after it. Depth is bounded by the parser.
pub(super) fn read(bytes: &[u8]) -> Option<Map<String, Json>> {
    match read_any(bytes)? {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

/// The same of any value.
///
/// Looked at first and read after, by `serde_json` itself: under its feature `arbitrary_precision`,
/// which any crate of a program can switch on, a number comes to a visitor disguised as a map.
pub(crate) fn read_any(bytes: &[u8]) -> Option<Json> {
    let Unique = serde_json::from_slice(bytes).ok()?;
    serde_json::from_slice(bytes).ok()
}

/// JSON in which no member stands twice.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Unique, A::Error> {
        while let Some(Unique) = seq.next_element()? {}
        Ok(Unique)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Unique)) = map.next_entry::<String, Unique>()? {
            if !names.insert(name) {
                return Err(de::Error::custom("a member stands twice"));
            }
        }
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_refused_at_any_depth() {
        assert!(read(br#"{"a":1,"b":{"c":2}}"#).is_some());
        for twice in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert!(read(twice.as_bytes()).is_none(), "{twice}");
        }
    }

    #[test]
    fn only_one_object_is_read() {
        for other in [
            "",
            "1",
            "[]",
            "null",
            "{} {}",
            "{}x",
            "{\"a\":\"\u{0}\"}",
            "{\"a\":1e999}",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "{a:1}",
            "{'a':1}",
            "{\"a\":1,}",
            "{/**/}",
            "\u{feff}{}",
            &format!("{}1{}", "[".repeat(200), "]".repeat(200)),
            &format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200)),
        ] {
            assert!(read(other.as_bytes()).is_none(), "{other}");
        }
        assert!(read(b"{\"a\":\"\xff\"}").is_none());
    }

    #[test]
    fn values_keep_their_types() {
        let members =
            read(br#"{"a":0,"b":false,"c":"","d":null,"e":-1,"f":9007199254740993,"g":1.5}"#);
        let expected = serde_json::json!({
            "a": 0, "b": false, "c": "", "d": null, "e": -1, "f": 9_007_199_254_740_993_i64, "g": 1.5,
        });
        assert_eq!(members.map(Json::Object), Some(expected));
    }
}
