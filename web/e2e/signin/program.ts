// SPDX-License-Identifier: Apache-2.0

import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { directory } from "../server";

/** A program that runs until it is stopped, and what was taken from its output. */
export interface Running {
  found: string;
  stop: () => Promise<void>;
}

/** start runs a program until it prints what the pattern matches, and takes its first group. */
export async function start(program: string, args: readonly string[], pattern: RegExp, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const found = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ${args.join(" ")} ended with ${String(code)}: ${said.join("")}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = pattern.exec(line);
      if (match) {
        resolve(match[1] ?? line);
      }
    });
  });
  return {
    found,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** run runs a program to its end and returns its output. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { cwd: directory })).stdout;
}
