// SPDX-License-Identifier: Apache-2.0

import { Spinner, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { Entry } from "../../api/client";
import { actionHistoryQuery } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { Unknown } from "../../ui/Unknown";
import { ErrorPage } from "../ErrorPage";
import { entryText } from "./entry";

const useStyles = makeStyles({
  scroll: { overflowX: "auto", borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}`, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  table: { width: "100%", borderCollapse: "collapse" },
  head: { padding: tokens.spacingHorizontalS, textAlign: "left", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap", backgroundColor: tokens.colorNeutralBackground2 },
  cell: { padding: tokens.spacingHorizontalS, borderTop: `1px solid ${tokens.colorNeutralStroke3}`, verticalAlign: "top", textAlign: "left", overflowWrap: "anywhere" },
  activity: { minWidth: "200px" },
  points: { whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" },
  regressed: { color: tokens.colorPaletteRedForeground3 },
  achieved: { color: tokens.colorStatusSuccessForeground1 },
  note: { display: "block", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  text: { color: tokens.colorNeutralForeground2 },
});

export function ActionHistory({ id, tenant, plural }: { id: string; tenant: string; plural: string }) {
  const styles = useStyles();
  const { text } = useFormat();
  const { data, error } = useQuery(actionHistoryQuery(tenant, id));
  if (error && !data) {
    return <ErrorPage error={error} />;
  }
  if (!data) {
    return <Spinner label={text("app.loading")} />;
  }
  if (data.length === 0) {
    return <p className={styles.text}>{text("history.none")}</p>;
  }
  return (
    // Focusable, so that it can be scrolled by keyboard.
    <section className={styles.scroll} aria-label={text("history.label")} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {(["time", "activity", "points", "by"] as const).map((c) => (
              <th key={c} scope="col" className={styles.head}>
                {text(`history.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map((e) => (
            <Row key={e.sequence} entry={e} plural={plural} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ entry, plural }: { entry: Entry; plural: string }) {
  const styles = useStyles();
  const format = useFormat();
  const { text, points, time } = format;
  return (
    <tr>
      <td className={mergeClasses(styles.cell, styles.points)}>{time(entry.at)}</td>
      <td className={mergeClasses(styles.cell, styles.activity)}>
        <span className={mergeClasses(entry.kind === "regressed" && styles.regressed, entry.kind === "achieved" && styles.achieved)}>{entryText(entry, format)}</span>
        <span className={styles.note}>{text(`cause.${entry.cause}`)}</span>
        {entry.entities.length > 0 && <span className={styles.note}>{text(entry.truncated ? "history.entities.more" : "history.entities", { plural, names: entry.entities.join(", ") })}</span>}
      </td>
      <td className={mergeClasses(styles.cell, styles.points)}>
        {entry.result ? text("action.points", { earned: points(entry.result.earned), maximum: points(entry.result.maximum) }) : <Unknown reason={text("history.outOfScore")} />}
      </td>
      <td className={styles.cell}>{entry.actor === "" ? text("history.system") : entry.actor}</td>
    </tr>
  );
}
