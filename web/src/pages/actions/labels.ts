// SPDX-License-Identifier: Apache-2.0

import type { Action } from "../../api/client";
import type { Format } from "../../i18n/format";
import type { Facet } from "./search";

/** facetLabel writes a value of a filter for people. What the portal has no word for stays as it is. */
export function facetLabel(facet: Facet, value: string, { text }: Format): string {
  switch (facet) {
    case "category":
    case "product":
      return value;
    case "status":
      return isOneOf(value, statuses) ? text(`status.${value}`) : value;
    case "state":
      return isOneOf(value, states) ? text(`state.${value}`) : value;
    case "licence":
      return isOneOf(value, licences) ? text(`licence.${value}.filter`) : value;
    case "change":
      return isOneOf(value, changes) ? text(`change.${value}`) : value;
  }
}

// In the order in which filters list them.
export const statuses = ["toAddress", "planned", "riskAccepted", "thirdParty", "alternateMitigation", "completed"] as const satisfies readonly Action["status"][];
export const states = ["assessed", "notAssessed", "notApplicable"] as const satisfies readonly Action["state"][];
const licences = ["met", "missing", "notNeeded", "unknown"] as const satisfies readonly Action["licence"][];
const changes = ["added", "updated", "none"] as const satisfies readonly Action["change"][];

function isOneOf<T extends string>(value: string, list: readonly T[]): value is T {
  return list.some((item) => item === value);
}

/** facetOrder lists the values of a filter: known ones in their own order, others by name. */
export function facetOrder(facet: Facet, values: Iterable<string>): string[] {
  const known: readonly string[] = { category: categories, product: [], status: statuses, state: states, licence: licences, change: changes }[facet];
  const rank = (value: string) => (known.includes(value) ? known.indexOf(value) : known.length);
  return [...values].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const categories = ["Identity", "Data", "Device", "Apps", "Infrastructure"] as const satisfies readonly Action["category"][];
