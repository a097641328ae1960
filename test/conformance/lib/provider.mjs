// SPDX-License-Identifier: Apache-2.0

import { resolve } from "node:path";
import { start } from "./process.mjs";
import { certificate } from "./work.mjs";

/** startProvider starts provider.mjs; over https unless told otherwise. */
export async function startProvider({ secure = true, redirects = [], afterLogout = [] } = {}) {
  const args = [resolve(import.meta.dirname, "../provider.mjs")];
  if (secure) {
    args.push("--tls-cert", certificate("server.pem"), "--tls-key", certificate("server-key.pem"));
  }
  redirects.forEach((uri) => args.push("--redirect-uri", uri));
  afterLogout.forEach((uri) => args.push("--post-logout-redirect-uri", uri));
  const { value, stop } = await start(process.execPath, args, (line) => line.startsWith("{") && JSON.parse(line));

  const control = async (method, path, body) => {
    const answer = await fetch(`${value.issuer}/control/${path}`, { method, body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  };
  return {
    issuer: value.issuer,
    clientId: value.client_id,
    clientSecret: value.client_secret,
    stop,
    /** sign makes a token of any claims with the provider's key. */
    sign: async (claims, header) => (await control("POST", "sign", { claims, header })).token,
    /** change lays over the portal, accounts or applications. */
    change: (what, body) => control("PUT", what, body),
  };
}
