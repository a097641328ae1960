// SPDX-License-Identifier: Apache-2.0

import { contoso, expect, fabrikam, test } from "./fixture";

const identity = `/t/${contoso}/identity`;

test("the number is the one of the overview, on the page and to the hundredth", async ({ page }) => {
  await page.goto(`/t/${contoso}/overview`);
  const row = page.getByRole("region", { name: "Breakdown of points" }).getByRole("listitem").filter({ hasText: "Identity" });
  const [percent = ""] = /[\d.]+%/.exec(await row.innerText()) ?? [];
  const [points = ""] = /[\d.]+ of [\d.]+ points/.exec(await row.innerText()) ?? [];
  expect(percent).not.toBe("");
  await page.getByRole("link", { name: "Identity", exact: true }).first().click();
  await expect(page).toHaveURL(identity);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Identity Secure Score");
  const card = page.getByRole("region", { name: "Identity score" });
  await expect(card.getByText(percent, { exact: true })).toBeVisible();
  await expect(card.getByText(points, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("row", { name: /20 Nov 2026/ })).toHaveText(`20 Nov 2026${percent}`);
});

test("days on which nothing was known are gaps, and the range is in the address", async ({ page }) => {
  await page.goto(`${identity}?from=2026-06-25&to=2026-07-10`);
  await page.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("row", { name: /2 Jul 2026/ })).toHaveText(/2 Jul 2026–/);
  await page.getByRole("button", { name: "30 days" }).click();
  await expect(page).toHaveURL(`${identity}?days=30`);
});

test("its actions are all those of identity, by rank, and lead to their details", async ({ page }) => {
  await page.goto(identity);
  const { actions } = (await (await page.request.get(`/api/tenants/${contoso}/actions`)).json()) as { actions: { title: string; category: string; rank: number | null }[] };
  const own = actions.filter((a) => a.category === "Identity");
  const list = page.getByRole("region", { name: "Improvement actions for identity" });
  await expect(list.getByRole("row")).toHaveCount(own.length + 1);
  await expect(list.getByRole("row").nth(1)).toContainText(`${String(own[0]?.rank)}${own[0]?.title ?? ""}`);
  await list.getByRole("link", { name: own[0]?.title ?? "", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { level: 2 })).toHaveText(own[0]?.title ?? "");
});

test("an organisation that was never read has no number at all", async ({ page }) => {
  await page.goto(`/t/${fabrikam}/identity`);
  await expect(page.getByText("No score yet")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("%");
});
