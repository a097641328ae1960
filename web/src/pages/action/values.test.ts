// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import type { Column, Entry } from "../../api/client";
import type { Format } from "../../i18n/format";
import { entryText } from "./entry";
import { parseDetailSearch } from "./search";
import { valueText } from "./values";

const format: Format = {
  text: (id, values) => [id, ...Object.values(values ?? {})].join(" "),
  points: String,
  change: (v) => (v > 0 ? `+${String(v)}` : String(v)),
  percent: (v) => `${String(v)}%`,
  impact: (v) => `+${String(v)}%`,
  count: (v) => `#${String(v)}`,
  day: (d) => d,
  date: (d) => d,
  time: (d) => `at ${d}`,
  axisDay: String,
};

test.each<[Column["type"], string, string]>([
  ["bool", "true", "word.yes"],
  ["bool", "false", "word.no"],
  ["bool", "maybe", "maybe"],
  ["int", "12", "#12"],
  ["int", "12345678901234567890", "12345678901234567890"],
  ["int", "0x10", "0x10"],
  ["time", "2026-01-15T12:00:00Z", "at 2026-01-15T12:00:00Z"],
  ["time", "never", "never"],
  ["seconds", "7776000", "duration.days 90"],
  ["seconds", "5400", "duration.minutes 90"],
  ["seconds", "7200", "duration.hours 2"],
  ["seconds", "61", "duration.seconds 61"],
  ["seconds", "0", "duration.seconds 0"],
  ["seconds", "unlimited", "unlimited"],
  ["string", "", "word.empty"],
  ["strings", "a, b", "a, b"],
])("a value of type %s that was read as %j is shown as %j", (type, text, want) => {
  expect(valueText({ known: true, text }, type, format)).toBe(want);
});

const none = { pass: 0, fail: 0, unknown: 0, exempt: 0 };
const entry: Entry = { sequence: 1, at: "", kind: "adjusted", cause: "user", measured: 0, credited: 0, maximum: 0, before: none, after: none, actor: "", entities: [], truncated: false };

test.each<[string, Partial<Entry>, string]>([
  ["points gained", { kind: "achieved", measured: 2 }, "entry.achieved 2"],
  ["points lost", { kind: "regressed", measured: -2 }, "entry.regressed 2"],
  ["credit", { credited: 3 }, "entry.credited +3"],
  ["several at once", { measured: -1, maximum: -10 }, "entry.measured -1, entry.maximum -10"],
  ["nothing", {}, "entry.nothing"],
])("an entry of %s", (_, over, want) => {
  expect(entryText({ ...entry, ...over }, format)).toBe(want);
});

test.each([
  [{ tab: "entities", outcome: "fail", find: "x", page: "3" }, { tab: "entities", outcome: "fail", find: "x", page: "3" }],
  [{ tab: "about", outcome: "none", page: "0" }, {}],
  [{ tab: "<script>", page: "1e9" }, {}],
  [{ page: "2.5" }, {}],
])("the address %j holds %j", (search, want) => {
  expect(parseDetailSearch(search)).toEqual(want);
});
