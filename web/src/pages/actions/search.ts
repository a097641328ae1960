// SPDX-License-Identifier: Apache-2.0

import { joinList, oneOf, splitList } from "../../search";

export const facets = ["category", "product", "status", "state", "licence", "change"] as const;
export type Facet = (typeof facets)[number];
export const groupings = ["category", "product", "status", "state"] as const;
export type Grouping = (typeof groupings)[number];
export const sortKeys = ["rank", "title", "impact", "points", "status", "category", "product", "regressed", "licence", "synced"] as const;
export type SortKey = (typeof sortKeys)[number];

/** What the address of the list holds; lists are joined by commas. */
export interface ActionSearch {
  q?: string;
  category?: string;
  product?: string;
  status?: string;
  state?: string;
  licence?: string;
  change?: string;
  /** "yes": regressed ones only. */
  regressed?: "yes";
  /** "all": accepted risks too. */
  show?: "all";
  group?: Grouping;
  sort?: SortKey;
  order?: "desc";
}

export function parseActionSearch(search: Record<string, unknown>): ActionSearch {
  const word = (key: string) => (typeof search[key] === "string" && search[key] !== "" ? search[key] : undefined);
  const result: ActionSearch = {};
  const q = word("q");
  if (q) {
    result.q = q.slice(0, 200);
  }
  for (const facet of facets) {
    const list = joinList(splitList(word(facet)));
    if (list) {
      result[facet] = list;
    }
  }
  const group = oneOf(groupings, word("group"));
  const sort = oneOf(sortKeys, word("sort"));
  return {
    ...result,
    ...(word("regressed") === "yes" && { regressed: "yes" }),
    ...(word("show") === "all" && { show: "all" }),
    ...(group && { group }),
    ...(sort && sort !== "rank" && { sort }),
    ...(word("order") === "desc" && { order: "desc" }),
  };
}
