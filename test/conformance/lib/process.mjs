// SPDX-License-Identifier: Apache-2.0

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

/** The root of the repository. */
export const root = resolve(import.meta.dirname, "../../..");

/** start runs a program and waits for the line of its output that find takes something from. What it writes to standard error comes with the refusal when it ends before. */
export async function start(program, args, find, { env = {} } = {}) {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const said = [];
  child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
  const found = new Promise((resolve, reject) => {
    child.once("error", reject);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const value = find(line);
      if (value) {
        resolve(value);
      }
    });
    ended.then(([code]) => reject(new Error(`${program} ${args.join(" ")} ended with ${code}: ${said.join("")}`)));
  });
  const leave = () => child.kill();
  process.once("exit", leave);
  return {
    value: await found,
    /** log is what the program wrote to standard error so far. */
    log: () => said.join(""),
    async stop() {
      process.off("exit", leave);
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** run runs a program to its end and returns its output; an exit code other than 0 is an error. */
export async function run(program, args, { env = {} } = {}) {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  const [out, err] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text) => err.push(text));
  const [code] = await ended;
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${err.join("")}`);
  }
  return out.join("");
}
