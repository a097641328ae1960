// SPDX-License-Identifier: Apache-2.0

/** Every address of the portal is built here; a snapshot test pins them. */
export const paths = {
  signIn: "/signin",
  overview: "/t/$tenant/overview",
  actions: "/t/$tenant/actions",
  action: "/t/$tenant/actions/$id",
  identity: "/t/$tenant/identity",
  access: "/t/$tenant/access",
  audit: "/t/$tenant/audit",
} as const;
