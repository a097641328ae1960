// SPDX-License-Identifier: Apache-2.0

import type { RangeParams } from "../../api/queries";
import { oneOf } from "../../search";

export const presets = ["30", "90", "180", "365"] as const;

/** The days that an address asks for. Without days, from and to it is 90 days. */
export interface RangeSearch {
  days?: (typeof presets)[number];
  from?: string;
  to?: string;
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** parseDay takes a day such as 2026-01-15. */
export function parseDay(value: unknown): string | undefined {
  return typeof value === "string" && dayForm.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export function parseRange(search: Record<string, unknown>): RangeSearch {
  const from = parseDay(search["from"]);
  const to = parseDay(search["to"]);
  const days = oneOf(presets, typeof search["days"] === "string" ? search["days"] : undefined);
  return from && to && from <= to ? { from, to } : days ? { days } : {};
}

export function rangeParams(search: RangeSearch): RangeParams {
  return search.from && search.to ? { from: search.from, to: search.to } : { days: Number(search.days ?? "90") };
}
