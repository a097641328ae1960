// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { after, before, test } from "node:test";
import { connect } from "../lib/graph.mjs";
import { startServer } from "../lib/server.mjs";

let server;
before(async () => {
  server = await startServer({ flags: ["--graph-concurrent", "1"] });
});
after(() => server?.stop());

// hold takes up the only place there is: a request whose body has not come yet.
async function hold(token) {
  const request = https.request(`${server.url}/v1.0/security/secureScoreControlProfiles/AdminMFAV2`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": 2, expect: "100-continue" },
  });
  request.flushHeaders();
  await once(request, "continue");
  return async () => {
    request.end("{}");
    const [answer] = await once(request, "response");
    answer.resume();
    await once(answer, "close");
  };
}

test("a client that comes too often waits as it is told, and gets its answer", async (t) => {
  const token = await server.writer();
  const release = await hold(token);
  const real = globalThis.fetch;
  const seen = [];
  t.mock.method(globalThis, "fetch", async (...request) => {
    const answer = await real(...request);
    seen.push({ status: answer.status, wait: answer.headers.get("retry-after"), at: performance.now() });
    if (answer.status === 429) {
      const { error } = await answer.clone().json();
      assert.ok(error.code && error.message);
      await release();
    }
    return answer;
  });
  const { value } = await connect(server, token).api("/security/secureScores").top(1).get();
  assert.equal(value.length, 1);
  assert.deepEqual(seen.map(({ status }) => status), [429, 200]);
  const wait = Number(seen[0].wait);
  assert.ok(wait >= 1, `Retry-After: ${seen[0].wait}`);
  assert.ok(seen[1].at - seen[0].at >= wait * 1000 - 50, "the client did not wait");
});

test("one who comes too often does not keep others away", async () => {
  const release = await hold(await server.writer());
  const { value } = await connect(server, await server.reader()).api("/security/secureScores").top(1).get();
  assert.equal(value.length, 1);
  await release();
});
