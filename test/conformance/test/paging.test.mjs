// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { all, connect, PageIterator } from "../lib/graph.mjs";
import { entraTenant, startServer } from "../lib/server.mjs";

let server;
let client;
before(async () => {
  server = await startServer();
  client = connect(server, await server.reader());
});
after(() => server?.stop());

const scores = () => client.api("/security/secureScores");
const profiles = () => client.api("/security/secureScoreControlProfiles");

test("secureScores come page by page, newest first, every day once", async () => {
  const pages = await all(client, scores().top(10));
  const days = pages.flatMap((page) => page.value);
  assert.ok(days.length > 365, `the sample organisation has 13 months of history, got ${days.length} days`);
  assert.deepEqual(pages.slice(0, -1).map((page) => page.value.length), Array(pages.length - 1).fill(10));
  days.forEach((day, i) => {
    assert.equal(day.id, `${entraTenant}_${day.createdDateTime.slice(0, 10)}`);
    assert.equal(day.azureTenantId, entraTenant);
    const before = new Date(Date.parse(days[0].createdDateTime) - i * 86_400_000);
    assert.equal(Date.parse(day.createdDateTime), before.getTime(), `day ${i}`);
  });
});

test("a nextLink is absolute, https, and leads to the same set", async () => {
  const page = await scores().top(1).get();
  assert.ok(page["@odata.nextLink"].startsWith(`${server.url}/v1.0/security/secureScores?`), page["@odata.nextLink"]);
  assert.equal(page["@odata.context"], `${server.url}/v1.0/$metadata#security/secureScores`);
});

test("the client's own iterator gets the same days", async () => {
  const days = [];
  const iterator = new PageIterator(client, await scores().top(100).get(), (day) => days.push(day.id) > 0);
  await iterator.iterate();
  assert.ok(iterator.isComplete());
  assert.equal(new Set(days).size, days.length);
  assert.equal(String(days.length), String(await client.api("/security/secureScores/$count").get()));
});

test("beta answers as v1.0 does", async () => {
  const beta = await scores().version("beta").top(1).get();
  assert.ok(beta["@odata.nextLink"].startsWith(`${server.url}/beta/security/secureScores?`), beta["@odata.nextLink"]);
  assert.deepEqual(beta.value, (await scores().top(1).get()).value);
});

test("one score by its id", async () => {
  const { value: [day] } = await scores().top(1).get();
  const { "@odata.context": context, ...one } = await client.api(`/security/secureScores/${day.id}`).get();
  assert.equal(context, `${server.url}/v1.0/$metadata#security/secureScores/$entity`);
  assert.deepEqual(one, day);
});

test("a score is the sum of its controls, as it is in Microsoft's answers", async () => {
  const { value } = await scores().top(30).get();
  for (const day of value) {
    const sum = day.controlScores.reduce((total, control) => total + Math.round(control.score * 100), 0);
    assert.equal(Math.round(day.currentScore * 100), sum, day.id);
  }
});

test("the profiles are the whole catalogue, in the order of their ids", async () => {
  const pages = await all(client, profiles().count(true));
  const ids = pages.flatMap((page) => page.value).map((profile) => profile.id);
  assert.equal(pages[0]["@odata.count"], ids.length);
  assert.deepEqual(ids, ids.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  const paged = (await all(client, profiles().top(7))).flatMap((page) => page.value).map((profile) => profile.id);
  assert.deepEqual(paged, ids);
  assert.equal((await profiles().top(999).get())["@odata.nextLink"], undefined);
});

test("each control of a score has its profile", async () => {
  const known = new Map((await all(client, profiles())).flatMap((page) => page.value).map((profile) => [profile.id, profile]));
  const { value: [day] } = await scores().top(1).get();
  assert.ok(day.controlScores.length > 20);
  for (const control of day.controlScores) {
    const profile = known.get(control.controlName);
    assert.equal(control.controlCategory, profile?.controlCategory, control.controlName);
    assert.ok(control.score <= profile.maxScore, control.controlName);
  }
});

test("one profile by its id", async () => {
  const { "@odata.context": context, ...one } = await client.api("/security/secureScoreControlProfiles/AdminMFAV2").get();
  assert.equal(context, `${server.url}/v1.0/$metadata#security/secureScoreControlProfiles/$entity`);
  assert.deepEqual(one, (await profiles().filter("id eq 'AdminMFAV2'").get()).value[0]);
});

test("$skip and $top together", async () => {
  const { value } = await scores().top(3).get();
  assert.equal((await scores().skip(2).top(1).get()).value[0].id, value[2].id);
});
