// SPDX-License-Identifier: Apache-2.0

import { rmSync } from "node:fs";
import { parse } from "@formatjs/icu-messageformat-parser";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// dist/placeholder.html is committed, so that the binary builds without a
// portal: only what a build makes is cleared.
const clearAssets: Plugin = {
  name: "clear-assets",
  apply: "build",
  buildStart: () => rmSync("dist/assets", { recursive: true, force: true }),
};

// Messages are parsed here, so that the parser need not be loaded by readers.
const icuMessages: Plugin = {
  name: "icu-messages",
  enforce: "pre",
  transform(code, id) {
    if (!/\/src\/i18n\/[a-z]+\.json$/.test(id)) {
      return null;
    }
    const source = JSON.parse(code) as Record<string, string>;
    const parsed = Object.fromEntries(Object.entries(source).map(([key, text]) => [key, parse(text)]));
    return { code: JSON.stringify(parsed), map: null };
  },
};

export default defineConfig({
  plugins: [react(), clearAssets, icuMessages],
  resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: "@formatjs/icu-messageformat-parser/no-parser.js" }] },
  build: {
    emptyOutDir: false,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    // What the first page loads anyhow is one file: it packs better than many.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
