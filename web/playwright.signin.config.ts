// SPDX-License-Identifier: Apache-2.0

import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

// Sign-in against a real issuer, over https: npm run e2e:signin. Nobody is
// signed in at the beginning, and the certificate was made for the run.
export default defineConfig({
  ...base,
  testDir: "e2e/signin",
  testMatch: "**/*.spec.ts",
  testIgnore: [],
  globalSetup: "./e2e/signin/setup.ts",
  // Three programs have a part in each step.
  expect: { timeout: 15_000 },
  use: { ...base.use, storageState: { cookies: [], origins: [] }, ignoreHTTPSErrors: true },
});
