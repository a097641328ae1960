// SPDX-License-Identifier: Apache-2.0

import { expect, identify, isCallback, overview, session, signIn, test, watch } from "./fixture";
import { run } from "./program";
import { address, data, issuer, oneTimeLink, tenant } from "./world";

test("a directory role opens the organisation that the issuer speaks for", async ({ page, context }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await page.getByRole("link", { name: `Sign in with ${issuer.title}` }).click();
  const [started] = await context.cookies(address("portal"));
  // Lax: it has to come along when the issuer sends the browser back.
  expect(started).toMatchObject({ name: "__Host-securescore-signin", httpOnly: true, secure: true, sameSite: "Lax", path: "/", domain: "localhost" });
  await identify(page, "security-reader");
  await expect(page).toHaveURL(overview);
  await expect(page.getByText("Rita Reader")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await context.cookies(address("portal"))).toEqual([
    expect.objectContaining({ name: "__Host-securescore", httpOnly: true, secure: true, sameSite: "Strict", path: "/", domain: "localhost" }),
  ]);
  const { tenants } = (await (await page.request.get("/api/tenants")).json()) as { tenants: { id: string; can: string[] }[] };
  expect(tenants.map((t) => t.id)).toEqual([tenant]);
  expect(tenants[0]?.can).toContain("posture.read");
  expect(tenants[0]?.can).not.toContain("status.edit");
});

test("without a role there is nothing to see", async ({ page }) => {
  await signIn(page, "no-role");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No organisation to show");
  await expect(page.getByText("You are signed in as Nora Nobody")).toBeVisible();
  expect((await page.request.get(`/api/tenants/${tenant}/overview`)).status()).toBe(404);
  expect(await (await page.request.get("/api/tenants")).json()).toMatchObject({ tenants: [] });
});

test("a role in another directory gives nothing here, and the issuer names nobody of that directory", async ({ page }) => {
  await signIn(page, "foreign-admin");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No organisation to show");
  const people = await run("bin/securescore", ["person", "list", "--data", data]);
  const listed = people.split("\n").find((line) => line.includes("Freya Foreign"));
  expect(listed).toContain(address("issuer"));
  expect(listed).not.toContain("entra:");
});

test("a group that is mapped gives its role", async ({ page }) => {
  await signIn(page, "in-group");
  await expect(page).toHaveURL(overview);
});

test("groups that the issuer could not list give nothing, even those it did", async ({ page }) => {
  await signIn(page, "in-too-many");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No organisation to show");
});

test("the operator comes by a one-time link and gives a role, which holds at once", async ({ page, browser, faults }) => {
  await signIn(page, "to-be-given");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No organisation to show");

  const machine = await browser.newContext({ baseURL: address("portal"), ignoreHTTPSErrors: true });
  await watch(machine, faults);
  const operator = await machine.newPage();
  await operator.goto(await oneTimeLink());
  await expect(operator.getByText("Operator (one-time link)")).toBeVisible();
  await operator.goto(`/t/${tenant}/access`);
  await operator.getByRole("button", { name: "Give a role to Gita Given" }).click();
  const dialog = operator.getByRole("dialog");
  await dialog.getByLabel("Role", { exact: true }).selectOption({ label: "Helpdesk Administrator – reads" });
  await dialog.getByRole("button", { name: "Give the role" }).click();
  await expect(operator.getByRole("row", { name: /Gita Given/ })).toContainText("Helpdesk Administrator");
  await machine.close();

  await page.goto("/");
  await expect(page).toHaveURL(overview);
  await page.goto(`/t/${tenant}/audit`);
  await expect(page.getByText("Not allowed")).toBeVisible();
});

test("a one-time link works once", async ({ page, context }) => {
  const link = await oneTimeLink();
  await page.goto(link);
  await expect(page).toHaveURL(overview);
  await context.clearCookies();
  await page.goto("/signin");
  await page.goto(link);
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("has been used or is older than ten minutes");
  expect(await session(context)).toBe(401);
});

test("signing out ends both sessions and comes back", async ({ page, context }) => {
  await signIn(page, "global-reader");
  const before = await context.cookies(address("portal"));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL((url) => url.origin === address("issuer"));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(`${address("portal")}/signin`);
  expect(await context.cookies(address("portal"))).toEqual([]);
  // Nor does the old cookie open anything, should somebody have kept it.
  await context.addCookies(before);
  expect(await session(context)).toBe(401);
  // The issuer asks again who it is.
  await page.getByRole("link", { name: `Sign in with ${issuer.title}` }).click();
  await expect(page.getByRole("textbox", { name: "Account" })).toBeVisible();
});

test("the issuer's session brings one back without a question, under a new session here", async ({ page, context }) => {
  await signIn(page, "global-reader");
  const [first] = await context.cookies(address("portal"));
  await context.clearCookies({ domain: "localhost" });
  await page.goto(overview);
  const back = page.waitForRequest((request) => isCallback(new URL(request.url())));
  await page.getByRole("link", { name: `Sign in with ${issuer.title}` }).click();
  await back;
  await expect(page).toHaveURL(overview);
  await expect(page.getByText("Greta Global")).toBeVisible();
  const [second] = await context.cookies(address("portal"));
  expect(second?.value).not.toBe(first?.value);
});

test("a sign-in that is cancelled is no fault", async ({ page, context }) => {
  await page.goto("/signin");
  await page.getByRole("link", { name: `Sign in with ${issuer.title}` }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("The sign-in was cancelled.")).toBeVisible();
  expect(await session(context)).toBe(401);
});
