//! The examples of the standards.

use super::*;
use crate::token::{Algorithm, VerifyingKey, key::Private, raw::Raw};

/// RFC 7515 §A.1.1 and RFC 7519 §3.1.
const K: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const HMAC: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7515 §A.2.1.
const RSA: &str = r#"{"kty":"RSA","alg":"RS256","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#;
const RSA_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
/// RFC 7515 §A.3.1.
const EC: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const EC_SIGNATURE: &str =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// RFC 8037 §A.1.
const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// RFC 8037 §A.4.
const ED_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// The signature level alone: form, header, key, signature.
fn payload(ring: &KeyRing, token: &str) -> Result<Vec<u8>, InvalidToken> {
    ring.verify(&Raw::parse(token)?)
}

fn said() -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(CLAIMS).unwrap()
}

#[test]
fn the_hmac_of_rfc_7515_a1_verifies_and_is_made() {
    let secret = URL_SAFE_NO_PAD.decode(K).unwrap();
    let ring = forge::ring(&secret);
    let message = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{CLAIMS}");
    let token = format!("{message}.{HMAC}");
    assert_eq!(payload(&ring, &token), Ok(said()));
    assert_eq!(ring.signing().unwrap().sign(message.as_bytes()).as_deref(), Ok(HMAC));
    assert_eq!(payload(&ring, &token.replace("dBjft", "eBjft")), Err(InvalidToken::Signature));
    // It is genuine, and no access token.
    assert_eq!(read_payload(&ring, TokenKind::ACCESS, &token), Err(InvalidToken::Kind));
}

#[test]
fn the_signature_of_rfc_7515_a2_verifies() {
    let ring = KeyRing::verify_only([VerifyingKey::from_jwk(RSA).unwrap()]).unwrap();
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.{RSA_SIGNATURE}");
    assert_eq!(payload(&ring, &token), Ok(said()));
    assert_eq!(payload(&ring, &token.replace("cC4hi", "dC4hi")), Err(InvalidToken::Signature));
}

#[test]
fn the_signature_of_rfc_7515_a3_verifies() {
    let ring = KeyRing::from(SigningKey::from_jwk(EC).unwrap());
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.{EC_SIGNATURE}");
    assert_eq!(payload(&ring, &token), Ok(said()));
    assert_eq!(payload(&ring, &token.replace("DtEhU", "EtEhU")), Err(InvalidToken::Signature));
}

#[test]
fn what_rfc_7515_a4_to_a7_show_is_refused() {
    // ES512 is not offered.
    let es512 = EC.replace("P-256", "P-521").replace("ES256", "ES512");
    assert!(SigningKey::from_jwk(&es512).is_err() && VerifyingKey::from_jwk(&es512).is_err());
    let ring = KeyRing::from(SigningKey::from_jwk(EC).unwrap());
    // RFC 7515 §A.5 and RFC 7519 §6.1: unsecured.
    assert_eq!(payload(&ring, &format!("eyJhbGciOiJub25lIn0.{CLAIMS}.")), Err(InvalidToken::Shape));
    // The JSON serializations.
    let protected = "eyJhbGciOiJFUzI1NiJ9";
    let signature = json!({ "protected": protected, "signature": EC_SIGNATURE });
    for other in [
        json!({ "payload": CLAIMS, "signatures": [signature] }),
        json!({ "payload": CLAIMS, "protected": protected, "signature": EC_SIGNATURE }),
    ] {
        assert_eq!(payload(&ring, &other.to_string()), Err(InvalidToken::Shape), "{other}");
    }
}

#[test]
fn the_signature_of_rfc_8037_a4_verifies_and_is_made() {
    let key = SigningKey::from_jwk(ED).unwrap();
    // RFC 8037 §A.3.
    assert_eq!(key.verifying().kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let (message, signature) = ED_TOKEN.rsplit_once('.').unwrap();
    assert_eq!(key.sign(message.as_bytes()).as_deref(), Ok(signature));
    let ring = KeyRing::from(key);
    assert_eq!(payload(&ring, ED_TOKEN).as_deref(), Ok(b"Example of Ed25519 signing".as_slice()));
    let broken = ED_TOKEN.replace("hgyY0", "igyY0");
    assert_eq!(payload(&ring, &broken), Err(InvalidToken::Signature));
}

/// RFC 7638 §3.1.
#[test]
fn a_thumbprint_is_that_of_rfc_7638() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let jwk = json!({ "kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256" });
    let key = VerifyingKey::from_jwk(&jwk.to_string()).unwrap();
    assert_eq!(key.kid(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // Its own name stays.
    let named = with(jwk, "kid", json!("2011-04-29"));
    assert_eq!(VerifyingKey::from_jwk(&named.to_string()).unwrap().kid(), "2011-04-29");
}

#[test]
fn the_name_of_a_secret_is_not_its_thumbprint() {
    let private = Private::Secret(KEY.to_vec().into());
    let key = SigningKey::of(Algorithm::HS256, &private, None).unwrap();
    assert_eq!(key.verifying().kid().len(), 16);
}
