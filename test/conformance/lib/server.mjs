// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, start } from "./process.mjs";
import { certificate, dataFolder } from "./work.mjs";

const binary = join(root, "bin/securescore");

/** The sample organisation, the same in every data folder. */
export const tenant = "5a3c1e00-0000-4000-8000-000000000001";

/** Its Entra tenant, which is what answers and tokens name. */
export const entraTenant = "c0450000-5ec5-4c0e-9a3e-000000000001";

/** startServer serves a copy of the sample organisation over https, with further flags; provider, when there is one, vouches for people and programs in it. */
export async function startServer({ flags = [], provider } = {}) {
  const data = dataFolder();
  const args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--tls-cert", certificate("server.pem"), "--tls-key", certificate("server-key.pem")];
  if (provider) {
    args.push("--issuers", issuersFile(data, provider));
  }
  const { value, stop, log } = await start(binary, [...args, ...flags], (line) => /(https:\S+)\/signin#/.exec(line)?.[1]);
  return {
    url: value,
    data,
    stop,
    log,
    /** token makes an API token with the command that people use. */
    token: (role, scope, more = []) => makeToken(data, role, scope, more),
    reader: () => makeToken(data, "security-reader", "SecurityEvents.Read.All"),
    /** revoke ends a token by the id that it carries. */
    revoke: (token) => run(binary, ["token", "revoke", token.split("_")[1], "--data", data]),
    writer: () => makeToken(data, "security-administrator", "SecurityEvents.ReadWrite.All"),
  };
}

// JSON is YAML too.
function issuersFile(folder, provider) {
  const issuer = { id: "conformance", issuer: provider.issuer, entra: true, tenant, bearer: true, audience: ["api://securescore"] };
  const file = join(folder, "issuers.yaml");
  writeFileSync(file, JSON.stringify({ issuers: [issuer] }));
  return file;
}

async function makeToken(data, role, scope, more = ["--tenant", tenant]) {
  const output = await run(binary, ["token", "create", "--role", role, "--scope", scope, ...more, "--data", data]);
  return output.trimEnd().split("\n").at(-1);
}
