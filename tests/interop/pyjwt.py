"""PyJWT, with cryptography for the keys: reads tokens of another issuer, and writes some of its own."""

import base64
import json
import sys

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from jwt.algorithms import get_default_algorithms

ALGORITHMS = get_default_algorithms()


def read(asked):
    """The claims of each token, by the keys that its issuer serves; null where it is refused."""
    keys = jwt.PyJWKClient(asked["jwks"], cache_keys=False) if asked.get("jwks") else None
    for token in asked["tokens"]:
        try:
            key = keys.get_signing_key_from_jwt(token).key if keys else unpadded(asked["secret"])
            claims = jwt.decode(
                token,
                key,
                algorithms=[asked["algorithm"]],
                audience=asked["audience"],
                issuer=asked["issuer"],
                options={"require": ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"]},
            )
            yield claims
        except jwt.PyJWTError:
            yield None


def write(asked):
    """A new key as others may see it, and tokens with whether they are good."""
    name, claims = asked["algorithm"], asked["claims"]
    private = new_key(name)
    symmetric = name.startswith("HS")
    public = private if symmetric else private.public_key()
    jwk = ALGORITHMS[name].to_jwk(public, as_dict=True)
    jwk = {**jwk, "alg": name, "kid": "theirs", "use": "sig"}
    jwk.pop("key_ops", None)
    now = claims["iat"]

    def token(change=None, key=private, algorithm=name, **header):
        header = {"typ": "at+jwt", "kid": "theirs", **header}
        payload = {**claims, **(change or {})}
        payload = {name: value for name, value in payload.items() if value is not ...}
        return jwt.encode(payload, key, algorithm=algorithm, headers=header)

    good = token()
    message, _, signature = good.rpartition(".")
    tokens = [
        ("as it should be", True, good),
        ("without kid", True, jwt.encode(claims, private, name, headers={"typ": "at+jwt"})),
        ("typ in full", True, token(typ="application/AT+JWT")),
        ("one of two audiences", True, token({"aud": ["https://other.example", claims["aud"]]})),
        ("more claims", True, token({"theirs": {"deep": [1, None, "é"]}})),
        ("typ JWT", False, token(typ="JWT")),
        ("no typ", False, token(typ=None)),
        ("another kid", False, token(kid="mine")),
        ("another key", False, token(key=new_key(name))),
        ("with jwk", False, token(kid="mine", jwk=jwk)),
        ("with crit", False, token(crit=["exp"])),
        ("with an unknown extension", False, token(crit=["x"], x=True)),
        ("with b64", False, token(b64=True, crit=["b64"])),
        ("nested", False, token(cty="JWT")),
        ("over", False, token({"exp": now - 10})),
        ("to come", False, token({"nbf": now + 10})),
        ("of tomorrow", False, token({"iat": now + 86_400})),
        ("without exp", False, token({"exp": ...})),
        ("without nbf", False, token({"nbf": ...})),
        ("without jti", False, token({"jti": ...})),
        ("without type", False, token({"type": ...})),
        ("a refresh token", False, token({"type": "refresh"})),
        ("for nobody", False, token({"aud": []})),
        ("for another", False, token({"aud": "https://other.example"})),
        ("from another", False, token({"iss": "https://other.example"})),
        ("of no id", False, token({"sub": "nobody"})),
        ("cut short", False, good[:-4]),
        ("with a signature of nothing", False, message + "." + "A" * len(signature)),
        ("unsigned", False, jwt.encode(claims, None, "none", headers={"typ": "at+jwt"})),
        ("unsigned by our name", False, unsigned(name, claims) + "."),
        ("with claims of another", False, swapped(good, claims)),
    ]
    if not symmetric:
        tokens.append(("signed with what everybody knows", False, confused(public, claims)))
    if name.startswith("ES"):
        tokens.append(("with a signature in DER", False, in_der(private, name, message)))
    if name.startswith("RS"):
        other = name.replace("RS", "PS")
        tokens.append((f"signed by {other}", False, token(algorithm=other)))
        tokens.append((f"signed by {other} under its name", False, pss(private, message)))
    return {"jwk": jwk, "tokens": [list(it) for it in tokens]}


def new_key(name):
    if name.startswith("HS"):
        return base64.b64encode(ec.generate_private_key(ec.SECP521R1()).private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ))[-64:]
    if name == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if name == "ES384":
        return ec.generate_private_key(ec.SECP384R1())
    if name == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def encoded(part):
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unsigned(name, claims):
    return encoded({"alg": name, "typ": "at+jwt", "kid": "theirs"}) + "." + encoded(claims)


def swapped(good, claims):
    header, _, signature = good.split(".")
    return ".".join([header, encoded({**claims, "name": "Eve"}), signature])


def confused(public, claims):
    """HMAC under the text of a public key: what CVE-2015-9235 is about."""
    import hashlib
    import hmac

    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    message = unsigned("HS256", claims)
    return message + "." + encoded(hmac.digest(pem, message.encode(), hashlib.sha256))


def in_der(private, name, message):
    digest = hashes.SHA256() if name == "ES256" else hashes.SHA384()
    signature = private.sign(message.encode(), ec.ECDSA(digest))
    assert utils.decode_dss_signature(signature)
    return message + "." + encoded(signature)


def pss(private, message):
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return message + "." + encoded(private.sign(message.encode(), scheme, hashes.SHA256()))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answer = list(read(asked)) if asked["task"] == "read" else write(asked)
    json.dump(answer, sys.stdout)
