// SPDX-License-Identifier: Apache-2.0

import { contoso, expect, fabrikam, test } from "./fixture";

const overview = `/t/${contoso}/overview`;

test("the first page is the overview of the first organisation", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(overview);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Secure score");
  await expect(page).toHaveTitle(/Contoso Ltd/);
});

test("measured and credited points are apart, and add up to the score", async ({ page }) => {
  await page.goto(overview);
  const card = page.getByRole("region", { name: "Your score" });
  const value = async (name: string) => Number(await card.locator("dt", { hasText: name }).locator("+ dd").textContent());
  const [, earned = "", maximum = ""] = /([\d.]+) of ([\d.]+) points/.exec(await card.innerText()) ?? [];
  expect((await value("Measured")) + (await value("Credited"))).toBeCloseTo(Number(earned), 2);
  expect(Number(earned) + (await value("Opportunity"))).toBeCloseTo(Number(maximum), 2);
  await expect(card).toContainText(/Coverage \d/);
});

test("a category without actions says so and shows no percentage", async ({ page }) => {
  await page.goto(overview);
  const row = page.getByRole("region", { name: "Breakdown of points" }).getByRole("listitem").filter({ hasText: "Infrastructure" });
  await expect(row).toContainText("No actions in this part of the catalogue");
  await expect(row).not.toContainText("%");
});

test("an organisation that was never read shows a dash, not zero", async ({ page }) => {
  await page.goto(`/t/${fabrikam}/overview`);
  const card = page.getByRole("region", { name: "Your score" });
  await expect(card).toContainText("–");
  await expect(card).toContainText("Nothing has been assessed yet");
  await expect(card).not.toContainText("0%");
  await expect(page.getByText("Score never calculated")).toBeVisible();
});

test("each counter leads to exactly the actions that it counts", async ({ page }) => {
  await page.goto(overview);
  const tiles = page.getByRole("region", { name: "Actions to review" }).getByRole("link");
  await expect(tiles).toHaveCount(7);
  for (let i = 0; i < 7; i++) {
    const number = Number(/\d+/.exec(await tiles.nth(i).innerText())?.[0]);
    await tiles.nth(i).click();
    await expect(page.getByRole("search").getByRole("status")).toHaveText(`${String(number)} item${number === 1 ? "" : "s"}`);
    await page.goBack();
  }
});

test("the range is in the address, and the chart is a table too", async ({ page }) => {
  await page.goto(overview);
  await page.getByRole("button", { name: "30 days" }).click();
  await expect(page).toHaveURL(/days=30/);
  await page.reload();
  await expect(page.getByRole("button", { name: "30 days" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "View as table" }).click();
  const trend = page.getByRole("region", { name: "Score over time" }).last();
  await expect(trend.getByRole("row")).toHaveCount(31);
  await page.getByRole("button", { name: "Custom" }).click();
  await expect(page).toHaveURL(/from=2026-10-22&to=2026-11-20/);
  await page.getByLabel("From").fill("2026-11-11");
  await expect(page).toHaveURL(/from=2026-11-11/);
  await expect(trend.getByRole("row")).toHaveCount(11);
});

test("days on which nothing was known are gaps, not zeros", async ({ page }) => {
  await page.goto(`${overview}?from=2026-06-25&to=2026-07-10`);
  await page.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("row", { name: /2 Jul 2026/ })).toHaveText(/2 Jul 2026––/);
});

test("arrow keys move a cursor over the days and say what they hold", async ({ page }) => {
  await page.goto(`${overview}?days=30`);
  const chart = page.getByRole("slider", { name: /Score of each day/ });
  await chart.focus();
  await page.keyboard.press("Home");
  await expect(chart).toHaveAttribute("aria-valuetext", /^22 Oct 2026: Score [\d.]+%, Measured only [\d.]+%, Microsoft’s own [\d.]+%$/);
  await page.keyboard.press("ArrowRight");
  await expect(chart).toHaveAttribute("aria-valuetext", /^23 Oct 2026/);
  await page.keyboard.press("End");
  await expect(chart).toHaveAttribute("aria-valuetext", /^20 Nov 2026/);
});

test("the points can be broken down by product", async ({ page }) => {
  await page.goto(overview);
  await page.getByLabel("Break down by").selectOption("product");
  await expect(page).toHaveURL(/by=product/);
  await page.getByRole("link", { name: "Exchange Online", exact: true }).click();
  await expect(page).toHaveURL(/actions\?product=Exchange\+Online/);
});

test("a source says what it could not give, and why", async ({ page }) => {
  await page.goto(overview);
  await page.getByText("2 data sets missing").click();
  await expect(page.getByText("the permission DeviceManagementManagedDevices.Read.All is missing")).toBeVisible();
});

test("the theme can be chosen and is kept", async ({ page }) => {
  await page.goto(overview);
  const background = () => page.evaluate(() => getComputedStyle(document.querySelector(".fui-FluentProvider") ?? document.body).backgroundColor);
  const light = await background();
  await page.getByLabel("Theme").selectOption("dark");
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await expect.poll(background).toBe(dark);
});
