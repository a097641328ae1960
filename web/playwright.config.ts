// SPDX-License-Identifier: Apache-2.0

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { state } from "./e2e/server";

// A browser that the system brings is taken first; elsewhere Playwright's own.
const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/run",
  globalSetup: "./e2e/setup.ts",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // On a machine that others use too, a test may run out of time; one that
  // needed its second try is listed as flaky.
  retries: process.env["CI"] ? 1 : 0,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"]],
  // The picture, and the tests against the real program with its sample
  // organisation or an issuer, are runs of their own: see the scripts in
  // package.json.
  testMatch: process.env["SCREENSHOT"] ? "**/screenshot.spec.ts" : process.env["PORTAL_SAMPLE"] ? "**/sample.spec.ts" : "**/*.spec.ts",
  testIgnore: process.env["SCREENSHOT"] || process.env["PORTAL_SAMPLE"] ? [] : ["**/screenshot.spec.ts", "**/sample.spec.ts", "**/signin/**"],
  use: {
    storageState: state,
    contextOptions: { reducedMotion: "reduce" },
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      ...(existsSync(chromium) && { executablePath: chromium }),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
