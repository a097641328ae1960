// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "./client";

/** Outcome narrows the list of entities. */
export type Outcome = "pass" | "fail" | "unknown" | "exempt";

export interface RangeParams {
  days?: number;
  from?: string;
  to?: string;
}

export interface EntityParams {
  outcome?: Outcome;
  search?: string;
  offset: number;
  limit: number;
}

export const tenantsQuery = queryOptions({
  queryKey: ["tenants"],
  queryFn: async ({ signal }) => (await read(api.GET("/api/tenants", { signal }))).tenants,
});

export const overviewQuery = (tenant: string, query: RangeParams) =>
  queryOptions({
    queryKey: ["overview", tenant, query],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/overview", { params: { path: { tenant }, query }, signal })),
    // Another range of the same organisation: the old page stays until the new one is there.
    placeholderData: (previous, before) => (before?.queryKey[1] === tenant ? previous : undefined),
  });

export const actionsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["actions", tenant],
    queryFn: async ({ signal }) => (await read(api.GET("/api/tenants/{tenant}/actions", { params: { path: { tenant } }, signal }))).actions,
  });

export const actionQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ["action", tenant, id],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/actions/{id}", { params: { path: { tenant, id } }, signal })),
  });

export const entitiesQuery = (tenant: string, id: string, query: EntityParams) =>
  queryOptions({
    queryKey: ["entities", tenant, id, query],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/actions/{id}/entities", { params: { path: { tenant, id }, query }, signal })),
    placeholderData: keepPreviousData,
  });

export const actionHistoryQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ["action-history", tenant, id],
    queryFn: async ({ signal }) => (await read(api.GET("/api/tenants/{tenant}/actions/{id}/history", { params: { path: { tenant, id } }, signal }))).entries,
  });
