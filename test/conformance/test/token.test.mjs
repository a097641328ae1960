// SPDX-License-Identifier: Apache-2.0

// Tokens that look right but for one thing.

import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { connect, refusal } from "../lib/graph.mjs";
import { unsigned, withPublicKey } from "../lib/jwt.mjs";
import { startProvider } from "../lib/provider.mjs";
import { entraTenant, startServer, tenant } from "../lib/server.mjs";

let server;
let provider;
let stranger;
before(async () => {
  [provider, stranger] = await Promise.all([startProvider(), startProvider()]);
  server = await startServer({ provider });
});
after(async () => {
  await server?.stop();
  await Promise.all([provider?.stop(), stranger?.stop()]);
});

const application = { sub: "reader", oid: "b0000000-0000-4000-8000-000000000000", azp: "reader", idtyp: "app", tid: entraTenant, roles: ["SecurityEvents.ReadWrite.All"] };
const person = { sub: "global-admin", oid: "a0000000-0000-4000-8000-000000000001", azp: "console", tid: entraTenant, wids: ["62e90394-69f5-4237-9190-012177145e10"], scp: "SecurityEvents.ReadWrite.All" };
const minutes = (n) => Math.floor(Date.now() / 1000) + n * 60;
const sign = (claims, header) => provider.sign({ ...application, ...claims }, header);

async function publicKey() {
  const { keys: [key] } = await (await fetch(`${provider.issuer}/jwks`)).json();
  return createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
}

test("in order, both kinds are taken", async () => {
  for (const claims of [application, person]) {
    const { value } = await connect(server, await provider.sign(claims)).api("/security/secureScores").top(1).get();
    assert.equal(value[0].azureTenantId, entraTenant);
  }
});

for (const [name, make] of [
  ["expired", () => sign({ exp: minutes(-10), iat: minutes(-70), nbf: minutes(-70) })],
  ["without an end", () => sign({ exp: null })],
  ["not yet good", () => sign({ nbf: minutes(30) })],
  ["for another audience", () => sign({ aud: "https://graph.microsoft.com" })],
  ["for no audience", () => sign({ aud: null })],
  ["of another issuer with the same claims", () => stranger.sign(application)],
  ["of another issuer that takes our issuer's name", () => stranger.sign({ ...application, iss: provider.issuer })],
  ["of our issuer that says it is another", () => sign({ iss: stranger.issuer })],
  ["without a signature", async () => unsigned(await sign())],
  ["without a signature, in other letters", async () => unsigned(await sign(), "NoNe")],
  ["signed with the public key", async () => withPublicKey(await sign(), await publicKey())],
  ["changed after it was signed", async () => (await sign()).replace(/\.[^.]*\./, `.${(await sign({ tid: "x" })).split(".")[1]}.`)],
]) {
  test(`a token ${name} is nobody's: 401`, async () => {
    const error = await refusal(connect(server, await make()).api("/security/secureScores").get());
    assert.equal(error.statusCode, 401);
    assert.match(error.code, /^\w+$/);
    assert.ok(!/goroutine|\.go:\d|crypto\//.test(error.body), error.body);
  });
}

for (const [name, claims] of [
  ["of a foreign tenant", { tid: "0f0e0d0c-0000-4000-8000-00000000f0f0" }],
  ["of no tenant", { tid: null }],
  ["of a person, with the permission of an application", { sub: "pairwise", name: "Gloria", idtyp: "user" }],
]) {
  test(`a token ${name} is for nothing here: 401`, async () => {
    assert.equal((await refusal(connect(server, await sign(claims)).api("/security/secureScores").get())).statusCode, 401);
  });
}

for (const [name, claims] of [
  ["without a permission", { roles: null }],
  ["with another permission", { roles: ["Directory.Read.All"] }],
  ["with a permission of another type", { roles: "SecurityEvents.ReadWrite.All " }],
]) {
  test(`a token ${name} gets nothing: 403`, async () => {
    const error = await refusal(connect(server, await sign(claims)).api("/security/secureScores").get());
    assert.equal(error.statusCode, 403);
    assert.match(error.message, /does not contain valid permissions/);
  });
}

test("an API token that was revoked is nobody's", async () => {
  const token = await server.reader();
  const client = connect(server, token);
  await client.api("/security/secureScores").top(1).get();
  await server.revoke(token);
  assert.equal((await refusal(client.api("/security/secureScores").top(1).get())).statusCode, 401);
});

test("a person's token without a role gets nothing", async () => {
  const token = await provider.sign({ ...person, wids: ["88d8e3e3-8f55-4a1e-953a-9b9898b8876b"] });
  assert.equal((await refusal(connect(server, token).api("/security/secureScores").get())).statusCode, 403);
});

test("a refusal asks for a bearer token", async () => {
  const answer = await fetch(`${server.url}/v1.0/security/secureScores`);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /^Bearer/);
});

test("a token's tenant is the only one that the address may name", async () => {
  const token = await sign();
  const get = (id) => fetch(`${server.url}/t/${id}/v1.0/security/secureScores?$top=1`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await get(tenant)).status, 200);
  const other = await get("0f0e0d0c-0000-4000-8000-00000000f0f0");
  assert.ok([401, 403, 404].includes(other.status), `got ${other.status}`);
});
