// SPDX-License-Identifier: Apache-2.0

import { join, resolve } from "node:path";
import { run } from "./program";

/** Where the certificate, the configuration and the data of a run are. */
export const folder = resolve(import.meta.dirname, "../../test-results/signin");

/** Where the portal keeps what it knows. */
export const data = join(folder, "data");

/** The variables that setup.ts leaves the two addresses in. */
export const site = { portal: "SIGNIN_PORTAL", issuer: "SIGNIN_ISSUER" };

/** The issuer, as people see it. */
export const issuer = { id: "contoso", title: "Contoso staff" };

/** The sample organisation. */
export const tenant = "5a3c1e00-0000-4000-8000-000000000001";

const entra = { tid: "c0450000-5ec5-4c0e-9a3e-000000000001", wids: [] };
const person = (n: number, name: string) => ({ ...entra, oid: `d0000000-0000-4000-8000-00000000000${String(n)}`, name });
const elsewhere = { _claim_names: { groups: "src1" }, _claim_sources: { src1: { endpoint: "https://graph.example/getMemberObjects" } } };

/** Accounts that the issuer has besides those of its own world. */
export const accounts = {
  "to-be-given": person(1, "Gita Given"),
  "in-group": { ...person(2, "Ines Group"), groups: ["score-readers"] },
  // A list that is said to be incomplete must not count even where it names the right group.
  "in-too-many": { ...person(3, "Olaf Overage"), groups: ["score-readers"], ...elsewhere },
};

/** address is one of the two sites, once setup.ts has started them. */
export function address(of: keyof typeof site): string {
  const url = process.env[site[of]];
  if (url === undefined) {
    throw new Error(`${site[of]} is not set: e2e/signin/setup.ts sets it`);
  }
  return url;
}

/** oneTimeLink is what the command for the operator prints, by the name that the tests use. */
export async function oneTimeLink(): Promise<string> {
  const printed = await run("bin/securescore", ["signin", "--data", data]);
  const token = /signin#(\S+)/.exec(printed)?.[1];
  if (token === undefined) {
    throw new Error(`there is no link in: ${printed}`);
  }
  return `${address("portal")}/signin#${token}`;
}
