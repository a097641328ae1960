// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BatchRequestContent, BatchResponseContent, connect, openProfile, refusal, state, vendorInformation } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";

let server;
let client;
before(async () => {
  server = await startServer();
  client = connect(server, await server.writer());
});
after(() => server?.stop());

// The client takes the path out of an absolute address; Node.js makes no
// Request of a relative one.
const request = (path, init) => new Request(`https://graph.microsoft.com/${path}`, init);
const patch = (id, body) =>
  request(`security/secureScoreControlProfiles/${id}`, { method: "PATCH", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

async function send(steps) {
  const content = await new BatchRequestContent(steps).getContent();
  return new BatchResponseContent(await client.api("/$batch").post(content));
}

test("twenty requests in one", async () => {
  const steps = Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, request: request(`security/secureScores?$top=1&$skip=${i}`) }));
  const batch = await send(steps);
  const days = await Promise.all(steps.map(async ({ id }) => {
    const answer = batch.getResponseById(id);
    assert.equal(answer.status, 200);
    return (await answer.json()).value[0].id;
  }));
  assert.equal(new Set(days).size, 20);
  assert.deepEqual(days, days.toSorted().reverse());
});

test("a control is set and read in one batch, in order", async () => {
  const { id } = await openProfile(client);
  const batch = await send([
    { id: "set", request: patch(id, { vendorInformation, state: "ThirdParty" }) },
    { id: "read", request: request(`security/secureScoreControlProfiles/${id}`), dependsOn: ["set"] },
  ]);
  assert.ok([200, 204].includes(batch.getResponseById("set").status));
  assert.equal(state(await batch.getResponseById("read").json()), "ThirdParty");
});

test("what depends on a request that failed is not done", async () => {
  const { id, controlStateUpdates } = await openProfile(client);
  const batch = await send([
    { id: "missing", request: request("security/secureScoreControlProfiles/nothing") },
    { id: "set", request: patch(id, { vendorInformation, state: "ThirdParty" }), dependsOn: ["missing"] },
  ]);
  assert.equal(batch.getResponseById("missing").status, 404);
  assert.equal(batch.getResponseById("set").status, 424);
  const now = await client.api(`/security/secureScoreControlProfiles/${id}`).get();
  assert.deepEqual(now.controlStateUpdates, controlStateUpdates);
});

test("a batch inside a batch, and one of twenty-one, are refused", async () => {
  const nested = await client.api("/$batch").post({ requests: [{ id: "1", method: "POST", url: "/$batch", body: { requests: [] }, headers: { "Content-Type": "application/json" } }] });
  assert.ok(nested.responses[0].status >= 400);
  const requests = Array.from({ length: 21 }, (_, i) => ({ id: `${i}`, method: "GET", url: "/security/secureScores?$top=1" }));
  assert.equal((await refusal(client.api("/$batch").post({ requests }))).statusCode, 400);
});

test("a part cannot be somebody else", async () => {
  const reader = connect(server, await server.reader());
  const { id } = await openProfile(client);
  const { responses: [answer] } = await reader.api("/$batch").post({
    requests: [{
      id: "1", method: "PATCH", url: `/security/secureScoreControlProfiles/${id}`, body: { vendorInformation, state: "Ignored" },
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${await server.writer()}` },
    }],
  });
  assert.equal(answer.status, 403);
});
