//! Keys in PEM (RFC 7468): PKCS#8 and SPKI, and PKCS#1 and SEC1 as older programs write them.

use pkcs8::{
    ObjectIdentifier, PrivateKeyInfoRef, SecretDocument, SubjectPublicKeyInfoRef,
    der::{
        Decode, Encode, Error, Header, Length, Reader, SliceReader, Tag, TagNumber, Tagged,
        asn1::{AnyRef, OctetStringRef, UintRef},
    },
};
use zeroize::Zeroizing;

use super::{
    Private, UnfitKey, encrypted,
    public::{Public, trimmed},
};
use crate::token::algorithm::Curve;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The longest text, in bytes: a key of RSA with 8192 bits has half.
const LONGEST: usize = 32 * 1024;
/// How a key that is encrypted as it must not be is written anew.
const ANEW: &str = "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in old.pem -out key.pem";

/// A private key. Only one that is encrypted has a passphrase.
pub(super) fn read_private(pem: &str, passphrase: Option<&str>) -> Result<Private, UnfitKey> {
    let (label, block) = block(pem)?;
    let is_traditional = block.lines().any(|line| line.starts_with("Proc-Type:"));
    if is_traditional {
        let cause = "the key is encrypted as OpenSSL did before PKCS#8 (`Proc-Type`): one round of MD5 \
            stands before its passphrase";
        return Err(UnfitKey::new(cause, ANEW));
    }
    match (label, passphrase) {
        ("ENCRYPTED PRIVATE KEY", Some(passphrase)) => {
            let der = encrypted::decrypt(document(block)?.as_bytes(), passphrase)?;
            pkcs8_key(der.as_bytes())
        }
        ("ENCRYPTED PRIVATE KEY", None) => Err(UnfitKey::new(
            "the private key is encrypted",
            "read it by `SigningKey::from_encrypted_pem`",
        )),
        (_, Some(_)) => Err(UnfitKey::new(
            format!("there is a passphrase, and the key is not encrypted (`{label}`)"),
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in old.pem -out key.pem, or `SigningKey::from_pem`",
        )),
        ("PRIVATE KEY", None) => pkcs8_key(document(block)?.as_bytes()),
        ("RSA PRIVATE KEY", None) => Ok(Private::Rsa(document(block)?.to_bytes())),
        ("EC PRIVATE KEY", None) => sec1_key(document(block)?.as_bytes(), None),
        ("PUBLIC KEY" | "RSA PUBLIC KEY", None) => Err(UnfitKey::new(
            "it is a public key, and signing takes the private one",
            "give the private key, or verify only: `KeyRing::verify_only([VerifyingKey::from_pem(…)?])`",
        )),
        ("OPENSSH PRIVATE KEY", None) => Err(UnfitKey::new(
            "it is a key of OpenSSH",
            "ssh-keygen -p -m PKCS8 -N '' -f key, which writes over it: copy it first",
        )),
        _ => Err(unknown(label)),
    }
}

/// A public key.
pub(super) fn read_public(pem: &str) -> Result<Public, UnfitKey> {
    let (label, block) = block(pem)?;
    match label {
        "PUBLIC KEY" => spki_key(document(block)?.as_bytes()),
        "RSA PUBLIC KEY" => rsa_key(document(block)?.as_bytes()).map_err(|_| broken()),
        "CERTIFICATE" => Err(UnfitKey::new(
            "it is a certificate, and a key is taken without one",
            "openssl x509 -in cert.pem -noout -pubkey",
        )),
        _ if label.ends_with("PRIVATE KEY") => Err(UnfitKey::new(
            "it is a private key, and verifying takes the public one",
            "openssl pkey -in key.pem -pubout, or `SigningKey::from_pem(…)?.verifying()`",
        )),
        _ => Err(unknown(label)),
    }
}

/// `RSAPrivateKey` (RFC 8017 §A.1.2) of its eight numbers.
pub(super) fn pkcs1(numbers: &[Zeroizing<Vec<u8>>]) -> Option<Zeroizing<Vec<u8>>> {
    let mut inside = Zeroizing::new(Vec::new());
    UintRef::new(&[0]).ok()?.encode_to_vec(&mut inside).ok()?;
    for number in numbers {
        UintRef::new(number).ok()?.encode_to_vec(&mut inside).ok()?;
    }
    let mut der = Zeroizing::new(Vec::new());
    let length = Length::try_from(inside.len()).ok()?;
    Header::new(Tag::Sequence, length).encode_to_vec(&mut der).ok()?;
    der.extend_from_slice(&inside);
    Some(der)
}

/// The label of the first block that is a key, and the block; what stands around it is not looked at.
fn block(pem: &str) -> Result<(&str, &str), UnfitKey> {
    const BEGIN: &str = "-----BEGIN ";
    if pem.len() > LONGEST {
        return Err(no_pem("it is longer than any key"));
    }
    let mut rest = pem;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let Some((label, _)) = after.split_once("-----") else { break };
        let end = format!("-----END {label}-----");
        let Some(length) = after.find(&end) else { return Err(no_pem("it has no end")) };
        // OpenSSL writes the curve before the key.
        if label != "EC PARAMETERS" {
            let begin = rest.len() - after.len() - BEGIN.len();
            let whole = rest.get(begin..begin + BEGIN.len() + length + end.len());
            return Ok((label, whole.unwrap_or_default()));
        }
        rest = after;
    }
    Err(no_pem("it has no `-----BEGIN …-----`"))
}

