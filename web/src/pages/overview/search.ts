// SPDX-License-Identifier: Apache-2.0

import type { RangeParams } from "../../api/queries";
import { oneOf } from "../../search";

export const presets = ["30", "90", "180", "365"] as const;
export const divisions = ["category", "product"] as const;
export type Division = (typeof divisions)[number];

/** What the address of the overview holds. Without days, from and to it is 90 days. */
export interface OverviewSearch {
  days?: (typeof presets)[number];
  from?: string;
  to?: string;
  by?: Division | undefined;
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

export function parseOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const word = (key: string) => (typeof search[key] === "string" ? search[key] : undefined);
  const day = (key: string) => {
    const text = word(key);
    return text && dayForm.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  const from = day("from");
  const to = day("to");
  const days = oneOf(presets, word("days"));
  const by = oneOf(divisions, word("by"));
  return {
    ...(from && to && from <= to ? { from, to } : days && { days }),
    ...(by && { by }),
  };
}

export function rangeParams(search: OverviewSearch): RangeParams {
  return search.from && search.to ? { from: search.from, to: search.to } : { days: Number(search.days ?? "90") };
}
