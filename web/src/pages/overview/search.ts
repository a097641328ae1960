// SPDX-License-Identifier: Apache-2.0

import { oneOf } from "../../search";
import type { RangeSearch } from "../trend/range";
import { parseRange } from "../trend/range";

export const divisions = ["category", "product"] as const;
export type Division = (typeof divisions)[number];

/** What the address of the overview holds. */
export interface OverviewSearch extends RangeSearch {
  by?: Division | undefined;
}

export function parseOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const by = oneOf(divisions, typeof search["by"] === "string" ? search["by"] : undefined);
  return { ...parseRange(search), ...(by && { by }) };
}
