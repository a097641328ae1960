// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import { useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import type { Box, Series } from "./geometry";
import { dayTicks, linePath, lonelyPoints, moveCursor, nearestIndex, percentDomain, percentTicks, xOf, yOf } from "./geometry";

const useStyles = makeStyles({
  root: {
    position: "relative",
    outlineStyle: "none",
    touchAction: "pan-y",
    borderRadius: tokens.borderRadiusMedium,
    ":focus-visible": { boxShadow: `0 0 0 2px ${tokens.colorStrokeFocus2}` },
  },
  svg: { display: "block", width: "100%", overflow: "visible", fontFamily: tokens.fontFamilyBase },
  grid: { stroke: tokens.colorNeutralStroke2 },
  axis: { fill: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  cursor: { stroke: tokens.colorNeutralForeground3 },
  marker: { fill: tokens.colorNeutralBackground1, strokeWidth: "2px" },
  empty: { position: "absolute", inset: 0, display: "flex", alignItems: "center", justifyContent: "center", color: tokens.colorNeutralForeground2, pointerEvents: "none" },
  tip: {
    position: "absolute",
    top: "4px",
    pointerEvents: "none",
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow8,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "nowrap",
    zIndex: 1,
  },
  tipDay: { fontWeight: tokens.fontWeightSemibold },
  tipRow: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  tipValue: { marginLeft: "auto", paddingLeft: tokens.spacingHorizontalM, fontVariantNumeric: "tabular-nums" },
});

/** Words of the chart, already in the reader's language. */
export interface LineChartText {
  label: string;
  empty: string;
  gap: string;
  percent: (value: number) => string;
  day: (day: string) => string;
  axisDay: (day: Date, long: boolean) => string;
}

/** LineChart draws percentages over UTC days. Arrow keys, Page Up and Page Down, Home, End and Escape move a cursor whose values are spoken. */
export function LineChart({ days, series, height, text }: { days: readonly string[]; series: readonly Series[]; height: number; text: LineChartText }) {
  const styles = useStyles();
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [index, setIndex] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const watch = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    setWidth(Math.max(200, element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const n = days.length;
  const current = index === null ? null : Math.min(index, n - 1);
  const box: Box = { width, height, left: 44, right: 12, top: 8, bottom: 26 };
  const domain = percentDomain(series);
  const x = xOf(box, n);
  const y = yOf(box, domain);
  const point = (event: PointerEvent<HTMLDivElement>) => setIndex(nearestIndex(event.clientX - event.currentTarget.getBoundingClientRect().left, box, n));
  const key = (event: KeyboardEvent) => {
    const next = moveCursor(event.key, event.shiftKey, current, n);
    if (next !== undefined) {
      event.preventDefault();
      setIndex(next);
    }
  };
  const spoken = (i: number) => `${text.day(days[i] ?? "")}: ${series.map((s) => `${s.label} ${shown(s.values[i], text)}`).join(", ")}`;

  return (
    <div
      ref={frame}
      className={styles.root}
      role="slider"
      tabIndex={0}
      aria-label={text.label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, n - 1)}
      aria-valuenow={current ?? Math.max(0, n - 1)}
      aria-valuetext={n === 0 ? text.empty : spoken(current ?? n - 1)}
      onKeyDown={key}
      onBlur={() => setIndex(null)}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setIndex(null)}
    >
      <svg className={styles.svg} viewBox={`0 0 ${width} ${height}`} height={height} aria-hidden="true">
        {percentTicks(domain).map((t) => (
          <g key={t}>
            <line className={styles.grid} x1={box.left} x2={width - box.right} y1={y(t)} y2={y(t)} />
            <text className={styles.axis} x={box.left - 8} y={y(t)} textAnchor="end" dominantBaseline="middle">
              {text.percent(t)}
            </text>
          </g>
        ))}
        {dayTicks(days, box, (d) => text.axisDay(d, n > 200)).map((t) => (
          <text key={t.at} className={styles.axis} x={t.at} y={height - 6} textAnchor={t.anchor}>
            {t.label}
          </text>
        ))}
        {series.toReversed().map((s) => (
          <SeriesLine key={s.key} series={s} x={x} y={y} />
        ))}
        {current !== null && <line className={styles.cursor} x1={x(current)} x2={x(current)} y1={box.top} y2={height - box.bottom} />}
        {current !== null &&
          series.map((s) => {
            const value = s.values[current] ?? null;
            return value === null ? null : <circle key={s.key} className={styles.marker} cx={x(current)} cy={y(value)} r={4} stroke={s.color} />;
          })}
      </svg>
      {series.every((s) => s.values.every((v) => v === null)) && <div className={styles.empty}>{text.empty}</div>}
      {current !== null && (
        <div className={styles.tip} style={x(current) > width / 2 ? { right: width - x(current) + 10 } : { left: x(current) + 10 }} aria-hidden="true">
          <div className={styles.tipDay}>{text.day(days[current] ?? "")}</div>
          {series.map((s) => (
            <div key={s.key} className={styles.tipRow}>
              <LineSample color={s.color} dash={s.dash} />
              {s.label}
              <span className={styles.tipValue}>{shown(s.values[current], text)}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function shown(value: number | null | undefined, text: LineChartText): string {
  return value === null || value === undefined ? text.gap : text.percent(value);
}

function SeriesLine({ series, x, y }: { series: Series; x: (i: number) => number; y: (v: number) => number }) {
  return (
    <>
      <path d={linePath(series.values, x, y)} fill="none" stroke={series.color} strokeWidth={2} strokeDasharray={series.dash} strokeLinejoin="round" />
      {lonelyPoints(series.values).map((i) => (
        <circle key={i} cx={x(i)} cy={y(series.values[i] ?? 0)} r={2.5} fill={series.color} />
      ))}
    </>
  );
}

/** LineSample is the line of a series in a legend. */
export function LineSample({ color, dash }: { color: string; dash: string }) {
  return (
    <svg width={22} height={10} aria-hidden="true">
      <line x1={1} x2={21} y1={5} y2={5} stroke={color} strokeWidth={2.5} strokeDasharray={dash} />
    </svg>
  );
}
