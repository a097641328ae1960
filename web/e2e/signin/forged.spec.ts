// SPDX-License-Identifier: Apache-2.0

import type { BrowserContext, Page } from "@playwright/test";
import { expect, identify, isCallback, overview, session, signIn, test, watch } from "./fixture";
import { address, issuer, tenant } from "./world";

const begin = `/auth/signin/${issuer.id}`;

async function expectRefused(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/signin\?problem=failed&request=[\w-]+$/);
  await expect(page.getByRole("alert")).toContainText("The sign-in did not work. Try again.");
}

test("an answer of the issuer is taken once", async ({ page, context }) => {
  const came = page.waitForRequest((request) => isCallback(new URL(request.url())));
  await signIn(page, "security-reader");
  const answer = (await came).url();
  await page.goto(answer);
  await expectRefused(page);
  await context.clearCookies();
  await page.goto(answer);
  await expectRefused(page);
  expect(await session(context)).toBe(401);
});

/** stolen begins a sign-in and returns the issuer's answer, which never arrives. */
async function stolen({ request }: BrowserContext): Promise<string> {
  const login = await request.get(`${address("portal")}${begin}`);
  const known = await request.post(login.url(), { form: { account: "security-admin" }, maxRedirects: 0 });
  const answered = await request.get(known.headers()["location"] ?? "", { maxRedirects: 0 });
  const answer = answered.headers()["location"] ?? "";
  expect(isCallback(new URL(answer)), answer).toBe(true);
  return answer;
}

test("an answer that arrives in another browser is refused, and worth nothing afterwards", async ({ page, context, browser, faults }) => {
  const answer = await stolen(context);
  const other = await browser.newContext({ baseURL: address("portal"), ignoreHTTPSErrors: true });
  await watch(other, faults);
  const victim = await other.newPage();
  await victim.goto(answer);
  await expectRefused(victim);
  expect(await session(other)).toBe(401);
  await other.close();
  await page.goto(answer);
  await expectRefused(page);
  expect(await session(context)).toBe(401);
});

test("an answer that is not the one to this sign-in is refused", async ({ context }) => {
  const refused = async (answer: string) => {
    const told = await context.request.get(answer, { maxRedirects: 0 });
    expect(told.headers()["location"], answer).toMatch(/^\/signin\?problem=failed&request=[\w-]+$/);
    expect(await session(context), answer).toBe(401);
  };
  for (const change of ["state", "code", "iss"]) {
    const answer = new URL(await stolen(context));
    answer.searchParams.set(change, `${answer.searchParams.get(change)?.slice(0, -1) ?? ""}_`);
    await refused(answer.href);
    await context.clearCookies();
  }
  const first = await stolen(context);
  await context.request.get(`${address("portal")}${begin}`, { maxRedirects: 0 });
  await refused(first);
});

test("an answer in order is taken, wherever the person wanted to be", async ({ page }) => {
  const wanted = `/t/${tenant}/actions?q=legacy`;
  await page.goto(`${begin}?return=${encodeURIComponent(wanted)}`);
  await identify(page, "security-reader");
  await expect(page).toHaveURL(wanted);
});

test("nobody is led to another site after a sign-in", async ({ page, context }) => {
  const visited: string[] = [];
  context.on("request", (request) => visited.push(new URL(request.url()).hostname));
  await signIn(page, "security-reader");
  for (const hostile of ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example"]) {
    const home = page.waitForRequest((request) => request.isNavigationRequest() && request.url() === `${address("portal")}/`);
    await page.goto(`${begin}?return=${encodeURIComponent(hostile)}`);
    await home;
    await expect(page).toHaveURL(overview);
  }
  expect(visited.filter((host) => !["localhost", "127.0.0.1"].includes(host))).toEqual([]);
});

test("a page of another site changes nothing here", async ({ page, context }) => {
  await signIn(page, "security-admin");
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${address("issuer")}/.well-known/openid-configuration`);
  // A form needs no leave from anybody.
  const posted = elsewhere.waitForResponse(`${address("portal")}/api/tenants/${tenant}/grants`);
  await elsewhere.evaluate((target) => {
    const form = Object.assign(document.createElement("form"), { method: "POST", action: target, enctype: "text/plain" });
    form.append(Object.assign(document.createElement("input"), { name: '{"person":"x","role":"global-administrator","reason":"', value: '"}' }));
    document.documentElement.append(form);
    form.submit();
  }, `${address("portal")}/api/tenants/${tenant}/grants`);
  expect((await posted).status()).toBe(403);
  await elsewhere.waitForURL(/\/grants$/);
  // A script that asks first is not answered.
  await elsewhere.goto(`${address("issuer")}/.well-known/openid-configuration`);
  const deleted = elsewhere.evaluate((target) => fetch(target, { method: "DELETE", credentials: "include" }), `${address("portal")}/api/session`);
  await expect(deleted).rejects.toThrow("Failed to fetch");
  expect(await session(context)).toBe(200);
});

// What browsers say of a request when a strict cookie does come along: from
// another port of this host, or from one that does not know such cookies.
test("a change is refused even when the cookie comes along", async ({ page, context }) => {
  await signIn(page, "security-admin");
  const sayings: Record<string, string>[] = [{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }, { Origin: "https://evil.example" }, { Origin: "null" }];
  for (const headers of sayings) {
    for (const [method, path] of [["DELETE", "/api/session"], ["POST", `/api/tenants/${tenant}/grants`], ["POST", "/api/session"]] as const) {
      const answer = await page.request.fetch(path, { method, headers, data: {} });
      expect(answer.status(), `${method} ${path} ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  expect(await session(context)).toBe(200);
});

test("every page says what it may load, and no script stands in one", async ({ page }) => {
  for (const path of ["/", "/signin", overview]) {
    const answer = await page.request.get(path);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe-");
    expect(await answer.text()).not.toMatch(/<script(?![^>]*\ssrc=)/);
  }
});
