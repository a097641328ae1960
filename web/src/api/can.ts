// SPDX-License-Identifier: Apache-2.0

import { useSuspenseQuery } from "@tanstack/react-query";
import { sessionQuery, tenantsQuery } from "./queries";

/** Right is something that the server lets a person do; it decides again on every request. */
export type Right = "posture.read" | "people.read" | "reading.grant" | "people.manage" | "tokens.manage" | "audit.read";

/** Rights say what to show and what to hide. */
export interface Rights {
  /** In the organisation at hand. */
  here: (right: Right) => boolean;
  /** In all organisations. */
  everywhere: (right: Right) => boolean;
}

export function useRights(tenant: string): Rights {
  const { data: tenants } = useSuspenseQuery(tenantsQuery);
  const { data: session } = useSuspenseQuery(sessionQuery);
  return {
    here: (right) => tenants.find((t) => t.id === tenant)?.can.includes(right) ?? false,
    everywhere: (right) => session.can.includes(right),
  };
}
