// SPDX-License-Identifier: Apache-2.0

import { useMemo } from "react";
import { useIntl } from "react-intl";
import type { MessageId } from "./messages";

/** Values that a message takes in. */
export type TextValues = Record<string, string | number>;

/** Format writes numbers, days and sentences for people. */
export interface Format {
  text: (id: MessageId, values?: TextValues) => string;
  /** Points with as many places as they have, at most two: 0, 7.3, 411.83. */
  points: (value: number) => string;
  /** A change of points with its sign. */
  change: (value: number) => string;
  /** A percentage that the server truncated to two places. */
  percent: (value: number) => string;
  /** What points would add to the score, with two places as in a column. */
  impact: (value: number) => string;
  count: (value: number) => string;
  /** A UTC day such as 2026-01-15. */
  day: (day: string) => string;
  /** A point in time, in the reader's own time zone. */
  time: (at: string) => string;
  /** A point in time to the second, in the reader's own time zone. */
  moment: (at: string) => string;
  /** A point in time to the second, in UTC. */
  utc: (at: string) => string;
  /** The day of a point in time, in the reader's own time zone. */
  date: (at: string) => string;
  axisDay: (day: Date, long: boolean) => string;
}

export function useFormat(): Format {
  const intl = useIntl();
  return useMemo(() => {
    const number = (options: Intl.NumberFormatOptions) => {
      const f = new Intl.NumberFormat(intl.locale, options);
      return (value: number) => f.format(value);
    };
    const date = (options: Intl.DateTimeFormatOptions) => {
      const f = new Intl.DateTimeFormat(intl.locale, options);
      return (at: Date) => f.format(at);
    };
    const day = date({ dateStyle: "medium", timeZone: "UTC" });
    const local = date({ dateStyle: "medium" });
    const time = date({ dateStyle: "medium", timeStyle: "short" });
    const moment = date({ dateStyle: "medium", timeStyle: "medium" });
    const utc = date({ dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
    const axisShort = date({ month: "short", day: "numeric", timeZone: "UTC" });
    const axisLong = date({ month: "short", year: "numeric", timeZone: "UTC" });
    return {
      text: (id, values) => intl.formatMessage({ id }, values),
      points: number({ maximumFractionDigits: 2 }),
      change: number({ maximumFractionDigits: 2, signDisplay: "exceptZero" }),
      percent: number({ maximumFractionDigits: 2, style: "unit", unit: "percent" }),
      impact: number({ minimumFractionDigits: 2, maximumFractionDigits: 2, style: "unit", unit: "percent", signDisplay: "exceptZero" }),
      count: number({ maximumFractionDigits: 0 }),
      day: (text) => day(new Date(`${text}T00:00:00Z`)),
      time: (at) => time(new Date(at)),
      moment: (at) => moment(new Date(at)),
      utc: (at) => `${utc(new Date(at))} UTC`,
      date: (at) => local(new Date(at)),
      axisDay: (at, long) => (long ? axisLong : axisShort)(at),
    };
  }, [intl]);
}
