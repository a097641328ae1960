// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowTrendingDownRegular } from "@fluentui/react-icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Action } from "../../api/client";
import { useFormat } from "../../i18n/format";
import type { Format } from "../../i18n/format";
import { paths } from "../../paths";
import { useLinkStyles } from "../../ui/links";
import { pointsText, stateText } from "../../ui/reason";
import { StatusLabel } from "../../ui/StatusLabel";
import { Unknown } from "../../ui/Unknown";
import type { SortKey } from "./search";

const useStyles = makeStyles({
  title: { display: "flex", flexDirection: "column", minWidth: 0, overflowWrap: "anywhere" },
  note: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  meta: { display: "flex", flexWrap: "wrap", columnGap: tokens.spacingHorizontalM },
  regressed: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXXS, color: tokens.colorPaletteRedForeground3 },
});

export interface ColumnSpec {
  key: SortKey;
  /** Part of a CSS grid template. */
  width: string;
  numeric: boolean;
  cell: (action: Action, tenant: string, format: Format) => ReactNode;
}

/** wideColumns are all columns; where they do not fit, some leave, and what matters goes under the title. */
export const wideColumns: readonly ColumnSpec[] = [
  { key: "rank", width: "52px", numeric: true, cell: (a, _, f) => (a.rank === null ? <Unknown reason={f.text("action.noRank")} /> : f.count(a.rank)) },
  { key: "title", width: "minmax(220px, 1fr)", numeric: false, cell: (a, tenant) => <TitleCell action={a} tenant={tenant} narrow={false} /> },
  { key: "impact", width: "66px", numeric: true, cell: (a, _, f) => <Impact action={a} format={f} /> },
  { key: "points", width: "78px", numeric: true, cell: (a, _, f) => <Points action={a} format={f} /> },
  { key: "status", width: "132px", numeric: false, cell: (a) => <StatusLabel status={a.status} /> },
  { key: "category", width: "76px", numeric: false, cell: (a) => a.category },
  { key: "product", width: "minmax(136px, 0.5fr)", numeric: false, cell: (a) => a.product },
  { key: "regressed", width: "84px", numeric: false, cell: (a, _, f) => (a.regressed ? <Regressed word={f.text("word.yes")} /> : f.text("word.no")) },
  { key: "licence", width: "80px", numeric: false, cell: (a, _, f) => <Licence action={a} format={f} /> },
  { key: "synced", width: "92px", numeric: false, cell: (a, _, f) => (a.syncedAt === null ? <Unknown reason={f.text("action.neverSynced")} /> : <span title={f.time(a.syncedAt)}>{f.date(a.syncedAt)}</span>) },
];

const medium = new Set<SortKey>(["rank", "title", "impact", "points", "status", "category", "regressed"]);

export const mediumColumns = wideColumns.filter((c) => medium.has(c.key));

export const narrowColumns: readonly ColumnSpec[] = [
  { key: "title", width: "minmax(0, 1fr)", numeric: false, cell: (a, tenant) => <TitleCell action={a} tenant={tenant} narrow /> },
  { key: "points", width: "92px", numeric: true, cell: (a, _, f) => <Points action={a} format={f} /> },
];

function TitleCell({ action, tenant, narrow }: { action: Action; tenant: string; narrow: boolean }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const format = useFormat();
  const state = stateText(action, format);
  return (
    <span className={styles.title}>
      <Link className={links.link} to={paths.action} params={{ tenant, id: action.id }} search={(previous) => previous} resetScroll={false} data-action={action.id}>
        {action.title}
      </Link>
      {state !== "" && <span className={styles.note}>{state}</span>}
      {narrow && (
        <span className={mergeClasses(styles.note, styles.meta)}>
          {action.rank !== null && <span>{format.text("action.rank", { rank: action.rank })}</span>}
          {action.impact !== null && <span>{format.impact(action.impact)}</span>}
          <span>{format.text(`status.${action.status}`)}</span>
          <span>{action.category}</span>
          {action.regressed && <Regressed word={format.text("facet.regressed")} />}
        </span>
      )}
    </span>
  );
}

function Points({ action, format }: { action: Action; format: Format }) {
  return pointsText(action, format) ?? <Unknown reason={stateText(action, format)} />;
}

function Impact({ action, format }: { action: Action; format: Format }) {
  return action.impact === null ? <Unknown reason={action.scored ? stateText(action, format) : format.text("action.notScored")} /> : format.impact(action.impact);
}

function Regressed({ word }: { word: string }) {
  const styles = useStyles();
  return (
    <span className={styles.regressed}>
      <ArrowTrendingDownRegular aria-hidden="true" />
      {word}
    </span>
  );
}

function Licence({ action, format }: { action: Action; format: Format }) {
  return action.licence === "unknown" ? <Unknown reason={format.text("licence.unknown.hint")} /> : format.text(`licence.${action.licence}`);
}
