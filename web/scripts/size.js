// SPDX-License-Identifier: Apache-2.0

// Measures what a reader loads, gzipped as the server does it, and fails above
// the budget: the first page, and all pages together.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = { first: 220_000, all: 300_000 };

const packed = (name) => gzipSync(readFileSync(`dist/assets/${name}`), { level: 9 }).length;
const page = readFileSync("dist/index.html", "utf8");
const first = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map(([, name]) => name);
const all = readdirSync("dist/assets");
const sum = (names) => names.reduce((total, name) => total + packed(name), 0);
const sizes = { first: sum(first), all: sum(all) };

let over = first.length === 0;
for (const [what, size] of Object.entries(sizes)) {
  console.log(`${what}: ${size} of ${budget[what]} bytes`);
  over ||= size > budget[what];
}
if (over) {
  console.error("over budget, or nothing was built");
  process.exit(1);
}
