// SPDX-License-Identifier: Apache-2.0

// Errors as the client's own type, with everything that it reads from them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, GraphError, openProfile, refusal, vendorInformation } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";

let server;
let reader;
before(async () => {
  server = await startServer();
  reader = connect(server, await server.reader());
});
after(() => server?.stop());

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function expectWhole(error, status) {
  assert.ok(error instanceof GraphError);
  assert.equal(error.statusCode, status);
  assert.match(error.code, /^\w+$/);
  assert.ok(error.message.length > 5, error.message);
  assert.match(error.requestId, guid);
  const { innerError } = JSON.parse(error.body);
  assert.match(innerError.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  assert.ok(!/goroutine|\.go:\d|\/internal\//.test(error.body), error.body);
}

test("404 for a profile that is not there", async () => {
  expectWhole(await refusal(reader.api("/security/secureScoreControlProfiles/nothing").get()), 404);
});

test("404 for a day that is not there", async () => {
  expectWhole(await refusal(reader.api("/security/secureScores/5a3c1e00-0000-4000-8000-000000000001_1999-01-01").get()), 404);
});

test("another tenant's score is as missing as one of no tenant", async () => {
  const one = await refusal(reader.api("/security/secureScores/0f0e0d0c-0000-4000-8000-00000000f0f0_2026-01-01").get());
  const none = await refusal(reader.api("/security/secureScores/5a3c1e00-0000-4000-8000-000000000001_1999-01-01").get());
  expectWhole(one, 404);
  assert.equal(one.code, none.code);
});

test("a path that Graph has and we do not is refused as Graph refuses one that it has not", async () => {
  const error = await refusal(reader.api("/users").get());
  expectWhole(error, 400);
  assert.match(error.message, /Resource not found for the segment 'users'/);
});

test("403 for a reader who writes", async () => {
  const { id, controlStateUpdates } = await openProfile(reader);
  expectWhole(await refusal(reader.api(`/security/secureScoreControlProfiles/${id}`).patch({ vendorInformation, state: "Ignored" })), 403);
  assert.deepEqual((await reader.api(`/security/secureScoreControlProfiles/${id}`).get()).controlStateUpdates, controlStateUpdates);
});

test("403 for a role that writes with a scope that reads", async () => {
  const client = connect(server, await server.token("security-administrator", "SecurityEvents.Read.All"));
  const { id } = await openProfile(client);
  expectWhole(await refusal(client.api(`/security/secureScoreControlProfiles/${id}`).patch({ vendorInformation, state: "Ignored" })), 403);
});

for (const [name, token] of [["a token that is none", "made-up"], ["half a JWT", "eyJhbGciOiJub25lIn0.e30."]]) {
  test(`401 for ${name}`, async () => {
    expectWhole(await refusal(connect(server, token).api("/security/secureScores").get()), 401);
  });
}

test("405 for what cannot be done", async () => {
  expectWhole(await refusal(reader.api("/security/secureScores").post({})), 405);
  expectWhole(await refusal(reader.api("/security/secureScoreControlProfiles/AdminMFAV2").delete()), 405);
});

test("a client finds its own request again", async () => {
  const own = "0a0b0c0d-1111-4222-8333-444455556666";
  const answer = await reader.api("/security/secureScores").top(1).header("client-request-id", own).responseType("raw").get();
  assert.equal(answer.headers.get("client-request-id"), own);
  assert.match(answer.headers.get("request-id"), guid);
  const error = await refusal(reader.api("/security/secureScores/x").header("client-request-id", own).get());
  assert.equal(JSON.parse(error.body).innerError["client-request-id"], own);
});
