// SPDX-License-Identifier: Apache-2.0

import { tokens } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import type { Day } from "../../api/client";
import type { Series } from "../../charts/geometry";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { TrendCard } from "../trend/TrendCard";
import type { OverviewSearch } from "./search";

/** OverviewTrend shows our score, what of it is measured, and Microsoft's own. */
export function OverviewTrend({ days, search, waiting }: { days: readonly Day[]; search: OverviewSearch; waiting: boolean }) {
  const format = useFormat();
  const navigate = useNavigate({ from: paths.overview });
  return (
    <TrendCard
      days={days.map((d) => d.day)}
      series={seriesOf(days, format)}
      search={search}
      waiting={waiting}
      onRange={(range) => void navigate({ search: { ...range, ...(search.by && { by: search.by }) }, replace: true, resetScroll: false })}
    />
  );
}

function seriesOf(days: readonly Day[], { text }: Format): Series[] {
  const list: Series[] = [
    { key: "score", label: text("trend.score"), color: tokens.colorBrandForeground1, dash: "", values: days.map((d) => d.score?.percent ?? null) },
    { key: "measured", label: text("trend.measured"), color: tokens.colorPaletteMarigoldForeground1, dash: "6 3", values: days.map((d) => d.score?.measuredPercent ?? null) },
  ];
  if (days.some((d) => d.microsoft)) {
    list.push({ key: "microsoft", label: text("trend.microsoft"), color: tokens.colorPaletteBerryForeground1, dash: "2 3", values: days.map((d) => d.microsoft?.percent ?? null) });
  }
  return list;
}
