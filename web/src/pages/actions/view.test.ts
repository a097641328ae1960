// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from "vitest";
import type { Action } from "../../api/client";
import { parseActionSearch } from "./search";
import { facetCounts, filterActions, groupActions, hiddenCount, searchWords, sortActions } from "./view";

const labels = { status: (s: Action["status"]) => (s === "toAddress" ? "To address" : s) };

function action(id: string, over: Partial<Action> = {}): Action {
  return {
    id,
    title: `Title of ${id}`,
    category: "Identity",
    product: "Microsoft Entra ID",
    scored: true,
    rank: 1,
    impact: 1,
    worth: 10,
    status: "toAddress",
    state: "assessed",
    listed: true,
    regressed: false,
    licence: "met",
    change: "none",
    syncedAt: "2026-11-20T12:00:00Z",
    keywords: [],
    ...over,
  };
}

const rows = [
  action("mfa", { title: "Require MFA for admins", keywords: ["MS.AAD.3.1", "Account breach"] }),
  action("spam", { title: "Spam policy", category: "Apps", product: "Defender, Office", rank: 2, impact: 0.5, regressed: true }),
  action("risk", { title: "Legacy protocol", status: "riskAccepted", listed: false, rank: 3 }),
  action("blind", { title: "Device check", category: "Device", rank: null, impact: null, state: "notAssessed", syncedAt: null }),
];
const ids = (list: Action[]) => list.map((a) => a.id);
const show = (search: Record<string, string>) => ids(filterActions(rows, parseActionSearch(search), labels));

describe("filters", () => {
  test.each([
    ["the default list leaves accepted risks out", {}, ["mfa", "spam", "blind"]],
    ["show=all brings them back", { show: "all" }, ["mfa", "spam", "risk", "blind"]],
    ["so does asking for their status", { status: "riskAccepted" }, ["risk"]],
    ["words are found anywhere, all of them", { q: "ADMINS mfa" }, ["mfa"]],
    ["references of frameworks are found", { q: "ms.aad.3.1" }, ["mfa"]],
    ["statuses are found as they are read", { q: "to address" }, ["mfa", "spam", "blind"]],
    ["ids are found", { q: "spam" }, ["spam"]],
    ["Microsoft's word for an action hides nothing", { q: "recommended action" }, ["mfa", "spam", "blind"]],
    ["nor beside other words", { q: "recommended actions spam" }, ["spam"]],
    ["categories add up", { category: "Apps,Device" }, ["spam", "blind"]],
    ["filters narrow each other", { category: "Apps,Device", state: "notAssessed" }, ["blind"]],
    ["a product with a comma in its name", { product: "Defender~c Office" }, ["spam"]],
    ["regressed ones", { regressed: "yes" }, ["spam"]],
    ["nothing matches", { q: "none of it" }, []],
  ])("%s", (_, search, want) => {
    expect(show(search)).toEqual(want);
  });
  test("what is typed is no pattern", () => {
    expect(show({ q: ".*" })).toEqual([]);
    expect(searchWords("  ")).toEqual([]);
  });
  test("hidden ones are counted under the same filters", () => {
    expect(hiddenCount(rows, {}, labels)).toBe(1);
    expect(hiddenCount(rows, { category: "Apps" }, labels)).toBe(0);
    expect(hiddenCount(rows, { show: "all" }, labels)).toBe(0);
  });
  test("counts of a filter ignore that filter itself", () => {
    const counts = facetCounts(rows, { category: "Apps" }, "category", labels);
    expect([...counts]).toEqual([["Identity", 1], ["Apps", 1], ["Device", 1]]);
    expect(facetCounts(rows, {}, "status", labels).get("riskAccepted")).toBe(1);
  });
});

describe("order", () => {
  test.each([
    ["rank", false, ["mfa", "spam", "risk", "blind"]],
    ["rank", true, ["risk", "spam", "mfa", "blind"]],
    ["impact", true, ["mfa", "risk", "spam", "blind"]],
    ["title", false, ["blind", "risk", "mfa", "spam"]],
    ["synced", false, ["mfa", "spam", "risk", "blind"]],
    ["regressed", false, ["spam", "mfa", "risk", "blind"]],
  ] as const)("by %s, descending %s", (key, descending, want) => {
    expect(ids(sortActions(rows, key, descending, labels))).toEqual(want);
  });
});

test("groups come in the order of their first rows", () => {
  expect(groupActions(rows, "category").map((g) => [g.key, ids(g.actions)])).toEqual([
    ["Identity", ["mfa", "risk"]],
    ["Apps", ["spam"]],
    ["Device", ["blind"]],
  ]);
});

test("an address with nonsense is the default list", () => {
  expect(parseActionSearch({ sort: "x", group: "__proto__", regressed: "no", order: "up", q: "" })).toEqual({});
});
