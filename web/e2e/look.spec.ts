// SPDX-License-Identifier: Apache-2.0

import type { Page } from "@playwright/test";
import { contoso, expectAccessible, fabrikam, signInAs, test } from "./fixture";

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
  ["identity", `/t/${contoso}/identity`],
  ["access", `/t/${contoso}/access`],
  ["access-warning", `/t/${contoso}/access`],
  ["tokens", `/t/${contoso}/access?part=tokens`],
  ["tokens-make", `/t/${contoso}/access?part=tokens&do=token`],
  ["access-invite", `/t/${contoso}/access?do=invite`],
  ["audit", `/t/${contoso}/audit`],
  ["no-access", "/"],
  ["sign-in", "/signin"],
  ["sign-in-problem", "/signin?problem=unavailable&request=JT4L6NQ7"],
] as const;

/** mainPages are looked at in every way of colours. */
const mainPages = new Set<string>(["overview", "overview-product", "actions", "actions-grouped", "flyout", "flyout-entities", "identity", "access", "access-warning", "tokens-make", "audit", "sign-in"]);

/** look saves a picture and runs axe. */
async function look(page: Page, name: string, path: string, kind: string): Promise<void> {
  if (name.startsWith("sign-in") || name === "no-access") {
    await page.context().clearCookies();
  }
  await (name === "no-access" ? signInAs(page, "dag") : page.goto(path));
  await page.getByRole("heading", { level: name.startsWith("flyout") ? 2 : 1 }).first().waitFor();
  await page.waitForLoadState("networkidle");
  if (name === "access-warning") {
    await page.getByRole("button", { name: "Take back Exchange Administrator of Bram de Wit" }).click();
    await page.getByRole("dialog").getByRole("listitem").first().waitFor();
  }
  await page.screenshot({ path: `test-results/look/${name}-${kind}.png`, fullPage: name.startsWith("overview") || name === "identity" });
  await expectAccessible(page);
}

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test.describe(`${scheme} ${String(width)}`, () => {
      test.use({ colorScheme: scheme, viewport: { width, height: 900 }, ...(width < 600 && { hasTouch: true }) });
      for (const [name, path] of pages) {
        test(`${name} is accessible`, async ({ page }) => {
          await look(page, name, path, `${scheme}-${String(width)}`);
        });
      }
    });
  }
}

test.describe("colours that the system forces", () => {
  test.use({ forcedColors: "active" });
  for (const [name, path] of pages.filter((p) => mainPages.has(p[0]))) {
    test(`${name} is accessible`, async ({ page }) => look(page, name, path, "forced"));
  }
});

test.describe("high contrast that a reader chose", () => {
  for (const [name, path] of pages.filter((p) => mainPages.has(p[0]))) {
    test(`${name} is accessible`, async ({ page }) => {
      await page.addInitScript(() => localStorage.setItem("securescore.theme", "highContrast"));
      await look(page, name, path, "contrast");
    });
  }
});
