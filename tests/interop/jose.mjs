// jose: reads tokens of another issuer, and writes some of its own.

import {
  SignJWT, UnsecuredJWT, createRemoteJWKSet, errors, exportJWK, generateKeyPair, generateSecret, jwtVerify,
} from 'jose';

/** The claims of each token, by the keys that its issuer serves; null where it is refused. */
async function read({ jwks, secret, algorithm, issuer, audience, tokens }) {
  const keys = jwks ? createRemoteJWKSet(new URL(jwks)) : Buffer.from(secret, 'base64url');
  const checks = { algorithms: [algorithm], issuer, audience, typ: 'at+jwt' };
  const read = async (token) => {
    try {
      return (await jwtVerify(token, keys, checks)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  };
  return Promise.all(tokens.map(read));
}

/** A new key as others may see it, and tokens with whether they are good. */
async function write({ algorithm, claims }) {
  const symmetric = algorithm.startsWith('HS');
  const generate = async () => {
    if (!symmetric) return generateKeyPair(algorithm, { extractable: true });
    const secret = await generateSecret(algorithm, { extractable: true });
    return { publicKey: secret, privateKey: secret };
  };
  const { publicKey, privateKey } = await generate();
  const jwk = { ...(await exportJWK(publicKey)), alg: algorithm, kid: 'theirs', use: 'sig' };
  const token = (change = {}, header = {}, key = privateKey) =>
    new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: 'theirs', ...header })
      .sign(key, { crit: { x: true } });
  const { privateKey: another } = await generate();
  const tokens = [
    ['as it should be', true, await token()],
    ['in a list', true, await token({ aud: [claims.aud] })],
    ['with more in the header', true, await token({}, { x: 1 })],
    ['another key', false, await token({}, {}, another)],
    ['with what must be understood', false, await token({}, { crit: ['x'], x: 1 })],
    ['another kind', false, await token({}, { typ: 'logout+jwt' })],
    ['a time as text', false, await token({ exp: String(claims.exp) })],
    ['no time', false, await token({ exp: null })],
    ['unsigned', false, new UnsecuredJWT(claims).encode()],
  ];
  return { jwk, tokens };
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString());
process.stdout.write(JSON.stringify(await (asked.task === 'read' ? read(asked) : write(asked))));
