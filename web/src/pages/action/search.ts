// SPDX-License-Identifier: Apache-2.0

import type { Outcome } from "../../api/queries";
import { oneOf } from "../../search";

export const tabs = ["about", "entities", "history"] as const;
export type Tab = (typeof tabs)[number];
export const outcomes = ["fail", "unknown", "exempt", "pass"] as const satisfies readonly Outcome[];

/** pageSize is how many entities one page shows. */
export const pageSize = 50;

/** What the address of an action holds beside the list's own. */
export interface DetailSearch {
  tab?: Tab;
  outcome?: Outcome;
  find?: string;
  page?: string;
}

export function parseDetailSearch(search: Record<string, unknown>): DetailSearch {
  const word = (key: string) => (typeof search[key] === "string" ? search[key] : undefined);
  const tab = oneOf(tabs, word("tab"));
  const outcome = oneOf(outcomes, word("outcome"));
  const find = word("find")?.slice(0, 200);
  const page = Number(word("page"));
  return {
    ...(tab && tab !== "about" && { tab }),
    ...(outcome && { outcome }),
    ...(find && { find }),
    ...(Number.isInteger(page) && page > 1 && page < 1_000_000 && { page: String(page) }),
  };
}
