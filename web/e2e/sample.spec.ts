// SPDX-License-Identifier: Apache-2.0

import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixture";

// These tests drive the real program with the sample organisation in a real
// database: npm run e2e:sample. What they look for is true of any history.

const tenant = "5a3c1e00-0000-4000-8000-000000000001";

type Part = { name: string; score: { earned: number; maximum: number; percent: number } };
type Overview = { score: { earned: number; maximum: number; percent: number }; coverage: { percent: number }; categories: Part[]; products: Part[] };

async function overview(page: Page): Promise<Overview> {
  const answer = await page.request.get(`/api/tenants/${tenant}/overview`);
  expect(answer.ok()).toBe(true);
  return (await answer.json()) as Overview;
}

const hundredths = (points: number): number => Math.round(points * 100);
const sum = (parts: Part[], of: "earned" | "maximum"): number => parts.reduce((total, part) => total + hundredths(part.score[of]), 0);

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    test("the overview adds up to the hundredth and is accessible", async ({ page }) => {
      await page.goto(`/t/${tenant}/overview`);
      const o = await overview(page);
      await expect(page.getByText(`${o.score.percent}%`).first()).toBeVisible();
      await expect(page.getByText(`Coverage ${o.coverage.percent}%.`)).toBeVisible();
      await expect(page.getByText("This organisation was made by code.")).toBeVisible();
      for (const parts of [o.categories, o.products]) {
        expect(sum(parts, "earned")).toBe(hundredths(o.score.earned));
        expect(sum(parts, "maximum")).toBe(hundredths(o.score.maximum));
      }
      expect(o.coverage.percent).toBeGreaterThan(90);
      await expectAccessible(page);
      await page.screenshot({ path: `test-results/sample/overview-${theme}.png`, fullPage: true });
    });

    test("an action names the people behind its points", async ({ page }) => {
      await page.goto(`/t/${tenant}/actions`);
      await page.getByRole("searchbox").fill("multifactor authentication is enabled for all users");
      await page.getByRole("link", { name: "Ensure multifactor authentication is enabled for all users", exact: true }).click();
      await page.getByRole("tab", { name: /^Affected users/ }).click();
      await expect(page.getByText(/@(contoso|fabrikam)\.example/).first()).toBeVisible();
      await page.getByRole("tab", { name: /^History/ }).click();
      await expect(page.getByText(/points (achieved|regressed)/).first()).toBeVisible();
      await expectAccessible(page);
      await page.screenshot({ path: `test-results/sample/action-${theme}.png` });
    });
  });
}

test("a year of history ends at the score of today", async ({ page }) => {
  const answer = await page.request.get(`/api/tenants/${tenant}/history?days=396`);
  const { days } = (await answer.json()) as { days: { day: string; score?: { earned: number; maximum: number } }[] };
  const last = days.at(-1);
  const o = await overview(page);
  expect(last?.score?.earned).toBe(o.score.earned);
  expect(last?.score?.maximum).toBe(o.score.maximum);
  expect(days.filter((d) => d.score).length).toBeGreaterThan(380);
});

test("the identity view has the number of the overview", async ({ page }) => {
  const row = (await overview(page)).categories.find((c) => c.name === "Identity");
  const answer = await page.request.get(`/api/tenants/${tenant}/categories/Identity?days=30`);
  const view = (await answer.json()) as { score: object; trend: { day: string; score?: { earned: number; maximum: number; percent: number } }[]; actions: { category: string }[] };
  expect(view.score).toEqual(row?.score);
  expect(view.trend.at(-1)?.score).toEqual({ earned: row?.score.earned, maximum: row?.score.maximum, percent: row?.score.percent });
  expect(new Set(view.actions.map((a) => a.category))).toEqual(new Set(["Identity"]));
  await page.goto(`/t/${tenant}/identity`);
  await expect(page.getByRole("region", { name: "Identity score" }).getByText(`${String(row?.score.percent)}%`, { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("what is not there is said plainly", async ({ page, faults }) => {
  const answer = await page.request.get(`/api/tenants/${tenant}/actions/no_such_action`);
  expect(answer.status()).toBe(404);
  expect(((await answer.json()) as { code: string }).code).toBe("itemNotFound");
  expect(faults).toEqual([]);
});
