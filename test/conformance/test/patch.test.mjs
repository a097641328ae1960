// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { connect, openProfile, refusal, state, vendorInformation } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";

let server;
let client;
before(async () => {
  server = await startServer();
  client = connect(server, await server.writer());
});
after(() => server?.stop());

const profile = (id) => client.api(`/security/secureScoreControlProfiles/${id}`);
const today = async () => (await client.api("/security/secureScores").top(1).get()).value[0];
const points = (day, id) => day.controlScores.find((control) => control.controlName === id).score;

test("PATCH answers nothing, and the next reader sees all of it", async () => {
  const open = await openProfile(client);
  const before = await today();
  const answer = await profile(open.id).patch({ vendorInformation, state: "ThirdParty", assignedTo: "dana", comment: "another product does it" });
  assert.equal(answer, undefined);
  const now = await profile(open.id).get();
  const { updatedBy, updatedDateTime, ...update } = now.controlStateUpdates.at(-1);
  assert.deepEqual(update, { assignedTo: "dana", comment: "another product does it", state: "ThirdParty" });
  assert.ok(updatedBy);
  assert.ok(Math.abs(Date.parse(updatedDateTime) - Date.now()) < 60_000, updatedDateTime);
  const after = await today();
  assert.equal(points(after, open.id), open.maxScore, "third party has full points");
  const gained = Math.round((open.maxScore - points(before, open.id)) * 100);
  assert.equal(Math.round((after.currentScore - before.currentScore) * 100), gained);
});

test("PATCH with Prefer answers the whole profile", async () => {
  const open = await openProfile(client);
  const answer = await profile(open.id)
    .header("Prefer", "return=representation")
    .patch({ vendorInformation, state: "Ignored", comment: "" });
  assert.equal(state(answer), "Ignored");
  assert.equal(answer.title, open.title);
  assert.deepEqual(answer, await profile(open.id).get());
});

test("what is not mentioned stays", async () => {
  const { id } = await openProfile(client);
  await profile(id).patch({ vendorInformation, state: "ignored", assignedTo: "dana", comment: "first" });
  await profile(id).patch({ vendorInformation, comment: "second" });
  const { state: kept, assignedTo, comment } = (await profile(id).get()).controlStateUpdates.at(-1);
  assert.deepEqual({ kept, assignedTo, comment }, { kept: "Ignored", assignedTo: "dana", comment: "second" });
});

test("an equal PATCH again adds nothing", async () => {
  const { id } = await openProfile(client);
  const body = { vendorInformation, state: "Ignored", comment: "once" };
  await profile(id).patch(body);
  const once = await profile(id).get();
  await profile(id).patch(body);
  assert.deepEqual(await profile(id).get(), once);
});

test("Default takes a decision back", async () => {
  const { id } = await openProfile(client);
  const before = await today();
  await profile(id).patch({ vendorInformation, state: "ThirdParty" });
  await profile(id).patch({ vendorInformation, state: "Default" });
  assert.equal(state(await profile(id).get()), "Default");
  const after = await today();
  assert.equal(after.currentScore, before.currentScore);
  assert.equal(after.maxScore, before.maxScore);
});

test("a body may be compressed", async () => {
  const { id } = await openProfile(client);
  const body = gzipSync(JSON.stringify({ vendorInformation, state: "ThirdParty", comment: "small" }));
  await profile(id).headers({ "Content-Encoding": "gzip", "Content-Type": "application/json" }).patch(body);
  assert.equal((await profile(id).get()).controlStateUpdates.at(-1).comment, "small");
});

test("the words that the portal uses are taken", async () => {
  for (const word of ["Planned", "RiskAccepted", "AlternateMitigation", "Reviewed"]) {
    const { id } = await openProfile(client);
    await profile(id).patch({ vendorInformation, state: word });
    const { state: shown } = (await profile(id).get()).controlStateUpdates.at(-1);
    assert.ok(["Default", "Ignored", "ThirdParty", "Reviewed"].includes(shown), `${word} is shown as ${shown}`);
  }
});

for (const [name, body] of [
  ["no vendorInformation", { state: "Ignored" }],
  ["vendorInformation without a vendor", { vendorInformation: { provider: "SecureScore" }, state: "Ignored" }],
  ["a state that is not one", { vendorInformation, state: "ignore" }],
  ["a state of another type", { vendorInformation, state: 1 }],
  ["a comment of another type", { vendorInformation, comment: ["a"] }],
  ["completed, which nobody can set", { vendorInformation, state: "Completed" }],
]) {
  test(`refused: ${name}`, async () => {
    const { id, controlStateUpdates } = await openProfile(client);
    const error = await refusal(profile(id).patch(body));
    assert.equal(error.statusCode, 400);
    assert.ok(error.message.length > 10, error.message);
    assert.deepEqual((await profile(id).get()).controlStateUpdates, controlStateUpdates);
  });
}
