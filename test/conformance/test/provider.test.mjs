// SPDX-License-Identifier: Apache-2.0

// The provider itself: what the other tests, and those in a browser, build on.

import assert from "node:assert/strict";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { claimsOf } from "../lib/jwt.mjs";
import { startProvider } from "../lib/provider.mjs";
import { Visitor } from "../lib/visitor.mjs";

const callback = "http://127.0.0.1:9/signed-in";
const home = "http://127.0.0.1:9/";

let provider;
let discovery;
before(async () => {
  provider = await startProvider({ redirects: [callback], afterLogout: [home] });
  discovery = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
});
after(() => provider.stop());

async function signIn(visitor, account, scope = "openid profile") {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: provider.clientId, redirect_uri: callback, response_type: "code", scope, state: "the state", nonce: "the nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  const login = await visitor.visit(`${discovery.authorization_endpoint}?${query}`, { until: callback });
  const back = login.at.href.startsWith(callback) ? login : await visitor.submit(login, { account }, { until: callback });
  if (!back.at.href.startsWith(callback)) {
    return { page: back.text };
  }
  assert.equal(back.at.searchParams.get("state"), "the state");
  const body = { grant_type: "authorization_code", code: back.at.searchParams.get("code"), redirect_uri: callback };
  const exchange = (fields) =>
    fetch(discovery.token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${provider.clientId}:${provider.clientSecret}`)}` },
      body: new URLSearchParams({ ...body, ...fields }),
    });
  return { exchange, verifier, tokens: async () => (await exchange({ code_verifier: verifier })).json() };
}

test("discovery names the issuer and what a client needs", () => {
  assert.equal(discovery.issuer, provider.issuer);
  assert.deepEqual(discovery.response_types_supported, ["code"]);
  assert.ok(discovery.code_challenge_methods_supported.includes("S256"));
  assert.ok(discovery.end_session_endpoint);
});

test("an ID token carries the account's claims and a good signature", async () => {
  const { id_token: token } = await (await signIn(new Visitor(), "security-reader")).tokens();
  const claims = claimsOf(token);
  assert.equal(claims.aud, "portal");
  assert.equal(claims.nonce, "the nonce");
  assert.equal(claims.preferred_username, "rita.reader@contoso.example");
  assert.deepEqual(claims.wids, ["5d6b6bb7-de71-4623-b4af-96380a352509"]);
  assert.equal(claims.tid, "c0450000-5ec5-4c0e-9a3e-000000000001");
  const { keys } = await (await fetch(discovery.jwks_uri)).json();
  const [head, body, signature] = token.split(".");
  const key = createPublicKey({ key: keys[0], format: "jwk" });
  assert.ok(verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")));
});

test("group overage arrives as Entra sends it", async () => {
  const claims = claimsOf((await (await signIn(new Visitor(), "many-groups")).tokens()).id_token);
  assert.equal(claims.groups, undefined);
  assert.deepEqual(claims._claim_names, { groups: "src1" });
  assert.match(claims._claim_sources.src1.endpoint, /^https:/);
});

test("a code is worth nothing without its verifier", async () => {
  const { exchange } = await signIn(new Visitor(), "security-reader");
  const answer = await exchange({ code_verifier: "x".repeat(43) });
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).error, "invalid_grant");
});

test("an account that is not there cannot sign in", async () => {
  const { page } = await signIn(new Visitor(), "<nobody>");
  assert.match(page, /There is no account &#60;nobody&#62;/);
});

test("an account can be made and changed while the provider runs", async () => {
  await provider.change("accounts", { late: { name: "Lara Late", wids: [] } });
  assert.equal(claimsOf((await (await signIn(new Visitor(), "late")).tokens()).id_token).name, "Lara Late");
  await provider.change("accounts", { late: { name: "Lara Later" } });
  assert.equal(claimsOf((await (await signIn(new Visitor(), "late")).tokens()).id_token).name, "Lara Later");
});

test("a session signs in again by itself until it is ended", async () => {
  const visitor = new Visitor();
  const { id_token: token } = await (await signIn(visitor, "global-reader")).tokens();
  assert.equal(claimsOf((await (await signIn(visitor, "asked for nobody")).tokens()).id_token).sub, "global-reader");
  const query = new URLSearchParams({ id_token_hint: token, post_logout_redirect_uri: home });
  const page = await visitor.visit(`${discovery.end_session_endpoint}?${query}`);
  const { at } = await visitor.submit(page, { logout: "yes" }, { until: home });
  assert.equal(at.href, home);
  const { page: login } = await signIn(visitor, "nobody");
  assert.match(login, /There is no account nobody/);
});

test("an address that is not registered is refused on the spot", async () => {
  const query = new URLSearchParams({ client_id: "portal", redirect_uri: "https://evil.example/", response_type: "code", scope: "openid" });
  const { answer, at } = await new Visitor().visit(`${discovery.authorization_endpoint}?${query}`);
  assert.equal(answer.status, 400);
  assert.equal(at.origin, provider.issuer);
});

test("any claims can be signed with the provider's key", async () => {
  const claims = claimsOf(await provider.sign({ aud: "somebody else", exp: null, tid: "T" }));
  assert.equal(claims.aud, "somebody else");
  assert.equal(claims.exp, undefined);
  assert.equal(claims.iss, provider.issuer);
});
