// SPDX-License-Identifier: Apache-2.0

import graph from "@microsoft/microsoft-graph-client";

export const { BatchRequestContent, BatchResponseContent, GraphError, PageIterator } = graph;

/** What every PATCH must name. */
export const vendorInformation = { provider: "SecureScore", vendor: "Microsoft" };

/** connect makes Microsoft's client for a server; only the base URL is ours. */
export function connect(server, token, more = {}) {
  return graph.Client.init({
    baseUrl: `${server.url}/`,
    customHosts: new Set(["127.0.0.1"]),
    authProvider: (done) => done(null, token),
    ...more,
  });
}

/** all follows the links to the end and returns every page. */
export async function all(client, request) {
  const pages = [await request.get()];
  for (let link; (link = pages.at(-1)["@odata.nextLink"]) !== undefined; ) {
    pages.push(await client.api(link).get());
  }
  return pages;
}

/** refusal is the error that a request ends with, which must be the client's own type. */
export async function refusal(request) {
  try {
    await request;
  } catch (error) {
    if (error instanceof GraphError) {
      return error;
    }
    throw error;
  }
  throw new Error("the request was not refused");
}

/** openProfile is an improvement action that a decision can be made on: nobody has, and points are missing. */
export async function openProfile(client, { skip = 0 } = {}) {
  const { value: [score] } = await client.api("/security/secureScores").top(1).get();
  const open = new Set(score.controlScores.filter((c) => c.scoreInPercentage < 100).map((c) => c.controlName));
  const profiles = (await all(client, client.api("/security/secureScoreControlProfiles"))).flatMap((page) => page.value);
  const found = profiles.filter((p) => open.has(p.id) && !p.id.startsWith("scid_") && state(p) === "Default" && p.controlStateUpdates.length === 1);
  if (found.length <= skip) {
    throw new Error(`the sample organisation has ${found.length} open actions without a decision, want more than ${skip}`);
  }
  return found[skip];
}

/** state is the one that holds: the last, as clients read it. */
export function state(profile) {
  return profile.controlStateUpdates.at(-1)?.state;
}
