// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "@playwright/test";
import { directory } from "../server";
import { run, start } from "./program";
import { accounts, data, folder, issuer, site, tenant } from "./world";

const [certificate, key] = [join(folder, "server.pem"), join(folder, "server-key.pem")];

/** Starts an issuer and the real program with the sample organisation, both over https, and returns what stops them. */
export default async function setup(): Promise<() => Promise<void>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  await run("go", ["run", "./test/conformance/cert", folder]);
  const provider = await start(process.execPath, ["test/conformance/provider.mjs", "--tls-cert", certificate, "--tls-key", key], /^\{/);
  const client = JSON.parse(provider.found) as { issuer: string; client_id: string; client_secret: string };
  const issuers = join(folder, "issuers.yaml");
  const { client_id, client_secret, ...rest } = client;
  const mapping = [{ claim: "groups", value: "score-readers", role: "security-reader", tenant }];
  const configured = { ...issuer, ...rest, "client-id": client_id, "client-secret-env": "ISSUER_SECRET", entra: true, tenant, mapping };
  writeFileSync(issuers, JSON.stringify({ issuers: [configured] })); // JSON is YAML too
  const args = ["serve", "--sample", "--listen", "127.0.0.1:0", "--data", data, "--issuers", issuers, "--tls-cert", certificate, "--tls-key", key];
  const server = await start(join(directory, "bin/securescore"), args, /https:\/\/127\.0\.0\.1:(\d+)\/signin#/, {
    SSL_CERT_FILE: join(folder, "ca.pem"),
    ISSUER_SECRET: client_secret,
  });
  // The issuer is at 127.0.0.1: with another name the two are sites of their
  // own, as in real life, and cookies that are strict show whether they are.
  const portal = `https://localhost:${server.found}`;
  Object.assign(process.env, { [site.portal]: portal, [site.issuer]: client.issuer });
  const control = await request.newContext({ baseURL: client.issuer, ignoreHTTPSErrors: true });
  await control.put("/control/portal", { data: { redirect_uris: [`${portal}/auth/callback/${issuer.id}`], post_logout_redirect_uris: [`${portal}/signin`] } });
  await control.put("/control/accounts", { data: accounts });
  await control.dispose();
  return async () => {
    await Promise.all([server.stop(), provider.stop()]);
  };
}
