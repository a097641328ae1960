// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { all, connect } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";
import { compare, Shape } from "../lib/shape.mjs";
import { sharedFile } from "../lib/work.mjs";

let server;
let client;
before(async () => {
  server = await startServer();
  client = connect(server, await server.reader());
});
after(() => server?.stop());

const shapeOf = (...values) => values.reduce((shape, value) => shape.add(value), new Shape());

test("the comparison itself sees another type, however deep", () => {
  const want = shapeOf({ value: [{ score: 1.5, on: "true", note: null }] });
  const found = compare(want, shapeOf({ value: [{ score: 2, on: true, note: 7, more: [] }] }));
  assert.deepEqual(found.faults, [".value[].on: got boolean, want string"]);
  assert.deepEqual(found.common, ["", ".value", ".value[]", ".value[].score", ".value[].on", ".value[].note"]);
  assert.deepEqual(compare(want, shapeOf({ value: [{ score: null }, { score: "3" }] })).faults, [".value[].score: got string, want number"]);
});

// compareWith returns nothing where the real answers are not at hand.
function compareWith(t, names, pages) {
  const files = names.map((name) => sharedFile(`graph/${name}`));
  if (files.includes(undefined)) {
    const text = `did not run: the real answers of Microsoft Graph (${names.join(", ")}) are not here; set SECURESCORE_SHARED_DATA`;
    assert.ok(!(process.env["CI"] && process.env["SECURESCORE_REQUIRE_SHARED"] === "1"), text);
    t.skip(text);
    return undefined;
  }
  return compare(shapeOf(...files.map((file) => JSON.parse(readFileSync(file, "utf8")))), shapeOf(...pages));
}

test("our scores have the types of real ones", async (t) => {
  const result = compareWith(t, ["secureScore.json", "secureScore-multiple.json"], await all(client, client.api("/security/secureScores").top(100)));
  if (result) {
    assert.deepEqual(result.faults, []);
    for (const key of ["id", "createdDateTime", "currentScore", "enabledServices[]", "vendorInformation.subProvider", "controlScores[].scoreInPercentage", "controlScores[].on", "controlScores[].count"]) {
      assert.ok(result.common.includes(`.value[].${key}`), `${key} is not in common`);
    }
  }
});

test("our profiles have the types of real ones", async (t) => {
  const result = compareWith(t, ["profiles.json"], await all(client, client.api("/security/secureScoreControlProfiles").top(50)));
  if (result) {
    assert.deepEqual(result.faults, []);
    for (const key of ["maxScore", "rank", "threats[]", "deprecated", "controlStateUpdates[].state", "complianceInformation", "vendorInformation.vendor"]) {
      assert.ok(result.common.includes(`.value[].${key}`), `${key} is not in common`);
    }
  }
});
