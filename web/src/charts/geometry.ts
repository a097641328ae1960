// SPDX-License-Identifier: Apache-2.0

import { line } from "d3-shape";
import { utcTicks } from "d3-time";

/** Lines over UTC days: data in, path strings out. A null is a gap. */
export interface Series {
  key: string;
  label: string;
  color: string;
  /** Dash pattern, so that lines differ without colour; empty is solid. */
  dash: string;
  values: readonly (number | null)[];
}

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Tick {
  at: number;
  label: string;
  anchor: "start" | "middle" | "end";
}

/** dayTime is the start of a UTC day such as 2026-01-15 in milliseconds. */
export function dayTime(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** xOf places the n days of a range over the inner width, first and last at its ends. */
export function xOf(box: Box, n: number): (index: number) => number {
  const inner = box.width - box.left - box.right;
  return n <= 1 ? () => box.left + inner / 2 : (index) => box.left + (inner * index) / (n - 1);
}

/** yOf places a percentage; 0 is at the bottom. */
export function yOf(box: Box, domain: readonly [number, number]): (value: number) => number {
  const [low, high] = domain;
  const inner = box.height - box.top - box.bottom;
  return (value) => box.height - box.bottom - (inner * (value - low)) / (high - low);
}

/** percentDomain is the part of 0 to 100 that shows all values with air around them, in steps of ten and at least 20 high. */
export function percentDomain(series: readonly Series[]): [number, number] {
  const values = series.flatMap((s) => s.values.filter((v) => v !== null));
  if (values.length === 0) {
    return [0, 100];
  }
  let low = Math.max(0, Math.floor((Math.min(...values) - 2) / 10) * 10);
  let high = Math.min(100, Math.ceil((Math.max(...values) + 2) / 10) * 10);
  while (high - low < 20) {
    low = Math.max(0, low - 10);
    high = Math.min(100, high + 10);
  }
  return [low, high];
}

/** percentTicks cuts a domain of percentDomain into steps of 5, 10 or 20. */
export function percentTicks([low, high]: readonly [number, number]): number[] {
  const step = high - low <= 20 ? 5 : high - low <= 50 ? 10 : 20;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
}

/** linePath draws a line that breaks at gaps. */
export function linePath(values: readonly (number | null)[], x: (index: number) => number, y: (value: number) => number): string {
  const draw = line<number | null>()
    .defined((v) => v !== null)
    .x((_, i) => round(x(i)))
    .y((v) => round(y(v ?? 0)));
  return draw([...values]) ?? "";
}

/** lonelyPoints are the days between two gaps: a line of one day has no length and needs a dot. */
export function lonelyPoints(values: readonly (number | null)[]): number[] {
  return values.flatMap((v, i) => (v !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []));
}

// A label with air around it.
const labelWidth = 72;

/** dayTicks labels some of the days, with room between the labels. Those at the ends stay inside. */
export function dayTicks(days: readonly string[], box: Box, format: (day: Date) => string): Tick[] {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) {
    return [];
  }
  const x = xOf(box, days.length);
  const start = dayTime(first);
  if (days.length === 1) {
    return [{ at: x(0), label: format(new Date(start)), anchor: "middle" }];
  }
  const inner = box.width - box.left - box.right;
  const count = Math.max(2, Math.min(days.length, Math.floor(inner / labelWidth)));
  const indexes = utcTicks(new Date(start), new Date(dayTime(last)), count)
    .map((t) => (t.getTime() - start) / 86_400_000)
    .filter((i) => Number.isInteger(i) && i >= 0 && i < days.length);
  const apart = indexes.length < 2 ? inner : x(indexes[1] ?? 0) - x(indexes[0] ?? 0);
  const every = Math.max(1, Math.ceil(labelWidth / apart));
  return indexes.filter((_, i) => i % every === 0).map((i) => {
    const at = round(x(i));
    const anchor = at - box.left < 30 ? "start" : box.width - box.right - at < 30 ? "end" : "middle";
    return { at, label: format(new Date(start + i * 86_400_000)), anchor };
  });
}

/** nearestIndex is the day under a pointer. */
export function nearestIndex(pointer: number, box: Box, n: number): number {
  const inner = box.width - box.left - box.right;
  const index = Math.round(((pointer - box.left) / inner) * (n - 1));
  return Math.min(n - 1, Math.max(0, Number.isFinite(index) ? index : 0));
}

/** moveCursor is where a key takes the day cursor: null leaves the chart, undefined is no key of the chart. */
export function moveCursor(key: string, shift: boolean, index: number | null, n: number): number | null | undefined {
  const step = shift ? Math.max(1, Math.round(n / 10)) : 1;
  const clamp = (i: number) => Math.min(n - 1, Math.max(0, i));
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return clamp((index ?? n) - step);
    case "ArrowRight":
    case "ArrowUp":
      return clamp((index ?? -1) + step);
    case "PageDown":
      return clamp((index ?? n) - 30);
    case "PageUp":
      return clamp((index ?? -1) + 30);
    case "Home":
      return 0;
    case "End":
      return n - 1;
    case "Escape":
      return index === null ? undefined : null;
    default:
      return undefined;
  }
}

export interface Slice {
  key: string;
  from: number;
  size: number;
}

/** slices places parts of a whole on a bar from 0 to 100. Nothing visible becomes invisible: a part above zero is at least half a percent wide. */
export function slices(parts: readonly { key: string; value: number }[], whole: number): Slice[] {
  if (whole <= 0) {
    return [];
  }
  let from = 0;
  return parts
    .filter((p) => p.value > 0)
    .map((p) => {
      const size = Math.min(100 - from, Math.max(0.5, (100 * p.value) / whole));
      const slice = { key: p.key, from, size };
      from += size;
      return slice;
    });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
