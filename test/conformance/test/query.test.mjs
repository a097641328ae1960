// SPDX-License-Identifier: Apache-2.0

// What clients in the wild ask for, with the answer worked out from the whole list.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { all, connect, refusal } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";

let server;
let client;
let profiles;
before(async () => {
  server = await startServer();
  client = connect(server, await server.reader());
  profiles = (await all(client, client.api("/security/secureScoreControlProfiles"))).flatMap((page) => page.value);
});
after(() => server?.stop());

const some = (of) => [...new Set(profiles.map((profile) => profile[of]))][0];

const filters = [
  ["a service and some ids", () => `service eq 'AzureAD' and (id eq 'AdminMFAV2' or id eq 'OneAdmin')`, (p) => p.service === "AzureAD" && ["AdminMFAV2", "OneAdmin"].includes(p.id)],
  ["a category", () => "controlCategory eq 'Identity'", (p) => p.controlCategory === "Identity"],
  ["points", () => "maxScore ge 5 and maxScore lt 9", (p) => p.maxScore >= 5 && p.maxScore < 9],
  ["not and startswith", () => "not startswith(id, 'aad_')", (p) => !p.id.startsWith("aad_")],
  ["contains", () => "contains(title,'multifactor')", (p) => p.title.includes("multifactor")],
  ["in", () => "id in ('OneAdmin', 'AdminMFAV2')", (p) => ["OneAdmin", "AdminMFAV2"].includes(p.id)],
  ["any threat", () => `threats/any(t: t eq '${profiles[0].threats[0]}')`, (p) => p.threats.includes(profiles[0].threats[0])],
  ["a quotation mark inside text", () => "title eq 'it''s'", (p) => p.title === "it's"],
  ["unequal tier", () => `tier ne '${some("tier")}'`, (p) => p.tier !== some("tier")],
  ["names in any case", () => "CONTROLCATEGORY eq 'Apps'", (p) => p.controlCategory === "Apps"],
];
for (const [name, filter, keep] of filters) {
  test(`$filter: ${name}`, async () => {
    const found = (await all(client, client.api("/security/secureScoreControlProfiles").filter(filter()))).flatMap((page) => page.value);
    assert.deepEqual(found.map((p) => p.id), profiles.filter(keep).map((p) => p.id));
    const count = await client.api("/security/secureScoreControlProfiles/$count").filter(filter()).get();
    assert.equal(String(count), String(found.length));
  });
}

test("$filter on scores takes a date alone", async () => {
  const since = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
  const { value } = await client.api("/security/secureScores").filter(`createdDateTime ge ${since}`).get();
  const { value: newest } = await client.api("/security/secureScores").top(10).get();
  assert.deepEqual(value.map((day) => day.id), newest.filter((day) => day.createdDateTime.slice(0, 10) >= since).map((day) => day.id));
  assert.ok(value.length > 0);
});

test("$select leaves out what was not asked for, in any case of letters", async () => {
  const { value: [day] } = await client.api("/security/secureScores").top(1).select("createdDateTime,averageComparativeScores").get();
  assert.deepEqual(Object.keys(day).filter((key) => !key.startsWith("@")).toSorted(), ["averageComparativeScores", "createdDateTime"]);
  const { value: [lower] } = await client.api("/security/secureScores").top(1).select("currentscore,maxscore").get();
  assert.deepEqual(Object.keys(lower).filter((key) => !key.startsWith("@")).toSorted(), ["currentScore", "maxScore"]);
});

test("$orderby turns the order around, over all pages", async () => {
  const request = client.api("/security/secureScores").orderby("createdDateTime asc").select("id").top(50);
  const ids = (await all(client, request)).flatMap((page) => page.value).map((day) => day.id);
  assert.ok(ids.length > 365);
  ids.slice(1).forEach((id, i) => assert.ok(ids[i] < id, `${id} comes after ${ids[i]}`));
});

test("paths in any case of letters", async () => {
  const { value } = await client.api("/Security/SECUREscores").top(1).get();
  assert.equal(value.length, 1);
});

for (const [name, path, query] of [
  ["a filter that breaks off", "secureScores", "$filter=currentScore ge"],
  ["a property that is not there", "secureScores", "$filter=colour eq 'red'"],
  ["a wrong type", "secureScores", "$filter=currentScore eq 'many'"],
  ["a page of nothing", "secureScores", "$top=-1"],
  ["a page token from elsewhere", "secureScores", "$skiptoken=made-up"],
  ["an order by nothing", "secureScoreControlProfiles", "$orderby=colour"],
]) {
  test(`${name} is refused with what is wrong`, async () => {
    const error = await refusal(client.api(`/security/${path}?${encodeURI(query)}`).get());
    assert.equal(error.statusCode, 400);
    assert.ok(error.message.length > 10, error.message);
    assert.ok(!/goroutine|\.go:\d/.test(error.body), error.body);
  });
}
