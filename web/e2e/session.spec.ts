// SPDX-License-Identifier: Apache-2.0

import type { Page } from "@playwright/test";
import { contoso, expect, signInAs, test } from "./fixture";

test.use({ storageState: { cookies: [], origins: [] } });

const list = `/t/${contoso}/actions?q=safe+links`;
const pages = (page: Page) => page.getByRole("navigation", { name: "Pages" }).getByRole("link");

test("who is not signed in is led to an issuer and back to the same address", async ({ page, faults }) => {
  await page.goto(list);
  await expect(page).toHaveURL(`/signin?return=${encodeURIComponent(`/t/${contoso}/actions?q=safe%20links`).replaceAll("%2520", "%2B")}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expect(page.getByText("a one-time link works too")).toBeVisible();
  expect(faults.splice(0).every((f) => f.includes("401"))).toBe(true);
  await page.getByRole("link", { name: "Sign in with Example ID as Carla", exact: true }).click();
  await expect(page).toHaveURL(list);
  await expect(page.getByText("Carla Mendes")).toBeVisible();
});

test("an address that leads elsewhere is not taken along", async ({ page }) => {
  for (const hostile of ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example"]) {
    await page.goto(`/signin?return=${encodeURIComponent(hostile)}`);
    await expect(page.getByRole("link", { name: "Sign in with Example ID as Ada", exact: true })).toHaveAttribute("href", "/auth/signin/ada?return=%2F");
    await expect(page.getByRole("link", { name: "Go on" })).toHaveAttribute("href", "/");
  }
});

test("a one-time link that does not hold is refused, and its token leaves the address", async ({ page, faults }) => {
  await page.goto(`/signin#${"A".repeat(43)}`);
  await expect(page.getByRole("alert")).toContainText("has been used or is older than ten minutes");
  await expect(page).toHaveURL("/signin");
  expect(faults.splice(0).every((f) => f.includes("401"))).toBe(true);
});

test("an issuer that is down is said, with the request to look for", async ({ page }) => {
  await page.goto("/signin");
  await page.getByRole("link", { name: "Sign in with Example ID that is down" }).click();
  await expect(page).toHaveURL(/\/signin\?problem=unavailable&request=\w+/);
  const request = new URL(page.url()).searchParams.get("request") ?? "none";
  await expect(page.getByRole("alert")).toContainText("did not answer");
  await expect(page.getByRole("alert")).toContainText(request);
});

for (const [problem, words] of [["failed", "did not work"], ["removed", "was taken away"], ["unknown", "no such issuer"], ["<b>made up</b>", "did not work"]] as const) {
  test(`a sign-in that ended as ${problem} is explained`, async ({ page }) => {
    await page.goto(`/signin?problem=${encodeURIComponent(problem)}&request=R3Q`);
    await expect(page.getByRole("alert")).toContainText(words);
    await expect(page.getByRole("alert")).toContainText("request R3Q");
  });
}

test("a sign-in that was cancelled is no fault", async ({ page }) => {
  await page.goto("/signin?problem=cancelled&request=R3Q");
  await expect(page.getByText("The sign-in was cancelled.")).toBeVisible();
  await expect(page.getByText("R3Q")).toHaveCount(0);
});

test("signing out ends the session", async ({ page }) => {
  await signInAs(page, "carla");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/signin");
  expect((await page.request.get("/api/session")).status()).toBe(401);
});

test("signing out goes on to the issuer when it has a page for that", async ({ page }) => {
  await signInAs(page, "ada");
  await Promise.all([page.waitForRequest(/\/signin\?left=ada$/), page.getByRole("button", { name: "Sign out" }).click()]);
  await expect(page).toHaveURL("/signin");
  expect((await page.request.get("/api/session")).status()).toBe(401);
});

test("signing out that does not reach the server says so", async ({ page, faults }) => {
  await signInAs(page, "carla");
  await page.route("**/api/session", (route) => (route.request().method() === "DELETE" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("alert")).toHaveText("Signing out did not work. Try again.");
  expect(faults.splice(0).every((f) => f.includes("ERR_FAILED"))).toBe(true);
});

test("a session that ends while the page is open leads to sign-in and back", async ({ page, faults }) => {
  await signInAs(page, "carla", `/t/${contoso}/overview`);
  await page.context().clearCookies();
  await pages(page).filter({ hasText: "Audit log" }).click();
  await expect(page).toHaveURL(`/signin?return=${encodeURIComponent(`/t/${contoso}/audit`)}`);
  expect(faults.splice(0).every((f) => f.includes("401"))).toBe(true);
  await page.getByRole("link", { name: "Sign in with Example ID as Carla", exact: true }).click();
  await expect(page).toHaveURL(`/t/${contoso}/audit`);
});

test("who has no role anywhere is told what to do", async ({ page }) => {
  await signInAs(page, "dag");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No organisation to show");
  await expect(page.getByText("You are signed in as Dag Holm")).toBeVisible();
  await expect(page.getByText("Ask an administrator to give you a role")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/signin");
});

test("a reader sees who has access, and no button that would be refused", async ({ page }) => {
  await signInAs(page, "carla", `/t/${contoso}/access`);
  await expect(pages(page)).toHaveText(["Overview", "Improvement actions", "Identity", "Access", "Audit log"]);
  await expect(page.getByRole("rowheader", { name: /Ada Lindqvist/ })).toBeVisible();
  await expect(page.getByRole("tab")).toHaveText(["People"]);
  await expect(page.getByRole("table").getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Invite a person" })).toHaveCount(0);
});

test("an administrator of one product gives reading only, and reads no audit log", async ({ page, faults }) => {
  await signInAs(page, "bram", `/t/${contoso}/access`);
  await expect(pages(page)).toHaveText(["Overview", "Improvement actions", "Identity", "Access"]);
  await page.getByRole("button", { name: "Give a role to Carla Mendes" }).click();
  const choices = await page.getByLabel("Role", { exact: true }).getByRole("option").allInnerTexts();
  expect(choices).toContain("Helpdesk Administrator – reads");
  expect(choices.filter((c) => c.includes("changes"))).toEqual([]);
  await expect(page.getByLabel("In all organisations")).toHaveCount(0);
  await page.goto(`/t/${contoso}/audit`);
  await expect(page.getByText("Not allowed")).toBeVisible();
  await page.goto(`/t/${contoso}/access?part=tokens`);
  await expect(page.getByText("Not allowed")).toBeVisible();
  expect(faults.splice(0).every((f) => f.includes("403"))).toBe(true);
});
