// SPDX-License-Identifier: Apache-2.0

import type { Action } from "../../api/client";
import { splitList } from "../../search";
import type { ActionSearch, Facet, Grouping, SortKey } from "./search";
import { facets } from "./search";

/** Names of the words behind the columns, in the reader's language, so that search and order follow what is read. */
export interface Labels {
  status: (status: Action["status"]) => string;
}

/** filterActions applies search and filters. Accepted risks stay out unless asked for. */
export function filterActions(actions: readonly Action[], search: ActionSearch, labels: Labels): Action[] {
  const words = searchWords(search.q);
  const chosen = facets.map((facet) => [facet, splitList(search[facet])] as const).filter(([, list]) => list.length > 0);
  const all = search.show === "all" || search.status !== undefined;
  return actions.filter(
    (a) =>
      (all || a.listed) &&
      (search.regressed === undefined || a.regressed) &&
      chosen.every(([facet, list]) => list.includes(a[facet])) &&
      (words.length === 0 || contains(a, words, labels)),
  );
}

/** hiddenCount is how many accepted risks the default list leaves out. */
export function hiddenCount(actions: readonly Action[], search: ActionSearch, labels: Labels): number {
  if (search.show === "all" || search.status !== undefined) {
    return 0;
  }
  return filterActions(actions, { ...search, show: "all" }, labels).filter((a) => !a.listed).length;
}

/** searchWords splits what was typed. What the portal and its model call an action is no word to look for: every row is one. */
export function searchWords(text: string | undefined): string[] {
  return (text ?? "")
    .toLocaleLowerCase()
    .replaceAll(/\b(recommended|improvement)\s+actions?\b/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function contains(a: Action, words: readonly string[], labels: Labels): boolean {
  const text = [a.title, a.id, a.product, a.category, labels.status(a.status), ...a.keywords].join("\n").toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

/** sortActions orders rows; what has no value comes last, whichever way. Equal rows stay in the server's order, which is by rank. */
export function sortActions(actions: readonly Action[], key: SortKey, descending: boolean, labels: Labels): Action[] {
  return actions.toSorted((a, b) => {
    const left = sortValue(a, key, labels);
    const right = sortValue(b, key, labels);
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null);
    }
    const order = typeof left === "string" ? left.localeCompare(String(right)) : left - Number(right);
    return descending ? -order : order;
  });
}

function sortValue(a: Action, key: SortKey, labels: Labels): string | number | null {
  switch (key) {
    case "rank":
      return a.rank;
    case "title":
      return a.title;
    case "impact":
      return a.impact;
    case "points":
      return a.score?.earned ?? null;
    case "status":
      return labels.status(a.status);
    case "category":
    case "product":
    case "licence":
      return a[key];
    case "regressed":
      return a.regressed ? 0 : 1;
    case "synced":
      return a.syncedAt === null ? null : Date.parse(a.syncedAt);
  }
}

export interface Group {
  key: string;
  actions: Action[];
}

/** groupActions puts rows under headings, in the order in which their first rows come. */
export function groupActions(actions: readonly Action[], by: Grouping): Group[] {
  const groups = new Map<string, Action[]>();
  for (const a of actions) {
    const list = groups.get(a[by]);
    if (list) {
      list.push(a);
    } else {
      groups.set(a[by], [a]);
    }
  }
  return [...groups].map(([key, list]) => ({ key, actions: list }));
}

/** facetCounts says how many rows each value of a filter would show, with all other filters as they are. */
export function facetCounts(actions: readonly Action[], search: ActionSearch, facet: Facet, labels: Labels): Map<string, number> {
  const { [facet]: _, ...others } = search;
  // A filter on the status shows accepted risks by itself.
  const rows = filterActions(actions, facet === "status" ? { ...others, show: "all" } : others, labels);
  const counts = new Map<string, number>();
  for (const a of rows) {
    counts.set(a[facet], (counts.get(a[facet]) ?? 0) + 1);
  }
  return counts;
}
