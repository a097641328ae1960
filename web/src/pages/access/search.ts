// SPDX-License-Identifier: Apache-2.0

import { oneOf } from "../../search";

export const parts = ["people", "tokens"] as const;
export type PartName = (typeof parts)[number];

export const tasks = ["invite", "give", "end", "remove", "token", "revoke"] as const;
export type Task = (typeof tasks)[number];

/** What the address of the access page holds. */
export interface AccessSearch {
  /** Without it, people. */
  part?: PartName;
  /** Part of a name, an address, an issuer or a role. */
  q?: string;
  /** The dialog that is open, and what it is about: a person, a grant or a token. */
  do?: Task;
  id?: string;
}

export function parseAccessSearch(search: Record<string, unknown>): AccessSearch {
  const word = (key: string) => (typeof search[key] === "string" ? search[key] : undefined);
  const part = oneOf(parts, word("part"));
  const q = word("q")?.slice(0, 200);
  const task = oneOf(tasks, word("do"));
  const id = word("id")?.slice(0, 64);
  return {
    ...(part && part !== "people" && { part }),
    ...(q && { q }),
    ...(task && { do: task, ...(id && { id }) }),
  };
}
