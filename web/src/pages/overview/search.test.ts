// SPDX-License-Identifier: Apache-2.0

import { expect, test } from "vitest";
import { parseOverviewSearch, rangeParams } from "./search";

test.each([
  [{}, { days: 90 }],
  [{ days: "365" }, { days: 365 }],
  [{ days: "7" }, { days: 90 }],
  [{ from: "2026-01-01", to: "2026-02-01" }, { from: "2026-01-01", to: "2026-02-01" }],
  [{ from: "2026-02-01", to: "2026-01-01" }, { days: 90 }],
  [{ from: "2026-13-01", to: "2026-14-01", days: "30" }, { days: 30 }],
  [{ from: "2026-01-01" }, { days: 90 }],
])("the address %j asks for %j", (search, want) => {
  expect(rangeParams(parseOverviewSearch(search))).toEqual(want);
});
