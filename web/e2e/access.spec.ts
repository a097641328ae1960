// SPDX-License-Identifier: Apache-2.0

import type { Browser, Page } from "@playwright/test";
import { contoso, expect, expectAccessible, signInAs, test } from "./fixture";
import { address } from "./server";

const access = `/t/${contoso}/access`;
const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
const dialog = (page: Page) => page.getByRole("dialog");

/** invited makes a person of the test's own known, with no role. */
async function invited(page: Page, name: string): Promise<string> {
  const answer = await page.request.post(`/api/tenants/${contoso}/people`, { data: { issuer: "https://id.example.org", subject: `${name}-${String(Math.random())}`, name } });
  expect(answer.status()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function asEva(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: address(), storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await signInAs(page, "eva");
  return page;
}

test("people are listed with their roles, where these come from, and can be searched", async ({ page }) => {
  await page.goto(access);
  const ada = row(page, "Ada Lindqvist");
  await expect(ada).toContainText("ada@contoso.example");
  await expect(ada).toContainText("ada at https://id.example.org");
  await expect(ada).toContainText("Security Administrator");
  await expect(ada).toContainText("Given by the operator on 20 Nov 2026. Reason: Security team");
  await expect(row(page, "Dag Holm")).toContainText("No role here");
  await page.getByRole("searchbox").fill("global reader");
  await expect(page).toHaveURL(`${access}?q=global+reader`);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await page.reload();
  await expect(row(page, "Carla Mendes")).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await page.getByRole("searchbox").fill("no such person");
  await expect(page.getByText("Nobody matches.")).toBeVisible();
});

test("a person is invited, given a role, and the focus comes back", async ({ page }) => {
  await page.goto(access);
  await page.getByRole("button", { name: "Invite a person" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/do=invite/);
  await dialog(page).getByLabel("Issuer").fill("https://id.example.org");
  await dialog(page).getByLabel("Subject").fill(`grace-${String(Math.random())}`);
  await dialog(page).getByLabel("Name").fill("Grace Okafor");
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("heading")).toHaveText("Give Grace Okafor a role");
  await dialog(page).getByRole("button", { name: "Give the role" }).click();
  await expect(dialog(page)).toBeVisible(); // a role has to be chosen
  await dialog(page).getByLabel("Role", { exact: true }).selectOption({ label: "Security Reader – reads" });
  await dialog(page).getByLabel("Reason").fill("Audit of 2026");
  await dialog(page).getByRole("button", { name: "Give the role" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(page).toHaveURL(access);
  await expect(row(page, "Grace Okafor")).toContainText("Security Reader");
  await expect(row(page, "Grace Okafor")).toContainText("Reason: Audit of 2026");
  await expect(row(page, "Grace Okafor")).toContainText("Has never signed in");
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test("a role can be given in all organisations, and what is refused is explained", async ({ page, faults }) => {
  const id = await invited(page, "Hana Sato");
  await page.goto(`${access}?do=give&id=${id}`);
  await dialog(page).getByLabel("Role", { exact: true }).selectOption({ label: "Global Reader – reads" });
  await dialog(page).getByLabel("In all organisations").check();
  await dialog(page).getByRole("button", { name: "Give the role" }).click();
  await expect(row(page, "Hana Sato")).toContainText("Global Reader, in all organisations");
  await page.getByRole("button", { name: "Give a role to Hana Sato" }).click();
  await dialog(page).getByLabel("Role", { exact: true }).selectOption({ label: "Global Reader – reads" });
  await page.route("**/grants", async (route) => {
    await page.request.delete(`/api/people/${id}?confirm=true`);
    await route.continue();
  });
  await dialog(page).getByRole("button", { name: "Give the role" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("It was changed by somebody else");
  expect(faults.splice(0).every((f) => f.includes("409"))).toBe(true);
});

test("taking a role back warns of everything that ends with it", async ({ page, browser }) => {
  const eva = await asEva(browser);
  const ivo = await invited(page, "Ivo Novak");
  const given = await eva.request.post(`/api/tenants/${contoso}/grants`, { data: { person: ivo, role: "security-reader", reason: "", everywhere: false }, headers: { Origin: address() } });
  expect(given.status()).toBe(201);
  const made = await eva.request.post(`/api/tenants/${contoso}/tokens`, { data: { name: "Eva’s export", role: "security-reader", scope: "SecurityEvents.Read.All", days: 30 }, headers: { Origin: address() } });
  expect(made.status()).toBe(201);
  await eva.context().close();

  await page.goto(access);
  const button = page.getByRole("button", { name: "Take back Security Administrator of Eva Berg" });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toContainText("2 roles end and 1 API token ends at once:");
  await expect(dialog(page).getByRole("listitem")).toHaveText([
    /Security Administrator of Eva Berg in Contoso Ltd/, /Security Reader of Ivo Novak in Contoso Ltd/, /API token Eva’s export \(\S+\) of Contoso Ltd/,
  ]);
  await expect(dialog(page).getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/look/access-consequences.png" });
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect(row(page, "Ivo Novak")).toContainText("Security Reader");

  await page.keyboard.press("Enter");
  await dialog(page).getByRole("button", { name: "Take back" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, "Eva Berg")).toContainText("No role here");
  await expect(row(page, "Ivo Novak")).toContainText("No role here");
  await expect(page.getByRole("main")).toBeFocused(); // the button has gone
  await page.getByRole("tab", { name: "API tokens" }).click();
  await expect(row(page, "Eva’s export")).toContainText("Revoked");
});

test("a person is removed after a warning, and can be let in again", async ({ page }) => {
  await invited(page, "Jonas Weber");
  await page.goto(access);
  await page.getByRole("button", { name: "Remove Jonas Weber" }).click();
  await expect(dialog(page)).toContainText("Nothing else ends with this.");
  await dialog(page).getByRole("button", { name: "Remove" }).click();
  await expect(row(page, "Jonas Weber")).toContainText("Removed 20 Nov 2026");
  await expect(row(page, "Jonas Weber").getByRole("button")).toHaveText(["Let in again"]);
  await page.getByRole("button", { name: "Let in again: Jonas Weber" }).click();
  await expect(dialog(page).getByLabel("Name")).toHaveValue("Jonas Weber");
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  await expect(dialog(page).getByRole("heading")).toHaveText("Give Jonas Weber a role");
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(row(page, "Jonas Weber")).not.toContainText("Removed");
});

test("a token shows its secret once, is copied, and is revoked after a question", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(access);
  await page.getByRole("tab", { name: "API tokens" }).click();
  await expect(page).toHaveURL(`${access}?part=tokens`);
  await expect(row(page, "Nightly report")).toContainText("SecurityEvents.Read.All");
  await expect(row(page, "Nightly report")).toContainText("18 Feb 2027");
  await page.getByRole("button", { name: "Make a token" }).click();
  await expect(dialog(page).getByLabel("Days until it expires")).toHaveValue("90");
  await dialog(page).getByLabel("Name").fill("Dashboard");
  await dialog(page).getByLabel("Role", { exact: true }).selectOption({ label: "Security Reader – reads" });
  await expect(dialog(page).getByRole("option", { name: /ReadWrite/ })).toBeDisabled();
  await dialog(page).getByLabel("Days until it expires").fill("400");
  await dialog(page).getByRole("button", { name: "Make the token" }).click();
  await expect(dialog(page).getByRole("heading")).toHaveText("Make an API token"); // the days are too many
  await dialog(page).getByLabel("Days until it expires").fill("30");
  await dialog(page).getByRole("button", { name: "Make the token" }).click();
  await expect(dialog(page).getByRole("heading")).toHaveText("The token Dashboard was made");
  const field = dialog(page).getByLabel("Token", { exact: true });
  const secret = await field.inputValue();
  expect(secret).toMatch(/^sst_/);
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/look/token-secret.png" });
  await page.keyboard.press("Escape");
  await field.press("Enter");
  await expect(field).toHaveValue(secret); // neither of them closes it
  await dialog(page).getByRole("button", { name: "Copy" }).click();
  await expect(dialog(page).getByRole("status")).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  expect(page.url()).not.toContain(secret);
  await dialog(page).getByRole("button", { name: "I have kept it" }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);

  await page.getByRole("button", { name: "Revoke Dashboard" }).click();
  await expect(dialog(page)).toContainText("cannot sign in any more");
  await page.keyboard.press("Escape");
  await expect(row(page, "Dashboard")).toContainText("Holds");
  await page.getByRole("button", { name: "Revoke Dashboard" }).click();
  await dialog(page).getByRole("button", { name: "Revoke" }).click();
  await expect(row(page, "Dashboard")).toContainText("Revoked");
});

test("a token that a browser will not copy is marked for the keyboard", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("not allowed")) } });
  });
  await page.goto(`${access}?part=tokens&do=token`);
  await dialog(page).getByLabel("Name").fill("No clipboard");
  await dialog(page).getByLabel("Role", { exact: true }).selectOption({ label: "Global Reader – reads" });
  await dialog(page).getByRole("button", { name: "Make the token" }).click();
  await dialog(page).getByRole("button", { name: "Copy" }).click();
  await expect(dialog(page).getByRole("status")).toContainText("copy it with the keyboard");
  expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^sst_/);
});

test("the keyboard stays in a dialog", async ({ page }) => {
  await page.goto(access);
  await page.getByRole("button", { name: "Invite a person" }).click();
  await dialog(page).waitFor();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    // Between the last and the first control the browser's own bar has the focus.
    expect(await page.evaluate(() => document.activeElement === document.body || (document.querySelector("dialog")?.contains(document.activeElement) ?? false))).toBe(true);
  }
});

test("a name from an issuer stays text", async ({ page }) => {
  await invited(page, '<img src=x onerror="alert(1)">');
  await page.goto(access);
  await expect(page.getByText('<img src=x onerror="alert(1)">').first()).toBeVisible();
  expect(await page.locator("img[src=x]").count()).toBe(0);
});
