// SPDX-License-Identifier: Apache-2.0

import { Select, makeStyles, tokens } from "@fluentui/react-components";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Part } from "../../api/client";
import { PartBar, PartSample } from "../../charts/PartBar";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { joinList, oneOf } from "../../search";
import { Card } from "../../ui/Card";
import { useLinkStyles } from "../../ui/links";
import type { Division } from "./search";
import { divisions } from "./search";

const useStyles = makeStyles({
  by: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  list: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, margin: 0, padding: 0, listStyleType: "none" },
  row: { display: "grid", gridTemplateColumns: "1fr auto", columnGap: tokens.spacingHorizontalM, rowGap: "2px", alignItems: "baseline" },
  percent: { fontWeight: tokens.fontWeightSemibold, textAlign: "right", fontVariantNumeric: "tabular-nums" },
  bar: { gridColumnEnd: "span 2" },
  small: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, fontVariantNumeric: "tabular-nums" },
  right: { textAlign: "right" },
  none: { gridColumnEnd: "span 2", color: tokens.colorNeutralForeground2 },
  legend: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, fontSize: tokens.fontSizeBase200 },
  item: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
});

/** BreakdownCard divides the score by category or product. A part without anything to count says so. */
export function BreakdownCard({ categories, products, tenant, by }: { categories: readonly Part[]; products: readonly Part[]; tenant: string; by: Division }) {
  const styles = useStyles();
  const { text } = useFormat();
  const navigate = useNavigate({ from: paths.overview });
  const choose = (value: string) => {
    const next = oneOf(divisions, value);
    void navigate({ search: (previous) => ({ ...previous, by: next === "category" ? undefined : next }), replace: true, resetScroll: false });
  };
  const parts = by === "category" ? categories : products;
  return (
    <Card
      title={text("breakdown.title")}
      beside={
        <Select size="small" value={by} aria-label={text("breakdown.by")} onChange={(_, { value }) => choose(value)}>
          {divisions.map((d) => (
            <option key={d} value={d}>
              {text(`facet.${d}`)}
            </option>
          ))}
        </Select>
      }
    >
      <ul className={styles.list}>
        {parts.map((p) => (
          <Row key={p.name} part={p} tenant={tenant} by={by} />
        ))}
      </ul>
      <div className={styles.legend} aria-hidden="true">
        {(["measured", "credited", "rest"] as const).map((part) => (
          <span key={part} className={styles.item}>
            <PartSample part={part} />
            {text(part === "rest" ? "score.remaining" : `score.${part}`)}
          </span>
        ))}
      </div>
    </Card>
  );
}

function Row({ part, tenant, by }: { part: Part; tenant: string; by: Division }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text, points, percent } = useFormat();
  const { score, coverage } = part;
  const total = coverage.assessed + coverage.notAssessed + coverage.notApplicable;
  if (total === 0) {
    return (
      <li className={styles.row}>
        <span>{part.name}</span>
        <span className={styles.none}>{text("breakdown.empty")}</span>
      </li>
    );
  }
  const link = (
    <Link className={links.link} to={paths.actions} params={{ tenant }} search={{ [by]: joinList([part.name]) }}>
      {part.name}
    </Link>
  );
  if (score.percent === null) {
    return (
      <li className={styles.row}>
        {link}
        <span className={styles.none}>{text(coverage.notAssessed > 0 ? "breakdown.notAssessed" : "breakdown.notApplicable", { count: coverage.notAssessed || coverage.notApplicable })}</span>
      </li>
    );
  }
  return (
    <li className={styles.row}>
      {link}
      <span className={styles.percent}>{percent(score.percent)}</span>
      <span className={styles.bar}>
        <PartBar measured={score.measured} credited={score.credited} maximum={score.maximum} height={10} />
      </span>
      <span className={styles.small}>
        {score.credited > 0
          ? text("breakdown.points.credited", { earned: points(score.earned), maximum: points(score.maximum), credited: points(score.credited) })
          : text("breakdown.points", { earned: points(score.earned), maximum: points(score.maximum) })}
      </span>
      <span className={styles.small}>{coverage.percent !== null && text("breakdown.coverage", { percent: percent(coverage.percent) })}</span>
    </li>
  );
}
