// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import { changes } from "./change";
import { auditParams, parseAuditSearch } from "./search";

test("what differs is told by its path, in the order of before", () => {
  const before = '{"holding":{"role":"security-reader","tenant":"t1"},"reason":"audit","days":30}';
  const after = '{"holding":{"role":"global-reader","tenant":"t1"},"days":90,"open":false}';
  expect(changes(before, after)).toEqual([
    { path: "holding.role", before: "security-reader", after: "global-reader" },
    { path: "reason", before: "audit", after: undefined },
    { path: "days", before: "30", after: "90" },
    { path: "open", before: undefined, after: "false" },
  ]);
});

test("lists are one line each, and nothing is nothing", () => {
  expect(changes("", '{"claimed":[{"role":"a","tenant":"t"},{"role":"b"}],"ids":["x",2],"none":null,"empty":[]}')).toEqual([
    { path: "claimed", before: undefined, after: "a · t, b" },
    { path: "ids", before: undefined, after: "x, 2" },
  ]);
  expect(changes('{"claimed":[]}', '{"claimed":null}')).toEqual([]);
  expect(changes("", "")).toEqual([]);
});

test("hostile text is text", () => {
  expect(changes("", '{"__proto__":{"polluted":"yes"},"name":"<img src=x>"}')).toEqual([
    { path: "__proto__.polluted", before: undefined, after: "yes" },
    { path: "name", before: undefined, after: "<img src=x>" },
  ]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  const deep = `${'{"a":'.repeat(500)}1${"}".repeat(500)}`;
  expect(changes("", deep)?.map((c) => c.path)).toEqual(["a.a.a.a.a.a"]);
});

test.each([["not JSON", ""], ["", "[1]"], ["{}", '"word"'], ["{", "{}"]])("%j and %j are shown as they are", (before, after) => {
  expect(changes(before, after)).toBeUndefined();
});

test("days of the address become whole days of the reader", () => {
  const { from = "", to = "" } = auditParams({ from: "2026-03-28", to: "2026-03-29" });
  for (const at of [from, to]) {
    expect([new Date(at).getHours(), new Date(at).getMinutes(), new Date(at).getSeconds()]).toEqual([0, 0, 0]);
  }
  expect(new Date(to).getDate()).toBe(30);
});

test("the address of the log keeps what it knows only", () => {
  expect(parseAuditSearch({ from: "2026-02-01", to: "yesterday", actor: "operator", event: "", other: "x" })).toEqual({ from: "2026-02-01", actor: "operator" });
  expect(auditParams({})).toEqual({});
});
