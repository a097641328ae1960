// SPDX-License-Identifier: Apache-2.0

import type { Page } from "@playwright/test";
import { contoso, expect, test } from "./fixture";

const list = `/t/${contoso}/actions`;
const shown = (page: Page) => page.getByRole("search").getByRole("status");
const firstTitle = (page: Page) => page.locator("[data-action]").first();

test("the list has all columns and draws the rows in view only", async ({ page }) => {
  await page.goto(list);
  await expect(page.getByRole("columnheader")).toHaveText(["Rank", "Improvement action", "Score impact", "Points achieved", "Status", "Category", "Product", "Regressed", "Have licence?", "Last synced"]);
  const total = Number(/\d+/.exec(await shown(page).innerText())?.[0]);
  expect(total).toBeGreaterThan(150);
  await expect(page.getByRole("table")).toHaveAttribute("aria-rowcount", String(total + 1));
  expect(await page.locator("[data-action]").count()).toBeLessThan(60);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(page.locator(`[aria-rowindex="${String(total + 1)}"]`)).toBeVisible();
});

test("search narrows the list, and Microsoft’s word for an action hides nothing", async ({ page }) => {
  await page.goto(list);
  const all = await shown(page).innerText();
  const search = page.getByRole("searchbox");
  await search.fill("safe links");
  await expect(page).toHaveURL(/q=safe\+links/);
  await expect(firstTitle(page)).toContainText("Safe Links");
  await search.fill("recommended action");
  await expect(shown(page)).toHaveText(all);
  await search.fill("no such thing");
  await expect(page.getByText("No improvement action matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(shown(page)).toHaveText(all);
  await expect(search).toHaveValue("");
});

test("filters, grouping and order live in the address", async ({ page }) => {
  await page.goto(list);
  await page.getByRole("search").getByRole("button", { name: "Category" }).click();
  await page.getByRole("menuitemcheckbox", { name: /Device/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Group by" }).click();
  await page.getByRole("menuitemradio", { name: "Status" }).click();
  await page.getByRole("columnheader", { name: "Improvement action" }).getByRole("button").click();
  await expect(page).toHaveURL(/category=Device&group=status&sort=title/);
  await expect(page.getByRole("columnheader", { name: "Improvement action" })).toHaveAttribute("aria-sort", "ascending");
  const before = await page.getByRole("table").innerText();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Improvement action" })).toHaveAttribute("aria-sort", "ascending");
  await expect.poll(() => page.getByRole("table").innerText()).toBe(before);
  await page.getByRole("button", { name: "Remove filter Category: Device" }).click();
  await expect(page).not.toHaveURL(/category/);
});

test("accepted risks leave the default list and can be brought back", async ({ page }) => {
  await page.goto(`${list}?sort=status`);
  await expect(page.getByText(/with an accepted risk are not shown/)).toBeAttached();
  await page.getByRole("link", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/show=all/);
  await expect(page.getByText(/are not shown/)).toHaveCount(0);
});

test("what was not assessed shows a dash with its reason, and not scored is said", async ({ page }) => {
  await page.goto(`${list}?state=notAssessed&product=Microsoft+Intune`);
  const row = page.getByRole("row").nth(1);
  await expect(row).toContainText("Not assessed: the permission DeviceManagementConfiguration.Read.All is missing");
  await expect(row).toContainText("–");
  await expect(row).not.toContainText("0/");
  const { actions } = (await (await page.request.get(`/api/tenants/${contoso}/actions`)).json()) as { actions: { id: string; scored: boolean }[] };
  await page.goto(`${list}?q=${actions.find((a) => !a.scored)?.id ?? "none"}`);
  await expect(page.getByRole("row").nth(1)).toContainText("[Not Scored]");
});

test("a flyout has its own address, keeps the focus and gives it back", async ({ page }) => {
  await page.goto(`${list}?category=Identity`);
  const link = firstTitle(page);
  const title = await link.innerText();
  await link.focus();
  await page.keyboard.press("Enter");
  const flyout = page.getByRole("dialog");
  await expect(flyout.getByRole("heading", { level: 2 })).toHaveText(title);
  await expect(page).toHaveURL(/actions\/[^?]+\?category=Identity/);
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.querySelector("[role=dialog]")?.contains(document.activeElement) ?? false)).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(flyout).toHaveCount(0);
  await expect(page).toHaveURL(/actions\?category=Identity/);
  await expect(link).toBeFocused();
});

test("the flyout goes on to the next action of the list", async ({ page }) => {
  await page.goto(`${list}?category=Data`);
  await firstTitle(page).waitFor();
  const titles = await page.locator("[data-action]").allInnerTexts();
  await firstTitle(page).click();
  await page.getByRole("button", { name: "Next action in the list" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { level: 2 })).toHaveText(titles[1] ?? "");
  await page.getByRole("button", { name: "Previous action in the list" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { level: 2 })).toHaveText(titles[0] ?? "");
});

test("affected entities are named, filtered, searched and paged, with the values that were read", async ({ page }) => {
  await page.goto(`${list}/MFARegistrationV2`);
  await page.getByRole("tab", { name: /Affected users/ }).click();
  const rows = page.getByRole("dialog").getByRole("row");
  await expect(rows).toHaveCount(51);
  await expect(page.getByRole("columnheader")).toContainText(["Name", "Outcome", "User principal name", "Enabled", "Sign-in methods", "Last sign-in"]);
  await page.getByRole("button", { name: /^Next$/ }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(page.getByText("51–100 of 412")).toBeVisible();
  await page.getByRole("button", { name: /^Unknown/ }).click();
  await expect(page).toHaveURL(/tab=entities&outcome=unknown/);
  await expect(rows.nth(1)).toContainText("a value that is not known");
  await page.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("håkon");
  await expect(page).toHaveURL(/find=h%C3%A5kon/);
  await expect(rows.nth(1)).toContainText("Håkon");
});

test("text from a source stays text", async ({ page }) => {
  await page.goto(`${list}/MFARegistrationV2?tab=entities&find=onerror`);
  await expect(page.getByText('<img src=x onerror="alert(1)">').first()).toBeVisible();
  expect(await page.locator("img[src=x]").count()).toBe(0);
});

test("the history of an action tells what happened and who did it", async ({ page }) => {
  await page.goto(`${list}/scid_111?tab=history`);
  const table = page.getByRole("region", { name: "History of this action" });
  await expect(table.getByRole("columnheader")).toHaveText(["Date and time", "Activity", "Resulting points", "Attributed to"]);
  await expect(table).toContainText("points regressed");
  await expect(table).toContainText("System");
});

test("an action that does not exist says so", async ({ page, faults }) => {
  await page.goto(`${list}/none`);
  await expect(page.getByRole("dialog")).toContainText("There is nothing at this address");
  expect(faults.splice(0)).toEqual([expect.stringContaining("404")]);
});

for (const width of [320, 390, 700, 900, 1000, 1280, 1920]) {
  test(`nothing sticks out at ${String(width)} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [`/t/${contoso}/overview`, list, `${list}?group=product&category=Apps,Device`, `${list}/MFARegistrationV2?tab=entities`, `/t/${contoso}/identity`, `/t/${contoso}/access`, `/t/${contoso}/access?part=tokens&do=token`, `/t/${contoso}/audit`, "/signin"]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, path).toBeLessThanOrEqual(0);
    }
  });
}
