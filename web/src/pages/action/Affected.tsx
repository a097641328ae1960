// SPDX-License-Identifier: Apache-2.0

import { Button, SearchBox, Spinner, ToggleButton, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ChevronLeftRegular, ChevronRightRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { ActionDetail, Entity, EntityPage } from "../../api/client";
import type { Outcome } from "../../api/queries";
import { entitiesQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { reasonText, stateText } from "../../ui/reason";
import { Tag } from "../../ui/Tag";
import { Unknown } from "../../ui/Unknown";
import { ErrorPage } from "../ErrorPage";
import type { DetailSearch } from "./search";
import { outcomes, pageSize } from "./search";
import { valueText } from "./values";

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  search: { flexGrow: 1, minWidth: "180px", maxWidth: "320px", marginLeft: "auto", "@media (max-width: 640px)": { maxWidth: "none" } },
  scroll: { overflowX: "auto", borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}`, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  waiting: { opacity: 0.5 },
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: tokens.spacingHorizontalS, textAlign: "left", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap", backgroundColor: tokens.colorNeutralBackground2 },
  cell: { padding: tokens.spacingHorizontalS, borderTop: `1px solid ${tokens.colorNeutralStroke3}`, verticalAlign: "top", textAlign: "left", fontWeight: tokens.fontWeightRegular },
  time: { whiteSpace: "nowrap" },
  name: { minWidth: "160px", overflowWrap: "anywhere" },
  note: { display: "block", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  pager: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  text: { color: tokens.colorNeutralForeground2 },
});

const colors = { fail: "danger", unknown: "warning", exempt: "neutral", pass: "success" } as const;

/** Affected lists by name what the action looked at, with the values that were read. */
export function Affected({ detail, tenant, search }: { detail: ActionDetail; tenant: string; search: DetailSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const page = Number(search.page ?? "1");
  const { data, error, isPlaceholderData } = useQuery(
    entitiesQuery(tenant, detail.action.id, {
      offset: (page - 1) * pageSize,
      limit: pageSize,
      ...(search.outcome && { outcome: search.outcome }),
      ...(search.find !== undefined && { search: search.find }),
    }),
  );
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  return (
    <div className={styles.root}>
      <Bar detail={detail} search={search} />
      {data ? (
        <div className={mergeClasses(styles.root, isPlaceholderData && styles.waiting)}>
          {data.entities.length === 0 ? <None detail={detail} search={search} /> : <Table page={data} detail={detail} />}
          <Pager total={data.total} page={page} />
        </div>
      ) : (
        <Spinner label={text("app.loading")} />
      )}
    </div>
  );
}

function None({ detail, search }: { detail: ActionDetail; search: DetailSearch }) {
  const styles = useStyles();
  const format = useFormat();
  const { plural } = detail.entity;
  const reason = stateText(detail.action, format);
  if (search.find !== undefined || search.outcome !== undefined) {
    return <p className={styles.text}>{format.text("entities.none", { plural })}</p>;
  }
  return <p className={styles.text}>{reason === "" ? format.text("entities.empty", { plural }) : format.text("entities.notAssessed", { plural, reason })}</p>;
}

function useSetDetail() {
  const navigate = useNavigate({ from: paths.action });
  return (change: (previous: DetailSearch) => DetailSearch) =>
    void navigate({ to: paths.action, search: (previous) => ({ ...previous, outcome: undefined, find: undefined, page: undefined, ...change(previous as DetailSearch) }), replace: true, resetScroll: false });
}

function Bar({ detail, search }: { detail: ActionDetail; search: DetailSearch }) {
  const styles = useStyles();
  const { text, count } = useFormat();
  const set = useSetDetail();
  const { counts } = detail;
  const choose = (outcome: Outcome | undefined) => set(({ find }) => ({ ...(find !== undefined && { find }), ...(outcome && { outcome }) }));
  return (
    <div className={styles.bar}>
      <div role="group" aria-label={text("entities.outcome")} className={styles.bar}>
        <ToggleButton size="small" checked={search.outcome === undefined} onClick={() => choose(undefined)}>
          {text("entities.all", { count: count(counts.pass + counts.fail + counts.unknown + counts.exempt) })}
        </ToggleButton>
        {outcomes
          .filter((o) => counts[o] > 0 || search.outcome === o)
          .map((o) => (
            <ToggleButton key={o} size="small" checked={search.outcome === o} onClick={() => choose(o)}>
              {text("entities.count", { outcome: text(`outcome.${o}`), count: count(counts[o]) })}
            </ToggleButton>
          ))}
      </div>
      <Find search={search} />
    </div>
  );
}

/** Find waits until nothing was typed for a moment, since the server searches. */
function Find({ search }: { search: DetailSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const set = useSetDetail();
  const [typed, setTyped] = useState(search.find ?? "");
  useEffect(() => {
    if (typed === (search.find ?? "")) {
      return;
    }
    const timer = setTimeout(() => set(({ outcome }) => ({ ...(outcome && { outcome }), ...(typed !== "" && { find: typed }) })), 250);
    return () => clearTimeout(timer);
  });
  return <SearchBox className={styles.search} size="small" value={typed} placeholder={text("entities.search")} aria-label={text("entities.search")} maxLength={200} onChange={(_, { value }) => setTyped(value)} />;
}

function Table({ page, detail }: { page: EntityPage; detail: ActionDetail }) {
  const styles = useStyles();
  const format = useFormat();
  const { text } = format;
  return (
    // Focusable, so that it can be scrolled by keyboard.
    <section className={styles.scroll} aria-label={text("entities.label", { plural: detail.entity.plural })} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.head}>
              {text("entities.name")}
            </th>
            <th scope="col" className={styles.head}>
              {text("entities.outcome")}
            </th>
            {page.columns.map((c) => (
              <th key={c.field} scope="col" className={styles.head} title={c.field}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.entities.map((e) => (
            <tr key={e.key}>
              <th scope="row" className={mergeClasses(styles.cell, styles.name)} title={e.key}>
                {e.name}
              </th>
              <td className={styles.cell}>
                <OutcomeCell entity={e} />
              </td>
              {page.columns.map((c, i) => {
                const value = e.values[i];
                return (
                  <td key={c.field} className={mergeClasses(styles.cell, c.type === "time" && styles.time)}>
                    {value?.known ? valueText(value, c.type, format) : <Unknown reason={text("entities.notRead")} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function OutcomeCell({ entity }: { entity: Entity }) {
  const styles = useStyles();
  const format = useFormat();
  const { text } = format;
  return (
    <>
      <Tag color={colors[entity.outcome]}>
        {text(`outcome.${entity.outcome}`)}
      </Tag>
      {entity.outcome === "exempt" && <span className={styles.note}>{text("entities.exempt", { measured: text(`outcome.${entity.measured}`), reason: entity.exemption })}</span>}
      {entity.measured === "unknown" && <span className={styles.note}>{reasonText(entity.reason, format)}</span>}
    </>
  );
}

function Pager({ total, page }: { total: number; page: number }) {
  const styles = useStyles();
  const { text, count } = useFormat();
  const set = useSetDetail();
  const last = Math.max(1, Math.ceil(total / pageSize));
  if (total === 0 || (last === 1 && page === 1)) {
    return null;
  }
  const go = (next: number) => set(({ outcome, find }) => ({ ...(outcome && { outcome }), ...(find !== undefined && { find }), ...(next > 1 && { page: String(next) }) }));
  return (
    <nav className={styles.pager} aria-label={text("pager.label")}>
      <Button size="small" icon={<ChevronLeftRegular />} disabledFocusable={page <= 1} onClick={() => page > 1 && go(page - 1)}>
        {text("pager.previous")}
      </Button>
      <span role="status">{text("pager.range", { from: count(Math.min(total, (page - 1) * pageSize + 1)), to: count(Math.min(total, page * pageSize)), total: count(total) })}</span>
      <Button size="small" icon={<ChevronRightRegular />} iconPosition="after" disabledFocusable={page >= last} onClick={() => page < last && go(page + 1)}>
        {text("pager.next")}
      </Button>
    </nav>
  );
}
