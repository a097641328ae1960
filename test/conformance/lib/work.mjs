// SPDX-License-Identifier: Apache-2.0

import { cpSync, existsSync, mkdtempSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./process.mjs";

function folder() {
  const path = process.env["CONFORMANCE_WORK"];
  if (!path) {
    throw new Error("CONFORMANCE_WORK is not set: run the tests with 'node run.mjs'");
  }
  return path;
}

/** certificate is the path of a file that run.mjs has made: ca.pem, server.pem or server-key.pem. */
export function certificate(name) {
  return join(folder(), name);
}

/** dataFolder copies the sample organisation into a folder of its own. */
export function dataFolder() {
  const copy = mkdtempSync(join(folder(), "data-"));
  cpSync(join(folder(), "sample"), copy, { recursive: true });
  return copy;
}

/** sharedFile is the path of a file of real answers, undefined where there are none. */
export function sharedFile(name) {
  const path = resolve(root, process.env["SECURESCORE_SHARED_DATA"] ?? "../shared/data", name);
  return existsSync(path) ? path : undefined;
}
