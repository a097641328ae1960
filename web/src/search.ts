// SPDX-License-Identifier: Apache-2.0

/** Plain search parameters: a word or a list of words joined by commas. */
export type Search = Record<string, string | undefined>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === "string" && value !== "") {
      params.set(key, value);
    }
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** splitList reads a list that joinList wrote. */
export function splitList(text: string | undefined): string[] {
  return text ? text.split(",").map((part) => part.replaceAll("~c", ",").replaceAll("~t", "~")) : [];
}

/** joinList writes a list as one word; an empty list is no parameter at all. */
export function joinList(list: readonly string[]): string | undefined {
  return list.length === 0 ? undefined : list.map((part) => part.replaceAll("~", "~t").replaceAll(",", "~c")).join(",");
}

/** oneOf returns the value when it is one of the allowed ones. */
export function oneOf<T extends string>(allowed: readonly T[], value: string | undefined): T | undefined {
  return allowed.find((a) => a === value);
}

/** only makes a page see what its parser lets through, and nothing else. The router alone would hand on what the parser left out, as it stood in the address. */
export function only<T extends object>(parse: (search: Record<string, unknown>) => T): (search: Record<string, unknown>) => T {
  return (search) => ({ ...Object.fromEntries(Object.keys(search).map((key) => [key, undefined])), ...parse(search) });
}
