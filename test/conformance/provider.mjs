// SPDX-License-Identifier: Apache-2.0

// An OpenID provider for tests, on loopback, with accounts and applications
// from a file. It prints one line of JSON when it answers, and ends with
// SIGTERM. README.md says how it is used.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { parseArgs } from "node:util";

// oidc-provider speaks of Node.js 22 for URL.parse alone; see README.md.
URL.parse ??= (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);

const { Provider } = await import("oidc-provider");
const { configuration } = await import("./provider/configuration.mjs");
const { controls } = await import("./provider/control.mjs");
const { pages } = await import("./provider/pages.mjs");
const { signer } = await import("./provider/signer.mjs");
const { World } = await import("./provider/world.mjs");

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    world: { type: "string", default: new URL("provider/world.json", import.meta.url).pathname },
    "redirect-uri": { type: "string", multiple: true, default: [] },
    "post-logout-redirect-uri": { type: "string", multiple: true, default: [] },
    "tls-cert": { type: "string" },
    "tls-key": { type: "string" },
  },
});

const secure = options["tls-cert"] !== undefined;
const server = secure
  ? https.createServer({ cert: readFileSync(options["tls-cert"]), key: readFileSync(options["tls-key"]) })
  : http.createServer();

await new Promise((listening, failed) => {
  server.once("error", failed);
  server.listen(Number(options.port), "127.0.0.1", listening);
});

const issuer = `${secure ? "https" : "http"}://127.0.0.1:${server.address().port}`;
const world = new World(JSON.parse(readFileSync(options.world, "utf8")));
world.portal.redirect_uris = options["redirect-uri"];
world.portal.post_logout_redirect_uris = options["post-logout-redirect-uri"];

const keys = signer(issuer);
const provider = new Provider(issuer, configuration(world, keys.jwk));
provider.use(controls(world, keys));
provider.use(pages(provider, world));
server.on("request", provider.callback());

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => process.exit(0));
}

console.log(JSON.stringify({ issuer, client_id: world.portal.client_id, client_secret: world.portal.client_secret }));
