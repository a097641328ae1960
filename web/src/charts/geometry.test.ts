// SPDX-License-Identifier: Apache-2.0

import { describe, expect, test } from "vitest";
import { dayTicks, linePath, lonelyPoints, moveCursor, nearestIndex, percentDomain, percentTicks, slices, xOf, yOf } from "./geometry";

const box = { width: 500, height: 200, left: 40, right: 10, top: 10, bottom: 30 };
const days = (n: number, from = "2026-01-01") => Array.from({ length: n }, (_, i) => new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10));
const series = (...values: (number | null)[]) => [{ key: "a", label: "A", color: "", dash: "", values }];

const label = (d: Date) => d.toISOString().slice(0, 10);

describe("lines", () => {
  const x = xOf(box, 5);
  const y = yOf(box, [0, 100]);
  test("break at gaps", () => {
    expect(linePath([0, 50, null, 100, 100], x, y)).toBe("M40,170L152.5,90M377.5,10L490,10");
  });
  test("are empty without values", () => {
    expect(linePath([null, null], x, y)).toBe("");
  });
  test("of one day become a dot", () => {
    expect(lonelyPoints([1, null, 2, null, 3, 4])).toEqual([0, 2]);
    expect(lonelyPoints([7])).toEqual([0]);
  });
  test("a single day stands in the middle", () => {
    expect(xOf(box, 1)(0)).toBe(265);
  });
});

describe("axis of percentages", () => {
  test.each([
    [[54, 48, 51], [40, 60]],
    [[99.5, 100], [80, 100]],
    [[0, 3], [0, 20]],
    [[5, 95], [0, 100]],
    [[null], [0, 100]],
  ])("of %j is %j", (values, want) => {
    expect(percentDomain(series(...values))).toEqual(want);
  });
});

test.each([
  [[40, 60], [40, 45, 50, 55, 60]],
  [[30, 60], [30, 40, 50, 60]],
  [[10, 100], [20, 40, 60, 80, 100]],
  [[0, 100], [0, 20, 40, 60, 80, 100]],
] as const)("lines of %j are at %j", (domain, want) => {
  expect(percentTicks(domain)).toEqual(want);
});

describe("axis of days", () => {
  test.each([1, 2, 7, 30, 90, 365, 1095])("of %i days keeps its labels apart and inside", (n) => {
    const ticks = dayTicks(days(n), box, label);
    expect(ticks.length).toBeGreaterThan(0);
    for (const [i, tick] of ticks.entries()) {
      expect(tick.at).toBeGreaterThanOrEqual(box.left);
      expect(tick.at).toBeLessThanOrEqual(box.width - box.right);
      const before = ticks[i - 1];
      if (before) {
        expect(tick.at - before.at).toBeGreaterThan(40);
      }
    }
  });
  test("the last label does not run out of the picture", () => {
    const ticks = dayTicks(days(2), box, label);
    expect(ticks).toEqual([
      { at: 40, label: "2026-01-01", anchor: "start" },
      { at: 490, label: "2026-01-02", anchor: "end" },
    ]);
  });
});

test("the pointer finds the nearest day", () => {
  expect(nearestIndex(40, box, 5)).toBe(0);
  expect(nearestIndex(260, box, 5)).toBe(2);
  expect(nearestIndex(-100, box, 5)).toBe(0);
  expect(nearestIndex(9000, box, 5)).toBe(4);
  expect(nearestIndex(9000, box, 1)).toBe(0);
});

test.each([
  ["ArrowRight", false, null, 0],
  ["ArrowLeft", false, null, 99],
  ["ArrowRight", false, 99, 99],
  ["ArrowRight", true, 5, 15],
  ["ArrowLeft", true, 5, 0],
  ["PageUp", false, 10, 40],
  ["Home", false, 50, 0],
  ["End", false, 50, 99],
  ["Escape", false, 50, null],
  ["Escape", false, null, undefined],
  ["a", false, 50, undefined],
])("key %s (shift %s) from %s goes to %s", (key, shift, from, to) => {
  expect(moveCursor(key, shift, from, 100)).toBe(to);
});

describe("bars", () => {
  test("share the width", () => {
    expect(slices([{ key: "a", value: 25 }, { key: "b", value: 50 }, { key: "c", value: 0 }], 100)).toEqual([
      { key: "a", from: 0, size: 25 },
      { key: "b", from: 25, size: 50 },
    ]);
  });
  test("show the smallest part and never more than all", () => {
    expect(slices([{ key: "a", value: 0.01 }], 1000)[0]?.size).toBe(0.5);
    expect(slices([{ key: "a", value: 1000 }, { key: "b", value: 0.01 }], 1000).reduce((sum, s) => sum + s.size, 0)).toBeLessThanOrEqual(100);
  });
  test("are empty without a whole", () => {
    expect(slices([{ key: "a", value: 1 }], 0)).toEqual([]);
  });
});
