// SPDX-License-Identifier: Apache-2.0

import { resolve } from "node:path";

/** The server that all tests drive, as a command that prints a one-time link on its first line. This is the one place that names it. */
export const command = (process.env["PORTAL_COMMAND"] ?? "go run ./internal/portalapi/portaltest").split(" ");

/** Where the command runs: the root of the repository. */
export const directory = resolve(import.meta.dirname, "../..");

/** Where the session of the tests is kept. */
export const state = resolve(import.meta.dirname, "../test-results/.session.json");

/** address is where the server answers, once setup has started it. */
export function address(): string {
  const url = process.env["PORTAL_URL"];
  if (url === undefined) {
    throw new Error("PORTAL_URL is not set: e2e/setup.ts sets it");
  }
  return url;
}
