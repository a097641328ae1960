// SPDX-License-Identifier: Apache-2.0

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { request } from "@playwright/test";
import { command, directory, state } from "./server";

/** Starts the server, signs in with the link that it prints, and returns what stops it. */
export default async function setup(): Promise<() => Promise<void>> {
  const [program = "", ...args] = command;
  // A group of its own, so that what "go run" starts ends with it.
  const server = spawn(program, args, { cwd: directory, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const link = new URL(await firstLink(server));
  process.env["PORTAL_URL"] = link.origin;
  const context = await request.newContext({ baseURL: link.origin });
  const answer = await context.post("/api/session", { data: { token: link.hash.slice(1) } });
  if (!answer.ok()) {
    throw new Error(`sign in: ${String(answer.status())} ${await answer.text()}`);
  }
  mkdirSync(dirname(state), { recursive: true });
  await context.storageState({ path: state });
  await context.dispose();
  return async () => {
    const ended = new Promise<void>((done) => server.once("exit", () => done()));
    if (server.pid !== undefined) {
      process.kill(-server.pid, "SIGTERM");
    }
    await ended;
  };
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
