// SPDX-License-Identifier: Apache-2.0

import { paths } from "./paths";

const longest = 2048;

/** returnPath is the relative address to go to after a sign-in, or "/" when text is not one. The server keeps the same rule: browsers take a backslash for a slash, and leave control characters out. */
export function returnPath(text: string | undefined): string {
  if (!text?.startsWith("/") || text.includes("//") || text.length > longest || !/^[!-[\]-~]+$/.test(text)) {
    return "/";
  }
  return text === paths.signIn || text.startsWith(`${paths.signIn}?`) || text.startsWith(`${paths.signIn}#`) ? "/" : text;
}

/** issuerAddress is where a sign-in at an issuer begins. */
export function issuerAddress(id: string, wanted: string): string {
  return `/auth/signin/${encodeURIComponent(id)}?return=${encodeURIComponent(returnPath(wanted))}`;
}
