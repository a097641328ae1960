// SPDX-License-Identifier: Apache-2.0

// Makes what the tests share, a certificate and the sample organisation, then
// runs them: node run.mjs [FILE...]. A client takes its authorities from the
// environment when it starts, so that the tests cannot make the certificate.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, start } from "./lib/process.mjs";

const here = import.meta.dirname;
const work = mkdtempSync(join(tmpdir(), "securescore-conformance-"));

async function makeSample() {
  const data = join(work, "sample");
  mkdirSync(data);
  const server = await start(
    join(root, "bin/securescore"),
    ["serve", "--sample", "--listen", "127.0.0.1:0", "--data", data],
    (line) => line.includes("/signin#"),
  );
  await server.stop();
}

try {
  await Promise.all([run("go", ["run", "./test/conformance/cert", work]), makeSample()]);
  const named = process.argv.slice(2);
  const files = named.length > 0 ? named : readdirSync(join(here, "test")).map((name) => join(here, "test", name));
  const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", ...files], {
    stdio: "inherit",
    env: { ...process.env, CONFORMANCE_WORK: work, NODE_EXTRA_CA_CERTS: join(work, "ca.pem"), SSL_CERT_FILE: join(work, "ca.pem") },
  });
  [process.exitCode] = await once(tests, "exit");
} finally {
  rmSync(work, { recursive: true, force: true });
}
