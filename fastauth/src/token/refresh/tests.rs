use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Keys, PREFIX, RefreshKeys, RefreshToken, TEXT};
use crate::{
    secret::{Digest, Secret, Secrets},
    store::SessionId,
};

const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";
const OTHER: &str = "hex:ab574e5ea3c0586f51b930d9439566de7d26864570cd86d69cd571d1df27679f";

fn keys(secret: &str, realm: &str) -> RefreshKeys {
    RefreshKeys::new(&Secret::parse(secret).unwrap(), realm)
}

fn text(token: &RefreshToken) -> String {
    token.token().expose().to_owned()
}

fn first(keys: &RefreshKeys, session: u8) -> RefreshToken {
    keys.first(SessionId::from_bytes([session; 16])).unwrap()
}

#[test]
fn a_token_comes_back_as_it_went() {
    let keys = keys(SECRET, "users");
    let token = first(&keys, 1);
    let written = text(&token);
    assert_eq!(written.len(), PREFIX.len() + TEXT);
    assert_eq!(written.len(), 113);
    let read = keys.read(&written).unwrap();
    assert_eq!(read.session(), SessionId::from_bytes([1; 16]));
    assert_eq!(read.digest(), token.digest());
    assert_eq!(text(&read), written);
}

#[test]
fn every_first_token_is_another() {
    let keys = keys(SECRET, "users");
    let all: HashSet<_> = (0..1_000).map(|_| text(&first(&keys, 1))).collect();
    assert_eq!(all.len(), 1_000);
}

#[test]
fn a_parent_has_one_child_under_one_key() {
    let ours = keys(SECRET, "users");
    let parent = first(&ours, 1);
    let child = parent.child();
    let again = keys(SECRET, "users");
    assert_eq!(text(&again.read(&text(&parent)).unwrap().child()), text(&child));
    assert_eq!(child.session(), parent.session());
    assert!(ours.read(&text(&child)).is_some());
    // Neither the secret nor the realm may be another's.
    for keys in [keys(OTHER, "users"), keys(SECRET, "admins")] {
        let theirs = keys.current.clone();
        let theirs = Keys::make(&theirs, parent.session(), parent.secret.clone());
        assert_ne!(theirs.child().digest(), child.digest());
    }
}

#[test]
fn a_line_of_children_never_comes_back() {
    let keys = keys(SECRET, "users");
    let mut token = first(&keys, 1);
    let mut seen = HashSet::new();
    for _ in 0..1_000 {
        assert!(
            seen.insert(text(&token)) && seen.insert(format!("{:?}", token.digest().as_bytes()))
        );
        token = token.child();
    }
    let two = [first(&keys, 1), first(&keys, 1)];
    assert_ne!(two[0].child().digest(), two[1].child().digest());
    let elsewhere =
        Keys::make(&keys.current, SessionId::from_bytes([2; 16]), two[0].secret.clone());
    assert_ne!(elsewhere.child().secret, two[0].child().secret);
}

#[test]
fn no_flipped_bit_is_overlooked() {
    let keys = keys(SECRET, "users");
    let token = text(&first(&keys, 1));
    let bytes = URL_SAFE_NO_PAD.decode(&token[PREFIX.len()..]).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let flipped = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        assert!(keys.read(&flipped).is_none(), "bit {bit}");
    }
    for place in 0..token.len() {
        for other in "Aa0-_=.+/ \0".chars().filter(|c| !token[place..].starts_with(*c)) {
            let mut changed = token.clone();
            changed.replace_range(place..=place, other.encode_utf8(&mut [0; 4]));
            assert!(keys.read(&changed).is_none(), "{place} {other:?}");
        }
    }
}

#[test]
fn only_the_one_spelling_is_read() {
    let keys = keys(SECRET, "users");
    let token = text(&first(&keys, 1));
    let bare = &token[PREFIX.len()..];
    assert!(keys.read(&token).is_some());
    for bad in [
        String::new(),
        PREFIX.to_owned(),
        bare.to_owned(),
        format!("FA_RT_{bare}"),
        format!("fa_at_{bare}"),
        format!("fa_rt{bare}"),
        format!("{PREFIX}{PREFIX}{bare}"),
        format!("{token}="),
        format!("{token}A"),
        format!("{token} "),
        format!("{token}\n"),
        format!(" {token}"),
        format!("Bearer {token}"),
        token[..token.len() - 1].to_owned(),
        token[..token.len() - 4].to_owned(),
        format!("{PREFIX}{}", "A".repeat(TEXT)),
        format!("{PREFIX}{}", "\u{e9}".repeat(TEXT / 2)),
        format!("{PREFIX}{}", "A".repeat(1_000_000)),
    ] {
        assert!(keys.read(&bad).is_none(), "{}", &bad[..bad.len().min(200)]);
    }
    // The last letter has two bits that no byte needs.
    let mut spellings = 0;
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        let spelled = format!("{}{last}", &token[..token.len() - 1]);
        spellings += usize::from(keys.read(&spelled).is_some());
    }
    assert_eq!(spellings, 1);
}

#[test]
fn tokens_of_other_secrets_and_realms_are_strangers() {
    let token = text(&first(&keys(SECRET, "users"), 1));
    for (secret, realm) in [(OTHER, "users"), (SECRET, "admins"), (SECRET, ""), (SECRET, "users ")]
    {
        assert!(keys(secret, realm).read(&token).is_none(), "{realm:?}");
    }
}

#[test]
fn what_is_stored_is_not_what_is_sent() {
    let keys = keys(SECRET, "users");
    let token = first(&keys, 1);
    let written = text(&token);
    let bytes = URL_SAFE_NO_PAD.decode(&written[PREFIX.len()..]).unwrap();
    for likeness in [Digest::of(&written), Digest::of(&bytes), Digest::of(token.secret.as_slice())]
    {
        assert_ne!(token.digest(), likeness);
    }
    assert!(
        !bytes.windows(8).any(|part| token.digest().as_bytes().windows(8).any(|it| it == part))
    );
}

#[test]
fn keys_and_tokens_are_not_printed() {
    let keys = keys(SECRET, "users");
    assert_eq!(format!("{keys:?}"), "RefreshKeys(…)");
    let token = first(&keys, 1);
    let expected = format!("RefreshToken {{ session: {:?}, .. }}", token.session());
    assert_eq!(format!("{token:?}"), expected);
}

#[test]
fn a_session_goes_on_under_the_secret_it_began_with() {
    let [old, new] = [SECRET, OTHER].map(|it| Secret::parse(it).unwrap());
    let before = RefreshKeys::new(&old, "users");
    let next = RefreshKeys::of_each(&Secrets::new(old.clone(), vec![new.clone()]), "users");
    let after = RefreshKeys::of_each(&Secrets::new(new.clone(), vec![old]), "users");
    let parent = first(&before, 1);
    let child = text(&parent.child());
    // Whichever instance is asked, and however often: the child is one.
    for keys in [&next, &after] {
        assert_eq!(text(&keys.read(&text(&parent)).unwrap().child()), child);
        assert!(keys.read(&child).is_some());
    }
    // A session that begins afterwards rests on the new one, and everybody reads it but who knows the old alone.
    let later = text(&first(&after, 2));
    let alone = RefreshKeys::new(&new, "users");
    assert!(next.read(&later).is_some() && alone.read(&later).is_some());
    assert!(before.read(&later).is_none() && alone.read(&child).is_none());
}
