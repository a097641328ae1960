// SPDX-License-Identifier: Apache-2.0

import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { audience } from "./world.mjs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** signer makes a key, and what signs any claims with it: tokens that a provider in order never gives out. */
export function signer(issuer) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
  return {
    jwk,
    /** sign lays claims over those of a token in order; null takes one away. */
    sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const whole = { iss: issuer, aud: audience, iat: now, nbf: now, exp: now + 3600, jti: randomUUID(), ...claims };
      const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
      const text = `${encode({ typ: "JWT", alg: "RS256", kid: jwk.kid, ...header })}.${encode(kept)}`;
      return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
    },
  };
}
