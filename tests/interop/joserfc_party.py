"""joserfc: reads tokens of another issuer, and writes some of its own."""

import json
import sys
import urllib.request

from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey


def read(asked):
    """The claims of each token, by the keys that its issuer serves; null where it is refused."""
    if asked.get("jwks"):
        with urllib.request.urlopen(asked["jwks"], timeout=5) as reply:
            keys = KeySet.import_key_set(json.load(reply))
    else:
        keys = OctKey.import_key({"kty": "oct", "k": asked["secret"]})
    rules = jwt.JWTClaimsRegistry(
        aud={"essential": True, "value": asked["audience"]},
        iss={"essential": True, "value": asked["issuer"]},
        exp={"essential": True},
        sub={"essential": True},
    )
    for token in asked["tokens"]:
        try:
            decoded = jwt.decode(token, keys, algorithms=[asked["algorithm"]])
            rules.validate(decoded.claims)
            yield decoded.claims
        except (JoseError, ValueError):
            yield None


def write(asked):
    """A new key as others may see it, and tokens with whether they are good."""
    name, claims = asked["algorithm"], asked["claims"]
    key = new_key(name)
    jwk = key.as_dict(private=name.startswith("HS"))
    jwk = {**jwk, "alg": name, "kid": "theirs", "use": "sig"}

    def token(change=None, key=key, **header):
        header = {"alg": name, "typ": "at+jwt", "kid": "theirs", **header}
        return jwt.encode(header, {**claims, **(change or {})}, key, algorithms=[name])

    secret = OctKey.generate_key(256)
    sealed = {"alg": "dir", "enc": "A256GCM", "typ": "at+jwt", "kid": "theirs"}
    sealed = jwe.encrypt_compact(sealed, json.dumps(claims), secret)
    tokens = [
        ("as it should be", True, token()),
        ("with words beyond ASCII", True, token({"theirs": "é\u2028"})),
        ("encrypted", False, sealed),
        ("another key", False, token(key=new_key(name))),
        ("for another", False, token({"aud": "https://other.example"})),
        ("with its key in the header", False, token(kid="x", jwk=new_key(name).as_dict(False))),
        ("led elsewhere", False, token(kid="x", jku="https://other.example/keys")),
    ]
    return {"jwk": jwk, "tokens": [list(it) for it in tokens]}


def new_key(name):
    if name.startswith("HS"):
        return OctKey.generate_key(512)
    if name in ("ES256", "ES384"):
        return ECKey.generate_key("P-" + name[2:])
    if name == "EdDSA":
        return OKPKey.generate_key("Ed25519")
    return RSAKey.generate_key(2048)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answer = list(read(asked)) if asked["task"] == "read" else write(asked)
    json.dump(answer, sys.stdout)
