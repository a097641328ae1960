// SPDX-License-Identifier: Apache-2.0

import { Button, Input, ToggleButton, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ChartMultipleRegular, TableRegular } from "@fluentui/react-icons";
import { useState } from "react";
import type { Series } from "../../charts/geometry";
import { LineChart, LineSample } from "../../charts/LineChart";
import { useFormat } from "../../i18n/format";
import { Card } from "../../ui/Card";
import type { RangeSearch } from "./range";
import { presets } from "./range";

const useStyles = makeStyles({
  range: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalXS },
  custom: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  date: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  waiting: { opacity: 0.5 },
  foot: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}` },
  legend: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  change: { color: tokens.colorNeutralForeground2 },
  toggle: { marginLeft: "auto" },
  table: { maxHeight: "280px", overflow: "auto", borderRadius: tokens.borderRadiusMedium, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
});

const useTable = makeStyles({
  table: { width: "100%", borderCollapse: "collapse", fontVariantNumeric: "tabular-nums" },
  head: { position: "sticky", top: 0, backgroundColor: tokens.colorNeutralBackground1, textAlign: "right", fontWeight: tokens.fontWeightSemibold, padding: tokens.spacingHorizontalXS },
  cell: { textAlign: "right", padding: tokens.spacingHorizontalXS, borderTop: `1px solid ${tokens.colorNeutralStroke3}`, fontWeight: tokens.fontWeightRegular },
  first: { textAlign: "left" },
});

type SetRange = (range: RangeSearch) => void;

/** TrendCard shows percentages over a range of days that the address names. */
export function TrendCard({ days, series, search, waiting, onRange }: { days: readonly string[]; series: readonly Series[]; search: RangeSearch; waiting: boolean; onRange: SetRange }) {
  const styles = useStyles();
  const format = useFormat();
  const { text } = format;
  const [table, setTable] = useState(false);
  return (
    <Card title={text("trend.title")} beside={<RangeChoice days={days} search={search} onRange={onRange} />}>
      {search.from !== undefined && <CustomRange search={search} onRange={onRange} />}
      <div className={mergeClasses(waiting && styles.waiting)}>
        {table ? (
          <TrendTable days={days} series={series} />
        ) : (
          <LineChart
            days={days}
            series={series}
            height={250}
            text={{ label: text("trend.label"), empty: text("trend.empty"), gap: text("trend.gap"), percent: format.percent, day: format.day, axisDay: format.axisDay }}
          />
        )}
      </div>
      <div className={styles.foot}>
        {series.map((s) => (
          <span key={s.key} className={styles.legend}>
            <LineSample color={s.color} dash={s.dash} />
            {s.label}
          </span>
        ))}
        <Button className={styles.toggle} size="small" appearance="subtle" icon={table ? <ChartMultipleRegular /> : <TableRegular />} onClick={() => setTable(!table)}>
          {text(table ? "chart.asChart" : "chart.asTable")}
        </Button>
      </div>
    </Card>
  );
}

function RangeChoice({ days, search, onRange }: { days: readonly string[]; search: RangeSearch; onRange: SetRange }) {
  const styles = useStyles();
  const { text } = useFormat();
  const custom = search.from !== undefined;
  return (
    <div className={styles.range} role="group" aria-label={text("trend.range")}>
      {presets.map((p) => (
        <ToggleButton key={p} size="small" appearance="subtle" checked={!custom && (search.days ?? "90") === p} onClick={() => onRange({ days: p })}>
          {text(`trend.range.${p}`)}
        </ToggleButton>
      ))}
      <ToggleButton size="small" appearance="subtle" checked={custom} onClick={() => onRange({ from: days[0] ?? "", to: days.at(-1) ?? "" })}>
        {text("trend.range.custom")}
      </ToggleButton>
    </div>
  );
}

function CustomRange({ search, onRange }: { search: RangeSearch; onRange: SetRange }) {
  const styles = useStyles();
  const { text } = useFormat();
  const { from = "", to = "" } = search;
  const set = (next: { from: string; to: string }) => {
    if (next.from !== "" && next.to !== "" && next.from <= next.to) {
      onRange(next);
    }
  };
  return (
    <div className={styles.custom}>
      <label className={styles.date}>
        {text("trend.from")}
        <Input type="date" size="small" value={from} max={to} onChange={(_, { value }) => set({ from: value, to })} />
      </label>
      <label className={styles.date}>
        {text("trend.to")}
        <Input type="date" size="small" value={to} min={from} onChange={(_, { value }) => set({ from, to: value })} />
      </label>
    </div>
  );
}

function TrendTable({ days, series }: { days: readonly string[]; series: readonly Series[] }) {
  const styles = useStyles();
  const table = useTable();
  const { text, day, percent } = useFormat();
  return (
    // Focusable, so that it can be scrolled by keyboard.
    <section className={styles.table} aria-label={text("trend.title")} tabIndex={0}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" className={mergeClasses(table.head, table.first)}>
              {text("trend.day")}
            </th>
            {series.map((s) => (
              <th key={s.key} scope="col" className={table.head}>
                {s.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days
            .map((d, i) => (
              <tr key={d}>
                <th scope="row" className={mergeClasses(table.cell, table.first)}>
                  {day(d)}
                </th>
                {series.map((s) => {
                  const value = s.values[i] ?? null;
                  return (
                    <td key={s.key} className={table.cell}>
                      {value === null ? text("trend.gap") : percent(value)}
                    </td>
                  );
                })}
              </tr>
            ))
            .toReversed()}
        </tbody>
      </table>
    </section>
  );
}
