// SPDX-License-Identifier: Apache-2.0

import { Button, Spinner, Title1, makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { asProblem } from "../../api/client";
import { auditQuery, peopleQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { useLinkStyles } from "../../ui/links";
import { ProblemBanner } from "../../ui/ProblemBanner";
import { useTableStyles } from "../../ui/table";
import { ErrorPage } from "../ErrorPage";
import { EntryRow } from "./EntryRow";
import { Filters } from "./Filters";
import { auditParams } from "./search";

const useStyles = makeStyles({
  head: { display: "flex", flexWrap: "wrap", alignItems: "baseline", justifyContent: "space-between", gap: tokens.spacingHorizontalL },
  text: { color: tokens.colorNeutralForeground2 },
  foot: { display: "flex", flexDirection: "column", alignItems: "center", gap: tokens.spacingVerticalM, marginTop: tokens.spacingVerticalM, color: tokens.colorNeutralForeground2 },
});

const route = getRouteApi("/t/$tenant/audit");

/** AuditPage shows who did what in an organisation, the newest first. */
export function AuditPage() {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text } = useFormat();
  const { tenant } = route.useParams();
  const search = route.useSearch();
  return (
    <>
      <title>{text("audit.documentTitle")}</title>
      <div className={styles.head}>
        <Title1 as="h1">{text("audit.title")}</Title1>
        <a className={links.link} href={`/api/tenants/${encodeURIComponent(tenant)}/audit.jsonl`} download>
          {text("audit.export")}
        </a>
      </div>
      <p className={styles.text}>{text("audit.text")}</p>
      <Filters tenant={tenant} search={search} />
      <Entries tenant={tenant} search={search} />
    </>
  );
}

function Entries({ tenant, search }: { tenant: string; search: ReturnType<typeof route.useSearch> }) {
  const styles = useStyles();
  const table = useTableStyles();
  const { text } = useFormat();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(auditQuery(tenant, auditParams(search)));
  const { data: list } = useQuery(peopleQuery(tenant));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  if (!data) {
    return <Spinner label={text("app.loading")} />;
  }
  const entries = data.pages.flatMap((page) => page.entries);
  return (
    <>
      {/* Focusable, so that it can be scrolled by keyboard. */}
      <section className={table.scroll} aria-label={text("audit.title")} tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              {(["when", "who", "what", "target", "details"] as const).map((c) => (
                <th key={c} scope="col" className={table.head}>
                  {text(`audit.${c}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((e) => (
              <EntryRow key={`${e.log} ${String(e.sequence)}`} entry={e} tenant={tenant} people={list?.people ?? []} />
            ))}
            {entries.length === 0 && (
              <tr>
                <td className={table.cell} colSpan={5}>
                  {text("audit.none")}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </section>
      <div className={styles.foot}>
        {error && <ProblemBanner problem={asProblem(error)} />}
        <span role="status">{text(hasNextPage ? "audit.count.more" : "audit.count", { count: entries.length })}</span>
        {hasNextPage && (
          <Button onClick={() => void fetchNextPage()} disabledFocusable={isFetchingNextPage}>
            {text("audit.more")}
          </Button>
        )}
      </div>
    </>
  );
}
