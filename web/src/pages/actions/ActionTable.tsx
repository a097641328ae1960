// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular } from "@fluentui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Action } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { useMedia } from "../../ui/media";
import type { ColumnSpec } from "./columns";
import { mediumColumns, narrowColumns, wideColumns } from "./columns";
import { facetLabel } from "./labels";
import type { ActionSearch, Grouping, SortKey } from "./search";
import type { Group } from "./view";

const useStyles = makeStyles({
  row: { display: "grid", alignItems: "center", columnGap: tokens.spacingHorizontalM, padding: `0 ${tokens.spacingHorizontalM}` },
  head: {
    position: "sticky",
    top: 0,
    zIndex: 1,
    minHeight: "40px",
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: `${tokens.borderRadiusLarge} ${tokens.borderRadiusLarge} 0 0`,
  },
  body: { position: "relative" },
  item: {
    position: "absolute",
    left: 0,
    right: 0,
    minHeight: "44px",
    paddingTop: tokens.spacingVerticalS,
    paddingBottom: tokens.spacingVerticalS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  group: { position: "absolute", left: 0, right: 0, padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`, backgroundColor: tokens.colorNeutralBackground3, fontWeight: tokens.fontWeightSemibold },
  count: { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground2 },
  numeric: { textAlign: "right", justifyContent: "flex-end", fontVariantNumeric: "tabular-nums" },
  sort: {
    display: "flex",
    width: "100%",
    alignItems: "center",
    gap: tokens.spacingHorizontalXXS,
    padding: 0,
    border: "none",
    background: "none",
    color: tokens.colorNeutralForeground1,
    font: "inherit",
    fontWeight: tokens.fontWeightSemibold,
    textAlign: "inherit",
    cursor: "pointer",
    borderRadius: tokens.borderRadiusSmall,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
  },
});

type Item = { kind: "group"; key: string; count: number } | { kind: "action"; key: string; action: Action };

/** ActionTable draws the rows in view only; the rest is counted for those who listen. */
export function ActionTable({ groups, count, search, tenant }: { groups: readonly Group[]; count: number; search: ActionSearch; tenant: string }) {
  const styles = useStyles();
  const format = useFormat();
  const columns = useColumns();
  const template = columns.map((c) => c.width).join(" ");
  const items = useItems(groups, search.group);
  const { body, rows, total, measure } = useRowsInView(items);
  return (
    <div role="table" aria-label={format.text("actions.title")} aria-rowcount={items.length + 1} aria-colcount={columns.length}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={mergeClasses(styles.row, styles.head)} style={{ gridTemplateColumns: template }}>
          {columns.map((c) => (
            <ColumnHead key={c.key} column={c} search={search} />
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} className={styles.body} style={{ height: total }} data-count={count}>
        {rows.map(({ index, start }) => {
          const item = items[index];
          if (!item) {
            return null;
          }
          const place = { transform: `translateY(${String(start)}px)` };
          return item.kind === "group" ? (
            <div key={item.key} role="row" aria-rowindex={index + 2} ref={measure} data-index={index} className={styles.group} style={place}>
              <span role="cell" aria-colspan={columns.length}>
                {search.group && facetLabel(search.group, item.key, format)} <span className={styles.count}>{format.text("actions.count", { count: item.count })}</span>
              </span>
            </div>
          ) : (
            <div key={item.key} role="row" aria-rowindex={index + 2} ref={measure} data-index={index} className={mergeClasses(styles.row, styles.item)} style={{ ...place, gridTemplateColumns: template }}>
              {columns.map((c) => (
                <span key={c.key} role="cell" className={mergeClasses(c.numeric && styles.numeric)}>
                  {c.cell(item.action, tenant, format)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useColumns(): readonly ColumnSpec[] {
  const wide = useMedia("(min-width: 1200px)");
  const medium = useMedia("(min-width: 880px)");
  return wide ? wideColumns : medium ? mediumColumns : narrowColumns;
}

function useItems(groups: readonly Group[], group: Grouping | undefined): Item[] {
  return useMemo(
    () =>
      groups.flatMap<Item>((g) => [
        ...(group ? [{ kind: "group" as const, key: g.key, count: g.actions.length }] : []),
        ...g.actions.map((action) => ({ kind: "action" as const, key: action.id, action })),
      ]),
    [groups, group],
  );
}

/** useRowsInView follows the scrolling of the page. */
function useRowsInView(items: readonly Item[]) {
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    // The place of the list on the page moves when filters wrap onto more lines.
    const place = () => setMargin((body.current?.getBoundingClientRect().top ?? 0) + scrollY);
    place();
    const watch = new ResizeObserver(place);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => 45,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (i) => {
      const item = items[i];
      return item ? `${item.kind}:${item.key}` : i;
    },
  });
  const rows = virtual.getVirtualItems().map(({ index, start }) => ({ index, start: start - margin }));
  return { body, rows, total: virtual.getTotalSize(), measure: virtual.measureElement };
}

function ColumnHead({ column, search }: { column: ColumnSpec; search: ActionSearch }) {
  const styles = useStyles();
  const { text } = useFormat();
  const navigate = useNavigate({ from: paths.actions });
  const current: SortKey = search.sort ?? "rank";
  const active = current === column.key;
  const descending = search.order === "desc";
  const sort = () => {
    const { sort: _, order: __, ...rest } = search;
    const turn = active && !descending;
    void navigate({ to: paths.actions, search: { ...rest, ...(column.key !== "rank" && { sort: column.key }), ...(turn && { order: "desc" as const }) }, replace: true, resetScroll: false });
  };
  return (
    <span role="columnheader" aria-sort={active ? (descending ? "descending" : "ascending") : undefined} className={mergeClasses(column.numeric && styles.numeric)}>
      <button type="button" className={mergeClasses(styles.sort, column.numeric && styles.numeric)} onClick={sort}>
        {text(`column.${column.key}`)}
        {active && (descending ? <ArrowDownRegular aria-hidden="true" /> : <ArrowUpRegular aria-hidden="true" />)}
      </button>
    </span>
  );
}
