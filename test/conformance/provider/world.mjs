// SPDX-License-Identifier: Apache-2.0

/** The resource that access tokens are for. */
export const audience = "api://securescore";

/** What one can ask for at that resource; client credentials ask for all that the application has. */
export const permissions = ["SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"];

/** World is who exists: accounts that sign in, applications that have tokens of their own, and the portal. */
export class World {
  constructor({ portal, accounts, applications }) {
    this.portal = { ...portal, redirect_uris: [], post_logout_redirect_uris: [] };
    this.accounts = new Map(Object.entries(accounts));
    this.applications = new Map(Object.entries(applications));
  }

  /** account returns the claims of one who signs in, by the name that is typed or by subject. */
  account(name) {
    const claims = this.accounts.get(name);
    return claims && { sub: name, ...claims };
  }

  /** claimNames lists every claim that an account has; a claim that is in no account at the start is never given out. */
  claimNames() {
    const names = new Set(["sub", "tid", "oid", "wids", "roles", "groups", "name", "preferred_username", "upn", "email", "hasgroups"]);
    for (const claims of this.accounts.values()) {
      Object.keys(claims).forEach((name) => names.add(name));
    }
    return [...names];
  }

  /** client returns what the provider knows about a client, undefined for none. */
  client(id) {
    if (id === this.portal.client_id) {
      return {
        ...this.portal,
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_basic",
      };
    }
    const application = this.applications.get(id);
    return (
      application && {
        client_id: id,
        client_secret: application.secret,
        redirect_uris: application.redirect_uris ?? [],
        grant_types: application.redirect_uris ? ["authorization_code", "client_credentials"] : ["client_credentials"],
        response_types: application.redirect_uris ? ["code"] : [],
        token_endpoint_auth_method: "client_secret_post",
      }
    );
  }
}
