// SPDX-License-Identifier: Apache-2.0

import type { QueryClient } from "@tanstack/react-query";
import { Outlet, createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { actionQuery, actionsQuery, auditQuery, categoryQuery, overviewQuery, peopleQuery, sessionQuery, tenantsQuery } from "./api/queries";
import { parseAccessSearch } from "./pages/access/search";
import { parseActionSearch } from "./pages/actions/search";
import { parseDetailSearch } from "./pages/action/search";
import { auditParams, parseAuditSearch } from "./pages/audit/search";
import { ErrorPage } from "./pages/ErrorPage";
import { HomePage } from "./pages/HomePage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { OverviewPage } from "./pages/overview/OverviewPage";
import { parseOverviewSearch } from "./pages/overview/search";
import { parseSignInSearch } from "./pages/signin";
import { SignInPage } from "./pages/SignInPage";
import { TenantFrame } from "./pages/TenantFrame";
import { parseRange, rangeParams } from "./pages/trend/range";
import { paths } from "./paths";
import { only, parseSearch, stringifySearch } from "./search";

interface Context {
  client: QueryClient;
}

/** Alone is a page without the frame of an organisation. */
function Alone({ page }: { page: ReactNode }) {
  return <main>{page}</main>;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: () => <Alone page={<NotFoundPage />} />, errorComponent: ({ error }) => <Alone page={<ErrorPage error={error} />} /> });

const signIn = createRoute({ getParentRoute: () => root, path: paths.signIn, validateSearch: only(parseSignInSearch), component: SignInPage });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: async ({ context }) => {
    // Anew: somebody who waits for a role loads this page again.
    const [tenants] = await Promise.all([context.client.fetchQuery({ ...tenantsQuery, staleTime: 0 }), context.client.ensureQueryData(sessionQuery)]);
    const first = tenants[0];
    if (first) {
      throw redirect({ to: paths.overview, params: { tenant: first.id }, replace: true });
    }
  },
  component: () => <Alone page={<HomePage />} />,
  errorComponent: ({ error }) => <Alone page={<ErrorPage error={error} />} />,
});

const tenant = createRoute({
  getParentRoute: () => root,
  path: "/t/$tenant",
  loader: ({ context }) => Promise.all([context.client.ensureQueryData(tenantsQuery), context.client.ensureQueryData(sessionQuery)]),
  component: TenantFrame,
  errorComponent: ({ error }) => <Alone page={<ErrorPage error={error} />} />,
  notFoundComponent: NotFoundPage,
});

const overview = createRoute({
  getParentRoute: () => tenant,
  path: "overview",
  validateSearch: only(parseOverviewSearch),
  loaderDeps: ({ search }) => rangeParams(search),
  loader: ({ context, params, deps }) => void context.client.prefetchQuery(overviewQuery(params.tenant, deps)),
  component: OverviewPage,
});

const actions = createRoute({
  getParentRoute: () => tenant,
  path: "actions",
  validateSearch: parseActionSearch,
  loader: ({ context, params }) => void context.client.prefetchQuery(actionsQuery(params.tenant)),
  component: lazyRouteComponent(() => import("./pages/actions/ActionsPage"), "ActionsPage"),
});

const action = createRoute({
  getParentRoute: () => actions,
  path: "$id",
  validateSearch: parseDetailSearch,
  loader: ({ context, params }) => void context.client.prefetchQuery(actionQuery(params.tenant, params.id)),
  component: lazyRouteComponent(() => import("./pages/action/ActionFlyout"), "ActionFlyout"),
});

const identity = createRoute({
  getParentRoute: () => tenant,
  path: "identity",
  validateSearch: only(parseRange),
  loaderDeps: ({ search }) => rangeParams(search),
  loader: ({ context, params, deps }) => void context.client.prefetchQuery(categoryQuery(params.tenant, "Identity", deps)),
  component: lazyRouteComponent(() => import("./pages/identity/IdentityPage"), "IdentityPage"),
});

const access = createRoute({
  getParentRoute: () => tenant,
  path: "access",
  validateSearch: only(parseAccessSearch),
  loader: ({ context, params }) => void context.client.prefetchQuery(peopleQuery(params.tenant)),
  component: lazyRouteComponent(() => import("./pages/access/AccessPage"), "AccessPage"),
});

const audit = createRoute({
  getParentRoute: () => tenant,
  path: "audit",
  validateSearch: only(parseAuditSearch),
  loaderDeps: ({ search }) => auditParams(search),
  loader: ({ context, params, deps }) => void context.client.prefetchInfiniteQuery(auditQuery(params.tenant, deps)),
  component: lazyRouteComponent(() => import("./pages/audit/AuditPage"), "AuditPage"),
});

const tree = root.addChildren([signIn, home, tenant.addChildren([overview, actions.addChildren([action]), identity, access, audit])]);

export function createPortalRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
