// SPDX-License-Identifier: Apache-2.0

import { Spinner, Title1, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import type { CategoryView } from "../../api/client";
import { categoryQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { paths } from "../../paths";
import { ActionList } from "../../ui/ActionList";
import { Card } from "../../ui/Card";
import { useLinkStyles } from "../../ui/links";
import { ErrorPage } from "../ErrorPage";
import { ScoreCard } from "../overview/ScoreCard";
import type { RangeSearch } from "../trend/range";
import { rangeParams } from "../trend/range";
import { TrendCard } from "../trend/TrendCard";

const useStyles = makeStyles({
  head: { display: "flex", flexWrap: "wrap", alignItems: "baseline", justifyContent: "space-between", gap: tokens.spacingHorizontalL, marginBottom: tokens.spacingVerticalXS },
  text: { color: tokens.colorNeutralForeground2 },
  intro: { color: tokens.colorNeutralForeground2, marginBottom: tokens.spacingVerticalM },
  grid: {
    display: "grid",
    gap: tokens.spacingHorizontalL,
    gridTemplateColumns: "repeat(12, minmax(0, 1fr))",
    "& > *": { gridColumnEnd: "span 12" },
    "@media (min-width: 1000px)": { "& > :nth-child(1)": { gridColumnEnd: "span 4" }, "& > :nth-child(2)": { gridColumnEnd: "span 8" } },
  },
});

const route = getRouteApi("/t/$tenant/identity");

/** IdentityPage is the category Identity by itself: the same number as its row of the overview. */
export function IdentityPage() {
  const styles = useStyles();
  const { text, time } = useFormat();
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const { data, error, isPlaceholderData } = useQuery(categoryQuery(tenant, "Identity", rangeParams(search)));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  return (
    <>
      <title>{text("identity.documentTitle")}</title>
      <div className={styles.head}>
        <Title1 as="h1">{text("identity.title")}</Title1>
        {data && <span className={styles.text}>{data.calculatedAt === null ? text("overview.calculated.never") : text("overview.calculated", { time: time(data.calculatedAt) })}</span>}
      </div>
      <p className={styles.intro}>{text("identity.text")}</p>
      {data ? <Cards data={data} tenant={tenant} search={search} waiting={isPlaceholderData} /> : <Spinner label={text("app.loading")} />}
    </>
  );
}

function Cards({ data, tenant, search, waiting }: { data: CategoryView; tenant: string; search: RangeSearch; waiting: boolean }) {
  const styles = useStyles();
  const links = useLinkStyles();
  const { text } = useFormat();
  const navigate = useNavigate({ from: paths.identity });
  if (data.calculatedAt === null) {
    return (
      <Card title={text("never.title")}>
        <p>{text("never.text")}</p>
      </Card>
    );
  }
  if (data.actions.length === 0) {
    return (
      <Card title={text("identity.score")}>
        <p>{text("breakdown.empty")}</p>
      </Card>
    );
  }
  return (
    <div className={styles.grid}>
      <ScoreCard title={text("identity.score")} score={data.score} coverage={data.coverage} tenant={tenant} category={data.category} />
      <TrendCard
        days={data.trend.map((d) => d.day)}
        series={[{ key: "score", label: text("identity.score"), color: tokens.colorBrandForeground1, dash: "", values: data.trend.map((d) => d.score?.percent ?? null) }]}
        search={search}
        waiting={waiting}
        onRange={(range) => void navigate({ search: range, replace: true, resetScroll: false })}
      />
      <Card
        title={text("identity.actions")}
        beside={
          <Link className={links.link} to={paths.actions} params={{ tenant }} search={{ category: data.category }}>
            {text("identity.filter")}
          </Link>
        }
      >
        <ActionList actions={data.actions} tenant={tenant} ranked />
      </Card>
    </div>
  );
}
