// SPDX-License-Identifier: Apache-2.0

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { CategoryName } from "./client";
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

/** AuditParams narrow the audit log. */
export interface AuditParams {
  from?: string;
  to?: string;
  actor?: string;
  event?: string;
}

export const signInWaysQuery = queryOptions({
  queryKey: ["sign-in"],
  queryFn: ({ signal }) => read(api.GET("/api/signin", { signal })),
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => read(api.GET("/api/session", { signal })),
});

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

export const categoryQuery = (tenant: string, category: CategoryName, query: RangeParams) =>
  queryOptions({
    queryKey: ["category", tenant, category, query],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/categories/{category}", { params: { path: { tenant, category }, query }, signal })),
    placeholderData: (previous, before) => (before?.queryKey[1] === tenant && before.queryKey[2] === category ? previous : undefined),
  });

export const peopleQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["people", tenant],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/people", { params: { path: { tenant } }, signal })),
  });

export const tokensQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tokens", tenant],
    queryFn: ({ signal }) => read(api.GET("/api/tenants/{tenant}/tokens", { params: { path: { tenant } }, signal })),
  });

/** auditPage is how many entries of the audit log come at a time. */
const auditPage = 50;

export const auditQuery = (tenant: string, query: AuditParams) =>
  infiniteQueryOptions({
    queryKey: ["audit", tenant, query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => read(api.GET("/api/tenants/{tenant}/audit", { params: { path: { tenant }, query: { ...query, limit: auditPage, ...(pageParam !== "" && { after: pageParam }) } }, signal })),
    getNextPageParam: ({ next }) => (next === "" ? undefined : next),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
