// oidc-provider, as somebody would run it: PKCE required, its own forms for login and consent.
//
//   node tests/idp/provider.mjs
//
// stands beside the example `oauth`, at http://localhost:9000. ISSUER, PORT and REDIRECT_URIS say otherwise;
// CLIENT_ID and CLIENT_SECRET are the application's; people sign in by any name below and any password. With
// CLAIMS=id_token an ID token says all of a person; else the application asks for it.

import { generateKeyPairSync, randomBytes } from "node:crypto";

import Provider from "oidc-provider";

const env = (name, usual) => process.env[name] ?? usual;
const port = Number(env("PORT", "9000"));
const issuer = env("ISSUER", `http://localhost:${port}`);

const people = {
  ada: { email: "ada@example.com", email_verified: true, name: "Ada Lovelace" },
  grace: { email: "grace@example.com", email_verified: false, name: "Grace Hopper" },
  impostor: { email: "ada@example.com", email_verified: false, name: "Ada Lovelace" },
  mallory: { email: "mallory@example.com", email_verified: true, name: "Mallory" },
  mary: { email: "mary@example.com", name: "Mary Somerville" },
  nameless: { email: "nameless@example.com", email_verified: true },
};

const key = (kty, options, alg) => {
  const jwk = generateKeyPairSync(kty, options).privateKey.export({ format: "jwk" });
  return { ...jwk, alg, use: "sig", kid: alg };
};

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: env("CLIENT_ID", "fastauth"),
      client_secret: env("CLIENT_SECRET", "a-secret-of-this-machine"),
      redirect_uris: env("REDIRECT_URIS", "http://localhost:3000/auth/oauth/local/callback").split(" "),
      id_token_signed_response_alg: env("ALG", "RS256"),
      token_endpoint_auth_method: env("AUTH_METHOD", "client_secret_basic"),
    },
  ],
  jwks: {
    keys: [
      key("rsa", { modulusLength: 2048 }, "RS256"),
      key("ec", { namedCurve: "P-256" }, "ES256"),
      key("ed25519", {}, "Ed25519"),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "Ed25519"] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: env("CLAIMS") !== "id_token",
  features: { devInteractions: { enabled: true } },
  findAccount: (_, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
});

provider.on("server_error", (_, error) => console.error(error));
provider.listen(port, new URL(issuer).hostname, () => console.log("listening"));
