// SPDX-License-Identifier: Apache-2.0

import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const catalogue = JSON.parse(readFileSync(resolve(root, "i18n/en.json"), "utf8")) as Record<string, string>;
const source = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
  .map((name) => readFileSync(resolve(root, name), "utf8"))
  .join("\n");

// That each message can be read is checked by the build, which parses them.
test("all messages are asked for somewhere", () => {
  const words = new Set([...source.matchAll(/"([A-Za-z0-9.]+)"/g)].map(([, id]) => id));
  const patterns = [...source.matchAll(/`([a-zA-Z0-9]+\.[^`\s]*\$\{[^`\s]*)`/g)].map(([, id = ""]) => new RegExp(`^${id.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "[A-Za-z0-9]+")}$`));
  const unused = Object.keys(catalogue).filter((id) => !words.has(id) && !patterns.some((p) => p.test(id)));
  expect(unused).toEqual([]);
});
