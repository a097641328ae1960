// SPDX-License-Identifier: Apache-2.0

// Tokens as programs get them, with Microsoft's own library.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { ConfidentialClientApplication, ProtocolMode } from "@azure/msal-node";
import { connect, openProfile, refusal, state, vendorInformation } from "../lib/graph.mjs";
import { claimsOf } from "../lib/jwt.mjs";
import { startProvider } from "../lib/provider.mjs";
import { startServer } from "../lib/server.mjs";
import { Visitor } from "../lib/visitor.mjs";

let server;
let provider;
before(async () => {
  provider = await startProvider();
  server = await startServer({ provider });
});
after(async () => {
  await server?.stop();
  await provider?.stop();
});

function application(clientId) {
  return new ConfidentialClientApplication({
    auth: { clientId, clientSecret: `the-secret-of-${clientId}`, authority: provider.issuer, knownAuthorities: [new URL(provider.issuer).host] },
    system: { protocolMode: ProtocolMode.OIDC },
  });
}

// The client asks for a token before each request, as programs do.
async function actingAs(clientId) {
  const msal = application(clientId);
  const authProvider = async (done) => {
    const { accessToken } = await msal.acquireTokenByClientCredential({ scopes: ["api://securescore/.default"] });
    done(null, accessToken);
  };
  return connect(server, undefined, { authProvider });
}

const redirectUri = "https://console.example/signed-in";

async function signedInAs(account, permission) {
  const msal = application("console");
  const verifier = randomBytes(32).toString("base64url");
  const scopes = [`api://securescore/${permission}`];
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const visitor = new Visitor();
  const login = await visitor.visit(await msal.getAuthCodeUrl({ scopes, redirectUri, codeChallenge, codeChallengeMethod: "S256" }));
  const { at } = await visitor.submit(login, { account }, { until: redirectUri });
  return msal.acquireTokenByCode({ code: at.searchParams.get("code"), scopes, redirectUri, codeVerifier: verifier });
}

const change = (client, id) => client.api(`/security/secureScoreControlProfiles/${id}`).patch({ vendorInformation, state: "Ignored" });

test("an application that may read reads, and changes nothing", async () => {
  const client = await actingAs("reader");
  const { id } = await openProfile(client);
  assert.equal((await refusal(change(client, id))).statusCode, 403);
});

test("an application that may write writes", async () => {
  const client = await actingAs("writer");
  const { id } = await openProfile(client);
  await change(client, id);
  assert.equal(state(await client.api(`/security/secureScoreControlProfiles/${id}`).get()), "Ignored");
});

test("an application without a permission gets nothing", async () => {
  const client = await actingAs("powerless");
  const error = await refusal(client.api("/security/secureScores").get());
  assert.equal(error.statusCode, 403);
  assert.ok(error.code);
});

test("an application of a tenant that the issuer does not speak for gets nothing", async () => {
  const client = await actingAs("foreign-writer");
  assert.equal((await refusal(client.api("/security/secureScores").get())).statusCode, 401);
});

test("a person reads with a role and a permission", async () => {
  const { accessToken } = await signedInAs("security-reader", "SecurityEvents.Read.All");
  assert.equal(claimsOf(accessToken).scp, "SecurityEvents.Read.All");
  const client = connect(server, accessToken);
  const { id } = await openProfile(client);
  assert.equal((await refusal(change(client, id))).statusCode, 403);
});

test("a role that writes needs a permission that writes", async () => {
  const reading = connect(server, (await signedInAs("security-admin", "SecurityEvents.Read.All")).accessToken);
  const { id } = await openProfile(reading);
  assert.equal((await refusal(change(reading, id))).statusCode, 403);
  const writing = connect(server, (await signedInAs("security-admin", "SecurityEvents.ReadWrite.All")).accessToken);
  await change(writing, id);
  assert.equal(state(await writing.api(`/security/secureScoreControlProfiles/${id}`).get()), "Ignored");
});

for (const [account, status] of [["no-role", 403], ["many-groups", 403], ["no-tenant", 401], ["foreign-admin", 403]]) {
  test(`a permission without a role is not enough: ${account}`, async () => {
    const { accessToken } = await signedInAs(account, "SecurityEvents.ReadWrite.All");
    assert.equal((await refusal(connect(server, accessToken).api("/security/secureScores").get())).statusCode, status);
  });
}

test("an ID token is no bearer token", async () => {
  const { idToken } = await signedInAs("global-admin", "SecurityEvents.ReadWrite.All");
  assert.equal((await refusal(connect(server, idToken).api("/security/secureScores").get())).statusCode, 401);
});
