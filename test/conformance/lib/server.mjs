// SPDX-License-Identifier: Apache-2.0

import { join } from "node:path";
import { root, run, start } from "./process.mjs";
import { certificate, dataFolder } from "./work.mjs";

const binary = join(root, "bin/securescore");

/** The sample organisation, the same in every data folder. */
export const tenant = "5a3c1e00-0000-4000-8000-000000000001";

/** startServer serves a copy of the sample organisation over https, with further flags. */
export async function startServer({ flags = [] } = {}) {
  const data = dataFolder();
  const args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--tls-cert", certificate("server.pem"), "--tls-key", certificate("server-key.pem")];
  const { value, stop, log } = await start(binary, [...args, ...flags], (line) => /(https:\S+)\/signin#/.exec(line)?.[1]);
  return {
    url: value,
    data,
    stop,
    log,
    /** token makes an API token with the command that people use. */
    token: (role, scope, more = []) => makeToken(data, role, scope, more),
    reader: () => makeToken(data, "security-reader", "SecurityEvents.Read.All"),
    writer: () => makeToken(data, "security-administrator", "SecurityEvents.ReadWrite.All"),
  };
}

async function makeToken(data, role, scope, more = ["--tenant", tenant]) {
  const output = await run(binary, ["token", "create", "--role", role, "--scope", scope, ...more, "--data", data]);
  return output.trimEnd().split("\n").at(-1);
}
