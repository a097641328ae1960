// SPDX-License-Identifier: Apache-2.0

import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";
import { loggedOut, logout, refusal } from "./pages.mjs";
import { audience, permissions } from "./world.mjs";

// Entra names a permission in a request with the resource in front, and all of
// an application's permissions by the word ".default".
const scopes = [...permissions, ".default"].map((name) => `${audience}/${name}`);

/** configuration makes the settings of oidc-provider for a world and a signing key. */
export function configuration(world, jwk) {
  const memory = createMemoryAdapter();
  return {
    adapter: (model) => (model === "Client" ? { find: async (id) => world.client(id) } : memory(model)),
    jwks: { keys: [jwk] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: world.claimNames() },
    scopes: ["openid", "profile", "email", "offline_access"],
    conformIdTokenClaims: false,
    responseTypes: ["code"],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: logout, postLogoutSuccessSource: loggedOut },
      resourceIndicators: { enabled: true, defaultResource, getResourceServerInfo, useGrantedResource: () => true },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, name) => {
      const claims = world.account(name);
      return claims && { accountId: name, claims: () => claims };
    },
    loadExistingGrant: grantAll,
    extraTokenClaims: (_, token) => extraClaims(world, token),
    formats: { customizers: { jwt: likeEntra } },
    ttl: { AccessToken: 3600, ClientCredentials: 3600, IdToken: 3600, Session: 86400, Grant: 86400, Interaction: 3600 },
    renderError: refusal,
  };
}

// A request for a permission, or for a token of one's own, is one for our
// resource; a sign-in alone is not.
function defaultResource(ctx) {
  const asked = ctx.oidc.params?.scope ?? "";
  return asked.includes(audience) ? audience : undefined;
}

function getResourceServerInfo() {
  return { scope: scopes.join(" "), audience, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } };
}

// Nobody is asked for consent: an administrator gave it.
async function grantAll({ oidc }) {
  const existing = oidc.session.grantIdFor(oidc.client.clientId);
  if (existing) {
    return oidc.provider.Grant.find(existing);
  }
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid profile email offline_access");
  grant.addResourceScope(audience, scopes.join(" "));
  await grant.save();
  return grant;
}

function extraClaims(world, token) {
  if (token.kind === "ClientCredentials") {
    return { idtyp: "app", ...world.applications.get(token.clientId)?.claims };
  }
  const { sub: _, ...claims } = world.account(token.accountId);
  return claims;
}

// The permissions of a person stand in scp, without the resource; the client
// in azp.
function likeEntra(_, token, jwt) {
  const { scope, client_id: client, ...payload } = jwt.payload;
  const granted = (scope ?? "").split(" ").map((name) => name.slice(audience.length + 1));
  const named = granted.filter((name) => permissions.includes(name));
  jwt.payload = { ...payload, azp: client, ver: "2.0", nbf: payload.iat };
  if (token.kind !== "ClientCredentials") {
    jwt.payload.scp = (granted.includes(".default") ? permissions : named).join(" ");
  }
}
