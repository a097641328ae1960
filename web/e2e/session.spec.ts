// SPDX-License-Identifier: Apache-2.0

import { contoso, expect, test } from "./fixture";

test.use({ storageState: { cookies: [], origins: [] } });

test("who is not signed in is told how to", async ({ page, faults }) => {
  await page.goto(`/t/${contoso}/overview`);
  await expect(page).toHaveURL("/signin");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expect(page.getByText("The server printed a link on the terminal")).toBeVisible();
  expect(faults.splice(0).every((f) => f.includes("401"))).toBe(true);
});

test("a link that does not hold is refused, and its token leaves the address", async ({ page, faults }) => {
  await page.goto(`/signin#${"A".repeat(43)}`);
  await expect(page.getByRole("alert")).toContainText("has been used or is older than ten minutes");
  await expect(page).toHaveURL("/signin");
  expect(faults.splice(0).every((f) => f.includes("401"))).toBe(true);
});
