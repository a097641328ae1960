// SPDX-License-Identifier: Apache-2.0

import type { Page } from "@playwright/test";
import { contoso, expectAccessible, fabrikam, test } from "./fixture";

const pages = [
  ["overview", `/t/${contoso}/overview`],
  ["overview-product", `/t/${contoso}/overview?by=product&days=365`],
  ["actions", `/t/${contoso}/actions`],
  ["actions-grouped", `/t/${contoso}/actions?group=category&status=toAddress,planned&q=ensure`],
  ["flyout", `/t/${contoso}/actions/MFARegistrationV2`],
  ["flyout-entities", `/t/${contoso}/actions/MFARegistrationV2?tab=entities`],
  ["flyout-history", `/t/${contoso}/actions/scid_111?tab=history`],
  ["flyout-not-assessed", `/t/${contoso}/actions/intune_AV_firewall_enabled`],
  ["empty", `/t/${fabrikam}/overview`],
  ["not-found", `/t/${contoso}/nothing`],
  ["sign-in", "/signin"],
] as const;

/** look saves a picture and runs axe. */
async function look(page: Page, name: string, path: string, kind: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: name.startsWith("flyout") ? 2 : 1 }).first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `test-results/look/${name}-${kind}.png`, fullPage: name.startsWith("overview") });
  await expectAccessible(page);
}

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test.describe(`${scheme} ${String(width)}`, () => {
      test.use({ colorScheme: scheme, viewport: { width, height: 900 }, ...(width < 600 && { hasTouch: true }) });
      for (const [name, path] of pages) {
        test(`${name} is accessible`, async ({ page }) => {
          if (name === "sign-in") {
            await page.context().clearCookies();
          }
          await look(page, name, path, `${scheme}-${String(width)}`);
        });
      }
    });
  }
}

test.describe("colours that the system forces", () => {
  test.use({ forcedColors: "active" });
  for (const [name, path] of pages.slice(0, 6)) {
    test(`${name} is accessible`, async ({ page }) => look(page, name, path, "forced"));
  }
});

test.describe("high contrast that a reader chose", () => {
  for (const [name, path] of pages.slice(0, 6)) {
    test(`${name} is accessible`, async ({ page }) => {
      await page.addInitScript(() => localStorage.setItem("securescore.theme", "highContrast"));
      await look(page, name, path, "contrast");
    });
  }
});
