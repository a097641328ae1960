// SPDX-License-Identifier: Apache-2.0

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { contoso, expect, test } from "./fixture";
import { directory } from "./server";

// npm run screenshot: the picture of the README.
test("picture of the overview", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(process.env["PORTAL_PATH"] ?? `/t/${contoso}/overview`);
  await page.getByRole("region", { name: "Top improvement actions" }).waitFor();
  await page.waitForLoadState("networkidle");
  const path = resolve(directory, "docs/overview.png");
  await page.screenshot({ path });
  expect(statSync(path).size).toBeLessThan(300_000);
});
