// SPDX-License-Identifier: Apache-2.0

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { test as base, expect } from "@playwright/test";
import { address } from "./server";

/** Organisations of the fixture. */
export const contoso = "7c0f2a54-6a38-4b6c-9a55-2f1f0a3f7f11";
export const fabrikam = "f3a1d0de-1d8c-4f0e-8a2f-58a6c1c0e922";

/** test fails when a page writes an error to the console, breaks its policy or throws. */
export const test = base.extend<{ faults: string[] }>({
  baseURL: async ({}, use) => use(address()),
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
          faults.push(`${message.type()}: ${message.text()}`);
        }
      });
      page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
      });
      await use(faults);
      expect(faults, "console errors and policy violations").toEqual([]);
    },
    { auto: true },
  ],
});

/** signInAs signs in at the issuer of one person of the test server. */
export async function signInAs(page: Page, who: "ada" | "bram" | "carla" | "dag" | "eva", wanted = "/"): Promise<void> {
  await page.goto(`/auth/signin/${who}?return=${encodeURIComponent(wanted)}`);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** expectAccessible runs axe over everything but the focus dummies of the component library. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude("[data-tabster-dummy]").analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join("; ")}`)).toEqual([]);
}

export { expect };
