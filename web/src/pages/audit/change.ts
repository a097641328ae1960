// SPDX-License-Identifier: Apache-2.0

/** Change is one value that differs. Undefined is a value that was not there. */
export interface Change {
  /** Names from the outside in, joined by dots. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** deepest bounds how far names are followed; what lies below is shown as it was written. */
const deepest = 6;

/** changes compares what an entry holds of before and after. It is undefined when one of them is not JSON: then both are shown as they are. */
export function changes(before: string, after: string): Change[] | undefined {
  const old = flatten(before);
  const now = flatten(after);
  if (!old || !now) {
    return undefined;
  }
  return [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path)).map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

function flatten(text: string): Map<string, string> | undefined {
  const found = new Map<string, string>();
  if (text === "") {
    return found;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) {
      return undefined;
    }
    walk(value, [], found);
    return found;
  } catch {
    return undefined;
  }
}

function walk(value: Record<string, unknown>, path: readonly string[], found: Map<string, string>): void {
  for (const [name, part] of Object.entries(value)) {
    const here = [...path, name];
    if (isObject(part) && here.length < deepest) {
      walk(part, here, found);
    } else {
      const text = leaf(part);
      if (text !== "") {
        found.set(here.join("."), text);
      }
    }
  }
}

/** leaf writes a value on one line; nothing at all is an empty text. */
function leaf(value: unknown): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (Array.isArray(value)) {
    return value.map((v: unknown) => (isObject(v) ? Object.values(v).map((part) => plain(part)).join(" · ") : plain(v))).join(", ");
  }
  return plain(value);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
