// SPDX-License-Identifier: Apache-2.0

import { Spinner, Title1, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Action } from "../../api/client";
import { actionsQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { useLinkStyles } from "../../ui/links";
import { ErrorPage } from "../ErrorPage";
import { ActionTable } from "./ActionTable";
import { AppliedFilters } from "./AppliedFilters";
import { ActionOrder } from "./order";
import type { ActionSearch } from "./search";
import { Toolbar } from "./Toolbar";
import type { Group, Labels } from "./view";
import { filterActions, groupActions, hiddenCount, sortActions } from "./view";

const useStyles = makeStyles({
  list: {
    marginTop: tokens.spacingVerticalM,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  none: { padding: tokens.spacingHorizontalXXL, textAlign: "center" },
  hidden: { margin: `${tokens.spacingVerticalM} 0 0`, color: tokens.colorNeutralForeground2 },
});

const route = getRouteApi("/t/$tenant/actions");

export function ActionsPage() {
  const { text } = useFormat();
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const { data, error } = useQuery(actionsQuery(tenant));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  return (
    <>
      <title>{text("actions.documentTitle")}</title>
      <Title1 as="h1">{text("actions.title")}</Title1>
      {data ? <List actions={data} search={search} tenant={tenant} /> : <Spinner label={text("app.loading")} />}
    </>
  );
}

/** useRows gives the groups of rows that the address asks for; without grouping one group without a name. */
function useRows(actions: readonly Action[], search: ActionSearch): { groups: Group[]; ids: string[]; labels: Labels } {
  const { text } = useFormat();
  const labels = useMemo<Labels>(() => ({ status: (s) => text(`status.${s}`) }), [text]);
  return useMemo(() => {
    const rows = sortActions(filterActions(actions, search, labels), search.sort ?? "rank", search.order === "desc", labels);
    const groups = search.group ? groupActions(rows, search.group) : [{ key: "", actions: rows }];
    return { groups, ids: groups.flatMap((g) => g.actions.map((a) => a.id)), labels };
  }, [actions, search, labels]);
}

function List({ actions, search, tenant }: { actions: readonly Action[]; search: ActionSearch; tenant: string }) {
  const styles = useStyles();
  const { text } = useFormat();
  const { groups, ids, labels } = useRows(actions, search);
  return (
    <ActionOrder value={ids}>
      <Toolbar actions={actions} search={search} shown={ids.length} labels={labels} />
      <AppliedFilters search={search} />
      <div className={styles.list}>
        {ids.length > 0 ? <ActionTable groups={groups} count={ids.length} search={search} tenant={tenant} /> : <p className={styles.none}>{text(actions.length === 0 ? "actions.empty" : "actions.none")}</p>}
      </div>
      <Hidden count={hiddenCount(actions, search, labels)} tenant={tenant} />
      <Outlet />
    </ActionOrder>
  );
}

function Hidden({ count, tenant }: { count: number; tenant: string }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text } = useFormat();
  return count === 0 ? null : (
    <p className={styles.hidden}>
      {text("actions.hidden", { count })}{" "}
      <Link className={mergeClasses(links.link, links.inText)} to={paths.actions} params={{ tenant }} search={(previous) => ({ ...previous, show: "all" as const })}>
        {text("actions.hidden.show")}
      </Link>
    </p>
  );
}