fn document(block: &str) -> Result<SecretDocument, UnfitKey> {
    let read = SecretDocument::from_pem(block);
    read.map(|(_, document)| document).map_err(|_| no_pem("its lines are not those of RFC 7468"))
}

fn pkcs8_key(der: &[u8]) -> Result<Private, UnfitKey> {
    let key = PrivateKeyInfoRef::try_from(der).map_err(|_| broken())?;
    let inner = key.private_key.as_bytes();
    match key.algorithm.oid {
        RSA => Ok(Private::Rsa(Zeroizing::new(inner.to_vec()))),
        EC => sec1_key(inner, key.algorithm.parameters_oid().ok()),
        ED25519 => {
            let seed = <&OctetStringRef>::from_der(inner).map_err(|_| broken())?;
            let seed = seed.as_bytes().try_into().map_err(|_| broken())?;
            Ok(Private::Ed(Zeroizing::new(seed)))
        }
        _ => Err(foreign()),
    }
}

/// `ECPrivateKey` (RFC 5915 §3), whose curve may be named outside.
fn sec1_key(der: &[u8], outside: Option<ObjectIdentifier>) -> Result<Private, UnfitKey> {
    let read = || {
        SliceReader::new(der)?.sequence(|reader| {
            let version = u8::decode(reader)?;
            let scalar = Zeroizing::new(<&OctetStringRef>::decode(reader)?.as_bytes().to_vec());
            let mut inside = None;
            while !reader.is_finished() {
                let tagged = AnyRef::decode(reader)?;
                let curve = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
                if tagged.tag() == curve {
                    inside = Some(ObjectIdentifier::from_der(tagged.value())?);
                }
            }
            Ok::<_, Error>((version, scalar, inside))
        })
    };
    let (version, scalar, inside) = read().map_err(|_| broken())?;
    let curve = match inside.or(outside) {
        Some(P256) => Curve::P256,
        Some(P384) => Curve::P384,
        _ => return Err(foreign()),
    };
    if version != 1 || inside.zip(outside).is_some_and(|(inside, outside)| inside != outside) {
        return Err(broken());
    }
    // Some programs leave out leading zeros, against RFC 5915 §3.
    let scalar = trimmed(scalar.to_vec());
    let missing = curve.bytes().checked_sub(scalar.len()).ok_or_else(broken)?;
    let whole = [vec![0; missing], scalar].concat();
    Ok(Private::Ec(curve, Zeroizing::new(whole)))
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1).
fn spki_key(der: &[u8]) -> Result<Public, UnfitKey> {
    let key = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| broken())?;
    let inner = key.subject_public_key.as_bytes().ok_or_else(broken)?;
    match key.algorithm.oid {
        RSA => rsa_key(inner).map_err(|_| broken()),
        EC => {
            let curve = match key.algorithm.parameters_oid() {
                Ok(P256) => Curve::P256,
                Ok(P384) => Curve::P384,
                _ => return Err(foreign()),
            };
            let Some((4, point)) = inner.split_first().map(|(form, point)| (*form, point)) else {
                return Err(UnfitKey::new(
                    "the point of the key is compressed",
                    "openssl ec -pubin -in old.pem -conv_form uncompressed -pubout -out key.pem",
                ));
            };
            let (x, y) = point.split_at_checked(curve.bytes()).ok_or_else(broken)?;
            Ok(Public::Ec { curve, x: x.to_vec(), y: y.to_vec() })
        }
        ED25519 => Ok(Public::Ed { x: inner.to_vec() }),
        _ => Err(foreign()),
    }
}

/// `RSAPublicKey` (RFC 8017 §A.1.1).
fn rsa_key(der: &[u8]) -> Result<Public, Error> {
    SliceReader::new(der)?.sequence(|reader| {
        let (n, e) = (UintRef::decode(reader)?, UintRef::decode(reader)?);
        Ok(Public::Rsa { n: n.as_bytes().to_vec(), e: e.as_bytes().to_vec() })
    })
}

/// What is public of `RSAPrivateKey` (RFC 8017 §A.1.2).
pub(super) fn public_of(der: &[u8]) -> Result<Public, UnfitKey> {
    let read = || {
        SliceReader::new(der)?.sequence(|reader| {
            let _version = u8::decode(reader)?;
            let (n, e) = (UintRef::decode(reader)?, UintRef::decode(reader)?);
            reader.drain(reader.remaining_len())?;
            Ok::<_, Error>(Public::Rsa { n: n.as_bytes().to_vec(), e: e.as_bytes().to_vec() })
        })
    };
    read().map_err(|_| broken())
}

fn no_pem(cause: &str) -> UnfitKey {
    UnfitKey::new(
        format!("the key cannot be read as PEM: {cause}"),
        "give the text of the file, line breaks and all: std::fs::read_to_string(\"key.pem\")?",
    )
}

fn broken() -> UnfitKey {
    UnfitKey::new("the bytes of the key are not those of its kind", super::MAKE)
}

fn foreign() -> UnfitKey {
    UnfitKey::new("it is a key of another kind than RSA, P-256, P-384 and Ed25519", super::MAKE)
}

fn unknown(label: &str) -> UnfitKey {
    // A label of any length could be anything.
    let label: String =
        label.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(40).collect();
    UnfitKey::new(format!("`{label}` is not a key that is read here"), super::MAKE)
}
