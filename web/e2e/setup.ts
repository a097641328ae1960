// SPDX-License-Identifier: Apache-2.0

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import type { FullConfig, LaunchOptions } from "@playwright/test";
import { command, directory, state } from "./server";

/** Starts the server, signs in with the link that it prints, and returns what stops it. */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const [program = "", ...args] = command;
  // A group of its own, so that what "go run" starts ends with it.
  const server = spawn(program, args, { cwd: directory, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const link = new URL(await firstLink(server));
  process.env["PORTAL_URL"] = link.origin;
  await signIn(link, config.projects[0]?.use.launchOptions ?? {});
  return async () => {
    const ended = new Promise<void>((done) => server.once("exit", () => done()));
    if (server.pid !== undefined) {
      process.kill(-server.pid, "SIGTERM");
    }
    await ended;
  };
}

/** Opens the link as a person does, and keeps the session for all tests. */
async function signIn(link: URL, options: LaunchOptions): Promise<void> {
  const browser = await chromium.launch(options);
  const page = await browser.newPage();
  await page.goto(link.href);
  await page.waitForURL(/\/overview$/);
  mkdirSync(dirname(state), { recursive: true });
  await page.context().storageState({ path: state });
  await browser.close();
}

function firstLink(server: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    server.once("exit", (code) => failed(new Error(`the server ended with ${String(code)} before it printed a link`)));
    if (server.stdout) {
      createInterface({ input: server.stdout }).on("line", (line) => {
        const link = /https?:\/\/\S+\/signin#\S+/.exec(line);
        if (link) {
          found(link[0]);
        }
      });
    }
  });
}
