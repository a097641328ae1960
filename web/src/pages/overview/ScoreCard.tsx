// SPDX-License-Identifier: Apache-2.0

import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CategoryName, Coverage, Score } from "../../api/client";
import { PartBar, PartSample } from "../../charts/PartBar";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { Card } from "../../ui/Card";
import { useLinkStyles } from "../../ui/links";

const useStyles = makeStyles({
  hero: { display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: tokens.spacingHorizontalM },
  percent: { fontSize: tokens.fontSizeHero1000, lineHeight: tokens.lineHeightHero1000, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: "tabular-nums" },
  points: { fontSize: tokens.fontSizeBase400, color: tokens.colorNeutralForeground2 },
  legend: { display: "grid", gridTemplateColumns: "auto 1fr auto", alignItems: "center", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`, margin: 0 },
  value: { textAlign: "right", margin: 0, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: "tabular-nums" },
  hint: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  coverage: { paddingTop: tokens.spacingVerticalM, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

/** ScoreCard shows the score, what of it is measured and what credited, and how much of the catalogue it speaks of. */
export function ScoreCard({ score, coverage, tenant, title, category }: { score: Score; coverage: Coverage; tenant: string; title?: string; category?: CategoryName }) {
  const styles = useStyles();
  const { text, points, percent } = useFormat();
  return (
    <Card title={title ?? text("score.title")}>
      <div className={styles.hero}>
        <span className={styles.percent}>{score.percent === null ? "–" : percent(score.percent)}</span>
        <span className={styles.points}>{score.percent === null ? text("score.none") : text("score.points", { earned: points(score.earned), maximum: points(score.maximum) })}</span>
      </div>
      {score.percent !== null && (
        <>
          <PartBar measured={score.measured} credited={score.credited} maximum={score.maximum} height={16} />
          <dl className={styles.legend}>
            <Part part="measured" label={text("score.measured")} hint={text("score.measured.hint")}>
              {points(score.measured)}
            </Part>
            <Part part="credited" label={text("score.credited")} hint={text("score.credited.hint")}>
              {points(score.credited)}
            </Part>
            <Part part="rest" label={text("score.remaining")} hint={text("score.remaining.hint")}>
              {points(score.remaining)}
            </Part>
          </dl>
        </>
      )}
      <CoverageText coverage={coverage} tenant={tenant} category={category} />
    </Card>
  );
}

function Part({ part, label, hint, children }: { part: "measured" | "credited" | "rest"; label: string; hint: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      <PartSample part={part} />
      <dt>
        {label} <span className={styles.hint}>{hint}</span>
      </dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}

function CoverageText({ coverage, tenant, category }: { coverage: Coverage; tenant: string; category: CategoryName | undefined }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text, points, percent } = useFormat();
  if (coverage.percent === null) {
    return <p className={styles.coverage}>{text("coverage.none")}</p>;
  }
  return (
    <p className={styles.coverage}>
      <strong>{text("coverage.percent", { percent: percent(coverage.percent) })}</strong>{" "}
      {text("coverage.counts", { assessed: coverage.assessed, applicable: coverage.assessed + coverage.notAssessed })}{" "}
      {coverage.notAssessed > 0 && (
        <Link className={mergeClasses(links.link, links.inText)} to={paths.actions} params={{ tenant }} search={{ state: "notAssessed", show: "all", ...(category && { category }) }}>
          {text("coverage.leftOut", { count: coverage.notAssessed, points: points(coverage.leftOut) })}
        </Link>
      )}
    </p>
  );
}
