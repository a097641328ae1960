// SPDX-License-Identifier: Apache-2.0

import { Spinner, Title1, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Overview } from "../../api/client";
import { overviewQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { Banner } from "../../ui/Banner";
import { Card } from "../../ui/Card";
import { ErrorPage } from "../ErrorPage";
import { rangeParams } from "../trend/range";
import { BreakdownCard } from "./BreakdownCard";
import { MicrosoftCard } from "./MicrosoftCard";
import { OverviewTrend } from "./OverviewTrend";
import { ReviewCard } from "./ReviewCard";
import { ScoreCard } from "./ScoreCard";
import { SourcesCard } from "./SourcesCard";
import { TopActionsCard } from "./TopActionsCard";

const useStyles = makeStyles({
  head: { display: "flex", flexWrap: "wrap", alignItems: "baseline", justifyContent: "space-between", gap: tokens.spacingHorizontalL, marginBottom: tokens.spacingVerticalM },
  calculated: { color: tokens.colorNeutralForeground2 },
  sample: { marginBottom: tokens.spacingVerticalL },
  grid: {
    display: "grid",
    gap: tokens.spacingHorizontalL,
    gridTemplateColumns: "repeat(12, minmax(0, 1fr))",
    "& > *": { gridColumnEnd: "span 12" },
    "@media (min-width: 1000px)": { "& > :nth-child(odd)": { gridColumnEnd: "span 4" }, "& > :nth-child(even)": { gridColumnEnd: "span 8" } },
  },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingHorizontalL, minWidth: 0 },
});

const route = getRouteApi("/t/$tenant/overview");

export function OverviewPage() {
  const styles = useStyles();
  const { text } = useFormat();
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const { data, error, isPlaceholderData } = useQuery(overviewQuery(tenant, rangeParams(search)));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  return (
    <>
      <title>{text("overview.documentTitle", { name: data?.tenant.name ?? "" })}</title>
      <div className={styles.head}>
        <Title1 as="h1">{text("overview.heading")}</Title1>
        {data && <Calculated at={data.calculatedAt} />}
      </div>
      {data?.tenant.sample && (
        <Banner intent="warning" className={styles.sample} title={text("app.sample.title")}>
          {text("app.sample.hint")}
        </Banner>
      )}
      {data ? <Cards data={data} tenant={tenant} search={search} waiting={isPlaceholderData} /> : <Spinner label={text("app.loading")} />}
    </>
  );
}

function Calculated({ at }: { at: string | null }) {
  const styles = useStyles();
  const { text, time } = useFormat();
  return <span className={styles.calculated}>{at === null ? text("overview.calculated.never") : text("overview.calculated", { time: time(at) })}</span>;
}

function Cards({ data, tenant, search, waiting }: { data: Overview; tenant: string; search: ReturnType<typeof route.useSearch>; waiting: boolean }) {
  const styles = useStyles();
  const { text } = useFormat();
  if (data.calculatedAt === null) {
    return (
      <div className={styles.grid}>
        <ScoreCard score={data.score} coverage={data.coverage} tenant={tenant} />
        <div className={styles.column}>
          <Card title={text("never.title")}>
            <p>{text("never.text")}</p>
          </Card>
          <SourcesCard sources={data.sources} />
        </div>
      </div>
    );
  }
  return (
    <div className={styles.grid}>
      <ScoreCard score={data.score} coverage={data.coverage} tenant={tenant} />
      <OverviewTrend days={data.trend} search={search} waiting={waiting} />
      <div className={styles.column}>
        <BreakdownCard categories={data.categories} products={data.products} tenant={tenant} by={search.by ?? "category"} />
        <MicrosoftCard microsoft={data.microsoft} score={data.score} />
      </div>
      <div className={styles.column}>
        <ReviewCard review={data.review} tenant={tenant} />
        <TopActionsCard actions={data.top} tenant={tenant} />
        <SourcesCard sources={data.sources} />
      </div>
    </div>
  );
}
