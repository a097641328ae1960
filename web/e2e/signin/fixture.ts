// SPDX-License-Identifier: Apache-2.0

import type { BrowserContext, Page } from "@playwright/test";
import { test as base, expect } from "@playwright/test";
import { address, issuer, tenant } from "./world";

export { expect };

/** Where the sample organisation is seen first. */
export const overview = `/t/${tenant}/overview`;

/** test fails when any page of any browser breaks the policy of the portal, or throws. */
export const test = base.extend<{ faults: string[] }>({
  baseURL: async ({}, use) => use(address("portal")),
  faults: [
    async ({ context }, use) => {
      const faults: string[] = [];
      await watch(context, faults);
      await use(faults);
      expect(faults, "policy violations and errors").toEqual([]);
    },
    { auto: true },
  ],
});

const ours = (url = "") => url.startsWith(address("portal"));

/** watch collects what goes wrong on the pages of the portal in a browser context. */
export async function watch(context: BrowserContext, faults: string[]): Promise<void> {
  context.on("console", (message) => {
    if (/policy: |Content Security Policy|Trusted Type/i.test(message.text()) && ours(message.page()?.url())) {
      faults.push(message.text());
    }
  });
  context.on("weberror", (thrown) => {
    if (ours(thrown.page()?.url())) {
      faults.push(`thrown: ${thrown.error().message}`);
    }
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
}

/** identify gives the issuer the name of an account. */
export async function identify(page: Page, account: string): Promise<void> {
  await page.getByRole("textbox", { name: "Account" }).fill(account);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** signIn goes the way that people go, from a page that they want to see. */
export async function signIn(page: Page, account: string, wanted = "/"): Promise<void> {
  await page.goto(wanted);
  await page.getByRole("link", { name: `Sign in with ${issuer.title}` }).click();
  await identify(page, account);
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
}

/** session asks the portal who the browser is; the status is 401 for nobody. */
export async function session(context: BrowserContext): Promise<number> {
  return (await context.request.get(`${address("portal")}/api/session`)).status();
}

/** isCallback tells the address that the issuer sends the browser back to. */
export function isCallback(url: URL): boolean {
  return url.origin === address("portal") && url.pathname === `/auth/callback/${issuer.id}`;
}
