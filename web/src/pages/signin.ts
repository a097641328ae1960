// SPDX-License-Identifier: Apache-2.0

import { returnPath } from "../returnPath";
import { oneOf } from "../search";

/** What can become of a sign-in at an issuer, in the server's words. */
export const signInProblems = ["failed", "cancelled", "unavailable", "removed", "unknown"] as const;

/** What the address of the sign-in page holds. */
export interface SignInSearch {
  /** Where the person wanted to be; without it, the first page. */
  return?: string;
  problem?: (typeof signInProblems)[number];
  /** Id of the request, to be found in the server's log. */
  request?: string;
}

export function parseSignInSearch(search: Record<string, unknown>): SignInSearch {
  const word = (key: string) => (typeof search[key] === "string" ? search[key] : undefined);
  const wanted = returnPath(word("return"));
  const problem = word("problem");
  const request = word("request");
  return {
    ...(wanted !== "/" && { return: wanted }),
    // A word that a newer server made up is a failure all the same.
    ...(problem !== undefined && { problem: oneOf(signInProblems, problem) ?? "failed" }),
    ...(request !== undefined && /^[\w-]{1,64}$/.test(request) && { request }),
  };
}
