use super::*;
use crate::token::forge;

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).unwrap()
}

#[test]
fn a_ring_has_one_key_of_each_name_and_no_mixture() {
    let (one, two) = (key(Algorithm::EdDSA), key(Algorithm::ES256));
    let (first, second) = (one.verifying().clone(), two.verifying().clone());
    let secret = key(Algorithm::HS256);
    assert!(KeyRing::verify_only([first.clone(), second.clone()]).is_ok());
    let same = second.clone().named(first.kid()).unwrap();
    for bad in [
        vec![],
        vec![first.clone(), first.clone()],
        vec![first.clone(), same],
        vec![first.clone(), secret.verifying().clone()],
    ] {
        assert!(KeyRing::verify_only(bad.clone()).is_err(), "{bad:?}");
    }
    assert!(KeyRing::new(secret, [second.clone()]).is_err());
    assert!(KeyRing::new(one, [first]).is_err(), "the signing key verifies already");
    assert!(KeyRing::new(two, []).is_ok_and(|ring| ring.can_sign() && ring.verifying().len() == 1));
}

#[test]
fn only_where_there_is_one_key_a_token_need_not_name_it() {
    let (one, two) = (key(Algorithm::EdDSA), key(Algorithm::EdDSA));
    let kid = one.verifying().kid().to_owned();
    let both = KeyRing::verify_only([one.verifying().clone(), two.verifying().clone()]).unwrap();
    assert!(both.find(Some(&kid)).is_ok());
    assert_eq!(both.find(None).map(drop), Err(InvalidToken::Key));
    assert_eq!(both.find(Some("")).map(drop), Err(InvalidToken::Key));
    let alone = KeyRing::from(one);
    assert!(alone.find(None).is_ok() && alone.find(Some(&kid)).is_ok());
    assert_eq!(alone.find(Some(two.verifying().kid())).map(drop), Err(InvalidToken::Key));
}

#[test]
fn the_key_of_a_secret_has_the_name_it_always_had() {
    let ring = forge::ring(&forge::KEY);
    assert_eq!(ring.verifying()[0].kid(), "tAjcbAWiBxcXpjeg");
}
