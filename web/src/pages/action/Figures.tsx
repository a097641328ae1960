// SPDX-License-Identifier: Apache-2.0

import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { ActionDetail } from "../../api/client";
import { PartBar } from "../../charts/PartBar";
import { useFormat } from "../../i18n/format";
import { Banner } from "../../ui/Banner";
import { pointsText, reasonText, stateText } from "../../ui/reason";
import { StatusLabel } from "../../ui/StatusLabel";
import { Unknown } from "../../ui/Unknown";

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))", gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`, margin: 0 },
  term: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  value: { margin: 0, fontSize: tokens.fontSizeBase400, fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" },
  small: { display: "block", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** Figures are what an action is worth, what of it is measured and credited, and Microsoft's value beside ours. */
export function Figures({ detail }: { detail: ActionDetail }) {
  const styles = useStyles();
  const format = useFormat();
  const { text, points } = format;
  const { action, microsoft, lost } = detail;
  const { score } = action;
  const why = action.scored ? stateText(action, format) : text("action.notScored.hint");
  return (
    <div className={styles.root}>
      <StateBar detail={detail} />
      <dl className={styles.list}>
        <Figure term={text("column.points")} note={score && score.credited > 0 && text("figure.parts", { measured: points(score.measured), credited: points(score.credited) })}>
          {pointsText(action, format) ?? <Unknown reason={why} />}
          {score && <PartBar measured={score.measured} credited={score.credited} maximum={score.maximum} height={6} />}
        </Figure>
        <Figure term={text("column.impact")} note={!score && action.scored && text("figure.worth", { points: points(action.worth) })}>
          {action.impact === null ? <Unknown reason={why} /> : format.impact(action.impact)}
        </Figure>
        <Figure term={text("column.rank")} note={action.rank !== null && score && text("figure.rank", { remaining: points(score.remaining), effort: detail.effort })}>
          {action.rank === null ? <Unknown reason={text("action.noRank")} /> : format.count(action.rank)}
        </Figure>
        <Figure term={text("column.status")} note="">
          <StatusLabel status={action.status} />
        </Figure>
        {lost !== null && (
          <Figure term={text("facet.regressed")} note={text("review.within")}>
            {text("figure.lost", { points: points(lost) })}
          </Figure>
        )}
        <Figure term={text("microsoft.theirs")} note={microsoft && text("microsoft.day", { day: format.day(microsoft.day) })}>
          {microsoft ? microsoft.maximum === null ? points(microsoft.earned) : text("action.points", { earned: points(microsoft.earned), maximum: points(microsoft.maximum) }) : <Unknown reason={text("microsoft.action.none")} />}
        </Figure>
        <Figure term={text("column.synced")} note="">
          {action.syncedAt === null ? <Unknown reason={text("action.neverSynced")} /> : format.time(action.syncedAt)}
        </Figure>
      </dl>
    </div>
  );
}

function Figure({ term, note, children }: { term: string; note: ReactNode; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>
        {children}
        {note && <span className={styles.small}>{note}</span>}
      </dd>
    </div>
  );
}

/** StateBar says in words how far the action is, or why nobody knows. */
function StateBar({ detail }: { detail: ActionDetail }) {
  const format = useFormat();
  const { text } = format;
  const { action, entity, counts } = detail;
  const intent = action.state === "assessed" ? (action.status === "completed" ? "success" : "info") : "warning";
  return (
    <Banner intent={intent} title={text(`state.${action.state}.title`)}>
        {action.state === "assessed" && <Requirement detail={detail} />}
        {action.reason && ` ${text("figure.because", { reason: reasonText(action.reason, format) })}`}
        {action.state === "assessed" && counts.unknown > 0 && ` ${text("figure.unknown", { count: counts.unknown, singular: entity.singular, plural: entity.plural })}`}
        {action.state === "assessed" && counts.exempt > 0 && ` ${text("figure.exempt", { count: counts.exempt, singular: entity.singular, plural: entity.plural })}`}
    </Banner>
  );
}

function Requirement({ detail }: { detail: ActionDetail }) {
  const { text } = useFormat();
  const { counts, entity } = detail;
  const total = counts.pass + counts.fail + counts.unknown;
  const values = { pass: counts.pass, fail: counts.fail, total, singular: entity.singular, plural: entity.plural, min: detail.requireMin, max: detail.requireMax };
  switch (detail.require) {
    case "all":
      return text(counts.fail > 0 ? "require.all" : counts.unknown > 0 ? "require.all.unknown" : "require.all.held", values);
    case "any":
      return text(counts.pass > 0 ? "require.any.held" : "require.any", values);
    case "count":
      return text(detail.requireMax > 0 ? "require.between" : "require.min", values);
  }
}
