// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { contoso, expect, test } from "./fixture";

const audit = `/t/${contoso}/audit`;
const rows = (page: Page) => page.getByRole("region", { name: "Audit log" }).getByRole("row");

test("a role that was given is told with who, when, what and why", async ({ page }) => {
  await page.goto(`${audit}?event=role.granted&actor=operator`);
  const entry = rows(page).filter({ hasText: "Bram de Wit" }).first();
  await expect(entry).toContainText("root");
  await expect(entry).toContainText("Command line");
  await expect(entry).toContainText("Role given");
  await expect(entry).toContainText("Done");
  await expect(entry.getByRole("term").filter({ hasText: "Role" }).locator("+ dd")).toHaveText("exchange-administrator");
  await expect(entry).toContainText("Security team");
  await expect(entry.locator("time")).toHaveAttribute("title", "20 Nov 2026, 15:00:00 UTC");
});

test.describe("in another time zone", () => {
  test.use({ timezoneId: "Asia/Tokyo" });
  test("times are the reader’s own, and UTC is at hand", async ({ page }) => {
    await page.goto(`${audit}?from=2026-11-21&event=role.granted`);
    await expect(rows(page).locator("time").first()).toHaveText("21 Nov 2026, 00:00:00");
    await expect(rows(page).locator("time").first()).toHaveAttribute("title", "20 Nov 2026, 15:00:00 UTC");
    await page.getByLabel("To", { exact: true }).fill("2026-11-21");
    await expect(page).toHaveURL(/to=2026-11-21/);
    await expect(rows(page).locator("time").first()).toBeVisible();
    await page.goto(`${audit}?from=yesterday&event=role.granted`);
    await expect(rows(page).locator("time").first()).toBeVisible(); // no day, no filter
    await page.goto(`${audit}?to=2026-11-20`);
    await expect(page.getByText("Nothing matches.")).toBeVisible();
  });
});

test("filters live in the address", async ({ page }) => {
  await page.goto(audit);
  await page.getByLabel("Event").selectOption({ label: "New API token" });
  await expect(page).toHaveURL(`${audit}?event=token.created`);
  await expect(rows(page).nth(1)).toContainText("New API token");
  await expect(rows(page).filter({ hasText: "Sign-in" })).toHaveCount(0);
  await page.getByLabel("Who").selectOption({ label: "Operator" });
  await expect(page).toHaveURL(/actor=operator/);
  await page.reload();
  await expect(page.getByLabel("Event")).toHaveValue("token.created");
  await expect(page.getByLabel("Who")).toHaveValue("operator");
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(page).toHaveURL(audit);
  await page.goto(`${audit}?event=something.newer`);
  await expect(page.getByLabel("Event")).toHaveValue("something.newer");
  await expect(page.getByText("Nothing matches.")).toBeVisible();
});

test("a name leads to all that this one did", async ({ page }) => {
  await page.goto(`${audit}?event=token.created`);
  await page.getByRole("link", { name: "root" }).first().click();
  await expect(page).toHaveURL(/event=token.created&actor=operator/);
  await expect(page.getByLabel("Who")).toHaveValue("operator");
});

test("more is loaded page by page, and nothing twice", async ({ page }) => {
  for (let i = 0; i < 60; i++) {
    expect((await page.request.get(`/api/tenants/${contoso}/audit.jsonl`)).ok()).toBe(true);
  }
  await page.goto(`${audit}?event=audit.exported`);
  await expect(rows(page)).toHaveCount(51);
  await expect(page.getByText("50 entries so far")).toBeVisible();
  await page.getByRole("button", { name: "Load more" }).click();
  await expect.poll(() => rows(page).count()).toBeGreaterThan(60);
  const places = await rows(page).getByText(/^Entry [\d,]+ of/).allInnerTexts();
  expect(new Set(places).size).toBe(places.length);
  const numbers = places.map((p) => Number(/[\d,]+/.exec(p)?.[0].replaceAll(",", "")));
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
});

test("the whole log can be taken along as JSON lines", async ({ page }) => {
  await page.goto(audit);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export all as JSON lines" }).click()]);
  expect(download.suggestedFilename()).toBe("audit.jsonl");
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toContain("role.granted");
});

test("an attempt without the right to it is kept", async ({ page, browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL ?? "", storageState: { cookies: [], origins: [] } });
  await context.request.get("/auth/signin/carla?return=/");
  expect((await context.request.get(`/api/tenants/${contoso}/tokens`)).status()).toBe(403);
  await context.close();
  await page.goto(`${audit}?event=access.refused`);
  const entry = rows(page).filter({ hasText: "Manage API tokens" }).first();
  await expect(entry).toContainText("Carla Mendes");
  await expect(entry).toContainText("from 127.0.0.1");
  await expect(entry).toContainText("Refused");
});
